"""Where the rater is, the key it takes, and what can go wrong with it."""

import base64
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from llmexposure.base.errors import ParameterError, ProjectError

MARK = "[key]"
# A shorter one is a placeholder for a server without keys ('none'); hiding it would maim the texts.
SHORTEST_SECRET = 8


def host_of(base_url: str) -> str:
    """Host and port of an address, the part of it that is recorded.

    Raises
    ------
    ParameterError
        If it is no http(s) address, or carries a user, password or query: keys come from the
        environment only. The message repeats no more than the host.

    Examples
    --------
    >>> host_of("http://127.0.0.1:8000/v1")
    '127.0.0.1:8000'
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna" if host.isascii() else "ascii")
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in ("http", "https"):
        raise ParameterError(
            "--base-url is not an http or https address, expected one such as "
            "https://api.openai.com/v1"
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ParameterError(
            f"--base-url for {host} carries a user, password, query or fragment, expected none of "
            "them; keys are read from the environment only"
        )
    return host if port is None else f"{host}:{port}"


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


@dataclass(frozen=True)
class Secret:
    """A key that does not show when printed.

    Examples
    --------
    >>> secret = Secret("abcdefgh-1")
    >>> secret, secret.hide("wrong key abcdefgh-1")
    (Secret(), 'wrong key [key]')
    """

    value: str = field(repr=False)

    def hide(self, text: str) -> str:
        """Text with the key replaced by a mark; servers echo keys in error messages."""
        if len(self.value) < SHORTEST_SECRET:
            return text
        for form in _echoes(self.value):
            text = re.sub(form, MARK, text)
        return text


@lru_cache(maxsize=4)
def _echoes(value: str) -> tuple[str, ...]:
    """Patterns of a key as servers echo it: with blanks or marks between its characters, or in base64.

    In base64 what stands before decides how a text is cut into threes; the ends, which depend on their
    neighbours, are left out, and the letters that they share are taken along.
    """
    spaced = r"[\s\-_.,:]*".join(re.escape(char) for char in value)
    packed = []
    for before in range(3):
        whole = value.encode()[(3 - before) % 3 :]
        text = base64.b64encode(whole[: len(whole) // 3 * 3]).decode()
        either = "".join({"+": "[+-]", "/": "[/_]"}.get(char, char) for char in text)
        packed.append(rf"[\w+/-]*{either}[\w+/=-]*")
    return (spaced, *packed)


def key_from_environment(variable: str = "OPENAI_API_KEY") -> Secret:
    """Key of the endpoint.

    Raises
    ------
    ParameterError
        If the variable is unset or empty, or holds what no HTTP header can carry. The message
        names the variable, never its content.
    """
    value = os.environ.get(variable, "").strip()
    if not value:
        raise ParameterError(
            f"environment variable {variable} is not set, expected the key of the endpoint; "
            "export it (any word will do for a server that needs no key)"
        )
    # Quotes and backslashes would be escaped in JSON and then not be found by `Secret.hide`.
    if not re.fullmatch(r"[!#-&(-\[\]-~]+", value):
        raise ParameterError(
            f"environment variable {variable} has spaces, quotes or other than ASCII characters, "
            "expected a key; export it again"
        )
    return Secret(value)
