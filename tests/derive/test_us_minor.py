"""Postings by minor group: windows and slopes against known answers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from llmexposure.derive import us_minor
from llmexposure.report.tables import load


def test_a_seasonal_pattern_that_goes_with_exposure_is_gone_against_the_same_month_only():
    months = [str(m) for m in pd.period_range("2021-12", "2023-11", freq="M")]
    exposure = pd.Series([0.1, 0.4, 0.8], index=list("abc"))
    season = np.tile(np.sin(np.arange(12)), 2)
    wide = pd.DataFrame(np.outer(exposure, season), index=exposure.index, columns=months)
    paths = us_minor.referenced(wide)
    assert np.allclose(paths["same_month"], 0)
    assert paths["release_month"].abs().to_numpy().max() > 0.5


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
