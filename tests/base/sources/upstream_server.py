"""A small web server on this machine that a test can tell to misbehave."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local_server import serving

# Longer than several chunks of the downloader, and no two parts of it alike.
CONTENT = b"".join(b"%07d\n" % number for number in range(25_000))
SHA256 = hashlib.sha256(CONTENT).hexdigest()

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Upstream:
    """The server: ``answers[path]`` are used one a request, the last one for ever."""

    base: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def url(self, path: str, *answers: Answer) -> str:
        """Have ``path`` give those answers in turn; return its address."""
        self.answers[path] = list(answers)
        return f"{self.base}{path}"


class _Handler(BaseHTTPRequestHandler):
    upstream: Upstream

    def do_GET(self) -> None:  # noqa: N802 (name fixed by http.server)
        self.upstream.requests.append(self.path)
        waiting = self.upstream.answers[self.path]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        with suppress(BrokenPipeError, ConnectionResetError):  # the client may have been killed
            answer(self)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def serve() -> Iterator[Upstream]:
    """Run the server for the length of a with block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.upstream = Upstream(f"http://127.0.0.1:{server.server_port}")
    with serving(server):
        yield handler.upstream


def _start(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send the head of an answer that promises all of ``body``."""
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()


def whole(body: bytes = CONTENT) -> Answer:
    """Send the whole file."""
    return broken_off(len(body), body)


def broken_off(after: int, body: bytes = CONTENT) -> Answer:
    """Promise everything, send ``after`` bytes, hang up."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _start(request, body)
        request.wfile.write(body[:after])

    return answer


def stalled(after: int, release: threading.Event, body: bytes = CONTENT) -> Answer:
    """Promise everything, send ``after`` bytes, then nothing until released."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        broken_off(after, body)(request)
        request.wfile.flush()
        release.wait(30)

    return answer


def endless(pieces: int) -> Answer:
    """Send ``pieces`` times 64 KiB without announcing a length."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(pieces):
            request.wfile.write(b"x" * 65536)

    return answer


def refusal(status: int) -> Answer:
    """Answer with an error status."""
    return lambda request: request.send_error(status)
