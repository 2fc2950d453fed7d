import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from upstream_server import CONTENT, SHA256, broken_off, endless, refusal, stalled, whole

from llmexposure.base.errors import SourceError
from llmexposure.base.sources import fetch

HALF = len(CONTENT) // 2


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def fails(registry, **options) -> str:
    """The message of the failing fetch, which must be one line."""
    with pytest.raises(SourceError) as caught:
        fetch(["demo"], progress=False, registry=registry, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_download_lands_in_cache_and_is_not_repeated(upstream, register, cache):
    registry = register(upstream.url("/a", whole()))
    [first] = fetch(["demo"], progress=False, registry=registry)
    assert first.path == cache / "demo" / "table.csv"
    assert first.path.read_bytes() == CONTENT
    assert first.origin == "download"
    assert names(cache) == ["table.csv"]
    [second] = fetch(progress=False, registry=registry)
    assert (second.origin, second.path) == ("cache", first.path)
    assert len(upstream.requests) == 1


def test_downloaded_file_is_readable_by_others(upstream, register):
    umask = os.umask(0o022)
    try:
        [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    finally:
        os.umask(umask)
    assert stat.S_IMODE(got.path.stat().st_mode) == 0o644


def test_progress_bar_names_the_file(upstream, register, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fetch(progress=True, registry=register(upstream.url("/a", whole())))
    assert "demo/table.csv" in capsys.readouterr().err


def test_no_progress_bar_when_stderr_is_no_terminal(upstream, register, capsys):
    fetch(progress=True, registry=register(upstream.url("/a", whole())))
    assert capsys.readouterr().err == ""


def test_truncated_body_is_refused_and_removed(upstream, register, cache):
    message = fails(register(upstream.url("/a", broken_off(HALF))))
    assert "the connection broke off" in message
    assert names(cache) == []


def test_second_address_serves_when_the_first_has_no_such_file(upstream, register):
    registry = register(upstream.url("/gone", refusal(404)), upstream.url("/b", whole()))
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT
    assert upstream.requests == ["/gone", "/b"]


@pytest.mark.parametrize("first", [broken_off(HALF), whole(bytes(len(CONTENT)))])
def test_second_address_serves_when_the_first_breaks_off_or_is_wrong(upstream, register, first):
    first = upstream.url("/a", first)
    [got] = fetch(progress=False, registry=register(first, upstream.url("/b", whole())))
    assert got.path.read_bytes() == CONTENT


def test_all_addresses_are_named_when_all_fail(upstream, register, cache):
    gone, broken = upstream.url("/gone", refusal(404)), upstream.url("/broken", refusal(500))
    message = fails(register(gone, broken))
    assert f"{gone}: the server answered 404" in message
    assert f"{broken}: the server answered 500" in message
    assert "llmexposure fetch demo" in message
    assert names(cache) == []


@pytest.mark.parametrize("wrong", [bytes(len(CONTENT)), CONTENT[:-1], b"<html>"], ids=len)
def test_wrong_bytes_are_refused_and_removed(upstream, register, cache, wrong):
    message = fails(register(upstream.url("/a", whole(wrong))))
    assert "demo/table.csv" in message
    assert SHA256 in message
    assert f"{len(CONTENT):,} bytes" in message
    assert "other bytes" in message
    assert names(cache) == []


def test_body_longer_than_registered_is_cut_short(upstream, register, cache):
    message = fails(register(upstream.url("/a", endless(pieces=2000))))
    assert f"more than {len(CONTENT):,} bytes" in message
    assert names(cache) == []


def test_wrong_bytes_in_the_cache_are_replaced(upstream, register, cache):
    path = cache / "demo" / "table.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"edited by hand")
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert got.origin == "download"
    assert path.read_bytes() == CONTENT


def test_wrong_bytes_in_the_cache_stay_when_nothing_better_comes(upstream, register, cache):
    path = cache / "demo" / "table.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"edited by hand")
    fails(register(upstream.url("/a", broken_off(HALF))))
    assert path.read_bytes() == b"edited by hand"


def test_connection_refused_is_one_clear_line(register, cache):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused
        message = fails(register(f"http://127.0.0.1:{reserved.getsockname()[1]}/a"))
    assert "demo/table.csv: could not be downloaded" in message
    assert "no connection" in message
    assert SHA256 in message
    assert "LLMEXPOSURE_MIRROR" in message
    assert names(cache) == []


def test_silent_server_is_given_up(upstream, register):
    release = threading.Event()
    url = upstream.url("/a", stalled(0, release))
    start = time.monotonic()
    try:
        message = fails(register(url), timeout=(1.0, 0.2))
    finally:
        release.set()
    assert "no answer in time" in message
    assert time.monotonic() - start < 10  # seconds; the server would stay silent for 30


def test_folder_that_cannot_be_written_is_one_clear_line(upstream, register, cache):
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file where the folder should be")
    message = fails(register(upstream.url("/a", whole())))
    assert "cannot write" in message
    assert upstream.requests == []


def test_interruption_leaves_nothing(upstream, register, cache, monkeypatch):
    registry = register(upstream.url("/a", whole()))
    arrived = requests.Response.iter_content

    def interrupted(response, chunk_size):
        yield next(arrived(response, chunk_size))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(requests.Response, "iter_content", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(progress=False, registry=registry)
    assert names(cache) == []


FETCH_IN_ANOTHER_PROCESS = """
import pathlib, sys
from llmexposure.base import project as paths
from llmexposure.base.sources import fetch, load_registry
paths.Project.upstream = pathlib.Path(sys.argv[1])
fetch(progress=False, registry=load_registry(pathlib.Path(sys.argv[2]), schemes=("http", "https")))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_process_leaves_no_file_of_the_final_name(upstream, register, cache, tmp_path):
    release = threading.Event()
    registry = register(upstream.url("/a", stalled(HALF, release), whole()))
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH_IN_ANOTHER_PROCESS, str(cache), str(tmp_path / "sources.toml")]
    )
    try:
        deadline = time.monotonic() + 60
        while not any(path.stat().st_size for path in cache.glob("demo/*")):
            assert time.monotonic() < deadline, "nothing arrived"
            assert process.poll() is None, "the process ended early"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        release.set()
    assert "table.csv" not in names(cache)
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT


def test_mirror_comes_before_the_network(upstream, register, cache, tmp_path, monkeypatch):
    copy = tmp_path / "mirror" / "demo" / "table.csv"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(CONTENT)
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert (got.origin, got.path) == ("mirror", copy)
    assert upstream.requests == []
    assert not cache.exists()


def test_file_that_the_mirror_lacks_is_downloaded(upstream, register, tmp_path, monkeypatch):
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path))
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert got.origin == "download"


def test_wrong_copy_in_the_mirror_is_an_error(upstream, register, tmp_path, monkeypatch):
    copy = tmp_path / "demo" / "table.csv"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"another vintage")
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path))
    message = fails(register(upstream.url("/a", whole())))
    assert SHA256 in message
    assert upstream.requests == []


def test_unknown_source_stops_before_anything_is_downloaded(upstream, register):
    registry = register(upstream.url("/a", whole()))
    with pytest.raises(SourceError, match=r"unknown source 'dmeo' \(did you mean 'demo'\?\)"):
        fetch(["demo", "dmeo"], progress=False, registry=registry)
    assert upstream.requests == []


def unseen(registry: dict, blob: str) -> dict:
    """The register with its file known by a git blob only."""
    [file] = registry["demo"].files.values()
    known = replace(file, sha256=None, bytes=None, git_blob=blob)
    return {"demo": replace(registry["demo"], files={file.name: known})}


def test_a_file_known_by_its_git_blob_is_fetched_by_name_and_checked(upstream, register, cache):
    blob = hashlib.sha1(b"blob 200000\0" + CONTENT, usedforsecurity=False).hexdigest()
    registry = unseen(register(upstream.url("/a", whole())), blob)
    assert fetch(progress=False, registry=registry) == []
    assert upstream.requests == []
    for origin in ("download", "cache"):
        [got] = fetch(["demo"], progress=False, registry=registry)
        assert (got.origin, got.path.read_bytes()) == (origin, CONTENT)
    assert names(cache) == ["table.csv"]


def test_other_bytes_than_the_git_blob_are_refused_and_removed(upstream, register, cache):
    message = fails(unseen(register(upstream.url("/a", whole())), "0a" * 20))
    assert "other bytes" in message
    assert f"expected git blob {'0a' * 20}" in message
    assert names(cache) == []
