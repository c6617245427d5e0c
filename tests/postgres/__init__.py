"""A real PostgreSQL of the major that runs in RDS, for the tests that only a server can answer."""
