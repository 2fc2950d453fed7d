import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner
from demo_register import register_text
from upstream_server import CONTENT, SHA256

from llmexposure.base import project
from llmexposure.base.errors import DataError
from llmexposure.cli import PoliteGroup, main


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """A project register with one source, whose address refuses every connection."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        path = tmp_path / "sources.toml"
        path.write_text(register_text(f"https://127.0.0.1:{reserved.getsockname()[1]}/a"))
        monkeypatch.setattr(project.Project, "sources_toml", path)
        yield path


def run(*arguments):
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def put(folder):
    path = folder / "demo" / "table.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)


def test_fetch_without_network_is_one_line_and_exit_code_1(demo):
    result = run("fetch")
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: demo/table.csv: could not be downloaded")
    assert SHA256 in line
    assert "no connection" in line


def test_fetch_says_that_the_mirror_has_all(demo, tmp_path, monkeypatch):
    put(tmp_path / "mirror")
    monkeypatch.setenv("LLMEXPOSURE_MIRROR", str(tmp_path / "mirror"))
    result = run("fetch", "demo", "demo")
    assert result.exit_code == 0
    assert result.stdout == "demo: 1 file in the mirror, nothing to download\n"


def test_fetch_says_that_the_cache_has_all(demo, cache):
    put(cache)
    result = run("fetch")
    assert result.stdout.startswith("demo: 1 file already in ")
    assert result.stdout.endswith("demo, nothing to download\n")


def test_unknown_source_is_one_line(demo):
    for command in ("fetch", "sources"):
        result = run(command, "dmo")
        assert result.exit_code == 1
        assert result.stderr.startswith("error: unknown source 'dmo' (did you mean 'demo'?)")
        assert len(result.stderr.splitlines()) == 1


def test_sources_lists_licence_and_status(demo, cache):
    row = run("sources").stdout.splitlines()[1]
    assert row.split() == ["demo", "1", "0.2", "yes", "missing", "CC0", "1.0"]
    put(cache)
    assert "cache" in run("sources").stdout


def test_sources_shows_one_in_full(demo):
    shown = run("sources", "demo").stdout
    assert "citation: Nobody (2024). A table." in shown
    assert "table.csv: 200,000 bytes, missing" in shown


def test_any_project_error_is_one_line():
    group = PoliteGroup("main")

    @group.command()
    def fail():
        raise DataError("first part\nsecond part")

    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 1
    assert result.stderr == "error: first part second part\n"


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (FileNotFoundError(2, "No such file", "map.toml"), "check the name"),
        (OSError(28, "No space left", "out.csv"), "check the space left on the disk"),
    ],
)
def test_an_error_of_the_system_names_the_file(error, hint):
    group = PoliteGroup("main")

    @group.command()
    def fail():
        raise error

    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {error.filename}: {error.strerror}; {hint}")


class PanicException(BaseException):
    """As polars raises it."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 4 GiB"),
        ImportError("a.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
        PanicException("OS can't spawn worker thread: Resource temporarily unavailable"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_want_of_memory_is_one_line(error):
    group = PoliteGroup("main")

    @group.command()
    def fail():
        raise error

    result = CliRunner().invoke(group, ["fail"], catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: not enough memory")
    assert result.stderr.count("\n") == 1


def test_other_errors_keep_their_traceback():
    group = PoliteGroup("main")

    @group.command()
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(group, ["fail"], catch_exceptions=False)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from llmexposure.cli import main\n"
        "try: main(['--help'])\n"
        "finally: sys.stderr.write(repr({'pandas', 'pooch', 'pydantic', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "fetch" in done.stdout
    assert done.stderr == "set()"
