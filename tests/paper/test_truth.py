"""A record that has changed prints a true text or stops the build, naming every sentence it belies."""

import pytest

from llmexposure.base.errors import BuildError
from llmexposure.base.project import current
from llmexposure.publish import forms
from llmexposure.publish.forms import readme
from llmexposure.publish.paper import entries, sources
from llmexposure.report.latex import check_directions, tied_words

RECORD = entries(current())
PAPER = sources(current())
TEMPLATE = forms.findings(current()).read_text(encoding="utf-8")
SIX = ("us", "gb", "ca", "au", "de", "fr")
POSTINGS = "recruitment_share.open."


def turned(entry):
    """The same result on the other side of zero."""
    low, high = entry.get("ci_low"), entry.get("ci_high")
    ends = {} if low is None else {"ci_low": -high, "ci_high": -low}
    return {**entry, "value": -entry["value"], **ends}


def unclear(entry):
    return {**entry, "ci_low": -9.0, "ci_high": 9.0}


def slopes(change):
    found = {k: v for k, v in RECORD.items() if ".slope" in k and isinstance(v["value"], float)}
    return {k: change(v) for k, v in found.items()}


def taken(**others):
    return {f"{POSTINGS}{k}.slope": RECORD[f"{POSTINGS}{v}.slope"] for k, v in others.items()}


ALTERED = {
    "every slope turned": (slopes(turned), "fell more"),
    "no slope clear": (slopes(unclear), "four"),
    "Canada clear": (taken(ca="de"), "not distinguishable from zero"),
    "Germany as Canada": (taken(de="ca"), "clearly so"),
    "the order of countries turned round": (
        taken(**dict(zip(SIX, reversed(SIX), strict=True))), "clearly so"),
    "human ratings that say otherwise": (
        {f"{POSTINGS}us_human_beta.slope": turned(RECORD[f"{POSTINGS}us_human_beta.slope"])},
        "the sign does not depend"),
    "a year before without a trend": (
        {f"{POSTINGS}us.pretrend_p": {**RECORD[f"{POSTINGS}us.pretrend_p"], "value": 0.4}}, "rejects"),
    "another window before": (
        {f"{POSTINGS}us_pre_2021_11.slope": turned(RECORD[f"{POSTINGS}us_pre_2021_11.slope"])},
        "predicted falling postings"),
    "employment that follows": (taken(us_employment="us"), "shows no such slope"),
    "a bound that settles a sign": (
        {k: {**RECORD[k], "value": "falls"} for k in RECORD if k.endswith("published.report.verdict")},
        "none"),
    "another measure": (
        {f"{POSTINGS}us.slope": {**RECORD[f"{POSTINGS}us.slope"], "parameters": {"exposure": "alpha"}}},
        r"\$\\beta\$"),
    "groups that add nothing": (
        {"remote_work.open.major_groups.r": RECORD["remote_work.open.within_major_groups.r"]}, "raises it"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "words"), ALTERED.values(), ids=ALTERED)
def test_a_changed_record_stops_at_the_sentences_that_it_belies(changed, words):
    with pytest.raises(BuildError, match=f"'{words}' says"):
        check_directions(PAPER, RECORD | changed)


READERS = {k: v for k, v in ALTERED.items() if v[1] in ("four", "none")}


@pytest.mark.parametrize("changed", [v[0] for v in READERS.values()], ids=READERS)
def test_the_readme_does_not_outlive_its_numbers(changed):
    with pytest.raises(BuildError, match=r"docs/findings.md:\d"):
        readme.fill(TEMPLATE, RECORD | changed)


SIGNED = {
    (one.words, key): one
    for one in tied_words(PAPER)
    for key in one.keys
    if one.sign in ("-", "+", "--", "++")
}


def test_there_are_words_to_hold():
    assert len(SIGNED) > 50


def test_no_word_of_direction_outlives_a_change_of_sign():
    outlived = []
    for (words, key), one in SIGNED.items():
        try:
            check_directions([one.file], RECORD | {key: turned(RECORD[key])})
        except BuildError as error:
            if f"'{words}' says" in str(error):
                continue
        outlived.append((words, key))
    assert outlived == []
