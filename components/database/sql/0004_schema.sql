-- To make a schema for another role, and to set that role's defaults, one has to be its member. The administrator is one
-- within this transaction only: erp_migrator is in rds_iam, whose members, direct or not, can't sign on with a password.
GRANT erp_migrator TO CURRENT_USER WITH INHERIT TRUE, SET TRUE;

CREATE SCHEMA IF NOT EXISTS erp AUTHORIZATION erp_migrator;
GRANT USAGE ON SCHEMA erp TO erp_app, erp_reader;

-- Whatever erp_migrator makes in the schema, the others may use at once.
ALTER DEFAULT PRIVILEGES FOR ROLE erp_migrator IN SCHEMA erp
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO erp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE erp_migrator IN SCHEMA erp
    GRANT USAGE, SELECT ON SEQUENCES TO erp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE erp_migrator IN SCHEMA erp
    GRANT EXECUTE ON ROUTINES TO erp_app, erp_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE erp_migrator IN SCHEMA erp
    GRANT SELECT ON TABLES TO erp_reader;

-- The default that everybody may call a new function is taken away where it was given: for all schemas at once.
ALTER DEFAULT PRIVILEGES FOR ROLE erp_migrator REVOKE EXECUTE ON ROUTINES FROM PUBLIC;

REVOKE erp_migrator FROM CURRENT_USER;
