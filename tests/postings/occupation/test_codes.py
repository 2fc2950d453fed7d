"""Occupation codes to published exposure: rules of reading a code, known means, and a user's CSV."""

import pandas as pd
import polars as pl
import pytest

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.occupation.codes import CODINGS, Coding, load_coding, soc_scores
from llmexposure.report.tables import load

SCORES = pd.DataFrame(
    {"gpt4_beta": [0.2, 0.4, 0.9, None]}, index=["11-1011", "11-1021", "15-1252", "55-1011"]
)


def coding(name, **links):
    """Coding whose codes lead to occupations with equal weights."""
    rows = [(code, soc, 1 / len(to)) for code, to in links.items() for soc in to]
    rows = [(code.removeprefix("c"), soc, weight) for code, soc, weight in rows]
    return Coding(name, pd.DataFrame(rows, columns=["code", "soc", "weight"]), SCORES, {})


SOC = coding(
    "soc2018", c111011=["11-1011"], c111021=["11-1021"], c151252=["15-1252"], c551011=["55-1011"]
)
ISCO = coding("isco08", c0110=["55-1011"], c1120=["11-1011", "11-1021"], c2512=["15-1252"])
OWN = coding("mine.csv", ca1=["11-1011", "55-1011"], ca2=["15-1252"], c0510=["11-1021"])


@pytest.mark.parametrize(
    ("which", "cell", "written", "beta"),
    [
        (SOC, "15-1252", "15-1252", 0.9),
        (SOC, "15-1252.00", "15-1252", 0.9),
        (SOC, "151252", "15-1252", 0.9),
        (SOC, "151252.0", "15-1252", 0.9),
        (SOC, "11-1000", "11-1000", 0.3),
        (SOC, "11-0000", "11-0000", 0.3),
        (SOC, "11", "11-0000", 0.3),
        (SOC, "55-1011", "55-1011", None),
        (ISCO, "2512", "2512", 0.9),
        (ISCO, "RPd057|251203", "2512", 0.9),
        (ISCO, "1120", "1120", 0.3),
        (ISCO, "1", "1", 0.3),
        (ISCO, "1000", "1", 0.3),
        (ISCO, "0110", "0110", None),
        # Weights are rescaled over the occupations that have a score.
        (OWN, "A.1", "a1", 0.2),
        (OWN, "a", "a", 0.55),
        (OWN, "0510", "0510", 0.4),
    ],
)
def test_a_code_is_read_by_the_rules(which, cell, written, beta):
    occupation, known, value = which.lookup(pl.Series([cell])).row(0)
    assert (occupation, known) == (written, True)
    assert value == (None if beta is None else pytest.approx(beta))


@pytest.mark.parametrize(
    ("which", "cell"),
    [
        (SOC, "1"),
        (SOC, "99-9999"),
        (SOC, "000000"),
        (SOC, "software developer"),
        (ISCO, "9999"),
        # A leading zero was lost: 110 is no group of ISCO-08 and must not become group 11.
        (ISCO, "110"),
        (OWN, "0500"),
        (OWN, "a11"),
    ],
)
def test_what_is_not_found_is_missing(which, cell):
    assert which.lookup(pl.Series([cell])).row(0) == (cell, False, None)


def test_rows_keep_their_order_and_what_is_not_stated_is_not_unknown():
    cells = pl.Series(["2512", None, "clerk", "2512"])
    found = ISCO.lookup(cells)
    assert found["occupation_known"].to_list() == [True, None, False, True]
    assert found["occupation"].to_list() == cells.to_list()


def test_exposure_of_soc_is_the_mean_of_what_its_authors_published():
    onet = load("occupations_onet")
    managers = onet[onet["onet_soc"].str.startswith("11-1011")]
    value = soc_scores(onet).loc["11-1011", "gpt4_beta"]
    assert value == pytest.approx(managers["gpt4_beta_published"].mean())
    assert len(managers) > 1


@pytest.mark.parametrize("name", CODINGS)
def test_committed_codings_share_every_code_wholly_and_score_nearly_all(name):
    known = load_coding(name)
    assert known.links.groupby("code")["weight"].sum().to_numpy() == pytest.approx(1)
    civilian = known.links[~known.links["soc"].str.startswith("55-")]["code"].unique()
    assert known.values.loc[civilian, "gpt4_beta"].notna().mean() > 0.9


def test_code_of_soc_2010_that_was_split_leads_to_its_parts():
    # 15-1131 Computer Programmers of 2010 is 15-1251 of 2018; 13-1199 was split.
    links = load_coding("soc2010").links
    assert links.query("code == '151131'")["soc"].tolist() == ["15-1251"]
    assert (links["code"] == "131199").sum() > 1


def test_a_csv_may_lead_through_isco(tmp_path):
    file = tmp_path / "ssyk.csv"
    file.write_text("code,isco08,weight\n2512,2512,0.5\n2512,2514,0.5\n", encoding="utf-8")
    own, isco = load_coding(str(file)), load_coding("isco08")
    parts = [isco.lookup(pl.Series([c]))["gpt4_beta"][0] for c in ("2512", "2514")]
    # One mean over all occupations behind both codes: none of them lacks a score.
    assert own.lookup(pl.Series(["2512"]))["gpt4_beta"][0] == pytest.approx(sum(parts) / 2)
    assert own.identity["files"].keys() >= {"ssyk.csv", "occupation_codes.csv"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2210,15-1252,0.5\n", "line 2: the weights of code '2210' sum to 0.5, expected 1"),
        ("2210,15-1252,2\n", "column 'weight': found '2"),
        ("2210,15-1252,half\n", "column 'weight': found 'half', expected a number"),
        ("2210,15-9999,1\n", "line 2: soc '15-9999' is no occupation of soc2018"),
        ("2210,15-1252,0.5\n2210,15-1252,0.5\n", "is already on line 2"),
        (",15-1252,1\n", "column 'code': the cell is empty"),
    ],
)
def test_a_faulty_csv_is_refused_with_row_and_value(tmp_path, rows, words):
    file = tmp_path / "opm.csv"
    file.write_text("code,soc,weight\n" + rows, encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_coding(str(file))
    assert words in str(error.value)


def test_another_word_is_refused_with_what_is_expected():
    with pytest.raises(ParameterError, match="expected soc2018, soc2010, isco08, or a CSV file"):
        load_coding("soc2000")
