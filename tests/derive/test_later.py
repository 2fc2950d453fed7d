"""Indeed's later files by sector, on invented files of their form: no real one could be had."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import recruitment, remote
from llmexposure.base.errors import DataError, SourceError
from llmexposure.data.readers import indeed
from llmexposure.data.taxonomy.sectors import read_sectors
from llmexposure.derive import later
from llmexposure.report.tables import load

ENDS = ["2021-11", "2022-11", "2023-11"]
QUARTERS = [pd.date_range(f"{year}-09-01", f"{year}-11-30") for year in (2021, 2022, 2023)]
EXPOSED = pd.Series({"techsoftware": 0.7, "accounting": 0.6, "driver": 0.1, "hr": 0.5, "food": 0.2})


def remote_file(heading: str = "normtitlecategory_consistent") -> str:
    """Shares of 10% and 0.2, 0.4, 0.3 of exposure in three years, nearly; France; a code without a sector."""
    parts = []
    for days, slope in zip(QUARTERS, (0.2, 0.4, 0.3), strict=True):
        for code, exposure in [*EXPOSED.items(), ("aviation", 0.3)]:
            share = round(100 * (0.1 + slope * exposure) + slope * np.sin(len(code)), 3)
            parts += [(d.date(), c, code, share) for d in days for c in ("US", "FR")]
    columns = ["date", "jobcountry", heading, "remote_share_postings"]
    return pd.DataFrame(parts, columns=columns).to_csv(index=False)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Put a file of the source where `locate` finds it."""

    def put(name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(later, "locate", lambda _, file: tmp_path / file)

    return put


@pytest.mark.parametrize("heading", ["normtitlecategory_consistent", "sector"])
def test_the_slopes_of_an_invented_file_are_found(here, heading):
    here("remote_postings_sector.csv", remote_file(heading))
    shares = later.remote_sectors()
    assert sorted(shares["country"].unique()) == ["FR", "US"]
    assert set(shares["sector"]) == {later.SECTOR_OF[code] for code in EXPOSED.index}
    sectors = pd.DataFrame({"beta": EXPOSED.rename(later.SECTOR_OF)})
    found = remote.sector_breaks(shares, sectors, "beta", ENDS, draws=99, seed=1)
    assert found["slope"].tolist() == pytest.approx([0.2, -0.1, -0.3], abs=0.01)
    assert found["n"].tolist() == [5, 5, 5]


def test_without_the_file_a_sentence_says_what_is_missing(monkeypatch):
    def absent(*_):
        raise SourceError("not on this machine")

    monkeypatch.setattr(later, "locate", absent)
    assert later.sector_postings("US") is None
    said = remote.sector_breaks(later.remote_sectors(), pd.DataFrame(), "beta", ENDS)
    assert said.startswith("not rebuilt here")


def test_later_postings_have_the_shape_of_the_committed_table(here):
    rows = [
        (day.date(), "US", 100 + day.month, kind, name)
        for day in QUARTERS[0]
        for kind in ("total postings", "new postings")
        for name in ("Banking & Finance", "Driving")
    ]
    columns = ["date", "jobcountry", "indeed_job_postings_index", "variable", "display_name"]
    here("job_postings_by_sector_US.csv", pd.DataFrame(rows, columns=columns).to_csv(index=False))
    found = later.sector_postings("US")
    assert list(found) == list(load("sector_postings"))
    assert found["sector"].unique().tolist() == ["banking_finance", "driving"]
    assert found["postings_index"].tolist() == [109, 110, 111] * 2


def test_every_code_names_a_sector_of_ours():
    assert set(later.SECTOR_OF.values()) == set(read_sectors()["sector"])


def test_a_share_above_a_hundred_is_refused(tmp_path):
    path = tmp_path / "shares.csv"
    head, row, *rest = remote_file().splitlines()
    path.write_text("\n".join([head, row.rpartition(",")[0] + ",100.5", *rest]))
    with pytest.raises(DataError, match=r"line 2, .*'100\.5', expected 100 or less"):
        indeed.read_remote_sectors(path)


def test_a_later_file_gives_a_slope_beside_that_of_the_file_in_use():
    months = ["2022-11", "2023-11"]
    rows = [
        ("US", sector, month, 100 * np.exp(-0.5 * x * (month == months[1])), 30)
        for sector, x in EXPOSED.rename(later.SECTOR_OF).items()
        for month in months
    ]
    table = pd.DataFrame(rows, columns=["country", "sector", "month", "postings_index", "n_days"])
    table["postings_index"] += 0.01 * np.arange(len(table)) ** 2 % 0.07
    sectors = EXPOSED.rename(later.SECTOR_OF).rename_axis("sector").rename("beta").reset_index()
    sectors = sectors.assign(wage_2022=50_000.0)
    files = {"US": table, "GB": None}
    found = recruitment.later_slopes(files, table, sectors, "2022-11", "beta")
    assert found.index.tolist() == [("US", "later"), ("US", "in use")]
    assert found["slope"].tolist() == pytest.approx([-0.5, -0.5], abs=0.01)
    assert found["end"].tolist() == ["2023-11", "2023-11"]
    said = recruitment.later_slopes({"US": None}, table, sectors, "2022-11", "beta")
    assert said.startswith("not rebuilt here")
