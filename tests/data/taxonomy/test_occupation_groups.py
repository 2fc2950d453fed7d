"""Maps from groups of other classifications to US occupations: the committed ones, and what is refused."""

import pandas as pd
import pytest

from llmexposure.analysis.maps import adjudicated
from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.occupation_groups import SCHEMES, expand, read_group_map
from llmexposure.report.tables import load

HEADER = "group,label,coding,soc,weight,confidence,reason\n"
SOUND = {coding: f"1,Cooks,{coding},35-201x,1,high,cooks\n" for coding in ("first", "second")}
ADOPTED = "1,Cooks,adopted,35-2014,1,high,cooks\n"
GROUPS = {"england": 413, "australia": 48, "japan": 73, "sweden": 430}


@pytest.fixture(scope="module")
def exposures() -> pd.DataFrame:
    return load("group_exposures")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_target_covers_an_occupation(scheme):
    table = read_group_map(scheme)
    assert table["group"].nunique() == GROUPS[scheme]
    expand(table[["group", "coding", "soc", "weight"]], pd.Index(load("occupations")["soc"]))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_was_not_decided_anew_is_the_first_coding(scheme, exposures):
    table = read_group_map(scheme)
    again = adjudicated(exposures[exposures["scheme"] == scheme], "gpt4_beta")
    rest = table[~table["group"].isin(again)].drop(columns="label")
    first, adopted = (
        rest[rest["coding"] == name].drop(columns="coding").reset_index(drop=True)
        for name in ("first", "adopted")
    )
    pd.testing.assert_frame_equal(first, adopted)


def test_minor_groups_hold_every_occupation_once(exposures):
    jobs = load("occupations")["employment_2022"].sum()
    minor = exposures[exposures["scheme"] == "us_minor"]
    assert minor["employment"].sum() == pytest.approx(jobs)


def test_the_longer_start_of_a_code_counts():
    targets = pd.DataFrame(
        {"group": "a", "soc": ["15-xxxx", "15-12xx", "15-1252"], "weight": [0.1, 0.2, 0.3]}
    )
    found = expand(targets, pd.Index(["15-1251", "15-1252", "15-2031"])).set_index("soc")
    assert found["weight"].to_dict() == {"15-1251": 0.2, "15-1252": 0.3, "15-2031": 0.1}


def test_a_code_that_covers_nothing_is_named():
    targets = pd.DataFrame({"group": ["a"], "soc": ["99-12xx"], "weight": [1.0]})
    with pytest.raises(DataError, match="'99-12xx' covers none"):
        expand(targets, pd.Index(["15-1251"]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,Cooks,adopted,none,1,high,cooks\n", "weight is 0"),
        ("1,Cooks,adopted,35-2014,0,high,cooks\n", "weight is 0"),
        (ADOPTED + "1,Cooks,adopted,none,0,high,cooks\n", "not both"),
        (ADOPTED + "1,Cooks,adopted,35-2015,1,low,cooks\n", "one confidence"),
        ("1,Chefs,adopted,35-2014,1,high,cooks\n", "one label"),
        (ADOPTED + "2,Chefs,adopted,35-1011,1,high,chefs\n", "coded by first, second"),
        ("1,Cooks,adopted,35-2014,1.5,high,cooks\n", "weight"),
        ("1,Cooks,adopted,352014,1,high,cooks\n", "soc"),
    ],
)
def test_a_broken_map_is_refused(tmp_path, row, said):
    path = tmp_path / "map.csv"
    path.write_text(HEADER + "".join(SOUND.values()) + row, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_group_map("england", path)
