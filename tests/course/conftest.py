"""The course is no package of the library: its folder goes on the path, as for its own commands."""

import sys
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2] / "course"
sys.path.insert(0, str(COURSE))


@pytest.fixture(scope="session")
def course():
    return COURSE


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    from staff.export import export

    out = tmp_path_factory.mktemp("class") / "course"
    export(out)
    return out
