"""A record that has changed prints a true text or stops the build, naming every sentence it belies."""

import re

import pytest

from llmexposure.base.errors import BuildError
from llmexposure.base.project import current
from llmexposure.publish import forms
from llmexposure.publish.forms import readme
from llmexposure.publish.paper import entries, sources
from llmexposure.report.latex import borne_out, check_directions, check_says, families, tied_words

RECORD = entries(current())
PAPER = sources(current())
TEMPLATE = forms.findings(current()).read_text(encoding="utf-8")
SIX = ("us", "gb", "ca", "au", "de", "fr")
POSTINGS = "recruitment_share.open."
LATER = f"{POSTINGS}us_h1_2023_h1_2024.slope"
# Sections that state nothing that a result could belie.
WITHOUT_RESULTS = {"paper", "notes", "availability", "claims_appendix"}


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


def valued(key, value):
    return {key: {**RECORD[key], "value": value}}


def taken(**others):
    return {f"{POSTINGS}{k}.slope": RECORD[f"{POSTINGS}{v}.slope"] for k, v in others.items()}


ALTERED = {
    "every slope turned": (slopes(turned), "fell more"),
    "no slope clear": (slopes(unclear), "fell more"),
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
        "same sign"),
    "employment that follows": (taken(us_employment="us"), "indistinguishable from zero"),
    "a bound that settles a sign": (
        {k: {**RECORD[k], "value": "falls"} for k in RECORD if k.endswith("published.report.verdict")},
        "none"),
    "another measure": (
        {f"{POSTINGS}us.slope": {**RECORD[f"{POSTINGS}us.slope"], "parameters": {"exposure": "alpha"}}},
        r"\$\\beta\$"),
    "groups that add nothing": (
        {"remote_work.open.major_groups.r": RECORD["remote_work.open.within_major_groups.r"]},
        "higher still"),
    "labels on which people and GPT-4 agree": (
        valued("exposure.open.tasks.human_gpt4_kappa", 0.7), "only moderately"),
    "groups in one order": (valued("exposure.open.groups.order_below_first", 1.0), "differently"),
    "an interval that one wild unit breaks": (
        valued("validation.simulated.n13_influential.coverage_hc3", 0.8), "does not"),
    "sales where the report has it": (valued("matching.postings.cn.gpt4_beta.sales_rank", 3), "third"),
    "a number that would settle a sign": (
        valued("degree_requirement.published.report.settling_number", "Sales"), "no category's outcome"),
    "a half-year without a loss": (
        {LATER: unclear(RECORD[LATER])}, "lost"),
    "AIOE no better than another": (valued("degree_requirement.open.occupations_aioe.r", 0.3), "and"),
    "a coefficient not found again": (
        valued("degree_requirement.simulated.panel.verdict", "known value missed"), "every interval covers"),
    "weights that moved the indices little": (
        valued("remote_work.open.us.placebo_median_r", 0.2), "a good part"),
    "a scheme inside the set": (valued("city_index.published.schools.weight_pca", 0.1), "outside the set"),
    "another country that jumped": (valued("ai_hiring.open.gb.ai_share_growth", 9.0), "jump of Canada"),
    "another category that rose most": (valued("freelance.published.upwork.change_web_design", 0.6), "most"),
    "use that rises with the wage": (
        {"usage.open.wage.last_less_peak": turned(RECORD["usage.open.wage.last_less_peak"])}, "lower"),
    "a claim that held after all": (valued("claims.published.pilot_zone.first_central", True), "no city"),
    "a choice that overturns telework": (valued("robustness.open.remote_work.slope_min", -0.1), "no choice"),
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


README = readme.tied_words(TEMPLATE, forms.findings(current()))
TIED = tied_words(PAPER) + README


def contrary(entry, sign):
    """The same result as the sign does not have it."""
    if sign in ("-", "+", "--", "++"):
        return turned(entry)
    if sign == "0":
        return {**entry, "ci_low": 1.0, "ci_high": 2.0}
    if sign.endswith("p"):
        return {**entry, "value": 0.9 if sign == "p" else 0.001}
    if sign[0] in "<~>":
        return {**entry, "value": -1e9 if sign[0] == ">" else 1e9}
    return {**entry, "value": "another", "parameters": {}}


def outlives(one):
    """Results on which a sentence depends and whose contrary it survives."""
    sign = re.sub(r"^\d+ ", "", one.sign)
    for group in families(sign, one.keys, RECORD):
        if sign != "any" and borne_out(sign, [RECORD[key] for key in group]):
            changed = {group[0]: contrary(RECORD[group[0]], sign)}
            try:
                check_says(one.words, one.sign, one.keys, RECORD | changed)
            except BuildError:
                continue
            yield one.words, group


def test_there_are_words_to_hold():
    assert len(TIED) > 250
    files = {one.file.stem for one in TIED}
    assert {path.stem for path in PAPER} - files == WITHOUT_RESULTS


def test_no_words_outlive_the_contrary_of_a_result_that_they_rest_on():
    assert [found for one in TIED for found in outlives(one)] == []
