"""Breaks at the release: known breaks found and dated, shapes and margins against second computations."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from llmexposure.analysis.timing import release
from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate

MONTHS = [str(m) for m in pd.period_range("2021-01", "2024-12", freq="M")]


def panel(at: str | None, seed: int = 1, n: int = 40) -> tuple[pd.DataFrame, pd.Series]:
    """Index of sectors whose growth turns with exposure at a month, or never."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(n)]
    exposure = pd.Series(rng.uniform(size=n), names)
    turn = 0 if at is None else np.clip(np.arange(len(MONTHS)) - MONTHS.index(at), 0, None)
    noise = rng.normal(scale=0.005, size=(n, len(MONTHS))).cumsum(axis=1)
    logs = np.outer(exposure, 0.01 * np.arange(len(MONTHS)) - 0.05 * turn) + noise
    return pd.DataFrame(100 * np.exp(logs), names, MONTHS), exposure


def dated(index, exposure, families=None, draws=99, seed=1):
    families = index.index.to_series() if families is None else families
    return release.break_date(
        index, exposure, families, event="2022-11", months=12, draws=draws, seed=seed
    )


@pytest.mark.parametrize("at", ["2022-06", "2023-03"])
def test_a_break_is_found_and_dated(at):
    found = dated(*panel(at), draws=199)
    assert abs((pd.Period(found.month, "M") - pd.Period(at, "M")).n) <= 2
    assert found.p == 1 / 200
    assert found.t < 0
    assert found.path["month"].tolist() == MONTHS[12:-12]
    assert found.low <= at <= found.high
    assert found.sooner == (1.0 if at < "2022-11" else 0.0)
    month, slope = found.largest
    assert slope == found.slope_at(month) == found.path["slope"].min()


def shocked(at: str, seed: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """The same with sixteen families, each with a walk of its own, and a turn about as large as its noise."""
    index, exposure = panel(at, seed, n=48)
    rng = np.random.default_rng(1000 + seed)
    families = pd.Series(np.repeat(np.arange(16), 3), index.index)
    walks = rng.normal(scale=0.06, size=(16, len(MONTHS))).cumsum(axis=1)
    return index * np.exp(walks[families]), exposure, families


def test_the_interval_of_the_date_covers_it_about_as_often_as_it_says():
    found = [dated(*shocked("2022-12", seed), draws=199, seed=seed) for seed in range(60)]
    assert np.mean([one.month == "2022-12" for one in found]) < 0.6  # the date itself is uncertain
    assert np.mean([one.low <= "2022-12" <= one.high for one in found]) >= 0.85
    assert np.mean([one.low > MONTHS[12] or one.high < MONTHS[-13] for one in found]) > 0.5


def test_drawing_every_unit_once_changes_nothing_and_twice_is_a_longer_table():
    index, exposure = panel("2022-06", n=12)
    y, x = np.log(index.to_numpy()).T[:5], exposure.to_numpy()
    once = release._studentised(y, x[None], np.ones((1, 12)))
    assert np.allclose(once, release._studentised(y, x[None]))
    times = np.array([2.0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    rows = np.repeat(np.arange(12), times.astype(int))
    longer = release._studentised(y[:, rows], x[None, rows])
    assert np.allclose(release._studentised(y, x[None], times[None]), longer)


def test_without_a_break_the_search_over_months_is_paid_for():
    ps = [dated(*panel(None, s), seed=s).p for s in range(40)]
    assert np.mean(np.array(ps) <= 0.10) < 0.25


def test_the_statistic_is_that_of_statsmodels():
    index, exposure = panel("2022-06")
    found = dated(index, exposure)
    y = np.log(index)
    bend = y["2023-11"] - 2 * y["2022-11"] + y["2021-11"]
    fit = smf.ols("y ~ x", pd.DataFrame({"y": bend, "x": exposure})).fit(cov_type="HC1")
    assert found.at("2022-11") == pytest.approx(fit.tvalues["x"])


def test_too_few_months_are_refused():
    index, exposure = panel(None)
    with pytest.raises(DataError, match="20 months: a break needs 12 on both sides"):
        dated(index.iloc[:, :20], exposure)


def test_margin_and_detectable_slope_reject_at_their_level():
    se, df = 0.08, 15
    reach = stats.t(df).ppf(0.975) * se
    found = Estimate(-0.05, se=se, ci_low=-0.05 - reach, ci_high=-0.05 + reach)
    margin = release.equivalence_margin(found)
    assert stats.t(df).sf((-0.05 + margin) / se) == pytest.approx(0.05)
    power = stats.nct(df, release.smallest_detectable(found) / se).sf(stats.t(df).ppf(0.975))
    assert power == pytest.approx(0.80, abs=0.02)


def test_bins_hold_as_many_units_and_their_means():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"beta": rng.uniform(size=100)})
    frame["after"] = np.where(frame["beta"] > 0.8, -1.0, 0.0)
    found = release.dose_response(frame, "beta", {"after": "after"})
    assert found["n"].tolist() == [20] * 5
    cut = frame["beta"].sort_values().iloc[80]
    assert found["value"].iloc[-1] == frame.loc[frame["beta"] >= cut, "after"].mean()
    assert release.thirds(frame, "beta").value_counts().between(33, 34).all()


def test_use_of_a_sector_is_weighted_by_jobs():
    usage = pd.DataFrame({"soc": ["a", "b", "c"], "n_tasks": [10, 4, 5], "n_used": [5, 4, 0]})
    members = pd.DataFrame({"sector": ["s", "s", "t"], "soc": ["a", "b", "c"]})
    used = release.used_share(usage, members, pd.Series({"a": 3.0, "b": 1.0, "c": 2.0}))
    assert used.to_dict() == {"s": (3 * 0.5 + 1) / 4, "t": 0.0}


def test_halves_stand_at_the_middle_of_their_change():
    rows = pd.DataFrame({"label": ["us_e1_h1_2022_h1_2023", "us_e1_h2_2022_h2_2023", "us_e2_h1_2022_h1_2023"],
                         "value": 0.0, "ci_low": 0.0, "ci_high": 0.0})  # fmt: skip
    halves = {"h1_2022_h1_2023": pd.Series(), "h2_2022_h2_2023": pd.Series()}
    assert release.half_rows(rows, "us_e1_", halves)["month"].tolist() == ["2022-10", "2023-04"]
