"""Names and arguments that a shell would run reach commands as they are."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from llmexposure.cli import PoliteGroup, simulate, validate

ROOT = Path(__file__).parents[2]
WORDS = [
    "; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "a && touch pwned",
    "a | touch pwned",
    "a > pwned",
    "a\ntouch pwned",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "$PATH",
    "${IFS}touch${IFS}pwned",
    "*",
    "~root",
    "-rf",
    "--help",
    "a b  c",
    "\\",
    "!!",
    "%s%n",
    "-",
]
# Words that can be file names.
NAMES = [w for w in WORDS if w != "*"]
ROW = "posting_id,title,description\n1,t,d\n"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The scripts in a folder whose name a shell would run."""
    root = tmp_path_factory.mktemp("x") / "a b'\"$(touch pwned);`touch pwned`&"
    shutil.copytree(ROOT / "scripts", root / "scripts")
    shutil.copy(ROOT / "Makefile", root)
    (root / "environment.yml").write_text("dependencies:\n  - python=3.11\n")
    (root / ".venv/bin").mkdir(parents=True)
    return root


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "CONDA"))}


def shell(checkout, *command):
    done = subprocess.run(
        command, cwd=checkout, env=environment(), capture_output=True, text=True, check=False
    )
    assert not list(checkout.parent.rglob("pwned"))
    return done


@pytest.mark.parametrize("word", WORDS)
def test_run_hands_each_word_on(word, checkout):
    done = shell(checkout, "scripts/run.sh", "printf", "%s|", "x", word, "y")
    assert done.stdout == f"x|{word}|y|"


@pytest.mark.parametrize("word", [w for w in WORDS if "\n" not in w])
def test_make_hands_the_name_of_the_postings_on(word, checkout):
    for name in ("setup.sh", "tex.sh"):
        (checkout / "scripts" / name).write_text("#!/bin/sh\n")
    (checkout / ".venv/bin/llmexposure").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    (checkout / ".venv/bin/llmexposure").chmod(0o755)
    names = ("postings", "columns", "encoding", "ids")
    given = (*names, "coding")
    done = shell(checkout, "make", "-s", "paper", *(f"{name.upper()}={word}" for name in given))
    wanted = "".join(f"--{name}={word}|" for name in names)
    assert done.stdout == f"build|{wanted}--exposure-by|occupation|--coding={word}|", done.stderr


def test_make_does_not_expand_the_name_of_the_postings(checkout):
    done = shell(checkout, "make", "-n", "paper", "POSTINGS=$(shell touch pwned)")
    assert "--postings='$(shell touch pwned)'" in done.stdout


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.sh")), ids=lambda p: p.name)
def test_scripts_are_shell(script):
    assert not subprocess.run(["sh", "-n", script], check=False).returncode


def test_setup_check_in_such_a_folder(checkout):
    shutil.copy(ROOT / "scripts/setup.sh", checkout / "scripts")
    done = shell(checkout, "sh", "scripts/setup.sh", "--check")
    assert done.returncode == 1
    assert not done.stderr


def test_lib_finds_the_environment_in_such_a_folder(checkout):
    done = shell(
        checkout, "sh", "-c", ". scripts/lib.sh; env_prefix; python_version ';touch pwned'"
    )
    assert done.stdout == f"{checkout}/.venv\n"


def invoke(command, *arguments):
    group = PoliteGroup("main", commands=[command])
    return CliRunner().invoke(group, [command.name, *arguments], catch_exceptions=False)


@pytest.mark.parametrize("name", NAMES)
def test_validate_reads_and_writes_such_names(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(f"{name}.csv").write_text(ROW)
    done = invoke(validate, f"--quarantine={name}.q.csv", "--", f"{name}.csv")
    assert done.exit_code == 0, done.output
    made = {f"{name}.q.csv", f"{name}.q.csv.provenance.json"}
    assert {p.name for p in tmp_path.iterdir()} == {f"{name}.csv", *made}


@pytest.mark.parametrize("name", ["$(touch pwned)`touch pwned`;", "-rf\nb"])
def test_simulate_writes_such_names(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = invoke(simulate, "--rows=3", "--no-progress", "--", f"{name}.csv")
    assert done.exit_code == 0, done.output
    made = {f"{name}.csv", f"{name}.csv.truth.csv", f"{name}.csv.provenance.json"}
    assert {p.name for p in tmp_path.iterdir()} == made


@pytest.mark.parametrize(
    "word",
    ["degree=nan", "degree=inf", "degree=1;x", "degree=$(id)", "__class__=1", "=1", "degree=1e999"],
)
def test_simulate_refuses_coefficients(word, tmp_path):
    done = invoke(simulate, str(tmp_path / "a.csv"), "--rows=3", "--coefficient", word)
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("word", ["../../etc/passwd", "gpt4_beta; ls", "", "__import__('os')"])
def test_simulate_refuses_ratings(word, tmp_path):
    done = invoke(simulate, str(tmp_path / "a.csv"), "--rows=3", "--rating", word)
    assert done.exit_code == 1
    assert "is not known" in done.stderr


SEEN = ["a\x1b[2Jb", "a\x07b", "a\x9b31mb", "a\u202eb", "a\u2066b", "a\x7fb", "a\udcffb", "a\x00b"]


@pytest.mark.parametrize("name", SEEN)
def test_messages_do_not_drive_the_terminal(name, tmp_path):
    done = invoke(validate, f"{tmp_path}/{name}.csv")
    assert done.exit_code == 1
    assert done.stderr.strip().isprintable()
    assert "a\\" in done.stderr
