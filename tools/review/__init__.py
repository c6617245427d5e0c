"""One comment on a pull request: what an update would do, what policies say of it, what it means for recovery."""
