"""Redis and Memcached in the cache tier.

Nothing is imported here, so that the pure modules load without an SDK.
"""
