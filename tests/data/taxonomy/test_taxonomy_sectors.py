"""The map from Indeed sectors to occupations, and the employment weights that it gives."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.data.taxonomy.sectors import (
    COUNTRIES,
    FITS,
    NO_SECTOR,
    read_sector_occupations,
    read_sectors,
    sector_weights,
)

CODES = [f"{major}-{number}" for major in (11, 13, 15) for number in range(1011, 1017)]
ABSENT = -1
HEADER = "sector,soc,fit,reason\n"


@pytest.fixture(scope="module")
def occupations() -> pd.DataFrame:
    return read_sector_occupations()


@pytest.fixture(scope="module")
def sectors() -> pd.DataFrame:
    return read_sectors()


@st.composite
def maps_and_jobs(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.Series]:
    """A map of up to 18 occupations to three sectors, and jobs for some of them."""
    soc = draw(st.lists(st.sampled_from(CODES), min_size=4, unique=True))
    n = len(soc)
    sector = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=n, max_size=n))
    fit = draw(
        st.lists(st.sampled_from(["core", "wide", "core", NO_SECTOR]), min_size=n, max_size=n)
    )
    number = st.integers(1, 4_000_000) | st.sampled_from([0, None, ABSENT])
    jobs = draw(st.lists(number, min_size=len(CODES), max_size=len(CODES)))
    known = {code: value for code, value in zip(CODES, jobs, strict=True) if value != ABSENT}
    table = pd.DataFrame({"sector": sector, "soc": soc, "fit": fit})
    return table, pd.Series(known, dtype=float)


@settings(max_examples=50)
@given(maps_and_jobs())
def test_weights_are_employment_shares_within_a_sector(drawn):
    table, jobs = drawn
    weights = sector_weights(table, jobs)
    assert (weights["weight"] > 0).all()
    assert weights.groupby("sector")["weight"].sum().sub(1).abs().lt(1e-12).all()
    kept = table[table["fit"].isin(FITS) & table["soc"].map(jobs).gt(0)]
    assert sorted(weights["soc"]) == sorted(kept["soc"])
    for sector, rows in kept.groupby("sector"):
        total = jobs[rows["soc"]].sum()
        expected = (jobs[rows["soc"]] / total).to_dict()
        got = weights[weights["sector"] == sector].set_index("soc")["weight"].to_dict()
        assert got == pytest.approx(expected, rel=1e-12)


@settings(max_examples=50)
@given(maps_and_jobs(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn, random):
    table, jobs = drawn
    rows = random.sample(range(len(table)), len(table))
    codes = random.sample(range(len(jobs)), len(jobs))
    pd.testing.assert_frame_equal(
        sector_weights(table, jobs),
        sector_weights(table.iloc[rows], jobs.iloc[codes]),
        check_exact=True,
    )


def test_only_the_fits_asked_for_count():
    table = pd.DataFrame(
        {
            "sector": ["a", "a", "a", NO_SECTOR],
            "soc": ["11-1011", "11-1021", "11-2011", "11-3012"],
            "fit": ["core", "core", "wide", NO_SECTOR],
        }
    )
    jobs = pd.Series({"11-1011": 30, "11-1021": 10, "11-2011": 60, "11-3012": 5})
    assert sector_weights(table, jobs)["weight"].tolist() == [0.3, 0.1, 0.6]
    assert sector_weights(table, jobs, fits=("core",))["weight"].tolist() == [0.75, 0.25]


def test_a_sector_without_employment_is_left_out():
    table = pd.DataFrame({"sector": ["a", "b"], "soc": ["11-1011", "11-1021"], "fit": ["core"] * 2})
    weights = sector_weights(table, pd.Series({"11-1011": float("nan"), "11-1021": 5.0}))
    assert weights["sector"].tolist() == ["b"]
    assert sector_weights(table, pd.Series(dtype=float)).empty


@pytest.mark.parametrize("fits", [(), ("core", "broad"), (NO_SECTOR,)])
def test_unknown_fits_are_named(occupations, fits):
    with pytest.raises(ParameterError, match="fits is"):
        sector_weights(occupations, pd.Series({"11-1011": 1}), fits)


def test_employment_must_give_each_code_one_number_of_jobs(occupations):
    with pytest.raises(DataError, match="'11-1011' occurs more than once"):
        sector_weights(occupations, pd.Series([1, 2], index=["11-1011", "11-1011"]))
    with pytest.raises(DataError, match="'11-1021' has -2"):
        sector_weights(occupations, pd.Series([1, -2], index=["11-1011", "11-1021"]))


@pytest.mark.parametrize(
    "row",
    [
        "legal,231011,core,lawyers",
        "legal,23-0000,core,law",
        "legal,23-1011,maybe,lawyers",
        "legal,23-1011,none,lawyers",
        "none,23-1011,core,lawyers",
        "Legal,23-1011,core,lawyers",
        "legal,23-1011,core,",
        "legal,23-2011,core,paralegals\nretail,23-2011,wide,a code given twice",
    ],
)
def test_a_broken_map_is_refused(tmp_path: Path, row: str):
    path = tmp_path / "map.csv"
    path.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"map\.csv"):
        read_sector_occupations(path)


def test_a_sound_map_is_read(tmp_path: Path):
    path = tmp_path / "map.csv"
    path.write_text(HEADER + "legal,23-1011,core,lawyers\nnone,11-1031,none,elected\n", "utf-8")
    assert read_sector_occupations(path)["sector"].tolist() == ["legal", NO_SECTOR]


def test_each_code_has_exactly_one_row(occupations):
    # Sorted, so that a change of one code is a change of one line in a review.
    assert occupations["soc"].is_unique
    assert occupations["soc"].is_monotonic_increasing


def test_map_and_sector_list_name_the_same_sectors(occupations, sectors):
    assert set(occupations["sector"]) - {NO_SECTOR} == set(sectors["sector"])


def test_every_sector_survives_in_the_strict_map(occupations, sectors):
    core = occupations.loc[occupations["fit"] == "core", "sector"]
    assert set(core) == set(sectors["sector"])


def test_keys_follow_from_labels(sectors):
    key = sectors["label"].str.lower().str.replace(r"[^a-z]+", "_", regex=True)
    assert key.tolist() == sectors["sector"].tolist()


def test_every_sector_is_published_somewhere(sectors):
    assert sectors[[f"in_{country}" for country in COUNTRIES]].any(axis=1).all()


def test_reasons_speak_of_their_occupation(occupations):
    assert occupations["reason"].str.len().between(8, 90).all()
    for sector, rows in occupations.groupby("sector"):
        # A sector with one occupation has one reason; elsewhere no two rows may share one.
        assert rows["reason"].is_unique, sector


@pytest.mark.mirror
def test_the_map_covers_oews_2022_exactly(occupations, oews_2022: pd.DataFrame):
    detailed = oews_2022.loc[oews_2022["O_GROUP"] == "detailed", "OCC_CODE"]
    assert set(occupations["soc"]) == set(detailed)


@pytest.mark.mirror
def test_every_sector_has_employment_under_both_maps(occupations, sectors, oews_2022: pd.DataFrame):
    detailed = oews_2022[oews_2022["O_GROUP"] == "detailed"]
    jobs = detailed.set_index("OCC_CODE")["TOT_EMP"]
    for fits in (FITS, ("core",)):
        weights = sector_weights(occupations, jobs, fits)
        assert set(weights["sector"]) == set(sectors["sector"])
        assert weights.groupby("sector")["weight"].sum().tolist() == pytest.approx([1.0] * 50)


@pytest.mark.mirror
@pytest.mark.parametrize("country", COUNTRIES)
def test_sectors_of_a_country_are_those_of_its_file(mirror: Path, sectors, country: str):
    name = f"job_postings_by_sector_{country.upper()}.csv"
    source = "indeed_japan_2023" if country == "jp" else "indeed_hiring_lab"
    published = set(pd.read_csv(mirror / source / name, usecols=["display_name"])["display_name"])
    listed = set(sectors.loc[sectors[f"in_{country}"] == 1, "label"])
    # The committed United States file has no insurance; the series is in the copy kept by FRED.
    assert listed - published == ({"Insurance"} if country == "us" else set())
    # Japan alone has a sector of mechanical engineers, whom the map puts into none.
    assert published - listed == ({"Mechanical Engineering"} if country == "jp" else set())


@pytest.mark.mirror
def test_united_states_keys_are_the_columns_of_the_panel(mirror: Path, sectors):
    path = mirror / "indeed_hiring_lab_fred_mirror" / "indeed_jobs_data.csv"
    columns = set(pd.read_csv(path, nrows=0).columns) - {"date", "total_jobs", "new_jobs"}
    assert set(sectors.loc[sectors["in_us"] == 1, "sector"]) == columns
    assert len(columns) == 47


@pytest.mark.mirror
def test_example_titles_cover_only_listed_sectors(mirror: Path, sectors):
    examples = pd.read_csv(mirror / "indeed_hiring_lab" / "sector-job-title-examples.csv")
    assert set(examples["sector"]) == set(sectors.loc[sectors["in_us"] == 1, "label"])
