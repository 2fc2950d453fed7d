"""Names of periods, and the periods chosen when none is named."""

import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.base.spans import auto_spans, months_between, months_of


@pytest.mark.parametrize(
    ("span", "first", "last", "count"),
    [
        ("2022", "2022-01", "2022-12", 12),
        ("2024-H1", "2024-01", "2024-06", 6),
        ("2023-H2", "2023-07", "2023-12", 6),
        ("2022-11", "2022-11", "2022-11", 1),
        ("2022-11:2023-02", "2022-11", "2023-02", 4),
    ],
)
def test_spans(span, first, last, count):
    months = months_of(span)
    assert (months[0], months[-1], len(months)) == (first, last, count)


@pytest.mark.parametrize(
    "span", ["auto", "2022-13", "22", "2024-H3", "2022-01:", "2023-05:2023-01"]
)
def test_what_is_no_span_is_refused(span):
    with pytest.raises(ParameterError, match="period"):
        months_of(span)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2022-01", "2024-06", ("2022-H1", "2024-H1")),
        ("2022-01", "2023-12", ("2022", "2023")),
        ("2022-03", "2024-02", ("2022-03:2023-02", "2023-03:2024-02")),
        ("2022-01", "2024-01", ("2022", "2023")),
        ("2024-01", "2025-05", ("2024-01:2024-05", "2025-01:2025-05")),
        ("2022-11", "2023-12", ("2022-11:2022-12", "2023-11:2023-12")),
        ("2023-01", "2023-05", ("2023-01:2023-02", "2023-03:2023-05")),
        ("2023-01", "2023-02", ("2023-01", "2023-02")),
        ("2023-01", "2023-01", ("2023-01", None)),
    ],
)
def test_the_same_season_in_two_years_where_it_can_be(first, last, expected):
    assert auto_spans(months_between(first, last)) == expected


def test_snapshots_are_compared_with_each_other():
    assert auto_spans(["2022-03", "2024-03"]) == ("2022-03", "2024-03")
    assert auto_spans(["2022-03", "2023-05", "2024-05"]) == ("2023-05", "2024-05")
