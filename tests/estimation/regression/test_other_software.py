"""Estimates agree with certified values, with Stata, and with other Python packages.

Agreements that a test file of this folder already has for its own estimator are not repeated here.
"""

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS
from scipy import stats
from statsmodels.regression.tests.results import results_grunfeld_ols_robust_cluster as stata
from statsmodels.regression.tests.results.results_regression import Longley

from llmexposure.analysis.recruitment import post_mean
from llmexposure.estimation.montecarlo.intervals import half_widths
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.event_study import event_study
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.regression.posting_level import posting_slope
from llmexposure.estimation.resampling.slope import wild

REGRESSORS = ["GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"]
# Certified values of NIST's Statistical Reference Datasets (Longley 1967); robust errors from Stata.
CERTIFIED = Longley()


def longley(regressor):
    """Employment on one regressor, the other five being the controls."""
    frame = sm.datasets.longley.load_pandas().data
    controls = [name for name in REGRESSORS if name != regressor]
    return design(frame, "TOTEMP", regressor, controls), frame, controls


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_longley_has_the_certified_slopes_and_errors(regressor):
    found, _, _ = longley(regressor)
    place = REGRESSORS.index(regressor)
    slopes, residuals = found.fit(found.y[None, :])
    assert slopes[0] == pytest.approx(CERTIFIED.params[place], rel=1e-6)
    classical = half_widths(found, residuals)["ols"][0] / stats.t.isf(0.025, found.df)
    assert classical == pytest.approx(CERTIFIED.bse[place], rel=1e-6)


@pytest.mark.parametrize("regressor", REGRESSORS)
def test_robust_errors_of_longley_are_those_of_stata(regressor):
    found, frame, controls = longley(regressor)
    place, half_digit = REGRESSORS.index(regressor), 0.5e-5
    three = cross_section(frame, "TOTEMP", regressor, controls, draws=9, seed=1)
    ours = {
        "HC0": wild(found, kind="CR0", draws=9, seed=1).se,
        "HC2": cr2(found).estimate.se,
        "HC3": three.estimate.se,
    }
    for name, se in ours.items():
        theirs = getattr(CERTIFIED, f"{name}_se")[place]
        assert se == pytest.approx(theirs, rel=1e-6, abs=1.01 * half_digit)


def test_clustered_error_of_grunfeld_is_that_of_stata():
    frame = sm.datasets.grunfeld.load_pandas().data
    frame = frame[frame["firm"] != "American Steel"].reset_index(drop=True)
    n, firms, columns = 200, 10, 3
    for row, (name, other) in enumerate((("value", "capital"), ("capital", "value"))):
        ours = wild(
            design(frame, "invest", name, [other]), frame["firm"], kind="CR0", draws=9, seed=1
        )
        factor = firms / (firms - 1) * (n - 1) / (n - columns)
        assert ours.value == pytest.approx(stata.results_cluster.params_table[row, 0], rel=1e-6)
        assert ours.se * np.sqrt(factor) == pytest.approx(
            stata.results_cluster.params_table[row, 1], rel=1e-6
        )


def sectors(n=47, seed=5):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"beta": rng.uniform(size=n), "telework": rng.uniform(size=n)})
    noise = rng.normal(scale=0.2, size=n) * (0.3 + frame["beta"])
    frame["change"] = 0.2 - 0.7 * frame["beta"] + noise
    return frame


@pytest.mark.parametrize(("kind", "name"), [("hc1", "HC1"), ("hc3", "HC3"), ("ols", "iid")])
def test_simulated_intervals_are_those_of_pyfixest(kind, name):
    frame = sectors()
    found = design(frame, "change", "beta", ["telework"])
    value, error = found.fit(found.y[None, :])
    half = half_widths(found, error)[kind][0]
    # pyfixest multiplies HC2 and HC3 by the factor of HC1 unless told not to.
    plain = pyfixest.ssc(k_adj=name != "HC3", G_adj=False)
    theirs = pyfixest.feols("change ~ beta + telework", frame, vcov=name, ssc=plain)
    low, high = theirs.confint().loc["beta"]
    assert [value[0] - half, value[0] + half] == pytest.approx([low, high], rel=1e-6)


def test_hc1_is_the_debiased_robust_error_of_linearmodels():
    frame = sectors()
    found = design(frame, "change", "beta", ["telework"])
    value, error = found.fit(found.y[None, :])
    exog = sm.add_constant(frame[["beta", "telework"]])
    theirs = IV2SLS(frame["change"], exog, None, None).fit(cov_type="robust", debiased=True)
    low, high = theirs.conf_int().loc["beta"]
    half = half_widths(found, error)["hc1"][0]
    assert [value[0] - half, value[0] + half] == pytest.approx([low, high], rel=1e-6)


