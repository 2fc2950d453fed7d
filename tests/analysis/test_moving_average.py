"""Averages agree with numpy and pandas; the first complete day is where pandas first has a value."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis import freelance as ma
from llmexposure.base.errors import DataError


def daily(days=200, seed=1, start="2022-06-01"):
    rng = np.random.default_rng(seed)
    index = pd.date_range(start, periods=days)
    return pd.DataFrame(rng.uniform(50, 150, (days, 3)), index=index, columns=list("abc"))


@settings(max_examples=30)
@given(st.integers(1, 60))
def test_trailing_average_is_the_mean_of_the_last_days(window):
    table = daily(61)
    last = ma.moving_average(table, window).iloc[-1]
    assert last.to_numpy() == pytest.approx(table.to_numpy()[-window:].mean(axis=0))


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("window", [1, 7, 28, 83, 84])
def test_average_and_its_ends_agree_with_pandas_rolling(window, centred):
    table = daily()
    theirs = table.rolling(window, center=centred).mean()
    pd.testing.assert_frame_equal(ma.moving_average(table, window, centred=centred), theirs)
    first, last = table.index[0].isoformat(), table.index[-1].isoformat()
    assert ma.first_complete_day(first, window, centred=centred) == theirs["a"].first_valid_index()
    assert ma.last_complete_day(last, window, centred=centred) == theirs["a"].last_valid_index()


def test_the_articles_first_complete_day_is_after_chatgpt():
    assert ma.first_complete_day("2022-11-01", 84) == pd.Timestamp("2023-01-23")
    assert ma.first_complete_day("2022-11-01", 84, centred=True) > pd.Timestamp("2022-11-30")


def test_a_constant_growth_rate_is_recovered_from_either_baseline():
    index = pd.date_range("2022-06-01", "2024-06-30")
    table = pd.DataFrame({"a": np.exp(-0.001 * np.arange(len(index)))}, index=index)
    window = {"begin": "2022-11-01", "event": "2022-11-30", "end": "2024-02-14"}
    found = ma.baselines(table, 84, **window).loc["a"]
    # A trailing average of an exponential is the exponential times a constant.
    assert found["complete"] == pytest.approx(-0.001 * 441)
    assert found["truncated"] == pytest.approx(-0.001 * (441 - 54))
    assert found["shift"] == pytest.approx(0.001 * 54)


def test_data_after_the_end_do_not_reach_the_late_baseline():
    table = daily(760)
    window = {"begin": "2022-11-01", "event": "2022-11-30", "end": "2024-02-14"}
    changed = table.copy()
    changed.loc["2024-02-15":] *= 9
    changed.loc[:"2022-10-31"] *= 9
    first, second = (ma.baselines(t, 84, **window) for t in (table, changed))
    assert second["truncated"].to_list() == pytest.approx(first["truncated"].to_list())
    assert second["complete"].to_list() != pytest.approx(first["complete"].to_list())


@settings(max_examples=15)
@given(st.permutations(range(30)))
def test_the_order_of_rows_and_series_changes_nothing(order):
    table = daily(30).rename_axis("date").reset_index()
    moved = ma.by_day(table.iloc[list(order)])[["c", "a", "b"]]
    pd.testing.assert_frame_equal(
        ma.moving_average(moved, 7)[["a", "b", "c"]], ma.moving_average(ma.by_day(table), 7)
    )


def test_a_missing_day_or_value_is_not_bridged():
    table = daily(30).rename_axis("date").reset_index()
    with pytest.raises(DataError, match="2022-06-06 is absent or repeated"):
        ma.by_day(table.drop(index=5))
    gap = ma.by_day(table)
    gap.loc["2022-06-10", "a"] = np.nan
    average = ma.moving_average(gap, 7)
    assert average["a"].loc["2022-06-10":"2022-06-16"].isna().all()
    assert average["b"].loc["2022-06-10":"2022-06-16"].notna().all()


def test_a_day_without_a_complete_window_is_named():
    table = daily(200)
    with pytest.raises(DataError, match=r"2022-06-30: no complete window of 84 days"):
        ma.log_change_of_average(table, 84, pd.Timestamp("2022-06-30"), table.index[-1])
    with pytest.raises(DataError, match="window of 201 days"):
        ma.moving_average(table, 201)
