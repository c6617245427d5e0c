"""The two ways in which set-up stops."""


class SetupError(Exception):
    """A step failed: its text says which, why, and where the log is."""


class MissingPrerequisiteError(SetupError):
    """Something that set-up can't bring itself: its text is one line that says what to install."""
