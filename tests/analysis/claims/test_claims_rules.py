"""Rules that decide a claim: each against made-up results, and what they refuse."""

import pytest

from llmexposure.analysis.claims.rules import printed, verdict
from llmexposure.base.errors import DataError
from llmexposure.data.schemas.claims import RULES, VERDICTS

YES, NO = {"value": True}, {"value": False}


def estimate(low, value, high):
    return {"value": value, "ci_low": low, "ci_high": high}


TABLE = [
    ("equals", "37.2", "%", [{"value": 0.37249}], "reproduced"),
    ("equals", "37.2", "%", [{"value": 0.37251}], "contradicted"),
    ("equals", "-33", "%", [{"value": -0.334}], "reproduced"),
    ("equals", "-33", "%", [{"value": 0.33}], "contradicted"),
    ("equals", "5.5", "pp", [{"value": 0.0551}], "reproduced"),
    ("equals", "about 20000", "tasks", [{"value": 19265}], "reproduced"),
    ("equals", "20000", "tasks", [{"value": 19265}], "contradicted"),
    ("equals", "0", "occupations", [{"value": 0}], "reproduced"),
    ("adds", "100", "%", [{"value": 1.0}], "reproduced"),
    ("adds", "10", "months", [{"value": 9.002}], "inconsistent"),
    ("adds", "about 3", "months", [{"value": 2.76}], "reproduced"),
    ("fits", "3", "rank", [{"value": 3}], "consistent"),
    ("fits", "3", "rank", [{"value": 4}], "inconsistent"),
    ("order", "", "", [YES], "supported"),
    ("order", "", "", [NO], "contradicted"),
    ("order", "", "", [{"value": 0.3}, {"value": 0.2}, {"value": 0.1}], "supported"),
    ("order", "", "", [{"value": 0.3}, {"value": 0.1}, {"value": 0.2}], "contradicted"),
    ("order", "", "", [{"value": 0.3}, {"value": 0.3}], "contradicted"),
    ("holds", "", "", [YES], "supported"),
    ("holds", "", "", [NO], "inconsistent"),
    ("sign:-", "", "", [estimate(-0.3, -0.2, -0.1)], "supported"),
    ("sign:+", "", "", [estimate(-0.3, -0.2, -0.1)], "contradicted"),
    ("sign:+", "", "", [estimate(0.1, 0.2, 0.3)], "supported"),
    ("sign:-", "", "", [estimate(0.1, 0.2, 0.3)], "contradicted"),
    ("sign:-", "", "", [estimate(-0.3, -0.1, 0.1)], "unidentified"),
    ("sign:-", "", "", [estimate(-0.3, -0.2, -0.1), estimate(-0.1, 0.0, 0.1)], "unidentified"),
    ("sign:+", "", "", [{"value": 0.0}], "unidentified"),
    ("settled:-", "", "", [{"value": "negative"}], "supported"),
    ("settled:+", "", "", [{"value": "negative"}], "contradicted"),
    ("settled:+", "", "", [{"value": "positive"}], "supported"),
    ("settled:-", "", "", [{"value": "positive"}], "contradicted"),
    ("settled:-", "", "", [{"value": "unsettled"}], "unidentified"),
    ("needs", "12", "%", [], "needs_data"),
]


@pytest.mark.parametrize(("rule", "value", "unit", "entries", "expected"), TABLE)
def test_each_rule_gives_its_verdict(rule, value, unit, entries, expected):
    assert verdict(rule, value, unit, entries) == expected


def test_the_table_covers_every_rule_and_every_verdict():
    assert {row[0] for row in TABLE} == set(RULES)
    assert {row[-1] for row in TABLE} == set(VERDICTS)


@pytest.mark.parametrize(
    ("rule", "value", "entries", "message"),
    [
        ("likely", "", [YES], "unknown"),
        ("equals", "1 to 4", [{"value": 2}], "one number"),
        ("holds", "", [{"value": 0.7}], "yes or no"),
    ],
)
def test_what_a_rule_cannot_compare_is_an_error(rule, value, entries, message):
    with pytest.raises(DataError, match=message):
        verdict(rule, value, "", entries)


@pytest.mark.parametrize(
    ("text", "unit", "value", "half"),
    [("0.1", "%", 0.001, 0.0005), ("8145", "patents", 8145, 0.5), ("about 0", "", 0, 0.5)],
)
def test_rounding_reaches_half_a_unit_of_the_last_digit(text, unit, value, half):
    number = printed(text, unit)
    assert number.value == pytest.approx(value)
    assert number.half == pytest.approx(half)
