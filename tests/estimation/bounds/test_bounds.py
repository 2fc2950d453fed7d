"""Bounds agree with linear programs, with enumeration, and contain every admissible draw."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from llmexposure.base.errors import DataError
from llmexposure.estimation.bounds.frontier import frontier
from llmexposure.estimation.bounds.sets import OutcomeSet, RegressorSet
from llmexposure.estimation.bounds.settling import (
    breakdown,
    settled_at,
    settling_outcome,
    settling_outcomes,
    settling_regressors,
    within,
)
from llmexposure.estimation.bounds.slopes import (
    bounds,
    correlations,
    cross_product_range,
    sign,
    slope,
)

seeds = st.integers(0, 2**32 - 1)


def some_regressors(rng, n=5, pairs=4):
    low = rng.uniform(0, 0.6, n).round(2)
    high = (low + rng.uniform(0.05, 0.4, n)).round(2)
    middle = (low + high) / 2
    order = [tuple(map(int, rng.choice(n, 2, replace=False))) for _ in range(pairs)]
    above = {(i, j) if middle[i] >= middle[j] else (j, i) for i, j in order}
    return RegressorSet(low, high, tuple(sorted(above)))


def some_outcomes(rng, n=5, *, whole=np.inf, closed=False):
    """Some units are sure to gain, some sure to lose, the others are free."""
    ends = np.sort(rng.uniform(-0.4, 0.4, (n, 2)), axis=1)
    found = OutcomeSet(ends[:, 0], ends[:, 1], whole, closed)
    return found if not found.empty else OutcomeSet(ends[:, 0] - 0.5, ends[:, 1] + 0.5, 3.0, closed)


def any_outcomes(rng, n=5):
    return some_outcomes(rng, n, whole=rng.choice([np.inf, 0.6]), closed=rng.random() < 0.5)


def order_rows(regressors):
    eye = np.eye(len(regressors.low))
    return np.array([eye[j] - eye[i] for i, j in regressors.above])


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_the_vertices_hold_the_maximum_of_every_linear_function(seed):
    rng = np.random.default_rng(seed)
    found = some_regressors(rng)
    points = found.vertices
    assert (points[:, [i for i, _ in found.above]] >= points[:, [j for _, j in found.above]]).all()
    for weights in rng.normal(size=(5, 5)):
        best = linprog(
            -weights, A_ub=order_rows(found), b_ub=np.zeros(len(found.above)),
            bounds=np.column_stack([found.low, found.high]),
        )  # fmt: skip
        assert (points @ weights).max() == pytest.approx(-best.fun, abs=1e-9)


def test_vertices_of_a_chain_are_thresholds():
    chain = RegressorSet(np.zeros(4), np.ones(4), ((0, 1), (1, 2), (2, 3)))
    assert sorted(chain.vertices.sum(axis=1)) == [0, 1, 2, 3, 4]


def test_intervals_against_the_order_are_named():
    with pytest.raises(DataError, match=r"at least 0.7 and at most 0.4"):
        RegressorSet(np.array([0.1, 0.7]), np.array([0.4, 0.9]), ((0, 1),)).tight()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_the_closed_form_is_the_linear_program(seed):
    rng = np.random.default_rng(seed)
    outcomes, weights = any_outcomes(rng), rng.normal(size=(6, 5))
    for row, value in zip(weights, outcomes.largest(weights), strict=True):
        program, direct = outcomes._program(row), outcomes.maximiser(row)
        assert value == pytest.approx(row @ program, abs=1e-8)
        assert row @ direct == pytest.approx(value, abs=1e-8)
        assert outcomes.holds(direct, 1e-7)


def test_contradictory_statements_are_an_error():
    falls = OutcomeSet(np.full(3, -0.3), np.array([-0.1, 0.02, 0.02]), 1.0, True)
    assert falls.empty
    with pytest.raises(DataError, match="sum to zero"):
        falls.checked()
    assert not OutcomeSet(np.full(3, -0.3), np.array([-0.1, 0.05, 0.05]), 1.0, True).empty


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_no_admissible_pair_is_outside_the_bounds(seed):
    rng = np.random.default_rng(seed)
    regressors, outcomes = some_regressors(rng), some_outcomes(rng)
    found = bounds(regressors, outcomes)
    points = regressors.vertices
    mix = rng.dirichlet(np.full(len(points), 0.1), 400)
    x = mix @ points
    y = rng.uniform(outcomes.low, outcomes.high, (400, 5))
    ends = rng.random((400, 5))
    y = np.where(ends < 0.3, outcomes.low, np.where(ends > 0.7, outcomes.high, y))
    slopes = np.array([slope(a, b) for a, b in zip(x, y, strict=True)])
    assert found.slope_min - 1e-4 <= slopes.min()
    assert slopes.max() <= found.slope_max + 1e-4
    r = correlations(x, y)
    assert found.correlation_min - 2e-4 <= r.min()
    assert r.max() <= found.correlation_max + 2e-4
    if found.settled:
        assert set(np.sign(slopes)) == {1.0 if found.sign == "positive" else -1.0}


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_cross_products_are_those_of_all_pairs_of_vertices(seed):
    rng = np.random.default_rng(seed)
    regressors, outcomes = some_regressors(rng), some_outcomes(rng)
    corners = np.array(list(itertools.product(*zip(outcomes.low, outcomes.high, strict=True))))
    x = regressors.vertices - regressors.vertices.mean(axis=1, keepdims=True)
    every = x @ corners.T
    assert cross_product_range(regressors.vertices, outcomes) == pytest.approx(
        (every.min(), every.max()), abs=1e-12
    )


def test_the_slope_extremes_are_those_of_enumeration():
    # For each corner of the outcomes the steepest regressor is one convex problem; here all are solved.
    rng = np.random.default_rng(8)
    regressors, outcomes = some_regressors(rng, 4, 2), some_outcomes(rng, 4)
    rows = order_rows(regressors)
    limits = [{"type": "ineq", "fun": lambda x: -rows @ x}]
    box = np.column_stack([regressors.low, regressors.high])

    def climbed(y, way, start):
        found = minimize(
            lambda x: way * slope(x, y), start, bounds=box, constraints=limits, tol=1e-12
        )
        return slope(found.x, y)

    corners = itertools.product(*zip(outcomes.low, outcomes.high, strict=True))
    every = [
        climbed(np.array(corner), way, start)
        for corner in corners
        for way in (1, -1)
        for start in regressors.vertices[::5]
    ]
    best = (min(every), max(every))
    ours = bounds(regressors, outcomes)
    assert (ours.slope_min, ours.slope_max) == pytest.approx(best, abs=2e-4)


def test_known_figures_give_the_slope_itself():
    x, y = np.array([0.1, 0.4, 0.6, 0.9]), np.array([0.3, 0.1, 0.2, -0.1])
    found = bounds(RegressorSet(x, x), OutcomeSet(y, y))
    expected = np.polyfit(x, y, 1)[0], np.corrcoef(x, y)[0, 1]
    assert (found.slope_min, found.correlation_min) == pytest.approx(expected, abs=1e-4)
    assert (found.slope_max, found.correlation_max) == pytest.approx(expected, abs=1e-4)
    assert found.sign == "negative"
    assert found.settled


def test_nothing_known_of_the_outcome_leaves_everything_possible():
    rng = np.random.default_rng(2)
    found = bounds(some_regressors(rng), OutcomeSet(np.zeros(5), np.ones(5)))
    assert (found.correlation_min, found.correlation_max) == (-1.0, 1.0)
    assert not found.settled


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_the_sign_is_settled_below_the_breakdown_point_only(seed):
    rng = np.random.default_rng(seed)
    points = some_regressors(rng).vertices
    units = np.array([True, True, True, False, False])
    outcomes = OutcomeSet(np.array([-1, -1, -1, 0.2, -0.3]), np.array([1, 1, 1, 0.3, -0.1]))
    found = breakdown(points, outcomes, units)
    if found.sign == "unsettled":
        assert found.bound == 0
        return
    assert sign(points, within(outcomes, units, 0.999 * found.bound)) == found.sign
    if found.bound < 0.999:
        assert sign(points, within(outcomes, units, found.bound + 1e-4)) == "unsettled"


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_a_frontier_is_the_breakdown_point_of_each_family(seed):
    rng = np.random.default_rng(seed)
    points = some_regressors(rng).vertices
    units = np.array([True, True, True, False, False])
    outcomes = OutcomeSet(np.array([-1, -1, -1, 0.2, -0.3]), np.array([1, 1, 1, 0.3, -0.1]))
    known = breakdown(points, outcomes, units)
    found = frontier(
        points, [lambda bound: within(outcomes, units, bound)] * 2, known.sign, low=0.0, high=1.0
    )
    if known.sign == "unsettled":
        assert np.isnan(found).all()
    else:
        assert found == pytest.approx([known.bound] * 2, abs=3e-5)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_settling_values_settle_and_their_neighbours_do_not(seed):
    rng = np.random.default_rng(seed)
    points, outcomes = some_regressors(rng).vertices, some_outcomes(rng)
    for unit in range(5):
        for name, (low, high) in settling_outcome(points, outcomes, unit).items():
            if low >= high:
                continue
            inside = np.clip(0.0, low + 1e-6, high - 1e-6)
            if low + 1e-6 < high - 1e-6:
                assert sign(points, outcomes.known(unit, inside)) == name
            for end, way in ((low, -1), (high, 1)):
                if np.isfinite(end):
                    assert sign(points, outcomes.known(unit, end + way * 1e-6)) != name


def test_settling_values_do_not_speak_of_outcomes_that_sum_to_zero():
    rng = np.random.default_rng(1)
    closed = OutcomeSet(np.full(5, -1.0), np.ones(5), 1.0, True)
    with pytest.raises(DataError, match="sum to anything"):
        settling_outcome(some_regressors(rng).vertices, closed, 0)


def test_the_unit_that_is_alone_unknown_settles_at_some_value():
    # Cross-products with three units: -0.4 * a + 0.4 * 0.1, zero at a = 0.1.
    points = np.array([[0.1, 0.5, 0.9]])
    known = OutcomeSet(np.array([-1.0, 0.0, 0.1]), np.array([1.0, 0.0, 0.1]))
    table = settling_outcomes(points, known, known)
    first = table[table["unit"] == 0].set_index("sign")
    assert first.loc["positive", ["low", "high"]].tolist() == pytest.approx([-1.0, 0.1])
    assert first.loc["negative", ["low", "high"]].tolist() == pytest.approx([0.1, 1.0])
    assert first["width_left"].tolist() == pytest.approx([0, 0], abs=1e-12)
    at = settled_at(points, known, known, values=5).query("unit == 0").set_index("value")["sign"]
    assert at.to_dict() == {
        -1.0: "positive",
        -0.5: "positive",
        0.0: "positive",
        0.5: "negative",
        1.0: "negative",
    }


def test_an_index_settles_where_it_decides_the_side():
    regressors = RegressorSet(np.array([0.1, 0.0, 0.5]), np.array([0.1, 1.0, 0.5]))
    rise = OutcomeSet(np.array([0.0, 0.3, 0.0]), np.array([0.0, 0.4, 0.0]))
    table = settling_regressors(regressors, rise)
    assert table["unit"].tolist() == [1]
    assert table["sign"].tolist() == ["negative, positive"]
