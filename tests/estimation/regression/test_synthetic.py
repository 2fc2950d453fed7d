"""Synthetic difference-in-differences: a known effect that plain differences miss, weights, errors."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.synthetic import (
    TIME_PENALTY,
    effective,
    plain_did,
    synthetic_did,
)

BEFORE = [f"b{t:02d}" for t in range(24)]
AFTER = [f"a{t:02d}" for t in range(8)]


def made(effect: float, seed: int, n: int = 40) -> tuple[pd.DataFrame, pd.Series]:
    """Units that load on a wave; treated ones load on it more, so that they fall when it does."""
    rng = np.random.default_rng(seed)
    treated = pd.Series(np.arange(n) % 2 == 0, [f"u{i:02d}" for i in range(n)])
    periods = np.arange(len(BEFORE) + len(AFTER))
    wave = np.cos(periods / 9)
    load = rng.uniform(0, 1, n) + 0.3 * treated.to_numpy()
    y = np.outer(load, wave) + rng.normal(size=(n, 1)) + 0.02 * rng.normal(size=(n, len(periods)))
    y[:, len(BEFORE) :] += effect * treated.to_numpy()[:, None]
    return pd.DataFrame(y, treated.index, [*BEFORE, *AFTER]), treated


def test_a_known_effect_is_found_where_plain_differences_are_biased():
    panels = [made(0.5, seed) for seed in range(8)]
    each = [panel.index.to_series() for panel, _ in panels]
    found = [synthetic_did(p, t, BEFORE, c).gap for (p, t), c in zip(panels, each, strict=True)]
    plain = [plain_did(p, t, BEFORE, c).value for (p, t), c in zip(panels, each, strict=True)]
    assert np.mean([one.value for one in found]) == pytest.approx(0.5, abs=0.03)
    assert abs(np.mean(plain) - 0.5) > 0.1
    assert np.mean([one.ci_low <= 0.5 <= one.ci_high for one in found]) >= 0.8


def test_weights_solve_the_problem_of_the_paper():
    panel, treated = made(0.0, 3)
    found = synthetic_did(panel, treated, BEFORE, panel.index.to_series())
    control = panel.loc[~treated]
    spread = control[BEFORE].diff(axis=1).stack().std(ddof=1)
    penalty = (treated.sum() * len(AFTER)) ** 0.5 * spread**2  # squared
    target = panel.loc[treated, BEFORE].mean().to_numpy()

    def loss(w):
        left = w @ control[BEFORE].to_numpy() - target
        return ((left - left.mean()) ** 2).sum() + penalty * len(BEFORE) * w @ w

    start = np.full(len(control), 1 / len(control))
    second = minimize(
        loss, start, bounds=[(0, 1)] * len(start), method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
    )  # fmt: skip
    assert second.success
    assert found.unit_weights.to_numpy() == pytest.approx(second.x, abs=2e-4)
    assert found.unit_weights.sum() == pytest.approx(1)
    assert found.time_weights.sum() == pytest.approx(1)
    assert (found.time_weights >= 0).all()
    assert TIME_PENALTY == 1e-6


def test_period_weights_collapse_on_the_last_period_of_a_random_walk():
    rng = np.random.default_rng(5)
    walk = pd.DataFrame(rng.normal(size=(40, 32)).cumsum(axis=1), columns=[*BEFORE, *AFTER])
    treated = pd.Series(np.arange(40) < 20)
    found = synthetic_did(walk, treated, BEFORE, walk.index.to_series())
    assert found.time_weights.idxmax() == BEFORE[-1]
    assert found.time_weights.max() > 0.5
    assert effective(found.time_weights) < 3


def test_a_gap_in_the_panel_is_refused():
    panel, treated = made(0.0, 1)
    panel.iloc[3, 4] = np.nan
    with pytest.raises(DataError, match="a panel without gaps"):
        synthetic_did(panel, treated, BEFORE, panel.index.to_series())
