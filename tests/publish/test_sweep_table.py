"""sweeps.toml: what is refused and how it is said, and what a table expands to."""

from dataclasses import replace
from math import prod

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis.curves.choices import AXES_OF_CURVES
from llmexposure.analysis.curves.run import find, read_sweeps
from llmexposure.base.errors import ParameterError
from llmexposure.cli import sweep as command
from llmexposure.report import sweeps
from llmexposure.report.sweeps import Exclusion, Sweep, Sweeps, expand

GOOD = """
[reason]
measure = "two ratings"
controls = "rivals"
[relationship.degree]
title = "Degree"
units = "occupations"
[relationship.degree.headline]
measure = "gpt4_beta"
route = "tasks"
outcome = "job_zone"
level = "major"
weights = "none"
controls = "none"
sample = "all"
[relationship.degree.choices]
measure = ["gpt4_beta", "human_beta"]
route = ["tasks"]
outcome = ["job_zone"]
level = ["major"]
weights = ["none"]
controls = ["none", "telework"]
sample = ["all"]
[[relationship.degree.exclude]]
where = { measure = ["human_beta"], controls = ["telework"] }
reason = "for the test"
[notebook.ratings]
notebook = "02_recruitment_share"
reason = "for the test"
parameters = { exposure = ["alpha", "beta"] }
"""
SECTORS = """
[relationship.postings]
title = "Postings"
units = "postings"
[relationship.postings.choices]
measure = ["gpt4_beta"]
source = ["indeed"]
unit = ["fine"]
shape = ["linear"]
country = ["US"]
change = ["after"]
window = ["2022-13"]
weights = ["none"]
boom = ["none"]
controls = ["none"]
family = ["none"]
sample = ["all"]
"""
CHOICES = "relationship.degree.choices"
MISTAKES = {
    "not toml": ("[reason]", "[reason", "is not TOML"),
    "unknown table": ("[reason]", "[reasons]", "'reasons' is unknown; expected one of notebook"),
    "unknown units": ('"occupations"', '"firms"', "units 'firms', expected one of postings, occ"),
    "missing title": ('title = "Degree"\n', "", "relationship.degree: 'title' is missing"),
    "unknown axis": ("level = [", "size = [", f"{CHOICES}: 'size' is unknown"),
    "missing axis": ('level = ["major"]\n', "", f"{CHOICES}: 'level' is missing"),
    "unknown value": (
        '"gpt4_beta", "human_beta"',
        '"gpt5_beta"',
        f"{CHOICES}.measure: 'gpt5_beta' is not a choice; expected one of human_alpha",
    ),
    "not a list": ('level = ["major"]', 'level = "major"', f"{CHOICES}.level: expected a list"),
    "empty list": ('level = ["major"]', "level = []", f"{CHOICES}: 'level' is missing"),
    "twice": ('level = ["major"]', 'level = ["major", "major"]', "'major' is listed twice"),
    "no reason": ('controls = "rivals"\n', "", f"{CHOICES}.controls: no reason"),
    "exclusion of an axis": ("where = { measure", "where = { size", "exclude 1.where: 'size' is"),
    "exclusion of a value": (
        'where = { measure = ["human_beta"]',
        'where = { measure = ["human_alpha"]',
        "exclude 1.where.measure: 'human_alpha' is not among the choices gpt4_beta, human_beta",
    ),
    "exclusion without reason": (
        'reason = "for the test"\n[notebook',
        "[notebook",
        "relationship.degree.exclude 1: 'reason' is missing",
    ),
    "headline": (
        'headline]\nmeasure = "gpt4_beta"',
        'headline]\nmeasure = "gpt4_alpha"',
        "relationship.degree.headline.measure: 'gpt4_alpha' is not among",
    ),
    "no month": ("[notebook", SECTORS + "[notebook", "'2022-13' is not a choice; expected one of"),
    "notebook": ('notebook = "02_recruitment_share"\n', "", "notebook.ratings: 'notebook' is missi"),
    "parameters": ('["alpha", "beta"]', '"alpha"', "notebook.ratings.parameters.exposure: expec"),
}  # fmt: skip


