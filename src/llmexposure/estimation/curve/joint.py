"""What a specification curve says as a whole: joint tests, and which choices move the slope."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from llmexposure.estimation.curve.fits import Curve
from llmexposure.estimation.resampling.draws import resampling_p

ALPHA = 0.05


@dataclass(frozen=True)
class Joint:
    """Three statistics of a curve with permutation p-values (Simonsohn, Simmons and Nelson 2020).

    Attributes
    ----------
    median, median_p
        Median slope; two-sided p-value.
    significant, significant_p
        Share of specifications that are significant at 5% with the sign that more of them have.
    stouffer, stouffer_p
        Sum of the specifications' z values over the root of their number; two-sided p-value.
    null_low, null_high
        Middle 95% of the median slope when exposure is permuted.
    """

    median: float
    median_p: float
    significant: float
    significant_p: float
    stouffer: float
    stouffer_p: float
    null_low: float
    null_high: float


def one_signed(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Share of significant statistics of the sign that has more of them, by row of ``t``."""
    limit = special.stdtrit(df, 1 - ALPHA / 2)
    return np.maximum((t > limit).mean(axis=-1), (t < -limit).mean(axis=-1))


def stouffer(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Sum of z values over the root of their number, by row of ``t``.

    A statistic beyond what a double can express as a probability counts as z = 37.
    """
    tail = np.maximum(special.stdtr(df, -np.abs(t)), 1e-300)
    return (-np.sign(t) * special.ndtri(tail)).sum(axis=-1) / np.sqrt(t.shape[-1])


def joint(curve: Curve) -> Joint:
    """Tests of the hypothesis that exposure is unrelated to the outcome in every specification.

    The p-values are those of `resampling_p`.
    """
    df, t = curve.table["df"].to_numpy(), curve.table["t"].to_numpy()
    medians = np.median(curve.null_slope, axis=1)
    median = float(curve.table["slope"].median())
    significant, combined = float(one_signed(t, df)), float(stouffer(t, df))
    return Joint(
        median, resampling_p(median, medians),
        significant, resampling_p(significant, one_signed(curve.null_t, df)),
        combined, resampling_p(combined, stouffer(curve.null_t, df)),
        *map(float, np.quantile(medians, [ALPHA / 2, 1 - ALPHA / 2])),
    )  # fmt: skip


def null_band(curve: Curve) -> np.ndarray:
    """Middle 95% of the sorted curve at each rank under permutation, shape (2, specifications)."""
    ranked = np.sort(curve.null_slope, axis=1)
    return np.quantile(ranked, [ALPHA / 2, 1 - ALPHA / 2], axis=0)


def varying(choices: pd.DataFrame) -> list[str]:
    """Axes with more than one value."""
    return [axis for axis in choices if choices[axis].nunique() > 1]


def variance_shares(choices: pd.DataFrame, slope: pd.Series) -> pd.Series:
    """Share of the slopes' variance that goes with each axis.

    The slopes are regressed on dummies of every choice; an axis's share is the fall in R squared when
    its dummies are left out (in a full cross this is eta squared of an analysis of variance).
    ``together`` is the rest: choices that matter in combination.

    Examples
    --------
    >>> choices = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> variance_shares(choices, pd.Series([0.0, 1.0, 2.0, 3.0])).round(2).to_dict()
    {'a': 0.8, 'b': 0.2, 'together': 0.0}
    """
    axes = varying(choices)
    full = _r2(choices[axes], slope)
    shares = {axis: full - _r2(choices[axes].drop(columns=axis), slope) for axis in axes}
    return pd.Series({**shares, "together": 1 - sum(shares.values())})


def _r2(choices: pd.DataFrame, slope: pd.Series) -> float:
    dummies = [pd.get_dummies(choices[a], dtype=float).iloc[:, 1:] for a in choices]
    y = slope - slope.mean()
    if not dummies:
        return 0.0
    x = pd.concat(dummies, axis=1)
    x = (x - x.mean()).to_numpy()
    # The minimum-norm solution of the normal equations: exclusions can make dummies collinear.
    fitted = x @ (np.linalg.pinv(x.T @ x, hermitian=True) @ (x.T @ y.to_numpy()))
    return float(fitted @ y.to_numpy() / (y @ y))


def medians(choices: pd.DataFrame, slope: pd.Series) -> pd.Series:
    """Median slope among the specifications with each choice, by (axis, value)."""
    found = {
        (axis, value): rows.median()
        for axis in varying(choices)
        for value, rows in slope.groupby(choices[axis], sort=False)
    }
    return pd.Series(found)
