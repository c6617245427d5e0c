"""What only serves when the primary region is lost.

Nothing is imported here, so that the pure modules load without an SDK.
"""
