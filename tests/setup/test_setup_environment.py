"""scripts/setup.sh: makes the environment once, mends a broken one, says what it cannot do."""

import re
import signal
import time

import pytest

MADE = ["python -m venv", "uv pip sync", "pip install --no-deps"]
TOOLS = ("python3.11", "python3.12", "python3.13", "python3")


def verbs(calls):
    return [" ".join(call.split()[:3]) for call in calls]


def test_first_run_makes_the_environment_and_says_so(sandbox):
    done = sandbox.run("setup.sh")
    assert done.returncode == 0, done.stderr
    assert "requirements/lock.txt into .venv" in done.stdout
    assert verbs(sandbox.calls()) == MADE
    assert (sandbox.root / ".venv/bin/python").exists()


def test_second_run_is_silent_quick_and_calls_nothing(sandbox):
    sandbox.run("setup.sh")
    sandbox.calls()
    began = time.perf_counter()
    done = sandbox.run("setup.sh")
    took = time.perf_counter() - began
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sandbox.calls() == []
    assert took < 0.3, f"an up-to-date set-up took {took:.2f} s"


def test_check_reports_and_changes_nothing(sandbox):
    assert sandbox.run("setup.sh", "--check").returncode == 1
    assert not (sandbox.root / ".venv").exists()
    sandbox.run("setup.sh")
    assert sandbox.run("setup.sh", "--check").returncode == 0


def test_hashes_are_required(sandbox):
    sandbox.run("setup.sh")
    sync = next(call for call in sandbox.calls() if "sync" in call)
    assert "--require-hashes requirements/lock.txt" in sync


@pytest.mark.parametrize("name", ["requirements/lock.txt", "pyproject.toml"])
def test_a_changed_file_brings_the_same_environment_up_to_date(sandbox, name):
    sandbox.run("setup.sh")
    sandbox.calls()
    (sandbox.root / name).write_text("# changed\n")
    assert sandbox.run("setup.sh").returncode == 0
    assert verbs(sandbox.calls()) == MADE[1:]
    assert sandbox.run("setup.sh").stdout == ""


def test_a_killed_setup_is_done_again_from_the_start(sandbox):
    (sandbox.state / "uv-does").write_text("kill -9 $PPID\n")
    assert sandbox.run("setup.sh").returncode == -signal.SIGKILL
    assert sandbox.run("setup.sh", "--check").returncode == 1
    sandbox.calls()
    (sandbox.state / "uv-does").write_text(":\n")
    assert sandbox.run("setup.sh").returncode == 0
    assert verbs(sandbox.calls()) == MADE


def test_a_sync_that_was_cut_short_is_not_taken_for_finished(sandbox):
    sandbox.run("setup.sh")
    before = (sandbox.root / "requirements/lock.txt").read_text()
    (sandbox.root / "requirements/lock.txt").write_text("# newer\n")
    (sandbox.state / "uv-does").write_text("kill -9 $PPID\n")
    sandbox.run("setup.sh")
    (sandbox.root / "requirements/lock.txt").write_text(before)
    assert sandbox.run("setup.sh", "--check").returncode == 1


def test_a_broken_environment_is_made_again(sandbox):
    sandbox.run("setup.sh")
    sandbox.calls()
    python = sandbox.root / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert sandbox.run("setup.sh").returncode == 0
    assert verbs(sandbox.calls()) == MADE


def test_a_moved_project_gets_a_new_environment(sandbox):
    sandbox.run("setup.sh")
    sandbox.calls()
    sandbox.root = sandbox.root.rename(sandbox.root.with_name("moved"))
    assert sandbox.run("setup.sh").returncode == 0
    assert verbs(sandbox.calls()) == MADE


