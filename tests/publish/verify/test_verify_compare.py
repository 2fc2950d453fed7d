"""Comparison of numbers and files, and the verdict, by tables of cases."""

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from llmexposure.publish.verify.compare import (
    Change,
    Kind,
    Verdict,
    compare_entry,
    compare_records,
    section,
    tolerance,
    verdict,
)
from llmexposure.publish.verify.files import compare_files, how_much
from llmexposure.report.record import UNITS, printed

KEY = "remote_work.open.us.slope"
SLOPE = {
    "value": -0.71, "ci_low": -1.02, "ci_high": -0.41, "p": 0.02, "n": 46, "unit": "slope", "digits": 2,
    "evidence": "open", "notebook": "02", "cell": "slope", "parameters": {"draws": 99},
}  # fmt: skip
NOT_NUMBERS = {"label", "month", "date"}


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({}, []),
        ({"value": -0.7149}, [Kind.WITHIN]),
        ({"value": -0.715}, [Kind.WITHIN]),
        ({"value": -0.7151}, [Kind.DIFFERS]),
        ({"value": 0.71}, [Kind.DIFFERS]),
        ({"value": None}, [Kind.DIFFERS]),
        ({"value": "-0.71"}, [Kind.DIFFERS]),
        ({"value": True}, [Kind.DIFFERS]),
        ({"ci_low": -1.021, "ci_high": -0.5}, [Kind.WITHIN, Kind.DIFFERS]),
        ({"se": 0.1}, [Kind.DIFFERS]),
        ({"p": 0.0204}, [Kind.WITHIN]),
        ({"p": 0.021}, [Kind.DIFFERS]),
        ({"n": 47}, [Kind.DIFFERS]),
        ({"unit": "log_points"}, [Kind.DIFFERS]),
        ({"digits": 3}, [Kind.DIFFERS]),
        ({"evidence": "simulated"}, [Kind.DIFFERS]),
        ({"of": "sectors"}, [Kind.DIFFERS]),
        ({"notebook": "03", "cell": "other", "parameters": {}}, []),
    ],
)
def test_each_field_of_a_result_has_its_tolerance(changed, kinds):
    found = list(compare_entry(KEY, SLOPE, {**SLOPE, **changed}))
    assert [change.kind for change in found] == kinds
    assert {change.field for change in found} <= changed.keys()


def test_a_change_says_both_values_as_printed_and_the_difference():
    (change,) = compare_entry(KEY, SLOPE, {**SLOPE, "value": -0.6})
    assert (change.old, change.new, change.by, change.allowed) == (
        "−0.71",
        "−0.60",
        "+0.11",
        "0.005",
    )


def test_results_of_one_record_only_are_missing_or_new():
    found = compare_records({"b": SLOPE, "a": SLOPE}, {"a": SLOPE, "c": SLOPE})
    assert [(change.name, change.kind) for change in found] == [
        ("b", Kind.MISSING),
        ("c", Kind.NEW),
    ]


def test_labels_months_and_truth_values_must_be_equal():
    for old, new in [("beta", "alpha"), ("2022-11", "2022-12"), (True, False)]:
        entries = [{**SLOPE, "value": value, "unit": "label", "digits": 0} for value in (old, new)]
        assert [c.kind for c in compare_entry(KEY, *entries)] == [Kind.DIFFERS]


@pytest.mark.parametrize("unit", sorted(UNITS.keys() - NOT_NUMBERS))
def test_the_tolerance_is_half_a_unit_of_the_last_printed_digit(unit):
    whole = unit in ("count", "yuan", "yuan_year")
    item = {"unit": unit, "digits": 0 if whole else 3 if unit == "p" else 1}
    unit_of_last_digit = 2 * tolerance(item, "value")
    value = 40 * unit_of_last_digit
    said = [printed(value + k * unit_of_last_digit, unit, item["digits"]) for k in (0, 0.4, 1)]
    assert said[0] == said[1] != said[2]


