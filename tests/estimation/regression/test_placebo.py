"""Windows moved before the event: their slopes, their labels, and the shares they give."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.event_study import placebo, rolling_slopes
from llmexposure.estimation.regression.ols import cross_section

MONTHS = [str(m) for m in pd.period_range("2022-01", "2023-12", freq="M")]


def logs(n=20, seed=1):
    rng = np.random.default_rng(seed)
    exposure = pd.Series(rng.uniform(size=n), index=[f"s{i}" for i in range(n)])
    steps = rng.normal(scale=0.05, size=(n, len(MONTHS)))
    return pd.DataFrame(steps.cumsum(axis=1), exposure.index, MONTHS), exposure


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
    after = np.arange(len(MONTHS)) > MONTHS.index("2022-11")
    jump = wide + np.outer(exposure, np.where(after, -3.0, 0.0))
    assert placebo(jump, exposure, "2022-11", "2022-01", 6).as_low == 0
    flat = wide * 0 + np.outer(exposure, -0.2 * np.arange(len(MONTHS)))
    steady = placebo(flat + 1e-9 * wide, exposure, "2022-11", "2022-01", 6)
    assert steady.low == pytest.approx(steady.actual, abs=1e-6)
    assert steady.low == pytest.approx(-1.2, abs=1e-6)


def test_windows_that_do_not_fit_are_an_error():
    wide, exposure = logs()
    with pytest.raises(DataError, match="use shorter windows"):
        placebo(wide, exposure, "2022-11", "2022-06", 6)
