"""Buckets by purpose and the shared file system, in both regions, with their replication.

Nothing is imported here, so that the pure modules load without an SDK.
"""
