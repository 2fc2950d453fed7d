"""What starts the project elsewhere is well formed and calls what exists; no container is started here."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
BINDER = (ROOT / ".binder/Dockerfile").read_text(encoding="utf-8")


def test_the_dev_container_sets_up_with_targets_that_exist():
    program, *targets = DEVCONTAINER["postCreateCommand"].split()
    assert program == "make"
    assert set(targets) <= TARGETS
    assert set(DEVCONTAINER) == {"name", "image", "postCreateCommand", "customizations"}


def test_binder_sets_up_with_a_target_that_exists_for_a_user_without_rights():
    assert set(re.findall(r"make (\w+)", BINDER)) == {"setup"}
    assert {"setup"} <= TARGETS
    # What Binder asks of a Dockerfile: a user with the number that it gives, and the files in its home.
    assert "ARG NB_UID" in BINDER
    assert BINDER.index("USER ${NB_USER}") < BINDER.index("RUN make setup")


def test_both_have_the_python_of_the_record():
    assert "python:3.11-" in DEVCONTAINER["image"]
    assert "FROM python:3.11-" in BINDER
