"""Scores and counts by occupation codes: no text, every code accounted for, the coding part of the run."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner

from llmexposure.analysis.panel.slopes import read_panel
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import current
from llmexposure.cli import main
from llmexposure.postings.count import count_file, digest
from llmexposure.postings.match.choice import Choice
from llmexposure.postings.occupation.codes import load_coding
from llmexposure.postings.score.provenance import account
from llmexposure.postings.score.run import Job, run
from llmexposure.report.tables import load

PAGE = (current().root / "docs" / "how-to" / "occupation_codes.md").read_text(encoding="utf-8")
ROWS = "id,isco,city\n1,2512,Oslo\n2,2512,Oslo\n3,9999,Oslo\n4,0110,Oslo\n5,,Oslo\n6,clerk,Oslo\n"


@pytest.fixture
def postings(tmp_path):
    """Postings without title and text."""
    path = tmp_path / "postings.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def scored(postings, **options):
    out = postings.with_name("scores.parquet")
    record = run(Job(str(postings), out, coding="isco08", **options))
    return pl.read_parquet(out), record


def test_each_posting_has_the_exposure_of_its_occupation(postings):
    table, _ = scored(postings)
    value = load_coding("isco08").lookup(pl.Series(["2512"]))["gpt4_beta"].round(6)[0]
    assert table["gpt4_beta"].to_list() == [value, value, None, None, None, None]
    assert table["occupation_known"].to_list() == [True, True, False, True, None, False]
    assert "title" not in table.columns


def test_the_record_says_what_each_code_left_out_and_under_which_coding(postings):
    counts = (record := scored(postings)[1])["counts"]
    assert counts["unknown_codes"] == {"9999": 1, "clerk": 1}
    assert counts["unrated_codes"] == {"0110": 1}
    assert counts["stated"]["occupation"] == 5
    assert counts["with_exposure"]["gpt4_beta"] == 2
    assert "codes that the coding does not have: 2 rows (9999 1, clerk 1)" in account(record)
    assert record["coding"]["coding"] == "isco08"
    assert record["coding"]["files"].keys() == {"occupation_codes.csv", "occupations_onet.csv"}


def test_postings_without_text_are_no_repeats_of_each_other(postings):
    assert len(scored(postings, repeats="drop")[0]) == 6


def test_an_unfinished_run_is_not_gone_on_with_under_another_coding(postings, monkeypatch):
    monkeypatch.setattr("llmexposure.postings.score.run._conclude", lambda *_: {})
    out = postings.with_name("scores.parquet")
    run(Job(str(postings), out, coding="isco08"))
    with pytest.raises(ParameterError, match="restart"):
        run(Job(str(postings), out, coding="soc2018"))


def test_the_name_of_the_counts_holds_the_coding_and_the_content_of_its_file(tmp_path, postings):
    csv = tmp_path / "own.csv"
    options = {"language": "auto"}
    names = []
    for coding, text in (("isco08", ""), (str(csv), "1,15-1252,1"), (str(csv), "1,11-1011,1")):
        csv.write_text(f"code,soc,weight\n{text or '1,15-1252,1'}\n", encoding="utf-8")
        names.append(digest(str(postings), None, options, Choice(), coding))
    names.append(digest(str(postings), None, options, Choice()))
    assert len(set(names)) == 4


def test_a_file_without_codes_is_refused_with_the_line_to_write(tmp_path):
    path = tmp_path / "text.csv"
    path.write_text("id,title,description\n1,Clerk,Files\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column for occupation_code"):
        run(Job(str(path), tmp_path / "s.parquet", coding="isco08"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--coding", "isco08"], "go together"),
        (["--exposure-by", "occupation"], "go together"),
        (
            ["--exposure-by", "occupation", "--coding", "isco08", "--language", "en"],
            "--language can only go with --exposure-by text",
        ),
    ],
)
@pytest.mark.parametrize("command", [["score", "x.csv", "--out", "y.csv"], ["panel", "x.csv"]])
def test_options_that_do_not_go_together_are_refused(command, options, words):
    assert words in CliRunner().invoke(main, [*command, *options]).output


# Recipes of docs/how-to/occupation_codes.md: an invented posting in the shape of each publisher's file, as
# (number, code, year), and the user's crosswalk.
CODES = {
    "sweden": ["2512", "3322", "5120", "2221", "9412"],
    "canada": ["21232", "64101", "63200", "31301", "65201"],
    "usajobs": ["2210", "0510", "7404", "0610", "0301"],
    "poland": ["RPd057|251401", "RPd057|332203", "RPd057|512001", "RPd057|222101", "RPd057|941201"],
}  # fmt: skip
SOCS = ["15-1252", "41-4012", "35-2014", "29-1141", "35-2021"]


def _sweden(number: int, code: str, year: int) -> dict:
    group = {"concept_id": "x", "label": "Yrke", "legacy_ams_taxonomy_id": code}
    return {
        "id": f"{number}", "headline": "Vi söker dig", "description": {"text": "Välkommen!"},
        "occupation": {"concept_id": "y", "label": "Yrke", "legacy_ams_taxonomy_id": "1"},
        "occupation_group": group, "publication_date": f"{year}-03-01T00:00:00",
        "number_of_vacancies": 2, "workplace_address": {"municipality": "Umeå"},
    }  # fmt: skip


def _canada(number: int, code: str, year: int) -> dict:
    return {
        "Job Title": "worker", "NOC21 Code": code, "NOC21 Code Name": "x", "Vacancy Count": 2,
        "First Posting Date": f"{year}/03/01", "Salary Minimum": "20.00", "Salary Maximum": "25.00",
        "Salary Per": "Hour", "City": "Halifax",
    }  # fmt: skip


def _usajobs(number: int, code: str, year: int) -> dict:
    return {
        "usajobsControlNumber": number, "positionTitle": "Specialist", "totalOpenings": "2",
        "positionOpenDate": f"{year}-03-01", "minimumSalary": 60000.0, "maximumSalary": 90000.0,
        "salaryType": "Per Year", "jobCategories": [{"name": "x", "series": code}],
    }  # fmt: skip


def _poland(number: int, code: str, year: int) -> dict:
    return {
        "hash": f"h{number}", "danePracodawcy": {"pracodawca": "x"},
        "pozostaleDane": {"kodZawodu": code, "dataPrzyjZglosz": f"01.03.{year}", "lWolnychMiejsc": "2"},
        "warunkiPracyIPlacy": {"stanowisko": "Pracownik", "miejscowosc": "Łódź"},
    }  # fmt: skip


def _written(country: str, rows: list[dict], folder: Path) -> str:
    """Address of a file in the publisher's format, made by the command of the page where it has one."""
    if country == "sweden":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "platsbanken").mkdir()
        (folder / "platsbanken" / "2023.jsonl").write_text(text, encoding="utf-8")
        return "platsbanken"
    if country == "canada":
        table = pd.DataFrame(rows).to_csv(sep="\t", index=False)
        (folder / "jobbank.csv").write_text(table, encoding="utf-16")
        return "jobbank.csv"
    if country == "poland":
        (folder / "cbop").mkdir()
        (folder / "cbop" / "1.json").write_text(json.dumps(rows), encoding="utf-8")
        return "cbop/*.json"
    answer = {"paging": {"metadata": {"totalPages": 1}}, "data": rows}
    (folder / "usajobs-1.json").write_text(json.dumps(answer), encoding="utf-8")
    command = next(line for line in PAGE.splitlines() if line.startswith("jq "))
    subprocess.run(command, shell=True, cwd=folder, check=True)
    return "usajobs.jsonl"


