"""What can go wrong with a rater on the network: one class for people, three for the code."""

from llmexposure.base.errors import ProjectError


class RaterError(ProjectError):
    """The endpoint cannot be used as it is; answers already paid for are kept in the cache."""


class TransientError(Exception):
    """The server did not answer this time; asking again may help.

    Attributes
    ----------
    retry_after : float
        Seconds that the server asked to wait; 0 if it named none.
    """

    def __init__(self, what: str, retry_after: float = 0.0) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class RefusedError(Exception):
    """The server refused this request; asking the same again is pointless."""


class UnusableError(ValueError):
    """The model answered, but not with a level and a reason."""
