"""The closed form of the event study is the dummy-variable regression; its test has the right size."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.multivariate.multivariate_ols import _MultivariateOLS

from llmexposure.analysis.recruitment import post_mean
from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.event_study import (
    balanced,
    event_study,
    hotelling_f,
    placebo,
    pretrend_test,
    rolling_slopes,
)
from llmexposure.estimation.regression.ols import cross_section

MONTHS = ["2022-08", "2022-09", "2022-10", "2022-11", "2022-12", "2023-01"]


def panel(n=30, effect=-0.5, seed=2):
    rng = np.random.default_rng(seed)
    exposure = pd.Series(rng.uniform(size=n), index=[f"s{i}" for i in range(n)])
    noise = rng.normal(scale=0.1, size=(n, len(MONTHS))).cumsum(axis=1)
    wide = pd.DataFrame(noise, index=exposure.index, columns=MONTHS)
    for month in MONTHS[4:]:
        wide[month] += effect * exposure
    return wide, exposure


def test_path_equals_two_way_regression_with_interactions():
    wide, exposure = panel()
    ours = event_study(wide, exposure, "2022-11", MONTHS[:3], draws=9, seed=1).path
    long = wide.rename_axis("unit").reset_index().melt("unit", var_name="month", value_name="y")
    long["x"] = long["unit"].map(exposure)
    others = [m for m in MONTHS if m != "2022-11"]
    for number, month in enumerate(others):
        long[f"x{number}"] = long["x"] * (long["month"] == month)
    terms = " + ".join(f"x{number}" for number in range(len(others)))
    fit = smf.ols(f"y ~ C(unit) + C(month) + {terms}", long).fit()
    theirs = {month: fit.params[f"x{number}"] for number, month in enumerate(others)}
    theirs["2022-11"] = 0.0
    assert dict(zip(ours["period"], ours["slope"], strict=True)) == pytest.approx(theirs, abs=1e-9)


def test_hotelling_is_manova():
    wide, exposure = panel()
    y = wide[MONTHS[:3]].sub(wide["2022-11"], axis=0)
    x = np.column_stack([np.ones(len(exposure)), exposure])
    table = _MultivariateOLS(y.to_numpy(), x).fit().mv_test([("slope", np.array([[0, 1]]))])
    theirs = table.results["slope"]["stat"].loc["Hotelling-Lawley trace"]
    ours, _ = pretrend_test(y, exposure, draws=9, seed=1)
    assert ours.value == pytest.approx(float(theirs["F Value"]), rel=1e-8)
    assert ours.p == pytest.approx(float(theirs["Pr > F"]), rel=1e-6)


def test_pretrend_p_is_uniform_without_pretrends_despite_serial_correlation():
    ps, permuted = [], []
    for seed in range(200):
        wide, exposure = panel(n=20, seed=seed)
        y = wide[MONTHS[:3]].sub(wide["2022-11"], axis=0)
        test, p = pretrend_test(y, exposure, draws=99, seed=seed)
        ps.append(test.p)
        permuted.append(p)
    assert stats.kstest(ps, "uniform").pvalue > 0.01
    assert stats.kstest(permuted, "uniform").pvalue > 0.01


def test_a_pretrend_is_found():
    wide, exposure = panel()
    for step, month in enumerate(MONTHS):
        wide[month] += 0.5 * step * exposure
    found = event_study(wide, exposure, "2022-11", MONTHS[:3], draws=999, seed=1)
    assert found.pretrend.p < 0.001
    assert found.pretrend_permutation_p < 0.01


def test_permuted_copies_match_one_by_one():
    wide, exposure = panel(n=12)
    y, x = wide[MONTHS[:3]].to_numpy(), exposure.to_numpy()
    copies = np.stack([x, x[::-1], np.roll(x, 3)])
    assert hotelling_f(y, copies) == pytest.approx([hotelling_f(y, c[None, :])[0] for c in copies])


def test_collapsed_slope_is_the_two_way_estimate():
    wide, exposure = panel()
    keep = [m for m in MONTHS if m != "2022-11"]
    frame = pd.DataFrame({"x": exposure, "y": post_mean(wide, "2022-11", MONTHS[:3])})
    ours = cross_section(frame, "y", "x", draws=9, seed=1).estimate.value
    long = wide[keep].rename_axis("unit").reset_index().melt("unit", var_name="m", value_name="y")
    long["xpost"] = long["unit"].map(exposure) * (long["m"] > "2022-11")
    fit = smf.ols("y ~ C(unit) + C(m) + xpost", long).fit()
    assert ours == pytest.approx(fit.params["xpost"], abs=1e-9)


def test_units_with_a_gap_are_left_out():
    long = pd.DataFrame({"u": ["a", "a", "b"], "t": ["1", "2", "1"], "v": [1.0, 2.0, 3.0]})
    assert balanced(long, "u", "t", "v").index.tolist() == ["a"]


def test_more_periods_than_units_allow_is_an_error():
    wide, exposure = panel(n=5)
    with pytest.raises(DataError, match="need at least"):
        pretrend_test(wide[MONTHS[:3]], exposure, draws=9, seed=1)


def test_a_missing_base_month_is_an_error():
    wide, exposure = panel()
    with pytest.raises(DataError, match="base period 2021-01"):
        event_study(wide, exposure, "2021-01", MONTHS[:3], draws=9, seed=1)


WINDOW = [str(m) for m in pd.period_range("2022-01", "2023-12", freq="M")]


def logs(n=20, seed=1):
    rng = np.random.default_rng(seed)
    exposure = pd.Series(rng.uniform(size=n), index=[f"s{i}" for i in range(n)])
    steps = rng.normal(scale=0.05, size=(n, len(WINDOW)))
    return pd.DataFrame(steps.cumsum(axis=1), exposure.index, WINDOW), exposure


def test_rolling_slopes_are_cross_sections():
    wide, exposure = logs()
    rows = rolling_slopes(wide, exposure, 6).set_index("start")
    frame = pd.DataFrame({"y": wide["2022-10"] - wide["2022-04"], "x": exposure})
    usual = cross_section(frame, "y", "x", draws=9, seed=1).estimate
    assert rows.loc["2022-04", "period"] == "2022-10"
    assert rows.loc["2022-04", "slope"] == pytest.approx(usual.value)
    assert rows.loc["2022-04", "ci_low"] == pytest.approx(usual.ci_low)


def test_windows_are_told_apart():
    wide, exposure = logs()
    found = placebo(wide, exposure, "2022-11", "2022-03", 6)
    kind = found.rows.set_index("start")["kind"]
    assert kind["2022-02"] == "earlier"
    assert kind["2022-03"] == kind["2022-05"] == "placebo"
    assert kind["2022-06"] == kind["2022-10"] == "straddling"
    assert kind["2022-11"] == "event"
    assert kind["2022-12"] == "later"
    assert found.count == 3


def test_an_effect_stands_out_and_a_common_trend_does_not():
    wide, exposure = logs()
    after = np.arange(len(WINDOW)) > WINDOW.index("2022-11")
    jump = wide + np.outer(exposure, np.where(after, -3.0, 0.0))
    assert placebo(jump, exposure, "2022-11", "2022-01", 6).as_low == 0
    flat = wide * 0 + np.outer(exposure, -0.2 * np.arange(len(WINDOW)))
    steady = placebo(flat + 1e-9 * wide, exposure, "2022-11", "2022-01", 6)
    assert steady.low == pytest.approx(steady.actual, abs=1e-6)
    assert steady.low == pytest.approx(-1.2, abs=1e-6)


def test_windows_that_do_not_fit_are_an_error():
    wide, exposure = logs()
    with pytest.raises(DataError, match="use shorter windows"):
        placebo(wide, exposure, "2022-11", "2022-06", 6)
