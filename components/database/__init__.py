"""Databases: shards on RDS for PostgreSQL, what tunes them, who may enter, and what is laid in them first.

Nothing is imported here, so that the pure modules load without an SDK.
"""
