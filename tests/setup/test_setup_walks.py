"""Two walks through the code stay short: to the slope in the abstract, and from a posting to its counts."""

import json
import subprocess
import sys

import pytest

from llmexposure.base.project import current

FILES = {"sectors_to_slope": 18, "postings_to_counts": 35}
CARRIERS = 8


@pytest.fixture(scope="module")
def walks():
    command = [sys.executable, current().root / "scripts" / "walks.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("walk", FILES)
def test_a_walk_enters_few_files(walks, walk):
    files = walks[walk]["files"]
    assert 5 < len(files) <= FILES[walk], files


def test_few_classes_hand_a_row_on(walks):
    carriers = walks["postings_to_counts"]["carriers"]
    assert 0 < len(carriers) <= CARRIERS, carriers
