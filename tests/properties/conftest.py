"""Property tests run alike everywhere: the same examples each time, and no deadline that a busy machine could miss."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
