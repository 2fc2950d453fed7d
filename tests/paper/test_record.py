"""The committed record: required keys, published figures of others, the paper's own use of it."""

import json
import re

import pytest

from llmexposure.analysis.headline import CLAIMED
from llmexposure.base.project import current
from llmexposure.data.taxonomy.occupation_groups import SCHEMES
from llmexposure.publish.paper import citations, sources
from llmexposure.report import latex, record
from llmexposure.report.tables import load

RECORD = record.load_all()
CITATIONS = citations()
REQUIRED = [
    "exposure.open.activities.count",
    "exposure.open.activities.rated",
    "exposure.open.tasks.human_gpt4_kappa",
    "exposure.open.occupations.match_occ_level_r",
    "recruitment_share.open.us.slope",
    "recruitment_share.open.us.slope_with_telework",
    "recruitment_share.open.us.pretrend_p",
    "remote_work.open.occupations.r",
    "remote_work.open.major_groups.r",
    "remote_work.open.us.share_of_jobs",
    "degree_requirement.open.occupations.r",
    "experience_requirement.open.occupations.r",
    "validation.simulated.n13.coverage",
    *(f"{name}.published.report.sign_settled" for name in CLAIMED),
    *(f"robustness.open.{name}.share_negative" for name in CLAIMED),
    *(f"robustness.open.{name}.joint_p" for name in CLAIMED),
    "city_index.published.top30.exact_feasible",
    "city_index.published.top30.rounding_feasible",
    "city_index.published.top30.grid10_solutions",
    "city_index.published.top30.tau_equal",
    "city_index.published.top30.tau_entropy",
    *(f"maps.open.{name}.kappa" for name in SCHEMES),
    *(f"maps.open.{name}.agreement" for name in SCHEMES),
    "maps.open.indeed.kappa_second",
    "maps.open.indeed.r_howison",
    "usage.open.groups.computer_math_share",
    "usage.open.depth.share_occupations_25",
    "usage.open.depth.share_occupations_75",
    "usage.open.automation_share",
    "usage.open.occupations.usage_exposure_r",
    "freelance.open.us.change_software_development",
    *(
        f"ai_hiring.open.{c}.ai_share_growth"
        for c in sorted(load("ai_postings")["country"].str.lower().unique())
    ),
    "claims.published.total",
]
SLOPES = [k for k in RECORD if k.split(".")[-1].startswith("slope") and "ci_low" in RECORD[k]]


@pytest.mark.parametrize("key", REQUIRED)
def test_required_keys_exist(key):
    assert RECORD[key]["value"] is not None


@pytest.mark.parametrize("key", SLOPES)
def test_every_slope_has_two_intervals_and_its_range(key):
    scope, quantity = key.rsplit(".", 1)
    suffix = quantity.removeprefix("slope")
    slope = RECORD[key]
    assert {"n", "se", "ci_low", "ci_high", "p"} <= slope.keys()
    assert slope["ci_low"] < slope["value"] < slope["ci_high"]
    second = RECORD.get(f"{scope}.wild{suffix}") or RECORD[f"{scope}.bootstrap{suffix}"]
    assert second["ci_low"] < slope["value"] < second["ci_high"]
    low, high = (RECORD[f"{scope}.loo_{end}{suffix}"]["value"] for end in ("min", "max"))
    assert low <= high


@pytest.mark.parametrize("key", [k for k in SLOPES if k.endswith(".slope")])
def test_every_main_slope_has_a_permutation_p(key):
    assert 0 < RECORD[f"{key.removesuffix('slope')}permutation_p"]["value"] <= 1


def test_dingel_and_neiman_print_37_percent_of_jobs():
    assert round(RECORD["remote_work.open.us.share_of_jobs"]["value"], 2) == 0.37


def test_eloundou_et_al_occupation_scores_are_recovered():
    assert RECORD["exposure.open.occupations.match_occ_level_task_r"]["value"] > 0.999
    assert RECORD["exposure.open.occupations.match_occ_level_r"]["value"] > 0.95


def test_oews_employment_is_close_to_the_published_total():
    # BLS prints 147,886,000 for May 2022; detailed occupations leave out what is not published.
    total = load("occupations")["employment_2022"].sum()
    assert total == pytest.approx(147_886_000, rel=0.005)


def test_felten_measures_are_nearly_one():
    # METHODS of both papers: the language-modelling version hardly changes the ranking.
    table = load("occupations")
    assert table["aioe"].corr(table["lm_aioe"]) > 0.95


def test_every_entry_is_traceable():
    for key, item in RECORD.items():
        assert item["notebook"], key
        assert item["cell"], key
        assert set(item["source"]) <= CITATIONS.keys(), key
        assert item["evidence"] == key.split(".")[1]


def test_every_estimate_with_a_p_value_has_an_interval():
    bare = [k for k, e in RECORD.items() if e.get("p") is not None and "ci_low" not in e]
    assert bare == ["recruitment_share.open.us.pretrend_f"]


def test_the_paper_prints_only_known_keys():
    latex.check_keys(
        [*sources(current()), *sorted((current().generated / "tables").glob("*.tex"))], RECORD
    )


def test_every_exhibit_is_in_the_paper_and_every_figure_cited():
    text = "\n".join(p.read_text(encoding="utf-8") for p in sources(current()))
    for key in RECORD:
        if key.startswith("exhibit."):
            name = key.split(".")[2]
            assert re.search(rf"\\paper(figure|table|longtable)(\[[^]]*\])?\{{{name}\}}", text), (
                name
            )
            assert re.search(rf"\\ref\{{(fig|tab):{name}\}}", text), name


def test_every_source_of_the_record_is_in_the_bibliography():
    keys = re.findall(
        r"^@\w+\{(\w+),", (current().paper / "references.bib").read_text(encoding="utf-8"), re.M
    )
    used = {CITATIONS[s] for e in RECORD.values() for s in e["source"]}
    assert used <= set(keys)
    cited = "\n".join(
        p.read_text(encoding="utf-8")
        for p in [*sources(current()), current().generated / "exhibits.tex"]
    )
    assert {k for k in keys if k in cited} == set(keys)


def test_figures_come_in_three_forms():
    names = {p.stem for p in current().figures.iterdir() if not p.name.startswith(".")}
    for name in names:
        assert all(
            (current().figures / f"{name}.{kind}").exists() for kind in ("pdf", "png", "csv")
        )
    assert names == {k.split(".")[2] for k in RECORD if k.endswith(".figure")}


def test_the_record_is_written_in_one_way():
    for path in current().results.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text == record.dump(json.loads(text))
