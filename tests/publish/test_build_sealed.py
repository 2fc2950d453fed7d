"""Nothing outside the project has a part in a build, and nothing of a build outlives it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmexposure.base import checkout as checkouts
from llmexposure.base.errors import BuildError
from llmexposure.base.project import current
from llmexposure.cli import main
from llmexposure.publish import paper
from llmexposure.publish.verify import copies, reproduce

needs_tex = pytest.mark.skipif(not paper.available(), reason="xelatex or latexmk is missing")


@pytest.fixture
def hostile(tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    for name, value in reproduce.plant(home).items():
        monkeypatch.setenv(name, value)
    return home


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_hostile_home_and_environment_change_no_byte_and_get_no_file(built, project, hostile):
    before = files(hostile)
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert project.outputs() == built.outputs()
    assert {path for path in files(hostile) - before if "__pycache__" not in path.parts} == set()


def test_a_notebook_run_by_hand_does_not_draw_as_a_matplotlibrc_says(built, hostile):
    code = (
        "import matplotlib as mpl; from llmexposure.report import style; style.use();"
        "print({k: v for k, v in mpl.rcParams.items() if k != 'backend'})"
    )
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONOPTIMIZE"}}
    command = [sys.executable, "-c", code]
    odd = subprocess.run(command, env=clean, capture_output=True, text=True, check=True)
    del clean["MATPLOTLIBRC"], clean["MPLCONFIGDIR"]
    plain = {**clean, "HOME": str(built.root)}
    usual = subprocess.run(command, env=plain, capture_output=True, text=True, check=True)
    assert odd.stdout == usual.stdout


def test_scripts_do_not_import_modules_of_a_stranger(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('not json')")
    command = [current().root / "scripts/run.sh", "python", "-c", "import json"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*',;:$"\\', "{b", "b}", "a b~#%&'"])
def test_every_folder_name_builds_or_is_refused_at_once(project, tmp_path_factory, name):
    root = tmp_path_factory.mktemp("names") / name
    shutil.copytree(project.root, root)
    project.root = root
    done = project.run("build")
    if name in {"{b", "b}"} or (len(name) == 1 and paper.available()):
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert f"in a folder with {name.strip('b')} in its path" in done.stderr
        assert not (root / "results").exists()
    else:
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seconds", ["x", "-1", "0", "1e3"])
def test_seconds_that_are_none_stop_a_build_at_once(project, monkeypatch, seconds):
    monkeypatch.setenv("LLMEXPOSURE_CELL_SECONDS", seconds)
    done = project.run("build")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"LLMEXPOSURE_CELL_SECONDS is '{seconds}', expected whole seconds" in done.stderr
    assert not (project.root / "results").exists()


@pytest.mark.parametrize("folder", ["x" * 110, "here"])
def test_a_long_or_relative_folder_for_temporary_files_is_no_obstacle(project, monkeypatch, folder):
    (project.root / folder).mkdir()
    monkeypatch.setenv("TMPDIR", folder if folder == "here" else str(project.root / folder))
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert not list((project.root / folder).iterdir())


def started_by(folder: Path) -> list[str]:
    """Processes that were started for the project in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            ours = f"LLMEXPOSURE_ROOT={folder}".encode() in path.read_bytes().split(b"\0")
            dead = ") Z " in (path.parent / "stat").read_text()
        except OSError:
            continue
        found += [path.parent.name] if ours and not dead else []
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killing_the_build_alone_leaves_no_kernel_behind(project, tmp_path_factory, number):
    sockets = tmp_path_factory.mktemp("s")
    mark = project.root / "running"
    project.write_notebook(count=f"open({str(mark)!r}, 'w').close()\nwhile True: pass")
    environment = {**os.environ, "LLMEXPOSURE_ROOT": str(project.root), "TMPDIR": str(sockets)}
    command = [sys.executable, "-m", "llmexposure.cli", "build"]
    build = subprocess.Popen(command, env=environment, cwd=project.root, stderr=subprocess.DEVNULL)
    wait(mark.exists)
    assert len(started_by(project.root)) > 1
    build.send_signal(number)
    build.wait()
    wait(lambda: not started_by(project.root))
    assert not list(sockets.glob("kernel-*"))


def wait(done, seconds=60):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "one.txt").write_text("1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def test_git_dir_of_another_repository_does_not_matter(checkout, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert copies.is_checkout(checkout)
    assert checkouts.git(checkout, "ls-files").stdout == b"one.txt\n"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_the_checkout_of_another_user_is_refused_with_the_command_that_helps(
    checkout, tmp_path_factory, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    for path in (checkout, checkout / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(BuildError, match=r"belongs to another user.*safe\.directory"):
        copies.is_checkout(checkout)
    monkeypatch.setenv("LLMEXPOSURE_ROOT", str(checkout))
    done = CliRunner().invoke(main, ["verify"])
    assert done.exit_code == 3
    assert done.stderr.startswith(f"error: {checkout}: git refuses this checkout")
    assert done.stdout == "verdict: not reproducible (nothing could be compared)\n"


def test_a_clone_with_line_ends_of_windows_has_the_same_bytes(checkout, tmp_path_factory):
    shutil.copy(current().root / ".gitattributes", checkout)
    names = [f"file.{kind}" for kind in ("bib", "sty", "toml", "md", "csv", "ipynb", "py", "txt")]
    for name in names:
        (checkout / name).write_text("one\ntwo\n")
    (checkout / "file.pdf").write_bytes(b"\r\n\n")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "two")
    clone = tmp_path_factory.mktemp("clone") / "of"
    git(checkout, "clone", "-q", "-c", "core.autocrlf=true", str(checkout), str(clone))
    assert {(clone / name).read_bytes() for name in names} == {b"one\ntwo\n"}
    assert (clone / "file.pdf").read_bytes() == b"\r\n\n"
