"""Permuting group means agrees with refitting every draw, has its size, and ignores the order of rows."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import clusters_of, design
from llmexposure.estimation.resampling.slope import group_permutation_p


def sample(slope, seed=1, groups=9, size=12):
    """Units in groups with a group effect that an employer-level error would overlook."""
    rng = np.random.default_rng(seed)
    label = np.repeat([f"g{i}" for i in range(groups)], size)
    frame = pd.DataFrame({"g": label, "z": rng.normal(size=groups * size)})
    frame["x"] = np.repeat(rng.uniform(size=groups), size) + rng.normal(scale=0.1, size=len(frame))
    shock = np.repeat(rng.normal(scale=0.3, size=groups), size)
    frame["y"] = slope * frame["x"] + 0.2 * frame["z"] + shock + rng.normal(size=len(frame)) * 0.1
    return frame


def p_of(frame, draws=199, seed=1):
    found = design(frame, "y", "x", ["z"])
    return group_permutation_p(found, clusters_of(found, frame["g"]), draws=draws, seed=seed)


def test_it_is_the_share_of_refits_that_explain_as_much():
    frame, draws = sample(0.5), 199
    means = frame.groupby("g")["x"].mean()
    own = frame["x"] - frame["g"].map(means)
    orders = np.argsort(np.random.default_rng(1).random((draws, len(means))), axis=1)

    def explained(x):
        full = sm.OLS(frame["y"], sm.add_constant(pd.DataFrame({"x": x, "z": frame["z"]}))).fit()
        return sm.OLS(frame["y"], sm.add_constant(frame[["z"]])).fit().ssr - full.ssr

    drawn = [
        explained(own + frame["g"].map(dict(zip(means.index, means.to_numpy()[o], strict=True))))
        for o in orders
    ]
    expected = (1 + (np.array(drawn) >= explained(frame["x"]) * (1 - 1e-9)).sum()) / (draws + 1)
    assert p_of(frame) == pytest.approx(expected)


def test_without_an_effect_it_rejects_as_often_as_it_should():
    rejected = [p_of(sample(0.0, seed), draws=99) <= 0.1 for seed in range(300)]
    assert 0.06 < np.mean(rejected) < 0.14


def test_the_order_of_rows_does_not_matter():
    frame = sample(0.5)
    assert p_of(frame) == p_of(frame.sample(frac=1, random_state=3))


def test_group_effects_leave_nothing_to_permute():
    frame = sample(0.5).join(pd.get_dummies(sample(0.5)["g"], drop_first=True, dtype=float))
    found = design(frame, "y", "x", list(frame.columns[4:]))
    with pytest.raises(DataError, match="group effects are controlled for"):
        group_permutation_p(found, clusters_of(found, frame["g"]), draws=99, seed=1)
