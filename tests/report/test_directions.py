"""A word of direction that a result does not bear out stops the build."""

import pytest

from llmexposure.base.errors import BuildError
from llmexposure.publish.forms import readme
from llmexposure.report.latex import borne_out, check_directions, check_says

FALL = {"value": -0.7, "ci_low": -1.0, "ci_high": -0.4}
VAGUE = {"value": 0.1, "ci_low": -0.2, "ci_high": 0.4}
POINT = {"value": 0.3}


@pytest.mark.parametrize(
    ("sign", "entries", "expected"),
    [
        ("-", [FALL], True), ("+", [FALL], False), ("--", [FALL], True), ("++", [FALL], False),
        ("0", [FALL], False), ("+", [VAGUE], True), ("++", [VAGUE], False), ("-", [VAGUE], False),
        ("0", [VAGUE], True), ("+", [POINT], True), ("++", [POINT], False), ("0", [POINT], False),
        ("<", [FALL, VAGUE], True), (">", [FALL, VAGUE], False), (">", [POINT, VAGUE], True),
        ("exposure=beta", [{"value": 1, "parameters": {"exposure": "beta"}}], True),
        ("exposure=beta", [{"value": 1, "parameters": {"exposure": "alpha"}}], False),
        ("any", [VAGUE], True), ("=falls", [{"value": "falls"}], True), ("=falls", [{"value": "f"}], False),
        ("p", [{"value": 0.049}], True), ("p", [{"value": 0.05}], False), ("!p", [{"value": 0.05}], True),
        ("+", [{"value": 0.0}], False), ("-", [{"value": 0.0}], False),
        ("<0.3", [POINT], False), ("<0.31", [POINT], True), (">-1", [FALL], True), (">-0.5", [FALL], False),
        ("<0.5x", [VAGUE, POINT], True), (">2x", [POINT, VAGUE], True),
        (">3x", [POINT, {"value": 0.11}], False),
        ("~0.1", [{"value": -0.76}, FALL], True), ("~0.1", [{"value": -0.62}, FALL], False),
    ],
)  # fmt: skip
def test_signs(sign, entries, expected):
    assert borne_out(sign, entries) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\says{rose}{+}{a.fall}", "'rose' says \\+, but a.fall = -0.7"),
        (r"\says{fell}{--}{a.vague}", "'fell' says --, but a.vague"),
        (r"\says{fell}{-}{a.fal}", r"a.fal is not in results/; did you mean a.fall\?"),
        (r"\says{fell}{down}{a.fall}", "expected a sign among"),
        (r"\says{fell}{<}{a.fall}", "at least two to compare"),
        (r"\says{fell}{-}{a.fall,a.vague}", "'fell' says -, but a.vague = 0.1"),
        (
            r"\says{least}{<}{a.fall,a.vague,a.low}",
            "'least' says <, but a.fall = -0.7.*a.low = -0.9",
        ),
        (
            r"\says{both}{2 --}{a.fall,a.low}",
            r"'both' says 2 --, but a.fall = -0.7 \[.*a.low = -0.9 \[No",
        ),
        (r"\says{none}{0 -}{a.vague,a.low}", "'none' says 0 -, but"),
        (r"\says{one}{1 <}{a.low,a.fall,a.vague}", "'one' says 1 <, but a.low = -0.9"),
        (r"\says{near}{~}{a.vague,a.low}", "expected a sign among"),
        (r"\says{half}{<0.5x}{a.fall}", "at least two to compare"),
        (r"\says{least}{<}{a.fall,a.*}", "'least' says <, but a.fall = -0.7.*a.low = -0.9"),
        (r"\says{all}{-}{*.vague}", "'all' says -, but a.vague = 0.1"),
        (r"\says{all}{-}{c.*}", "06.tex:2: 'all': no result is called c.*; mend the name"),
        (r"\scope{a}\says{rose}{+}{.fall}", "'rose' says \\+, but a.fall = -0.7"),
        (r"\says{fell}{-}{.fall}", "has no .scope before it"),
    ],
)
def test_what_is_not_borne_out_names_file_line_and_word(tmp_path, text, message):
    path = tmp_path / "06.tex"
    path.write_text("First line.\nPostings " + text + ".\n")
    entries = {"a.fall": FALL, "a.vague": VAGUE, "a.low": {"value": -0.9}}
    with pytest.raises(BuildError, match=message) as raised:
        check_directions([path], entries)
    assert "06.tex:2" in str(raised.value)


def test_what_is_borne_out_passes_and_comments_do_not_count(tmp_path):
    path = tmp_path / "06.tex"
    path.write_text(r"It \says{fell}{--}{a.fall}. % \says{rose}{+}{a.fall}" + "\n")
    check_directions([path], {"a.fall": FALL})


def test_a_sign_holds_for_each_key_and_a_scope_to_the_next_one(tmp_path):
    path = tmp_path / "06.tex"
    path.write_text(
        "\\scope{a}\n\\says{fell}{-}{.fall, .low}, \\says{least}{<}{.low,.fall,b.vague}.\n"
        "% \\scope{c}\n\\says{fell}{-}{.fall}. \\scope{b} \\says{not clear}{0}{.vague}\n"
    )
    check_directions([path], {"a.fall": FALL, "a.low": {"value": -0.9}, "b.vague": VAGUE})


def test_numbers_of_results_in_words_are_counted(tmp_path):
    path = tmp_path / "06.tex"
    path.write_text(
        r"\says{One}{1 ++}{a.low,a.vague,a.rise} of \says{three}{3 any}{a.low,a.vague,a.rise}."
    )
    rise = {"value": 0.7, "ci_low": 0.4, "ci_high": 1.0}
    entries = {"a.low": FALL, "a.vague": VAGUE, "a.rise": rise}
    check_directions([path], entries)
    with pytest.raises(BuildError, match="'One' says 1"):
        check_directions([path], entries | {"a.vague": rise})


def test_a_star_makes_families_and_pairs_like_with_like():
    record = {"us.small": 1, "us.wide": 2, "gb.small": 3, "gb.wide": 4, "gb.x.wide": 0}
    entries = {key: {"value": value} for key, value in record.items()}
    check_says("here", "<", ["*.small", "*.wide"], entries)
    check_says("here", ">2x", ["gb.wide", "*.small"], entries | {"gb.small": {"value": 1.9}})
    check_says("here", "2 >2.5", ["*.small", "*.wide"], entries)
    with pytest.raises(BuildError, match=r"gb.small = 3 .*gb.wide = 2"):
        check_says("here", "<", ["*.small", "*.wide"], entries | {"gb.wide": {"value": 2}})


def test_words_of_the_readme_are_held_to_the_record():
    entries = {"a.fall": FALL, "a.vague": VAGUE}
    text = "It {{fell|--|a.fall}}, in {{one|1 --|a.fall,a.vague}} of two."
    assert readme.fill(text, entries) == "It fell, in one of two."
    with pytest.raises(BuildError, match="findings.md:1: 'fell' says --, but a.fall = 0.1"):
        readme.fill(text, entries | {"a.fall": VAGUE})
