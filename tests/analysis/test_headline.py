"""Verdicts of the headline follow from the numbers beside them."""

import pytest

from llmexposure.analysis import headline


def interval(low, high):
    return {"value": (low + high) / 2, "ci_low": low, "ci_high": high}


@pytest.mark.parametrize(
    ("slope", "wild", "p", "expected"),
    [
        ((-1.0, -0.4), (-1.1, -0.3), 0.01, "as stated, clear"),
        ((0.4, 1.0), (0.3, 1.1), 0.01, "opposite, clear"),
        ((-1.0, 0.1), (-1.1, -0.3), 0.01, "no clear sign"),
        ((-1.0, -0.4), (-1.1, 0.3), 0.01, "no clear sign"),
        ((-1.0, -0.4), (-1.1, -0.3), 0.05, "no clear sign"),
    ],
)
def test_a_sign_is_clear_when_both_intervals_and_the_permutation_say_so(slope, wild, p, expected):
    found = headline.estimated_verdict(interval(*slope), interval(*wild), {"value": p}, claimed=-1)
    assert found == expected


def test_a_level_says_nothing_of_a_stated_change():
    ends = interval(0.4, 1.0)
    found = headline.estimated_verdict(ends, ends, {"value": 0.01}, claimed=1, change=False)
    assert found == "positive in levels"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("yes", "sign settled"), ("no", "both signs possible")],
)
def test_printed_figures_settle_a_sign_or_not(value, expected):
    assert headline.published_verdict({"value": value}) == expected


@pytest.mark.parametrize(
    ("truth", "expected"), [(-0.5, "known value recovered"), (-2.0, "known value missed")]
)
def test_a_simulated_slope_recovers_the_known_value_or_not(truth, expected):
    assert headline.recovered_verdict(interval(-1.0, -0.4), truth) == expected
