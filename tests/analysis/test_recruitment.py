"""Shares sum to one, log-ratios to zero, and the split of the remote-work index is exact."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.analysis import recruitment, remote
from llmexposure.analysis.recruitment import changes, latest, log_change, months_before, wide
from llmexposure.base.errors import DataError
from llmexposure.report.tables import load

POSITIVE = st.floats(0.01, 1000)


def world(n=8, periods=6, seed=1):
    rng = np.random.default_rng(seed)
    units = [f"s{i}" for i in range(n)]
    months = [f"2023-{m:02d}" for m in range(1, periods + 1)]
    index = pd.DataFrame(rng.uniform(50, 150, (n, periods)), index=units, columns=months)
    weights = pd.Series(rng.uniform(1, 9, n), index=units)
    return (
        index,
        weights,
        pd.Series(rng.uniform(size=n), units),
        pd.Series(rng.uniform(size=n), units),
    )


@given(st.lists(st.tuples(POSITIVE, POSITIVE, POSITIVE), min_size=2, max_size=12))
def test_shares_sum_to_one_and_start_at_the_weights(rows):
    index = pd.DataFrame([(a, b) for a, b, _ in rows], columns=["t0", "t1"])
    weights = pd.Series([w for *_, w in rows])
    found = recruitment.shares(index, weights, "t0")
    assert found.sum().tolist() == pytest.approx([1, 1])
    assert found["t0"].tolist() == pytest.approx((weights / weights.sum()).tolist())
    assert recruitment.clr(found).sum().tolist() == pytest.approx([0, 0], abs=1e-9)


def test_change_of_clr_is_the_centred_log_change():
    index, weights, *_ = world()
    share = recruitment.shares(index, weights, "2023-01")
    change = recruitment.clr(share)["2023-06"] - recruitment.clr(share)["2023-01"]
    logs = np.log(index["2023-06"] / index["2023-01"])
    assert change.tolist() == pytest.approx((logs - logs.mean()).tolist())


def test_comovement_adds_up_exactly():
    index, weights, exposure, telework = world()
    share = recruitment.shares(index, weights, "2023-01")
    found = remote.comovement(share, exposure, telework)
    change = found["remote_index"] - found["remote_index"].iloc[0]
    assert (found["mechanical"] + found["remainder"]).tolist() == pytest.approx(change.tolist())


def test_comovement_is_all_mechanical_when_telework_is_linear_in_exposure():
    index, weights, exposure, _ = world()
    share = recruitment.shares(index, weights, "2023-01")
    found = remote.comovement(share, exposure, 0.2 + 0.5 * exposure)
    assert found["remainder"].abs().max() == pytest.approx(0, abs=1e-12)


def test_placebo_draws_are_correlations_of_reshuffled_telework():
    index, weights, exposure, telework = world()
    share = recruitment.shares(index, weights, "2023-01")
    draws = remote.comovement_placebo(share, exposure, telework, draws=500, seed=1)
    assert np.abs(draws).max() <= 1 + 1e-12
    same = remote.comovement_placebo(share, exposure, telework, draws=500, seed=1)
    assert (draws == same).all()
    constant = remote.comovement_placebo(
        share, exposure, exposure * 0 + exposure.iloc[0] + exposure, draws=1, seed=1
    )
    assert np.isfinite(constant).all()


def test_log_change_leaves_out_units_with_a_gap():
    table = pd.DataFrame({"a": [100.0, 50.0], "b": [200.0, np.nan]}, index=["x", "y"])
    assert log_change(table, "a", "b").to_dict() == pytest.approx({"x": np.log(2)})
    with pytest.raises(DataError, match="month c is not in the data"):
        log_change(table, "a", "c")


def test_every_window_ends_in_a_month_complete_to_the_day():
    postings = load("sector_postings")
    length = pd.PeriodIndex(postings["month"], freq="M").days_in_month
    assert (postings["n_days"] == length).all()
    ends = {country: latest(postings, country) for country in postings["country"].unique()}
    assert ends == {
        "US": "2025-06", "GB": "2024-07", "CA": "2024-10", "AU": "2024-05", "DE": "2025-05", "FR": "2025-05",
        "JP": "2023-06",
    }  # fmt: skip


def test_panel_helpers():
    rows = [("US", s, m, 100.0 + i) for i, s in enumerate("ab") for m in ("2023-01", "2023-02")]
    postings = pd.DataFrame(rows[:-1], columns=["country", "sector", "month", "postings_index"])
    assert wide(postings, "US").shape == (2, 2)
    assert latest(postings, "US", spare=0) == "2023-01"
    assert latest(postings, "US") == "2023-02"
    assert months_before(["2023-03", "2023-01", "2023-02"], "2023-03", 1) == ["2023-02"]
    sectors = pd.DataFrame({"sector": ["a", "b"], "wage_2022": [np.e, 1.0]})
    found = changes(postings, sectors, "US", "2023-01", "2023-02")
    assert found.index.tolist() == ["a"]
    assert found["log_wage"].tolist() == pytest.approx([1.0])