def written(tmp_path, text):
    path = tmp_path / "sweeps.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path):
    found = sweeps.read(AXES_OF_CURVES, written(tmp_path, GOOD))
    assert expand(found.relationship["degree"])["controls"].tolist() == ["none", "telework", "none"]
    assert expand(found.notebook["ratings"]).to_dict("records") == [
        {"exposure": "alpha"},
        {"exposure": "beta"},
    ]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place(tmp_path, mistake):
    old, new, message = MISTAKES[mistake]
    assert GOOD.count(old) == 1
    with pytest.raises(ParameterError) as caught:
        sweeps.read(AXES_OF_CURVES, written(tmp_path, GOOD.replace(old, new)))
    assert message in str(caught.value)
    assert "sweeps.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"sweeps\.toml is not there"):
        sweeps.read(AXES_OF_CURVES, tmp_path / "sweeps.toml")


AXES = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True),
    min_size=1,
)  # fmt: skip


@settings(max_examples=25)
@given(AXES, st.data())
def test_a_full_cross_less_what_is_excluded(choices, data):
    axis = data.draw(st.sampled_from(sorted(choices)))
    value = data.draw(st.sampled_from(choices[axis]))
    everything = Sweep("s", "S", "u", choices, (), {})
    assert len(expand(everything)) == prod(map(len, choices.values()))
    less = Sweep("s", "S", "u", choices, (Exclusion({axis: [value]}, "why"),), {})
    if len(choices[axis]) == 1:
        with pytest.raises(ParameterError, match="leave no combination"):
            expand(less)
        return
    left = expand(less)
    assert value not in left[axis].tolist()
    assert len(left) == len(expand(everything)) * (len(choices[axis]) - 1) / len(choices[axis])
    assert not left.duplicated().any()


def test_an_exclusion_that_excludes_nothing_is_a_mistake():
    drop = Exclusion({"a": [2]}, "why")
    with pytest.raises(ParameterError, match="exclude 1 excludes nothing"):
        expand(Sweep("s", "S", "u", {"a": [0, 1]}, (drop,), {}))


@pytest.mark.parametrize("name", read_sweeps().relationship)
def test_the_committed_sweeps_have_500_to_5000_specifications(name):
    sweep = read_sweeps().relationship[name]
    table = expand(sweep)
    assert 500 <= len(table) <= 5000
    assert not table.duplicated().any()
    if sweep.headline:
        assert (table[list(sweep.headline)] == list(sweep.headline.values())).all(axis=1).sum() == 1


def test_an_unknown_sweep_is_named_with_those_there_are():
    with pytest.raises(ParameterError, match="'wages' is not in sweeps.toml; expected one of recr"):
        find(read_sweeps().relationship, "wages")


def test_the_command_lists_specifications_as_csv():
    lines = CliRunner().invoke(command, ["remote_work", "--list"]).output.splitlines()
    assert lines[0].startswith("specification,measure,route")
    assert len(lines) == 1 + len(expand(read_sweeps().relationship["remote_work"]))


def test_the_command_names_every_sweep():
    output = CliRunner().invoke(command, []).output
    assert "degree_requirement: 1,456 specifications" in output
    assert "recruitment_measures: 6 runs of 02_recruitment_share" in output


def test_the_command_runs_a_curve(tmp_path, monkeypatch):
    whole = read_sweeps().relationship["recruitment_share_abroad"]
    few = {**whole.choices, "country": ["DE"], "measure": ["gpt4_beta"]}
    small = Sweeps({"small": replace(whole, choices=few)}, {})
    monkeypatch.setattr("llmexposure.analysis.curves.run.read_sweeps", lambda: small)
    out = tmp_path / "curve.csv"
    done = CliRunner().invoke(command, ["small", "--draws", "99", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_text().count("\n") == 1 + 3 * 2 * 2 * 2 * (3 + 3 + 1 + 1)
    assert "192 specifications, 99 permutations" in done.output
