import hashlib

import pytest
from upstream_server import CONTENT, SHA256

from llmexposure.base.errors import SourceError
from llmexposure.base.sources import load_registry, locate
from llmexposure.base.sources.locate import whereabouts
from llmexposure.base.sources.registry import find_file

URL = "https://example.org/table.csv"
OTHER = b"another vintage"


@pytest.fixture
def registry(register):
    return register(URL)


def put(folder, content):
    path = folder / "demo" / "table.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_mirror_comes_before_the_cache(registry, cache, tmp_path, monkeypatch):
    cached, mirrored = put(cache, CONTENT), put(tmp_path / "mirror", CONTENT)
    assert locate("demo", "table.csv", registry) == cached
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    assert locate("demo", "table.csv", registry) == mirrored


def test_cache_serves_what_the_mirror_lacks(registry, cache, tmp_path, monkeypatch):
    cached = put(cache, CONTENT)
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path))
    assert locate("demo", "table.csv", registry) == cached


@pytest.mark.parametrize("place", ["mirror", "cache"])
def test_wrong_bytes_name_expected_found_and_remedy(registry, cache, tmp_path, monkeypatch, place):
    if place == "mirror":
        put(cache, CONTENT)  # a right copy elsewhere must not hide the wrong one
        monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    path = put(cache if place == "cache" else tmp_path / "mirror", OTHER)
    with pytest.raises(SourceError) as caught:
        locate("demo", "table.csv", registry)
    message = str(caught.value)
    assert str(path) in message
    assert f"expected sha256 {SHA256}, found {hashlib.sha256(OTHER).hexdigest()}" in message
    assert ("unset LLMEXPOSURE_MIRROR" if place == "mirror" else "fetch demo") in message
    assert whereabouts(find_file(registry, "demo", "table.csv")) == "wrong bytes"


def test_absent_file_tells_what_to_run(registry):
    with pytest.raises(SourceError, match="run `llmexposure fetch demo`") as caught:
        locate("demo", "table.csv", registry)
    assert SHA256 in str(caught.value)


def test_half_a_download_is_not_the_file(registry, cache):
    put(cache, b"").with_name("table.csv").unlink()
    (cache / "demo" / "table.csv.part").write_bytes(CONTENT)
    with pytest.raises(SourceError, match="not on this machine"):
        locate("demo", "table.csv", registry)


def test_mirror_that_is_no_folder_is_an_error(registry, cache, tmp_path, monkeypatch):
    put(cache, CONTENT)
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mistyped"))
    with pytest.raises(SourceError, match="LLMEXPOSURE_MIRROR is '.*mistyped'"):
        locate("demo", "table.csv", registry)


def test_unknown_names_are_answered_with_the_nearest(registry):
    with pytest.raises(SourceError, match="did you mean 'demo'"):
        locate("dem", "table.csv", registry)
    with pytest.raises(SourceError, match="no file 'tabel.csv'.*did you mean 'table.csv'"):
        locate("demo", "tabel.csv", registry)
    with pytest.raises(SourceError, match="unknown source 'zzz'; `llmexposure sources`"):
        locate("zzz", "table.csv", registry)


def test_whereabouts(registry, cache, tmp_path, monkeypatch):
    file = find_file(registry, "demo", "table.csv")
    assert whereabouts(file) == "missing"
    put(cache, CONTENT)
    assert whereabouts(file) == "cache"
    put(tmp_path / "mirror", CONTENT)
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    assert whereabouts(file) == "mirror"


ALL_FILES = [file for source in load_registry().values() for file in source.files.values()]


@pytest.mark.mirror
@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.label)
def test_registered_bytes_are_those_of_the_mirror(file, mirror, monkeypatch):
    copy = mirror / file.source / file.name
    if not copy.is_file():
        pytest.skip(f"this mirror has no {file.label}")
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(mirror))
    assert locate(file.source, file.name) == copy
    assert copy.stat().st_size == file.bytes