def test_two_setups_at_once_make_one_environment(sandbox):
    (sandbox.state / "uv-does").write_text("sleep 1\n")
    both = [sandbox.start("setup.sh") for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert verbs(sandbox.calls()) == MADE
    assert any("Waiting for another set-up" in text for text in outputs)


def test_pip_takes_over_when_uv_fails(sandbox):
    (sandbox.state / "uv-does").write_text("echo no route to the index; exit 2\n")
    done = sandbox.run("setup.sh")
    assert done.returncode == 0, done.stderr
    assert "uv cannot do it here" in done.stdout
    assert "pip install --require-hashes -r requirements/lock.txt" in sandbox.calls()
    assert sandbox.run("setup.sh").stdout == ""


def test_uv_is_fetched_with_hashes_when_it_is_not_on_the_path(sandbox):
    (sandbox.tools / "uv").unlink()
    assert sandbox.run("setup.sh").returncode == 0
    calls = sandbox.calls()
    assert verbs(calls) == [MADE[0], "pip install --require-hashes", *MADE[1:]]
    assert "-r build/uv.txt" in calls[1]
    wanted = (sandbox.root / "build/uv.txt").read_text()
    assert re.findall(r"==|sha256:.", wanted) == ["==", "sha256:1", "sha256:2"]


@pytest.mark.parametrize("broken", [["uv"], TOOLS[:3]])
def test_tools_that_do_not_run_count_as_absent(sandbox, broken):
    for name in broken:
        sandbox.tool(name, "echo 'command not found' >&2; exit 127")
    assert sandbox.run("setup.sh").returncode == 0
    assert ("-r build/uv.txt" in sandbox.calls()[1]) == (broken == ["uv"])


def test_without_any_python_the_message_names_what_was_tried(sandbox):
    for name in TOOLS:
        sandbox.tool(name, "exit 127")
    done = sandbox.run("setup.sh")
    assert done.returncode == 1
    assert "no Python from 3.11 to 3.13 found (tried: python3.11 python3.12" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_python_asked_for_by_name_is_not_replaced_by_another(sandbox):
    sandbox.tool(
        "python3.9", "echo 'pyenv: python3.9 exists in these versions: 3.9.18' >&2; exit 127"
    )
    done = sandbox.run("setup.sh", PYTHON="python3.9")
    assert done.returncode == 1
    assert "tried: python3.9)" in done.stderr
    assert "pyenv: python3.9 exists in these versions" in done.stderr


def test_without_venv_pip_and_uv_the_message_is_the_command_to_run(sandbox):
    sandbox.tool("uv", "exit 127")
    (sandbox.state / "lacks").write_text("ensurepip pip")
    done = sandbox.run("setup.sh")
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends python3.1" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_uv_on_the_path_is_enough_without_venv_and_pip(sandbox):
    (sandbox.state / "lacks").write_text("ensurepip pip")
    assert sandbox.run("setup.sh").returncode == 0
    assert verbs(sandbox.calls()) == ["uv venv --python", *MADE[1:]]


def test_the_pip_of_the_python_beneath_is_enough_without_venv_and_uv(sandbox):
    (sandbox.tools / "uv").unlink()
    (sandbox.state / "lacks").write_text("ensurepip")
    assert sandbox.run("setup.sh").returncode == 0
    calls = sandbox.calls()
    assert verbs(calls)[:2] == ["python -m venv", f"pip --python {sandbox.root}/.venv/bin/python"]
    assert verbs(calls)[2:] == MADE[1:]


def test_the_link_to_the_sources_holds_no_path(sandbox):
    sandbox.run("setup.sh")
    (link,) = sandbox.root.glob(".venv/lib/python3*/site-packages/llmexposure.pth")
    assert (link.parent / link.read_text().strip()).resolve() == sandbox.root / "src"
    assert not link.read_text().startswith("/")


def test_a_folder_that_cannot_be_written_is_said_in_one_line(sandbox):
    (sandbox.root / "build").touch()
    done = sandbox.run("setup.sh")
    assert done.returncode == 1
    assert done.stderr == (
        f"set-up: {sandbox.root} cannot be written. Copy it to a folder of yours and run make there.\n"
    )


@pytest.mark.parametrize("home", [None, "/proc/none"])
def test_without_a_home_the_caches_go_under_build(sandbox, home):
    del sandbox.env["HOME"]
    done = sandbox.run("setup.sh", **({"HOME": home} if home else {}))
    assert done.returncode == 0, done.stderr
    assert f"cache={sandbox.root}/build/cache/uv" in sandbox.calls()[1]


@pytest.mark.parametrize(("own", "used"), [({}, "pip"), ({"UV_DEFAULT_INDEX": "https://uv"}, "uv")])
def test_uv_is_told_the_index_that_pip_is_set_to_use_unless_it_has_its_own(sandbox, own, used):
    sandbox.run("setup.sh", PIP_INDEX_URL="https://pip", **own)
    assert f"index=https://{used}" in sandbox.calls()[1]
