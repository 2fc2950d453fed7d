"""Errors that a person can act on: one message, no traceback at the command line."""


class ProjectError(Exception):
    """Something the user can mend. The message names the place, what was expected, what to do."""


class SourceError(ProjectError):
    """An upstream file is missing, unreachable or not the file that was registered."""


class DataError(ProjectError):
    """A table breaks its contract; the message names file, column, row and value."""


class ParameterError(ProjectError):
    """A notebook parameter is unknown, of the wrong type or out of range."""


class BuildError(ProjectError):
    """A step of the build failed; earlier outputs are left as they were."""