def _block(country: str, kind: str) -> str:
    """Block of the page: the mapping file of a country, or the commands that come before it."""
    start = PAGE.index(f"# {country}.toml")
    if kind == "toml":
        return PAGE[start : PAGE.index("```", start)]
    return PAGE[:start].rsplit("```toml", 1)[0].rsplit("```", 2)[1]


@pytest.mark.parametrize("country", CODES)
def test_a_recipe_leads_from_the_publishers_file_to_the_relationships(
    country, tmp_path, monkeypatch
):
    makes = {"sweden": _sweden, "canada": _canada, "usajobs": _usajobs, "poland": _poland}
    # Twelve postings of each occupation in 2021; in 2023 fewer, the further down the list the occupation is.
    cases = [
        (code, year)
        for place, code in enumerate(CODES[country])
        for year, count in ((2021, 12), (2023, 20 - 2 * place))
        for _ in range(count)
    ]
    rows = [makes[country](number, code, year) for number, (code, year) in enumerate(cases)]
    monkeypatch.chdir(tmp_path)
    if country == "usajobs" and not shutil.which("jq"):
        pytest.skip("jq is not installed")
    address = _written(country, rows, tmp_path)
    mapping = tmp_path / f"{country}.toml"
    mapping.write_text(_block(country, "toml"), encoding="utf-8")
    made = re.search(
        r"make paper POSTINGS='?(\S+?)'? COLUMNS=(\S+) CODING=(\S+)", _block(country, "sh")
    )
    assert (made[1], made[2]) == (address, mapping.name)
    if made[3].endswith(".csv"):
        links = [f"{code},{soc},1" for code, soc in zip(CODES[country], SOCS, strict=True)]
        Path(made[3]).write_text("\n".join(["code,soc,weight", *links]), encoding="utf-8")
    panel = count_file(address, mapping, coding=made[3], folder=tmp_path / "panels")
    counts = pd.read_csv(panel)
    assert counts["postings"].sum() == len(rows) == counts["scored"].sum()
    assert counts["openings"].sum() == 2 * len(rows)
    found = read_panel(
        str(panel), pd.DataFrame(), load("occupations_onet"), "gpt4_beta",
        baseline="2021", comparison="2023",
    ).found  # fmt: skip
    assert len(found.units) == 5
    assert found.units[["exposure", "remote", "share_change"]].notna().all(axis=None)


@pytest.mark.parametrize("country", CODES)
def test_a_recipe_has_under_ten_lines(country):
    assert 2 <= len(_block(country, "sh").strip().splitlines()) < 10