@given(st.floats(-1e3, 1e3), st.floats(0, 1), st.integers(0, 6))
def test_nothing_within_half_a_digit_counts_as_different(value, share, digits):
    old = {**SLOPE, "value": value, "digits": digits}
    new = {**old, "value": value + share * tolerance(old, "value")}
    assert {c.kind for c in compare_entry(KEY, old, new)} <= {Kind.WITHIN}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("a.csv", None, b"x", "new"),
        ("a.csv", b"x", None, "gone"),
        ("a.csv", b"m,v\n1,2\n3,4\n", b"m,v\n1,2\n3,5\n", "line 3, v: 4 → 5"),
        ("a.csv", b'm,v\n"a,b",2\n', b'm,v\n"a,b",3\n', "line 2, v: 2 → 3"),
        ("a.csv", b"m,v\n1,2\n", b"m,w\n1,2\n", "line 1: m,v → m,w"),
        ("a.csv", b"m\n1\n2\n", b"m\n3\n4\n", "line 2, m: 1 → 3, and 1 more"),
        ("a.py", b"a\nb\n", b"a\nc\n", "line 2: b → c"),
        ("a.py", b"a\nb\n", b"a\nc\nd\n", "lines gone: 1, lines new: 2"),
        ("a.py", b"a\r\nb\n", b"a\nb\n", "line ends or encoding only"),
        ("a.pdf", b"abc", b"abcd", "3 → 4 bytes"),
        (
            "a.tex",
            b"x" * 100 + b"1" + b"y" * 100,
            b"x" * 100 + b"2" + b"y" * 100,
            f"line 1: …{'x' * 20}1{'y' * 39}… → …{'x' * 20}2{'y' * 39}…",
        ),
    ],
)
def test_a_difference_of_files_in_words(name, old, new, said):
    assert how_much(name, old, new) == said


def png(*pixels, size=(2, 2)):
    image, out = Image.new("RGB", size), io.BytesIO()
    for place, colour in pixels:
        image.putpixel(place, colour)
    image.save(out, "PNG")
    return out.getvalue()


def test_pictures_differ_by_pixels_or_by_size():
    assert how_much("a.png", png(), png(((0, 1), (0, 0, 1)))) == "25.00% of pixels"
    assert how_much("a.png", png(), png(size=(2, 3))) == "2×2 → 2×3 pixels"


def test_files_are_compared_by_digest():
    found = compare_files({"a": "1", "b": "1", "d": "1"}, {"a": "1", "b": "2", "c": "1"})
    assert [(c.name, c.kind) for c in found] == [
        ("b", Kind.DIFFERS), ("c", Kind.NEW), ("d", Kind.MISSING),
    ]  # fmt: skip


def changes(kind, count):
    return [Change(str(i), kind) for i in range(count)]


@pytest.mark.parametrize(
    ("kind", "count", "word"),
    [
        (Kind.DIFFERS, 0, Verdict.FULL),
        (Kind.WITHIN, 8, Verdict.FULL),
        (Kind.DIFFERS, 1, Verdict.MINOR),
        (Kind.MISSING, 1, Verdict.MINOR),
        (Kind.NEW, 1, Verdict.MINOR),
        (Kind.DIFFERS, 2, Verdict.MINOR),
        (Kind.DIFFERS, 3, Verdict.PARTIAL),
        (Kind.DIFFERS, 8, Verdict.PARTIAL),
    ],
)
def test_the_verdict_over_four_results_and_four_files(kind, count, word):
    names = [str(i) for i in range(8)]
    halves = [
        [c for c in changes(kind, count) if c.name in part] for part in (names[:4], names[4:])
    ]
    sections = [section(names[:4], halves[0]), section(names[4:], halves[1])]
    assert verdict(sections) is word
    assert verdict(sections, failed=True) is Verdict.NONE


def test_nothing_compared_is_not_reproducible():
    assert verdict([section([], []), section([], [])]) is Verdict.NONE


def test_exit_codes_rise_from_full_to_not_reproducible():
    assert [word.exit_code for word in Verdict] == [0, 1, 2, 3]
    assert [str(word) for word in Verdict] == ["full", "minor", "partial", "not reproducible"]


def test_a_result_counts_once_by_its_worst_field():
    found = section("ab", [Change("a", Kind.DIFFERS), Change("a", Kind.WITHIN)])
    assert found.counts() == Counter({Kind.DIFFERS: 1, Kind.SAME: 1})
    assert found.differing() == 1
