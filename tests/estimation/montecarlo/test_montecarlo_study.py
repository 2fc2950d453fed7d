"""Coverage where it is known exactly, where it must fail, and the rule of the choice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from montecarlo_units import few, many

from llmexposure.estimation.montecarlo.outcomes import outcomes
from llmexposure.estimation.montecarlo.power import correlation_of, power_curve, slope_of
from llmexposure.estimation.montecarlo.study import (
    HIGH,
    LOW,
    Effort,
    choose,
    coverage_frame,
    length_frame,
    sizes,
    studies,
    study,
)

DESIGNS = outcomes(0.18, 10**6)
EFFORT = Effort(10_000, 500, 199)
LITTLE = Effort(4_000, 250, 99)


def test_exact_intervals_cover_at_their_level():
    # With normal errors of equal variance the classical interval is exact; so is the plain
    # permutation test with any independent errors, up to the steps of its p-value.
    found = study(few(), DESIGNS["normal"], -0.7, EFFORT, seed=1)
    assert found.coverage["ols"].value == pytest.approx(0.95, abs=4 * found.coverage["ols"].se)
    plain = found.coverage["permutation_plain"]
    assert plain.value == pytest.approx(1 - 9 / 200, abs=4 * plain.se)
    assert abs(found.bias.value) < 4 * found.bias.se
    # E|t half-width| = t (11 df) times E(s) = 0.9776 sigma, against 1.96 sigma.
    assert found.length["ols"] == pytest.approx(2.201 * 0.9776 / 1.96, rel=0.02)


def test_lengths_do_not_depend_on_the_unit_of_the_outcome():
    # Shares in points: the ends lie a hundredth of a unit from the estimate.
    effort = Effort(250, 100, 99)
    one, small = (
        study(few(), outcomes(s, 10**6)["normal"], 0.0, effort, seed=1) for s in (1, 1e-3)
    )
    assert small.length == pytest.approx(one.length, rel=1e-9)


def test_robust_errors_with_normal_critical_values_fall_short_at_thirteen():
    found = study(few(), DESIGNS["normal"], -0.7, EFFORT, seed=1, lengths=False)
    assert found.coverage["normal"].value < 0.9
    assert 0.93 < found.coverage["hc3"].value < 0.96
    assert 0.92 < found.coverage["wild"].value < 0.975
    assert found.length == {}


def test_classical_intervals_fail_with_one_wild_unit_and_robust_ones_do_not():
    found = study(few(), DESIGNS["influential"], -0.7, LITTLE, seed=1, lengths=False)
    assert found.coverage["ols"].value < 0.85
    assert found.coverage["hc3"].value > 0.93


def test_the_direction_of_unequal_variances_decides_at_thirteen():
    rising, falling = (
        study(few(), DESIGNS[name], -0.7, EFFORT, seed=1, lengths=False).coverage["hc3"].value
        for name in ("variance_exposure", "variance_reversed")
    )
    assert falling < 0.92 < 0.95 < rising


def test_no_interval_survives_shared_shocks():
    for units in (few(), many()):
        found = study(units, DESIGNS["common_shock"], -0.7, LITTLE, seed=1, lengths=False)
        assert max(c.value for c in found.coverage.values()) < 0.92


def test_coverage_does_not_depend_on_the_slope_where_outcomes_are_linear():
    small = Effort(250, 100, 99)
    for name in ("heavy", "variance_size"):
        one, zero = (study(few(), DESIGNS[name], b, small, seed=4) for b in (-0.7, 0.0))
        assert one.coverage == zero.coverage
        assert one.length == pytest.approx(zero.length, rel=1e-9)


def test_sizes_are_one_minus_coverage_and_redrawn_for_shares():
    some = {k: DESIGNS[k] for k in ("normal", "closure_clr", "closure_pp")}
    slopes = {"normal": -0.7, "closure_clr": -0.7, "closure_pp": -0.03}
    effort = Effort(250, 100, 99)
    found = studies(few(), some, slopes, effort, seed=2)
    size = sizes(found, few(), some, effort, seed=2)
    covered = found["normal"].coverage["hc3"]
    assert size["normal"]["hc3"].value == pytest.approx(1 - covered.value)
    assert size["normal"]["hc3"].ci_low == pytest.approx(1 - covered.ci_high)
    alone = study(few(), some["closure_pp"], 0.0, effort, seed=2 + 3 + 1, lengths=False)
    assert size["closure_pp"]["wild"].value == pytest.approx(1 - alone.coverage["wild"].value)
    assert coverage_frame(found).shape == length_frame(found).shape == (3, 8)


def test_the_same_seed_gives_the_same_study():
    first, again, other = (
        study(few(), DESIGNS["normal"], -0.7, Effort(250, 100, 99), seed=s) for s in (1, 1, 2)
    )
    assert first == again
    assert first.bias != other.bias


def table(**columns):
    return pd.DataFrame(columns, index=["first", "second"])


def test_the_shortest_interval_inside_the_band_is_chosen():
    coverage = table(a=[0.95, 0.96], b=[0.94, 0.935], c=[0.90, 0.95], d=[0.95, 0.98])
    length = table(a=[1.1, 1.3], b=[1.2, 1.3], c=[0.9, 0.9], d=[1.0, 1.0])
    found = choose(coverage, length)
    assert found.interval == "a"
    assert found.inside == ("a", "b")
    assert (found.lowest_design, found.highest_design) == ("first", "second")
    assert (found.lowest, found.highest) == (0.95, 0.96)


def test_without_one_inside_the_smallest_shortfall_decides_then_the_length():
    length = table(a=[1.0, 1.0], b=[1.3, 1.3], c=[1.2, 1.2])
    found = choose(table(a=[0.95, 0.88], b=[0.92, 0.98], c=[0.90, 0.95]), length)
    assert (found.interval, found.inside) == ("b", ())
    # Too much coverage is no shortfall: of two that never fall short the shorter one.
    assert choose(table(a=[0.8, 0.9], b=[0.99, 0.95], c=[0.98, 0.95]), length).interval == "c"


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(0.8, 1), st.floats(0.8, 1), st.floats(0.5, 2)), min_size=2, max_size=6
    ),
    st.randoms(use_true_random=False),
)
def test_the_choice_obeys_its_rule_and_ignores_order(rows, random):
    names = [f"i{k}" for k in range(len(rows))]
    coverage = pd.DataFrame([r[:2] for r in rows], names, ["s", "t"]).T
    length = pd.DataFrame([(r[2], r[2]) for r in rows], names, ["s", "t"]).T
    found = choose(coverage, length)
    inside = ((coverage >= LOW) & (coverage <= HIGH)).all()
    assert set(found.inside) == set(inside.index[inside])
    if found.inside:
        assert length[found.interval].iloc[0] == length.loc["s", inside].min()
    else:
        assert coverage[found.interval].min() >= min(LOW, coverage.min().max())
    if len({r[2] for r in rows}) == len(rows):
        shuffled = random.sample(names, len(names))
        assert replace(choose(coverage[shuffled], length[shuffled])) == found


@pytest.mark.parametrize("units", [few(), many()], ids=["13", "47"])
def test_simulated_power_agrees_with_the_noncentral_t(units):
    effort = Effort(20_000, 250, 199)
    curve = power_curve(units, [0.0, 0.2, -0.4, 0.6], effort, seed=5)
    se = np.sqrt(curve["exact"] * (1 - curve["exact"]) / effort.closed)
    assert (np.abs(curve["ols"] - curve["exact"]) < 4 * se + 1e-12).all()
    assert (curve["hc3"].iloc[1:] <= curve["exact"].iloc[1:]).all()
    assert np.abs(curve["permutation_plain"] - curve["exact"]).max() < 0.09
    assert np.abs(curve["wild"] - curve["hc3"]).max() < 0.09


def test_power_without_resampling_has_the_closed_tests_only():
    curve = power_curve(few(), [0.5], Effort(500, 0, 99), seed=1)
    assert list(curve) == ["exact", "normal", "hc1", "ols", "hc3", "cr2"]


@given(st.floats(-0.98, 0.98), st.floats(0.01, 5))
def test_slopes_and_partial_correlations_are_inverse(r, noise):
    units = few()
    b = slope_of(units, np.array(r), noise)
    assert float(correlation_of(units, b, noise)) == pytest.approx(r, abs=1e-12)
    # A regression whose fitted part has this slope and whose residuals have this spread.
    share = (b * units.exposure.std()) ** 2 / ((b * units.exposure.std()) ** 2 + noise**2)
    assert share == pytest.approx(r**2, abs=1e-12)
