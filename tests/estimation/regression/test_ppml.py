"""Poisson pseudo-maximum likelihood: known slope, statsmodels, refits, uniform p-values."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.ppml import fits, ppml


def sample(n=60, slope=1.5, seed=2):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(size=n), "jobs": rng.integers(1, 50, size=n)})
    mean = np.exp(0.3 + slope * frame["x"]) * frame["jobs"] / 25
    # Overdispersed, with zeros: the Poisson variance is wrong, the mean is right.
    frame["y"] = rng.poisson(mean * rng.gamma(2, 0.5, size=n)) / 7
    return frame


def glm(frame, weights=None):
    return sm.GLM(
        frame["y"], sm.add_constant(frame["x"]), family=sm.families.Poisson(),
        offset=np.log(frame["jobs"]), freq_weights=weights,
    ).fit(tol=1e-12)  # fmt: skip


def test_recovers_a_known_slope_in_the_presence_of_zeros():
    found = ppml(sample(1500, seed=5), "y", "x", exposure="jobs", draws=9, seed=1)
    assert found.zeros > 0.1
    assert found.estimate.value == pytest.approx(1.5, abs=0.2)
    assert found.estimate.ci_low < 1.5 < found.estimate.ci_high


def test_every_resample_is_statsmodels_glm():
    frame = sample()
    y, x, offset = frame["y"].to_numpy(), frame["x"].to_numpy(), np.log(frame["jobs"]).to_numpy()
    counts = np.random.default_rng(1).multinomial(60, np.full(60, 1 / 60), size=5).astype(float)
    for start in (0.0, 3.0):
        ours = fits(y, x, offset, counts, start)
        theirs = [glm(frame, w).params for w in counts]
        assert ours.slope == pytest.approx([p["x"] for p in theirs], rel=1e-6)
        assert ours.level == pytest.approx([p["const"] for p in theirs], rel=1e-6)


def test_robust_z_is_statsmodels_sandwich():
    frame = sample()
    ours = fits(
        frame["y"].to_numpy(), frame["x"].to_numpy(), np.log(frame["jobs"]).to_numpy(), np.ones(60)
    )
    model = sm.GLM(
        frame["y"], sm.add_constant(frame["x"]), family=sm.families.Poisson(),
        offset=np.log(frame["jobs"]),
    )  # fmt: skip
    assert ours.z[0] == pytest.approx(model.fit(cov_type="HC0").tvalues["x"], rel=1e-5)


def test_leave_one_out_is_refitting_and_scale_changes_nothing():
    frame = sample(25)
    found = ppml(frame, "y", "x", exposure="jobs", draws=9, seed=1)
    refits = [glm(frame.drop(i)).params["x"] for i in frame.index]
    assert [found.loo_min, found.loo_max] == pytest.approx([min(refits), max(refits)], rel=1e-6)
    scaled = ppml(frame.assign(y=frame["y"] * 1e-5), "y", "x", exposure="jobs", draws=9, seed=1)
    assert scaled.estimate.value == pytest.approx(found.estimate.value, rel=1e-8)


def test_permutation_p_is_about_uniform_without_a_relation():
    ps = [
        ppml(sample(40, slope=0, seed=s), "y", "x", draws=49, seed=s).permutation_p
        for s in range(60)
    ]
    assert stats.kstest(ps, "uniform").pvalue > 0.01


@pytest.mark.parametrize("exposure", [None, "jobs"])
def test_row_order_changes_nothing(exposure):
    frame = sample(40)
    first, second = (
        ppml(f, "y", "x", exposure=exposure, draws=99, seed=1)
        for f in (frame, frame.sample(frac=1, random_state=3, ignore_index=True))
    )
    assert first == second


def test_outcomes_without_a_finite_slope_are_an_error():
    with pytest.raises(DataError, match="expected 12 or more"):
        ppml(sample().assign(y=lambda d: (d.index < 3) * 1.0), "y", "x", draws=9, seed=1)
    with pytest.raises(DataError, match="y has a negative value"):
        ppml(sample().assign(y=-1.0), "y", "x", draws=9, seed=1)
