"""A server on this machine that speaks the chat completions protocol and misbehaves on demand."""

import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local_server import serving

LEVELS = ("none", "direct", "with_software")
Answer = Callable[["Handler"], None]


def level_of(model: str, title: str) -> str:
    """Level that the honest server gives; the same on every call."""
    return LEVELS[hashlib.sha256(f"{model}|{title}".encode()).digest()[0] % 3]


@dataclass
class Chat:
    """The server's memory and orders.

    ``plan[title]`` are used one a request, then ``always``; with neither, the honest answer.
    """

    base_url: str
    plan: dict[str, list[Answer]] = field(default_factory=dict)
    always: Answer | None = None
    delay: float = 0.0
    requests: list[dict] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    release: threading.Event = field(default_factory=threading.Event)
    under_way: int = 0

    def asked(self) -> Counter:
        """How often each (model, title) was asked."""
        return Counter((r["model"], title(r)) for r in self.requests)


def title(request: dict) -> str:
    return request["messages"][-1]["content"].removeprefix("Work activity: ")


class Handler(BaseHTTPRequestHandler):
    chat: Chat
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def do_POST(self) -> None:  # noqa: N802 (name fixed by http.server)
        chat = self.chat
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.request_json = json.loads(body)
        with chat.lock:
            chat.requests.append(self.request_json)
            chat.times.append(time.monotonic())
            chat.keys.add(self.headers.get("Authorization", ""))
            chat.under_way += 1
            chat.most_at_once = max(chat.most_at_once, chat.under_way)
            waiting = chat.plan.get(title(self.request_json))
            answer = waiting.pop(0) if waiting else chat.always or honest
        with suppress(BrokenPipeError, ConnectionResetError):
            time.sleep(chat.delay)
            # Before the last byte leaves, lest the client's next request be counted beside it.
            with chat.lock:
                chat.under_way -= 1
            if self.path != "/v1/chat/completions":
                answer = failing(404)
            answer(self)

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def completion(request: dict, content: str | None, **extra) -> dict:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_750_000_000,
        "model": request["model"] + "-2025",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, **extra},
            }
        ],
        "usage": {"prompt_tokens": 400, "completion_tokens": 30, "total_tokens": 430},
    }


def honest(handler: Handler) -> None:
    """A level and a reason, as asked."""
    request = handler.request_json
    level = level_of(request["model"], title(request))
    saying(json.dumps({"reason": "Because.", "level": level}))(handler)


def saying(content: str | None, **extra) -> Answer:
    """A proper completion whose text is ``content``."""
    return lambda handler: handler.send(
        200, json.dumps(completion(handler.request_json, content, **extra)).encode()
    )


def failing(status: int, message: str = "no", code: str | None = None, **headers) -> Answer:
    """An error in the protocol's form."""
    body = json.dumps({"error": {"message": message, "type": "x", "code": code}}).encode()
    return lambda handler: handler.send(status, body, **headers)


def raw(body: bytes, kind: str = "application/json") -> Answer:
    """Status 200 with any body."""
    return lambda handler: handler.send(200, body, kind)


def without_formats(*refused: str) -> Answer:
    """Refuse these response formats, else answer honestly."""

    def answer(handler: Handler) -> None:
        asked = handler.request_json.get("response_format", {"type": "text"})["type"]
        if asked in refused:
            failing(400, f"response_format {asked} is not supported")(handler)
        else:
            honest(handler)

    return answer


def _promise(handler: Handler, size: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(size))
    handler.end_headers()


def cut_off(handler: Handler) -> None:
    """Promise a body, send a part of it, hang up."""
    _promise(handler, 1000)
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def reset(handler: Handler) -> None:
    """Slam the connection (RST instead of a proper end)."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def hanging(handler: Handler) -> None:
    """Say nothing until the test is over."""
    handler.chat.release.wait(30)
    handler.close_connection = True


def trickling(handler: Handler) -> None:
    """Send a byte now and then, for ever: no silence is ever long."""
    _promise(handler, 100_000)
    while not handler.chat.release.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # connections are kept alive by the client
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def serve() -> Iterator[Chat]:
    """Run the server for the length of a with block."""
    handler = type("BoundHandler", (Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.chat = Chat(f"http://127.0.0.1:{server.server_port}/v1")
    with serving(server):
        try:
            yield handler.chat
        finally:
            handler.chat.release.set()
