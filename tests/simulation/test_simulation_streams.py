"""A row depends on seed and number only: not on batches, length, text or what else is drawn."""

import numpy as np
import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.simulation.draw import draw_block
from llmexposure.simulation.generate import simulate
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.streams import BLOCK, Categorical, uniform

ROWS = BLOCK + 777


def whole(rows, seed, **given):
    batches = list(simulate(rows, seed, **given))
    return [
        row
        for part in ("postings", "truth")
        for batch in batches
        for row in getattr(batch, part).to_pylist()
    ]


@pytest.fixture(scope="module")
def reference():
    return whole(ROWS, 7)


@pytest.mark.parametrize("batch_rows", [1_000, BLOCK - 1, BLOCK, BLOCK + 1, 10**9])
def test_batch_size_changes_nothing(reference, batch_rows):
    assert whole(ROWS, 7, batch_rows=batch_rows) == reference


@pytest.mark.parametrize("batch_rows", [1, 7, 20])
def test_batches_have_the_size_asked_for(batch_rows):
    sizes = [batch.postings.num_rows for batch in simulate(20, 7, batch_rows=batch_rows)]
    assert sum(sizes) == 20
    assert set(sizes[:-1]) <= {batch_rows}
    assert all(0 < size <= batch_rows for size in sizes)


def test_a_longer_run_begins_with_the_shorter_one(reference):
    assert whole(100, 7)[:100] == reference[:100]


def test_without_text_the_figures_are_the_same(reference):
    bare = whole(ROWS, 7, text=False)[:ROWS]
    assert "description" not in bare[0]
    for row, full in zip(bare[::97], reference[:ROWS:97], strict=True):
        assert row == {name: full[name] for name in row}


def test_another_seed_gives_other_rows(reference):
    other = whole(200, 8)[:200]
    same = sum(a["description"] == b["description"] for a, b in zip(other, reference, strict=False))
    assert same == 0


def test_blocks_and_purposes_are_independent():
    draws = {
        (seed, block, purpose): uniform(seed, block, purpose)
        for seed in (0, 1)
        for block in (0, 1)
        for purpose in ("month", "role", "phrase")
    }
    values = np.array(list(draws.values()))
    correlation = np.corrcoef(values) - np.eye(len(values))
    assert np.abs(correlation).max() < 5 / np.sqrt(BLOCK)


def test_a_coefficient_moves_only_its_outcome():
    base = draw_block(Parameters(), 1, 0)
    moved = draw_block(Parameters(degree=0.09), 1, 0)
    assert (base.degree != moved.degree).any()
    for name in ("role", "city", "activities", "years", "applications", "remote", "exposure"):
        assert (getattr(base, name) == getattr(moved, name)).all(), name


def test_categorical_follows_its_probabilities():
    p = np.array([[0.0, 0.2, 0.0, 0.8, 0.0], [0.5, 0.1, 0.1, 0.1, 0.2]])
    u = uniform(3, 0, "city")
    for group, row in enumerate(p):
        drawn = Categorical(p).draw(np.full(BLOCK, group), u)
        share = np.bincount(drawn, minlength=5) / BLOCK
        assert np.abs(share - row).max() < 5 * np.sqrt(0.25 / BLOCK)
        assert (share[row == 0] == 0).all()


def test_categorical_never_leaves_its_group_at_the_ends():
    p = np.tile([0.0, 0.3, 0.7, 0.0], (500, 1))
    ends = np.array([0.0, np.nextafter(1.0, 0.0)])
    for group in (0, 1, 498, 499):
        assert Categorical(p).draw(np.full(2, group), ends).tolist() == [1, 2]


@pytest.mark.parametrize(
    "given",
    [
        {"rows": 0},
        {"rows": -1},
        {"rows": 2.5},
        {"rows": True},
        {"seed": -1},
        {"seed": 2**63},
        {"seed": "1"},
        {"batch_rows": 0},
    ],
)
def test_arguments_out_of_range_are_refused_at_once(given):
    with pytest.raises(ParameterError, match=next(iter(given))):
        simulate(**({"rows": 10, "seed": 1} | given))
