"""Weights behind a printed order: linear programming against brute force, volumes, inversions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds import ranking, scaling
from llmexposure.estimation.bounds.scaling import Intervals, scaled
from llmexposure.report.tables import load

COMPONENTS = ["job_share", "patents", "applicant_share", "schools"]
HALF = pd.Series([0.0005, 0.0, 0.0005, 0.0], index=COMPONENTS)


def printed():
    return load("city_index").sort_values("rank")[COMPONENTS].astype(float)


def sample(n=7, k=3, seed=1):
    return np.random.default_rng(seed).uniform(size=(n, k))


def in_order_of(x, w):
    x = x[np.argsort(-(x @ w))]
    return Intervals(x, x)


def exists_by_scores(known, w):
    """Whether scores within their intervals can stand in the printed order: a programme over scores."""
    low, high = known.lower @ w, known.upper @ w
    n = len(low)
    step = np.eye(n)[1:] - np.eye(n)[:-1]
    rows = np.column_stack([step, np.ones(n - 1)])
    bounds = [*zip(low, high, strict=True), (None, None)]
    solved = linprog(np.append(np.zeros(n), -1.0), A_ub=rows, b_ub=np.zeros(n - 1), bounds=bounds)
    return solved.x[-1] > ranking.TOLERANCE


@pytest.mark.parametrize("seed", range(5))
def test_an_order_made_with_weights_is_feasible_and_its_weights_are_inside(seed):
    w = np.random.default_rng(seed).dirichlet(np.ones(3))
    known = in_order_of(sample(seed=seed), w)
    rows = ranking.pairs(known)
    assert ranking.widest(known).feasible
    assert len(ranking.inside(rows, w[None, :])) == 1
    ranges = ranking.weight_ranges(rows)
    assert ((ranges[:, 0] <= w + 1e-9) & (w <= ranges[:, 1] + 1e-9)).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_margin_is_the_best_of_a_fine_grid(seed):
    x = sample(n=5, seed=seed)
    rows = ranking.pairs(Intervals(x, x))
    best = (ranking.grid(3, 60) @ rows.T).min(axis=1).max()
    found = ranking.widest(Intervals(x, x)).margin
    assert best <= found + 1e-12
    assert found - best < 0.05


def test_the_multipliers_prove_that_the_order_is_impossible():
    known = scaled(printed(), 0 * HALF, "min_max")
    found = ranking.widest(known)
    price = np.zeros(len(ranking.pairs(known)))
    numbers = list(zip(*np.triu_indices(30, 1), strict=True))
    for pair in found.binding.itertuples():
        price[numbers.index((pair.above, pair.below))] = pair.price
    assert price.sum() == pytest.approx(1)
    assert (price @ ranking.pairs(known)).max() == pytest.approx(found.margin, abs=1e-9)
    assert found.margin < 0


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_pairs_say_the_same_as_a_programme_over_scores(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(5, 3))
    x = x[np.argsort(-(x @ [0.5, 0.3, 0.2]))]
    half = rng.uniform(0, 0.15, size=(5, 3))
    known, w = Intervals(x - half, x + half), rng.dirichlet(np.ones(3))
    by_pairs = len(ranking.inside(ranking.pairs(known), w[None, :])) == 1
    assert by_pairs == exists_by_scores(known, w)


@pytest.mark.parametrize("how", scaling.LINEAR)
def test_linear_scalings_allow_the_same_raw_weights(how):
    known = scaled(printed(), HALF, how)
    raw = Intervals((printed() - HALF).to_numpy(), (printed() + HALF).to_numpy())
    unit = scaling.LINEAR[how]
    units = np.array([unit(printed()[c].to_numpy())[1] for c in COMPONENTS])
    inside = ranking.widest(known).weights / units
    assert (ranking.pairs(raw) @ inside > 0).all()


def test_the_one_vector_in_tenths_gives_the_printed_order_for_shares_within_rounding():
    known, w = scaled(printed(), HALF, "min_max"), np.array([0.3, 0.3, 0.3, 0.1])
    low, high = known.lower @ w, known.upper @ w
    # As low as the cities below allow, from the bottom up; then shares that give just these scores.
    score = np.maximum.accumulate(low[::-1])[::-1] + 1e-9 * np.arange(30)[::-1]
    part = (score - low) / (high - low)
    assert ((part >= 0) & (part <= 1)).all()
    values = known.lower + part[:, None] * (known.upper - known.lower)
    shares = values[:, 0] * np.ptp(printed()["job_share"]) + printed()["job_share"].min()
    assert np.abs(shares - printed()["job_share"]).max() <= 0.0005 + 1e-12
    assert np.argsort(-(values @ w)).tolist() == list(range(30))
    tenths = ranking.inside(ranking.pairs(known), ranking.grid(4, 10))
    assert tenths.tolist() == [w.tolist()]
    others = [v for v in ranking.grid(4, 10)[::7] if not np.array_equal(v, w)]
    assert not any(exists_by_scores(known, v) for v in others)


def test_the_rounding_of_the_largest_shares_changes_nothing():
    for end in (-0.0005, 0.0005):
        top = printed()
        top.loc[top.index[0], ["job_share", "applicant_share"]] += end
        half = HALF.where(HALF == 0, 0.0005 - 1e-9)
        shifted = scaled(top, half, "maximum")
        # The first city itself is then known; every other city keeps its interval.
        assert ranking.inside(ranking.pairs(shifted), ranking.grid(4, 10)).tolist() == [
            [0.3, 0.3, 0.3, 0.1]
        ]


def test_an_unknown_minimum_covers_both_scalings_that_it_lies_between():
    values = printed()
    raw = ranking.pairs(Intervals((values - HALF).to_numpy(), (values + HALF).to_numpy()))
    tried = np.array([[0.3, 0.3, 0.3, 0.1], [0.25, 0.25, 0.25, 0.25]])
    low = 1 / values.max().to_numpy()
    high = 1 / (values.max() - values.min()).to_numpy()
    found = ranking.inside_for_some_unit(raw, tried, low, high)
    assert found.tolist() == [[0.3, 0.3, 0.3, 0.1]]


def test_impossible_weights_are_an_error_that_says_what_to_ask():
    x = np.array([[0.0, 0.0], [1.0, 1.0]])
    with pytest.raises(DataError, match="ask `widest`"):
        ranking.weight_ranges(ranking.pairs(Intervals(x, x)))


def test_volume_of_a_full_order_of_weights_is_one_in_k_factorial():
    known = Intervals(np.eye(4), np.eye(4))
    corners = ranking.vertices(ranking.pairs(known), ranking.widest(known))
    assert ranking.share_of_simplex(corners) == pytest.approx(1 / 24)
    assert len(corners) == 4


def test_volume_agrees_with_random_weights():
    known = in_order_of(sample(n=6, k=4, seed=3), np.array([0.4, 0.3, 0.2, 0.1]))
    rows = ranking.pairs(known)
    exact = ranking.share_of_simplex(ranking.vertices(rows, ranking.widest(known)))
    drawn = np.random.default_rng(1).dirichlet(np.ones(4), size=40_000)
    share = len(ranking.inside(rows, drawn)) / 40_000
    assert exact > 0.005
    assert share == pytest.approx(exact, abs=4 * np.sqrt(exact / 40_000))


def test_an_impossible_order_has_no_corners():
    x = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    known = Intervals(x, x)
    corners = ranking.vertices(ranking.pairs(known), ranking.widest(known))
    assert ranking.share_of_simplex(corners) == 0


@pytest.mark.parametrize("seed", range(4))
def test_fewest_inversions_is_the_best_of_a_fine_grid(seed):
    x = sample(n=5, seed=seed)
    known = Intervals(x, x)
    best = (ranking.grid(3, 60) @ ranking.pairs(known).T <= 0).sum(axis=1).min()
    count, weights = ranking.fewest_inversions(known)
    assert count <= best
    assert count == (ranking.pairs(known) @ weights <= 0).sum()


def test_ranks_share_places_only_where_rounding_hides_the_order():
    values = pd.DataFrame({"a": [3.0, 1.0, 1.0], "b": [2.0, 2.0, 5.0]})
    known = scaled(values, pd.Series({"a": 0.5, "b": 0.0}), "rank")
    assert known.lower[:, 0].tolist() == [1, 0, 0]
    assert known.upper[:, 0].tolist() == [1, 0.5, 0.5]
    assert known.lower[:, 1].tolist() == known.upper[:, 1].tolist() == [0.25, 0.25, 1]


def test_scalings_refuse_what_they_cannot_scale():
    flat = pd.DataFrame({"a": [1.0, 1.0]})
    half = pd.Series({"a": 0.0})
    with pytest.raises(DataError, match="a does not vary"):
        scaled(flat, half, "min_max")
    with pytest.raises(DataError, match="no logarithm"):
        scaled(pd.DataFrame({"a": [0.0, 1.0]}), half, "log")
    with pytest.raises(DataError, match="expected one of maximum"):
        scaled(flat, half, "median")


def test_the_printed_ranking_is_reproduced_within_rounding_only():
    found = ranking.recover(printed(), HALF, "min_max")
    assert not found.exact.feasible
    assert found.rounded.feasible
    assert found.inversions == 0
    assert ranking.listed(found.tenths) == "0.30/0.30/0.30/0.10"
    assert ranking.fewest_inversions(scaled(printed(), 0 * HALF, "min_max"))[0] == 1
