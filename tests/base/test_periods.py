"""Quarters that end with the event, and changes between unlike and like halves of a year."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.base.periods import half_year_changes, period_change, period_mean, quarters
from llmexposure.simulation.panel import share_change, with_season

MONTHS = [str(m) for m in pd.period_range("2022-01", "2024-06", freq="M")]


def index():
    values = np.arange(1.0, 1 + 2 * len(MONTHS)).reshape(2, -1)
    return pd.DataFrame(values, index=["a", "b"], columns=MONTHS)


def test_the_base_quarter_ends_with_the_event():
    found = quarters(index(), "2022-11", 2, "2023-10")
    assert found.columns.tolist() == [
        "2022-05",
        "2022-08",
        "2022-11",
        "2023-02",
        "2023-05",
        "2023-08",
    ]
    assert found.loc["a", "2022-11"] == pytest.approx(np.log((9 + 10 + 11) / 3))


def test_a_missing_month_leaves_the_unit_out():
    wide = index()
    wide.loc["b", "2023-01"] = np.nan
    assert quarters(wide, "2022-11", 2, "2023-10").index.tolist() == ["a"]
    assert np.isnan(period_mean(wide, "2022-12", "2023-02")["b"])
    assert period_change(wide, ("2022-01", "2022-06"), ("2023-01", "2023-06")).index.tolist() == [
        "a"
    ]


def test_months_outside_the_data_are_named():
    with pytest.raises(DataError, match="2024-07 not in the data"):
        period_mean(index(), "2024-05", "2024-07")


def test_half_years_are_compared_a_year_later_as_far_as_the_data_go():
    found = half_year_changes(index(), "2022-01")
    assert list(found) == ["h1_2022_h1_2023", "h2_2022_h2_2023", "h1_2023_h1_2024"]
    # Months count up by one from January 2022: means 9.5 and 21.5 for the second halves.
    assert found["h2_2022_h2_2023"]["a"] == pytest.approx(np.log(21.5 / 9.5))


def counts(exposure):
    keys = pd.MultiIndex.from_product([exposure.index, pd.PeriodIndex(MONTHS, freq="M")])
    frame = pd.DataFrame({"postings": 1e6}, keys.set_names(["category", "month"])).reset_index()
    fall = frame["category"].map(exposure) * (frame["month"].dt.year - 2022)
    return frame.assign(postings=frame["postings"] * np.exp(-0.1 * fall))


def test_like_halves_are_free_of_a_season_that_unlike_ones_take_for_a_change():
    exposure = pd.Series(np.linspace(0, 1, 9), index=[f"c{i}" for i in range(9)])
    plain = counts(exposure)
    year, half, later = ("2022-01", "2022-12"), ("2022-01", "2022-06"), ("2024-01", "2024-06")
    slope = {
        (gap, name): np.polyfit(
            exposure, share_change(with_season(plain, exposure, gap), *window), 1
        )[0]
        for gap in (0.0, 0.3)
        for name, window in {"unlike": (year, later), "like": (half, later)}.items()
    }
    assert slope[0.0, "like"] == pytest.approx(slope[0.0, "unlike"])
    assert slope[0.3, "like"] == pytest.approx(slope[0.0, "like"], rel=0.02)
    # Shares are near 1/9, and half of the season's gap of 0.3 is in the later half: 0.15 / 9.
    assert slope[0.3, "unlike"] - slope[0.3, "like"] == pytest.approx(0.15 / 9, rel=0.1)


def test_share_changes_sum_to_zero():
    exposure = pd.Series([0.1, 0.9], index=["c0", "c1"])
    change = share_change(counts(exposure), ("2022-01", "2022-12"), ("2024-01", "2024-06"))
    assert change.sum() == pytest.approx(0)
    assert change["c1"] < 0
