import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from upstream_server import CONTENT, SHA256, broken_off, endless, refusal, stalled, whole

from llmexposure.base.errors import SourceError
from llmexposure.base.sources import fetch
from llmexposure.base.sources.fetch import CHUNK

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


def test_truncated_body_is_resumed_within_one_call(upstream, register, cache):
    registry = register(upstream.url("/a", broken_off(HALF), whole()))
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT
    first, second = upstream.ranges("/a")
    assert first is None
    asked = int(second.removeprefix("bytes=").removesuffix("-"))
    assert HALF - CHUNK <= asked <= HALF
    assert names(cache) == ["table.csv"]


def test_many_breaks_are_resumed_only_while_bytes_arrive(upstream, register, cache):
    url = upstream.url("/a", broken_off(HALF), refusal(503))
    assert "503" in fails(register(url))
    assert len(upstream.requests) == 2
    assert names(cache) == ["table.csv.part"]


def test_server_without_ranges_is_started_over(upstream, register):
    registry = register(upstream.url("/a", broken_off(HALF), whole(ranges=False)))
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT
    assert len(upstream.requests) == 2  # its full answer is used, not asked for once more


def test_part_left_by_an_earlier_call_is_resumed(upstream, register, cache):
    part = cache / "demo" / "table.csv.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:1000])
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert upstream.ranges("/a") == ["bytes=1000-"]
    assert got.path.read_bytes() == CONTENT


def test_complete_part_needs_no_request(upstream, register, cache):
    part = cache / "demo" / "table.csv.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT)
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert upstream.requests == []
    assert got.path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "stale", [b"z" * 1000, b"z" * len(CONTENT), b"z" * (len(CONTENT) + 1)], ids=len
)
def test_part_of_another_file_is_thrown_away(upstream, register, cache, stale):
    part = cache / "demo" / "table.csv.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(stale)
    [got] = fetch(progress=False, registry=register(upstream.url("/a", whole())))
    assert upstream.ranges("/a")[-1] is None
    assert got.path.read_bytes() == CONTENT


def test_part_longer_than_the_servers_file_is_thrown_away(upstream, register, cache):
    registry = register(upstream.url("/a", broken_off(HALF), refusal(416), whole()))
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT


def test_second_address_serves_when_the_first_has_no_such_file(upstream, register):
    registry = register(upstream.url("/gone", refusal(404)), upstream.url("/b", whole()))
    [got] = fetch(progress=False, registry=registry)
    assert got.path.read_bytes() == CONTENT
    assert [path for path, _ in upstream.requests] == ["/gone", "/b"]


def test_second_address_is_not_spoilt_by_wrong_bytes_of_the_first(upstream, register):
    wrong = bytes(len(CONTENT))
    first = upstream.url("/a", broken_off(HALF, wrong), refusal(404))
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
    fails(register(upstream.url("/a", broken_off(HALF), refusal(404))))
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


def test_interruption_leaves_only_the_part_and_is_resumed(upstream, register, cache, monkeypatch):
    registry = register(upstream.url("/a", whole()))
    arrived = requests.Response.iter_content

    def interrupted(response, chunk_size):
        pieces = arrived(response, chunk_size)
        yield next(pieces)
        yield next(pieces)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(requests.Response, "iter_content", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(progress=False, registry=registry)
    assert names(cache) == ["table.csv.part"]
    [got] = fetch(progress=False, registry=registry)
    assert upstream.ranges("/a") == [None, f"bytes={2 * CHUNK}-"]
    assert got.path.read_bytes() == CONTENT
    assert names(cache) == ["table.csv"]


FETCH_IN_ANOTHER_PROCESS = """
import pathlib, sys
from llmexposure.base import project as paths
from llmexposure.base.sources import fetch, load_registry
paths.Project.upstream = pathlib.Path(sys.argv[1])
fetch(progress=False, registry=load_registry(pathlib.Path(sys.argv[2]), schemes=("http", "https")))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_process_leaves_only_the_part_and_is_resumed(upstream, register, cache, tmp_path):
    release = threading.Event()
    registry = register(upstream.url("/a", stalled(HALF, release), whole()))
    register_file = tmp_path / "sources.toml"
    part = cache / "demo" / "table.csv.part"
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH_IN_ANOTHER_PROCESS, str(cache), str(register_file)]
    )
    try:
        deadline = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size > 0):
            assert time.monotonic() < deadline, "nothing arrived"
            assert process.poll() is None, "the process ended early"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        release.set()
    assert names(cache) == ["table.csv.part"]
    kept = part.stat().st_size
    [got] = fetch(progress=False, registry=registry)
    assert upstream.ranges("/a")[-1] == f"bytes={kept}-"
    assert got.path.read_bytes() == CONTENT
    assert names(cache) == ["table.csv"]


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
