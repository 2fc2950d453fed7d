"""Crosswalks: documented counts, splits and merges, and the publisher's own marks."""

from pathlib import Path

import pytest

from llmexposure.readers import crosswalks
from llmexposure.readers.anthropic import read_soc_structure


@pytest.fixture(scope="module")
def folder(mirror: Path) -> Path:
    return mirror / "crosswalks"


@pytest.mark.mirror
def test_walk_from_2010_to_2019(folder):
    walk = crosswalks.read_onet_2010_to_2019(folder / "2010_to_2019_soc_crosswalk.csv")
    assert len(walk) == 1_164
    assert walk["onet_soc_2010"].nunique() == 1_110
    assert walk["onet_soc_2019"].nunique() == 1_012


@pytest.mark.mirror
def test_soc_to_isco(folder):
    pairs = crosswalks.read_isco_soc(folder / "isco_soc_crosswalk.xls")
    assert len(pairs) == 1_125
    assert pairs["soc_2010"].nunique() == 840
    assert pairs["partial"].sum() == 437
    whole = pairs[pairs["isco_08"].str.len() == 3]
    assert whole["soc_2010"].tolist() == ["19-2099", "53-2022"]
    parts = pairs.groupby("soc_2010")["isco_08"].size()
    assert (parts[pairs.loc[pairs["partial"], "soc_2010"]] > 1).all()


@pytest.mark.mirror
def test_onet_to_the_matrix(folder, mirror: Path):
    table = crosswalks.read_onet_to_soc(folder / "nem-onet-to-soc-crosswalk.xlsx")
    assert len(table) == 997
    other = table[table["soc"] != table["onet_soc"].str[:7]]
    assert len(other) == 34
    structure = read_soc_structure(
        mirror / "anthropic_economic_index_2025_02_10" / "soc_structure_2019.csv"
    )
    detailed = set(structure.loc[structure["level"] == "detailed", "code"])
    assert set(table["soc"]) - detailed == set(other["soc"])
    assert other["soc"].nunique() == 12


def test_split_code_is_no_repeat_but_the_same_pair_is(write, refusal):
    heading = "O*NET-SOC 2010 Code,O*NET-SOC 2019 Code\n"
    pairs = "13-1199.00,13-1082.00\n13-1199.00,13-1199.00\n"
    walk = crosswalks.read_onet_2010_to_2019(write(heading + pairs))
    assert walk["onet_soc_2019"].tolist() == ["13-1082.00", "13-1199.00"]
    message = refusal(
        crosswalks.read_onet_2010_to_2019, write(heading + pairs + "13-1199.00,13-1082.00\n")
    )
    assert "line 4: column 'O*NET-SOC 2010 Code' = '13-1199.00'" in message
    assert "is already on line 2" in message


def test_heading_of_the_matrix_stands_on_the_fifth_row(workbook, refusal):
    top = [["Crosswalk"], ["Office"], ["As of"], ["Equivalents"]]
    rows = [
        *top,
        ["O*NET-SOC Code", "NEM Code"],
        ["11-1011.00", "11-1011"],
        ["11-1021.00", "\u2014"],
    ]
    path = workbook(rows, sheet="ONET to SOC crosswalk")
    message = refusal(crosswalks.read_onet_to_soc, path)
    assert message.startswith("table.xlsx, row 7, column 'NEM Code': found '\u2014', expected text")
