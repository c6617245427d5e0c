-- What PostgreSQL gives everybody by default: connecting, temporary tables, and the schema public. Each role is given
-- what it needs by name instead.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
