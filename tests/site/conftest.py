"""The built site behind a local address, and a browser that keeps to it."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest

from llmexposure.base.project import current
from llmexposure.publish.site import build

# Without these Chromium asks its maker's hosts at every start.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def built() -> Path:
    """Folder of the built site."""
    folder = build.target(current())
    if not (folder / "index.html").is_file():
        pytest.skip("build/site is not there: make paper, then make site")
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(built):
    """Address of the site on this machine."""
    handler = functools.partial(_Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="requirements/browser.txt is not installed"
    )
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    with api.sync_playwright() as running:
        started = running.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A page, and what went wrong on it: errors on the console or of the server, requests elsewhere."""

    def __init__(self, page, address):
        self.page, self.address, self.wrong = page, address, []
        page.on("console", lambda one: one.type == "error" and self.wrong.append(one.text))
        page.on("pageerror", lambda one: self.wrong.append(str(one)))
        page.on("request", self._asked)
        page.on(
            "response",
            lambda one: one.status >= 400 and self.wrong.append(f"{one.status} {one.url}"),
        )

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"asked for {request.url}")

    def go(self, name):
        self.page.goto(self.address + name)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def visit(browser, address):
    """Open pages: ``visit("about.html", color_scheme="dark")``."""
    contexts = []

    def opened(name, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        one = Visit(context.new_page(), address)
        one.go(name)
        return one

    yield opened
    for context in contexts:
        context.close()
