"""Postings by minor group: windows and slopes against known answers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from llmexposure.data.schemas.us_minor import REGRESSORS
from llmexposure.derive import us_minor
from llmexposure.estimation.regression.ols import regress
from llmexposure.report.tables import load


def test_a_seasonal_pattern_that_goes_with_exposure_is_gone_against_the_same_month_only():
    months = [str(m) for m in pd.period_range("2021-11", "2023-11", freq="M")]
    exposure = pd.Series([0.1, 0.4, 0.8], index=list("abc"))
    season = np.tile(np.sin(np.arange(12)), 3)[:25]
    wide = pd.DataFrame(np.outer(exposure, season), index=exposure.index, columns=months)
    paths = us_minor.referenced(wide)
    assert np.allclose(paths["same_month"], 0)
    assert np.allclose(paths["since_release"], 0)
    assert paths["release_month"].abs().to_numpy().max() > 0.5


def test_a_trend_that_goes_on_is_no_change_since_the_release_and_a_step_is_one():
    months = [str(m) for m in pd.period_range("2021-11", "2023-11", freq="M")]
    exposure = pd.Series([0.1, 0.4, 0.8], index=list("abc"))
    after = np.array([month > "2022-11" for month in months])
    wide = np.outer(exposure, 0.03 * np.arange(25) - 0.2 * after)
    paths = us_minor.referenced(pd.DataFrame(wide, index=exposure.index, columns=months))
    found = paths["since_release"]
    assert list(found) == months[12:]
    assert np.allclose(found["2022-11"], 0)
    assert np.allclose(found.iloc[:, 1:], -0.2 * exposure.to_numpy()[:, None])
    # Against the same month of the year before the release the trend hides the step.
    assert (paths["same_month"]["2023-05"] > 0).all()


def test_a_year_on_the_change_since_the_release_is_the_second_difference():
    slopes = load("us_minor_slopes").query("outcome == 'log_postings' and measure == 'gpt4_beta'")
    path = slopes.pivot(index="month", columns="reference", values="slope")
    bend = path["release_month"][["2021-11", "2023-11"]].sum()
    assert path.loc["2023-11", "since_release"] == pytest.approx(bend, abs=1e-8)


def test_errors_by_family_are_those_of_the_regression_by_major_group():
    rng = np.random.default_rng(5)
    groups = [f"{major}-{minor}000" for major in range(11, 19) for minor in (1, 2, 3)]
    exposures = pd.DataFrame(rng.uniform(size=(24, len(REGRESSORS))), groups, list(REGRESSORS))
    months = [str(m) for m in pd.period_range("2021-11", "2022-12", freq="M")]
    rows = pd.MultiIndex.from_product([groups, months], names=["minor_group", "month"])
    values = {"postings": rng.uniform(1, 9, len(rows)), "remote_share": rng.uniform(size=len(rows))}
    postings = pd.DataFrame(values, rows).reset_index()
    found = us_minor.slopes(postings, exposures).set_index(["outcome", "reference", "measure"])
    row = (
        found.loc[("log_postings", "release_month", "gpt4_beta")].set_index("month").loc["2022-12"]
    )
    wide = np.log(postings.pivot(index="minor_group", columns="month", values="postings"))
    frame = exposures[["gpt4_beta"]].assign(
        change=wide["2022-12"] - wide["2022-11"], family=exposures.index.str[:2]
    )
    by_hand = regress("change ~ gpt4_beta", frame, clusters="family", draws=99, seed=1).estimate
    assert row["se_family"] == pytest.approx(by_hand.se)
    reach = stats.t.ppf(0.975, row["df_family"]) * row["se_family"]
    assert by_hand.ci_high == pytest.approx(row["slope"] + reach)


def test_the_window_of_2022_and_the_slopes_say_the_same_of_remote_work():
    # Mean of the twelve slopes against the slope of the mean: equal but for the weights of months.
    slopes = load("us_minor_slopes").query("outcome == 'remote_share' and reference == 'none'")
    year = slopes.query("measure == 'gpt4_beta' and '2021-12' <= month <= '2022-11'")
    level = load("us_minor_windows").query("window == 'year to 2022-11'").set_index("minor_group")
    exposures = load("group_exposures").query("scheme == 'us_minor'").set_index("group")
    fit = smf.ols("remote_share ~ gpt4_beta", level.join(exposures["gpt4_beta"])).fit()
    assert fit.params["gpt4_beta"] == pytest.approx(year["slope"].mean(), rel=0.03)
    assert set(year["n"]) == {int(fit.nobs)}


def test_the_base_is_zero_without_error():
    slopes = load("us_minor_slopes").query("month == '2022-11' and reference != 'none'")
    assert (slopes[["slope", "se"]] == 0).all(axis=None)
