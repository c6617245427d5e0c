-- Roles belong to the server, so another database of it may have made them already. None has a password: members of
-- rds_iam, a group that RDS makes, sign on with tokens of IAM.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['erp_app', 'erp_reader', 'erp_migrator'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('GRANT rds_iam TO %I', role);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    END LOOP;
END
$$;

-- Limits in milliseconds. A page's query that takes longer is lost anyway; a report may take five minutes; a migration
-- may take its time but not wait in the queue of a busy table, where every later query would wait behind it.
ALTER ROLE erp_app SET search_path = erp;
ALTER ROLE erp_app SET statement_timeout = 30000;
ALTER ROLE erp_app SET lock_timeout = 10000;
ALTER ROLE erp_app SET idle_in_transaction_session_timeout = 60000;
ALTER ROLE erp_reader SET search_path = erp;
ALTER ROLE erp_reader SET statement_timeout = 300000;
ALTER ROLE erp_reader SET default_transaction_read_only = on;
ALTER ROLE erp_migrator SET search_path = erp;
ALTER ROLE erp_migrator SET lock_timeout = 5000;
