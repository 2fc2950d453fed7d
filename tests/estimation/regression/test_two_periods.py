"""Two-period Poisson: the same slope and errors as the regression with every effect, zeros and all."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.two_periods import poisson_change


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    x = rng.uniform(size=9)
    frame = pd.DataFrame(
        [(p, o) for p in range(5) for o in range(9)], columns=["place", "occupation"]
    )
    frame["x"] = x[frame["occupation"]]
    level = rng.uniform(0.5, 40, size=len(frame))
    frame["then"] = rng.poisson(level)
    frame["now"] = rng.poisson(level * np.exp(0.3 - 0.8 * frame["x"]))
    return frame


def test_it_is_the_poisson_regression_with_unit_and_group_by_period_effects(cells):
    found = poisson_change(cells, "then", "now", "x", effects="place", clusters="occupation")
    known = cells[cells["then"] + cells["now"] > 0].reset_index(names="cell")
    long = known.melt(list(cells.columns[:3]) + ["cell"], ["then", "now"], "period", "y")
    long["now"] = (long["period"] == "now").astype(float)
    model = smf.glm("y ~ now:x + C(cell) + now:C(place)", long, family=sm.families.Poisson())
    assert (known["now"] == 0).any()
    assert found.n == len(known)
    assert found.value == pytest.approx(model.fit().params["now:x"], rel=1e-5)


def test_the_error_is_that_of_leaving_out_each_cluster(cells):
    def fitted(frame):
        return poisson_change(frame, "then", "now", "x", effects="place", clusters="occupation")

    found = fitted(cells)
    without = [fitted(cells[cells["occupation"] != o]).value - found.value for o in range(9)]
    assert found.se == pytest.approx(np.sqrt(8 / 9 * np.sum(np.square(without))), rel=0.02)
    assert found.ci_high - found.value == pytest.approx(stats.t.ppf(0.975, 8) * found.se)


def test_what_cannot_be_counted_is_refused(cells):
    with pytest.raises(DataError, match="negative"):
        poisson_change(
            cells.assign(now=-1), "then", "now", "x", effects="place", clusters="occupation"
        )
    few = cells[cells["occupation"] < 2]
    with pytest.raises(DataError, match="2 clusters"):
        poisson_change(few, "then", "now", "x", effects="place", clusters="occupation")
