-- What the cost of queries is read from. The parameter group preloads its library; the view lives beside the list of
-- migrations, so that the application's schema holds the application alone.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA platform;