@pytest.mark.parametrize("weights", [None, "jobs"])
def test_hc2_is_that_of_pyfixest(weights):
    frame = sectors().assign(jobs=np.arange(1.0, 48))
    plain = pyfixest.ssc(k_adj=False, G_adj=False)
    root = np.sqrt(frame["jobs"]) if weights else 1.0
    # Weighted least squares written out: pyfixest's own HC2 takes the leverage without weights.
    scaled = pd.DataFrame({"one": root, "x": frame["beta"] * root, "y": frame["change"] * root},
                          index=frame.index)  # fmt: skip
    theirs = pyfixest.feols("y ~ one + x - 1", scaled, vcov="HC2", ssc=plain)
    ours = cr2(design(frame, "change", "beta", weights=weights)).estimate
    assert ours.se == pytest.approx(theirs.se()["x"], rel=1e-6)


def postings(n=600, seed=2):
    rng = np.random.default_rng(seed)
    firm = rng.integers(0, 40, size=n)
    frame = pd.DataFrame({"firm": firm.astype(str), "x": rng.uniform(size=n)})
    frame["city"] = rng.choice(list("ABC"), size=n)
    frame["kind"] = rng.choice(["k1", "k2", "k3"], size=n)
    frame["y"] = 0.4 * frame["x"] + rng.normal(size=40)[firm] + rng.normal(size=n)
    return frame


def test_posting_slopes_are_the_fixed_effects_of_pyfixest_and_linearmodels():
    frame = postings()
    ours = posting_slope(
        frame, "y", "x", ["city", "kind"], cluster="firm", group="kind", seed=1, draws=199
    )
    # The dummies count as regressors in statsmodels: 6 columns with the constant and x.
    plain = pyfixest.ssc(k_adj=False, G_adj=False)
    theirs = pyfixest.feols("y ~ x | city + kind", frame, vcov={"CRV1": "firm"}, ssc=plain)
    factor = np.sqrt(40 / 39 * 599 / (600 - 6))
    assert ours.estimate.value == pytest.approx(theirs.coef()["x"], rel=1e-6)
    assert ours.estimate.se == pytest.approx(theirs.se()["x"] * factor, rel=1e-6)
    dummies = pd.get_dummies(frame[["city", "kind"]], drop_first=True, dtype=float)
    exog = sm.add_constant(frame[["x"]].join(dummies))
    again = IV2SLS(frame["y"], exog, None, None).fit(
        cov_type="clustered", clusters=pd.factorize(frame["firm"])[0], debiased=True
    )
    assert ours.estimate.se == pytest.approx(again.std_errors["x"], rel=1e-6)


MONTHS = ["2022-08", "2022-09", "2022-10", "2022-11", "2022-12", "2023-01"]


def panel(n=30, seed=4):
    rng = np.random.default_rng(seed)
    units = [f"s{i:02d}" for i in range(n)]
    exposure = pd.Series(rng.uniform(size=n), index=units)
    wide = pd.DataFrame(rng.normal(scale=0.1, size=(n, 6)).cumsum(axis=1), units, MONTHS)
    wide[MONTHS[4:]] -= 0.5 * exposure.to_numpy()[:, None]
    long = wide.rename_axis("unit").reset_index().melt("unit", var_name="month", value_name="y")
    long["x"] = long["unit"].map(exposure)
    return wide, exposure, long


def test_event_path_is_the_interacted_two_way_regression_of_pyfixest():
    wide, exposure, long = panel()
    ours = event_study(wide, exposure, "2022-11", MONTHS[:3], draws=9, seed=1).path
    long["when"] = long["month"].map({m: k for k, m in enumerate(MONTHS)})
    fit = pyfixest.feols("y ~ i(when, x, ref=3) | unit + month", long)
    theirs = fit.coef().to_numpy()
    assert ours.loc[ours["period"] != "2022-11", "slope"].to_numpy() == pytest.approx(
        theirs, rel=1e-6, abs=1e-8
    )


def test_mean_change_is_the_two_way_panel_of_linearmodels():
    wide, exposure, long = panel()
    pre = MONTHS[:4]
    change = post_mean(wide, "2022-11", pre)
    frame = pd.DataFrame({"change": change, "x": exposure})
    ours = cross_section(frame, "change", "x", draws=9, seed=1).estimate
    long["treated"] = long["x"] * (long["month"] > "2022-11")
    long["month"] = pd.to_datetime(long["month"])
    data = long.set_index(["unit", "month"])
    fit = PanelOLS(data["y"], data[["treated"]], entity_effects=True, time_effects=True).fit()
    assert ours.value == pytest.approx(fit.params["treated"], rel=1e-6)
