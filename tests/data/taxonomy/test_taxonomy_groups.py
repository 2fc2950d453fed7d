"""Groups of SOC codes: the regular rule, its three exceptions, and what the published files say."""

from pathlib import Path

import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.data.taxonomy.groups import (
    OEWS_JOINT_CODES,
    major_group,
    minor_group,
    oews_code,
    read_major_groups,
)


def codes(*values: str) -> pd.Series:
    return pd.Series(values, name="soc", dtype="str")


@pytest.mark.parametrize(
    ("code", "minor"),
    [
        ("15-1252", "15-1200"),
        ("15-1299.09", "15-1200"),
        ("15-2051", "15-2000"),
        ("31-1120", "31-1100"),
        ("31-2021", "31-2000"),
        ("51-5112", "51-5100"),
        ("51-2090", "51-2000"),
        ("51-9161", "51-9000"),
        ("21-1021", "21-1000"),
        ("53-7065.00", "53-7000"),
    ],
)
def test_minor_group_of_known_codes(code, minor):
    assert minor_group(codes(code)).tolist() == [minor]


def test_minor_group_codes_belong_to_themselves():
    minors = codes("15-1200", "31-1100", "51-5100", "13-2000")
    assert minor_group(minors).tolist() == minors.tolist()


def test_major_group_keeps_the_index_and_missing_values():
    found = major_group(pd.Series(["15-1252", None, "29-1141.03"], index=[7, 8, 9]))
    assert found.index.tolist() == [7, 8, 9]
    assert found.isna().tolist() == [False, True, False]
    assert found.dropna().tolist() == ["15", "29"]


@pytest.mark.parametrize("group", [major_group, minor_group, oews_code])
def test_missing_stays_missing(group):
    assert group(pd.Series([None, None], dtype="str")).isna().all()
    assert group(pd.Series([float("nan")])).isna().all()


@pytest.mark.parametrize("wrong", ["151252", "15-125", "15-1252.0", " 15-1252", "15-12520", "none"])
@pytest.mark.parametrize("group", [major_group, minor_group, oews_code])
def test_a_malformed_code_is_named_with_its_row(group, wrong):
    with pytest.raises(DataError, match=f"'soc', row 1: '{wrong}'"):
        group(codes("15-1252", wrong))


def test_a_major_group_has_no_minor_group():
    with pytest.raises(DataError, match="15-0000"):
        minor_group(codes("15-0000"))
    assert major_group(codes("15-0000")).tolist() == ["15"]


def test_joint_codes_swallow_their_parts_and_nothing_else():
    parts = [code for group in OEWS_JOINT_CODES.values() for code in group]
    assert len(parts) == len(set(parts))
    assert not set(parts) & set(OEWS_JOINT_CODES)
    joint = [code for code, group in OEWS_JOINT_CODES.items() for _ in group]
    assert oews_code(codes(*parts)).tolist() == joint
    assert oews_code(codes("29-1141", "31-1120")).tolist() == ["29-1141", "31-1120"]


def test_joint_codes_stay_in_their_minor_group():
    for joint, parts in OEWS_JOINT_CODES.items():
        assert set(minor_group(codes(*parts))) == set(minor_group(codes(joint)))


def test_every_major_group_has_a_label():
    # Odd numbers from 11 to 55: all 23 major groups of the SOC.
    assert read_major_groups()["major_group"].tolist() == [str(n) for n in range(11, 56, 2)]


@pytest.mark.mirror
def test_minor_groups_are_those_of_the_published_structure(mirror: Path):
    table = pd.read_csv(
        mirror / "anthropic_economic_index_2025_02_10" / "soc_structure_2019.csv", dtype="str"
    )
    published = set(table["Minor Group"].dropna())
    detailed = table["Detailed Occupation"].dropna()
    assert set(minor_group(detailed)) == published
    # The file lists detailed codes under the heading of their minor group.
    heading = table["Minor Group"].ffill()[detailed.index]
    assert minor_group(detailed).tolist() == heading.tolist()


@pytest.mark.mirror
def test_minor_groups_are_those_of_oews(oews_2022: pd.DataFrame):
    detailed = oews_2022.loc[oews_2022["O_GROUP"] == "detailed", "OCC_CODE"]
    published = set(oews_2022.loc[oews_2022["O_GROUP"] == "minor", "OCC_CODE"])
    assert set(minor_group(detailed)) == published


@pytest.mark.mirror
def test_joint_codes_close_the_gap_between_soc_and_oews(mirror: Path, oews_2022: pd.DataFrame):
    table = pd.read_csv(
        mirror / "anthropic_economic_index_2025_02_10" / "soc_structure_2019.csv", dtype="str"
    )
    detailed = table["Detailed Occupation"].dropna()
    civilian = detailed[major_group(detailed) != "55"]
    published = set(oews_2022.loc[oews_2022["O_GROUP"] == "detailed", "OCC_CODE"])
    # Prosthodontists were not published in 2022; fishing and hunting is outside the survey.
    assert set(oews_code(civilian)) == published | {"29-1024", "45-3031"}
    parts = {code for group in OEWS_JOINT_CODES.values() for code in group}
    assert parts <= set(civilian) - published


@pytest.mark.mirror
def test_rated_occupations_have_a_code_with_employment(mirror: Path, oews_2022: pd.DataFrame):
    rated = pd.read_csv(mirror / "eloundou_gpts_are_gpts" / "occ_level.csv")
    published = set(oews_2022.loc[oews_2022["O_GROUP"] == "detailed", "OCC_CODE"])
    found = set(oews_code(rated["O*NET-SOC Code"].str[:7]))
    assert found - published == {"29-1024", "45-3031"}
