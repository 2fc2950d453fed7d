"""Cells of notebooks, run by themselves on a record that is known beforehand."""

import json

import pytest

from llmexposure.base.project import current
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.report import record
from llmexposure.report.run import Run


def source(notebook, cell):
    cells = json.loads((current().notebooks / f"{notebook}.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    return "".join(next(c for c in cells if c["id"] == cell)["source"])


@pytest.fixture
def execute(tmp_path):
    """Run cells of a notebook in one namespace, with a run of its own; returns that run."""

    def executed(notebook, cells, entries=None, **names):
        run = Run(notebook, {}, tmp_path, ["onet_29_3"])
        for key, entry in (entries or {}).items():
            run.cells.add(key, entry)
        space = {"run": run, **names}
        for cell in cells:
            exec(source(notebook, cell), space)  # noqa: S102
        return run

    return executed


CLEAR = {"value": 0.4, "ci_low": 0.2, "ci_high": 0.6, "source": ["onet_29_3"]}


class EveryResult(dict):
    """A record in which every slope is clear and positive."""

    def __missing__(self, key):
        return {**CLEAR, "value": 0.001 if key.endswith("permutation_p") else CLEAR["value"]}


def test_a_level_never_speaks_of_a_stated_change(execute):
    cells = ("imports", "estimates", "verdicts-open")
    run = execute("00_headline", cells, found=EveryResult())
    said = {key.removesuffix(".verdict"): entry["value"] for key, entry in run.entries.items()}
    levels = {scope for scope, verdict in said.items() if verdict == "positive in levels"}
    assert levels == {
        "application_share.open.upwork_proposals",
        "degree_requirement.open.occupations",
        "experience_requirement.open.occupations",
    }
    # Of remote work the source report states a level; the others are changes, against its sign.
    assert said.pop("remote_work.open.occupations") == "as stated, clear"
    assert {said[scope] for scope in said if scope not in levels} == {"opposite, clear"}


def test_the_headline_notebook_states_the_rule_of_the_caption():
    text = (current().paper / "sections" / "introduction.tex").read_text(encoding="utf-8")
    caption = text.partition(r"\papertable{headline}{")[2].partition("}")[0]
    rule = " ".join(("As stated:" + caption.partition("As stated:")[2]).split())
    assert rule in source("00_headline", "verdicts-title")


def test_slopes_of_use_are_clustered_by_major_group(execute):
    choice = {"exposure": "beta", "rater": "gpt4", "draws": 99, "resamples": 99, "seed": 1}
    cells = ("imports", "load-data", "groups-data", "activities-data")
    slopes = ("slope-occupations", "slope-human", "slope-wage", "slope-without-teachers")
    run = execute("08_observed_usage", (*cells, *slopes), **choice)
    occupations = run.load("usage_soc").merge(run.load("occupations"), on="soc")
    occupations["used_share"] = occupations["n_used"] / occupations["n_tasks"]
    teachers = occupations["soc"].str.startswith("25-1")
    frames = {
        "slope": (occupations, "gpt4_beta"),
        "slope_human": (occupations, "human_beta"),
        "slope_without_teachers": (occupations[~teachers], "gpt4_beta"),
    }
    for name, (frame, measure) in frames.items():
        by_hand = cr2(design(frame, "used_share", measure), frame["soc"].str[:2]).estimate
        entry = run.entries[f"usage.open.occupations.{name}"]
        ends = [entry["ci_low"], entry["ci_high"]]
        assert ends == pytest.approx([by_hand.ci_low, by_hand.ci_high], abs=1e-6)
    assert run.entries["usage.open.occupations.slope_with_wage"]["ci_low"] > 0


@pytest.mark.parametrize(
    ("notebook", "cell", "table"),
    [
        ("03_application_share", "table-applications", "application_proxies"),
        ("04_degree_requirement", "table", "degree_slopes"),
        ("08_observed_usage", "table-slopes", "usage_slopes"),
    ],
)
def test_a_note_says_the_n_of_its_rows(execute, notebook, cell, table):
    entries = record.load(current().results / f"{notebook}.json")
    for key in [key for key in entries if f".{table}." in key]:
        del entries[key]
    run = execute(notebook, [cell], entries, LEVEL_SOURCES={"occupations": ["onet_29_3"]})
    note = run.entries[f"exhibit.open.{table}.table"]
    said = f"{note['value']} {note['of']}"
    text = (run.folder / "tables" / f"{table}.tex").read_text(encoding="utf-8")
    rows = [key for key in entries if rf"\result[n]{{{key}}}" in text]
    sizes = {entries[key]["n"] for key in rows}
    assert "at most" in said or sizes == {int(word) for word in said.split() if word.isdigit()}
    if "at most" in said:
        assert note["value"] == max(sizes)
