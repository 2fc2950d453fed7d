"""Half a million simulated postings without text, counted once."""

import pytest

from llmexposure.simulation.generate import simulate
from llmexposure.simulation.panel import changes, panel

ROWS = 500_000


@pytest.fixture(scope="session")
def counts():
    return panel(simulate(ROWS, seed=20_240_901, text=False))


@pytest.fixture(scope="session")
def found(counts):
    return changes(counts)
