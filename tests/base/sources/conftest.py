"""A cache of our own, a register of our own, and a server that can be told to misbehave."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_register import register_text
from upstream_server import CONTENT, Upstream, serve

from llmexposure.base.project import Project
from llmexposure.base.sources.registry import Source, load_registry


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the cache at a temporary folder; no mirror and no proxy unless a test sets one."""
    cache = tmp_path / "upstream"
    monkeypatch.setattr(Project, "upstream", cache)
    monkeypatch.delenv("LLMEXPOSURE_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return cache


@pytest.fixture
def cache(own_places: Path) -> Path:
    return own_places


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., dict[str, Source]]:
    """Make a register with one file; http is let in here, by the parameter that exists for it."""

    def make(*urls: str, content: bytes = CONTENT) -> dict[str, Source]:
        path = tmp_path / "sources.toml"
        path.write_text(register_text(*urls, content=content), encoding="utf-8")
        return load_registry(path, schemes=("http", "https"))

    return make


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The server, gone after the test."""
    with serve() as running:
        yield running
