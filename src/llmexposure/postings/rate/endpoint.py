"""Where the rater is: address of an OpenAI-compatible server, checked before anything is sent."""

from urllib.parse import urlsplit

from llmexposure.base.errors import ParameterError


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
