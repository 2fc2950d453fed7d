"""The key of the endpoint: read from the environment, kept out of everything else."""

import os
import re
from dataclasses import dataclass, field

from llmexposure.base.errors import ParameterError

MARK = "[key]"
# A shorter one is a placeholder for a server without keys ('none'); hiding it would maim the texts.
SHORTEST_SECRET = 8


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
        return text.replace(self.value, MARK) if len(self.value) >= SHORTEST_SECRET else text


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
