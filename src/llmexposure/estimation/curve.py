"""A specification curve: many regressions, the same on permuted exposure, and what they say as a whole.

Regressions that share units, controls, weights and sample are one batch: exposures and outcomes are
partialled out together and every pair gives a slope with its HC3 error. Nothing is fitted one by one.

Under the null a unit's exposure measures are permuted together, in one order for all regressions. What
is permuted is exposure less what the controls predict (Smith's method: O'Gorman 2005; Winkler, Ridgway,
Webster, Smith and Nichols 2014, table 2), so that exposure stays as correlated with the controls as it
is; without controls this is exposure itself. Groups are respected: see `resampling.permutation`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from llmexposure.base.errors import DataError
from llmexposure.estimation.resampling.draws import resampling_p
from llmexposure.estimation.resampling.slope import components, draw_orders, permuted

CELLS = 100_000  # numbers permuted at a time: small enough for the processor's cache
ALPHA = 0.05


@dataclass(frozen=True)
class Units:
    """The observations of one kind.

    Attributes
    ----------
    frame
        Indexed by unit: outcomes, exposures, controls, weights (floats) and samples (booleans).
        Outcomes may be missing, the rest not.
    blocks
        Same index: labels of the groups that a unit belongs to, nested, coarse to fine; the last
        column labels the units themselves. Levels of the same name share their permutation.
    """

    frame: pd.DataFrame
    blocks: pd.DataFrame


@dataclass(frozen=True)
class Curve:
    """Estimates of every specification, and their distribution when exposure is permuted.

    Attributes
    ----------
    table
        One row a specification: its choices, ``n``, ``slope``, ``se``, ``ci_low``, ``ci_high``, ``t``,
        ``df``, ``p``.
    null_slope, null_t
        Shape (draws, specifications).
    """

    table: pd.DataFrame
    null_slope: np.ndarray
    null_t: np.ndarray


def curve(
    units: Mapping[str, Units],
    models: pd.DataFrame,
    choices: pd.DataFrame,
    *,
    draws: int,
    seed: int,
) -> Curve:
    """Estimates of every specification and their permutation distribution.

    Parameters
    ----------
    units
        By name.
    models
        One row a specification: ``units`` (name), ``outcome``, ``exposure``, ``controls`` (tuple),
        ``weights`` (column, or empty), ``sample`` (column).
    choices
        What each specification chose, same index as ``models``; stands first in the table.
    draws, seed
        Permutations, and where the random numbers start. They go with the sorted labels of the groups.

    Raises
    ------
    DataError
        When exposure or controls are missing, or a sample is too small.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2, 3.5, 4], "x": [0.0, 1, 2, 3], "all": True})
    >>> units = {"a": Units(frame, pd.DataFrame({"unit": frame.index}))}
    >>> model = {"units": "a", "outcome": "y", "exposure": "x", "controls": (), "weights": ""}
    >>> models = pd.DataFrame([{**model, "sample": "all"}])
    >>> curve(units, models, models[["outcome"]], draws=9, seed=1).table["slope"].round(2).tolist()
    [1.05]
    """
    groups = list(_groups(units, models))
    table = choices.join(_estimates(groups, models.index))
    return Curve(table, *_null(groups, _labels(units), draws, seed))


@dataclass(frozen=True)
class _Batch:
    """Specifications that share units, controls, weights, sample and the outcome's missing units."""

    rows: np.ndarray  # positions in the table of models
    n: int
    root: np.ndarray  # square root of the weights; 0 for units outside the sample, which drop out
    basis: np.ndarray
    y: np.ndarray  # outcomes, weighted, (m, units)
    y_at: np.ndarray  # outcome of each specification
    x_at: np.ndarray  # exposure of each specification

    def fill(self, x: np.ndarray, slope: np.ndarray, t: np.ndarray) -> None:
        """Write the statistics for exposures of shape (p, draws, n) into (draws, models)."""
        p, draws, _ = x.shape
        found, se = pairs(self.basis, self.y, (x * self.root).reshape(p * draws, -1))
        found, se = (a.reshape(p, draws, -1)[self.x_at, :, self.y_at] for a in (found, se))
        slope[:, self.rows] = found.T
        t[:, self.rows] = (found / se).T


@dataclass(frozen=True)
class _Group:
    """Specifications that share units and controls: what is permuted is the same for them."""

    units: Units
    x: np.ndarray  # exposures, (p, units)
    v: np.ndarray  # exposures less what the controls predict
    batches: list[_Batch]


def _groups(units: Mapping[str, Units], models: pd.DataFrame) -> Iterator[_Group]:
    """All specifications, by what they share."""
    models = models.assign(row=np.arange(len(models)))
    for (kind, controls), part in models.groupby(["units", "controls"], sort=False):
        one = units[kind]
        exposures = pd.Index(part["exposure"].unique())
        needed = [*exposures, *controls]
        if (gaps := one.frame[needed].isna().sum()).any():
            raise DataError(
                f"units {kind!r}: {gaps.idxmax()} is missing for {gaps.max()} of "
                f"{len(one.frame)}; a curve needs exposure and controls of every unit"
            )
        x = one.frame[exposures].to_numpy().T
        basis, _ = np.linalg.qr(
            np.column_stack([np.ones(len(one.frame)), one.frame[list(controls)]])
        )
        fitted = (x @ basis) @ basis.T
        yield _Group(one, x, x - fitted, list(_batches(one, part, exposures)))


def _batches(units: Units, models: pd.DataFrame, exposures: pd.Index) -> Iterator[_Batch]:
    """Batches of the specifications of one kind of unit and one set of controls."""
    frame = units.frame
    gaps = {name: frame[name].isna().to_numpy().tobytes() for name in models["outcome"].unique()}
    missing = models["outcome"].map(gaps)
    for (weights, sample, _), part in models.groupby(["weights", "sample", missing], sort=False):
        names = part["outcome"].unique()
        kept = frame[sample].to_numpy(bool) & frame[names[0]].notna().to_numpy()
        root = np.sqrt(frame[weights].to_numpy()) if weights else np.ones(len(frame))
        root = np.where(kept, root, 0.0)
        z = np.column_stack([np.ones(len(frame)), frame[list(part["controls"].iloc[0])]])
        if kept.sum() < z.shape[1] + 3:
            raise DataError(
                f"specification {part.index[0]}: {kept.sum()} units are too few for "
                f"{z.shape[1] - 1} control(s)"
            )
        basis, _ = np.linalg.qr(z * root[:, None])
        yield _Batch(
            part["row"].to_numpy(), int(kept.sum()), root, basis,
            frame[names].fillna(0.0).to_numpy().T * root,
            pd.Index(names).get_indexer(part["outcome"]), exposures.get_indexer(part["exposure"]),
        )  # fmt: skip


def _estimates(groups: Iterable[_Group], index: pd.Index) -> pd.DataFrame:
    slope, t = np.empty((2, 1, len(index)))
    n, df = np.zeros((2, len(index)), dtype=int)
    for group in groups:
        for batch in group.batches:
            batch.fill(group.x[:, None, :], slope, t)
            n[batch.rows] = batch.n
            df[batch.rows] = batch.n - batch.basis.shape[1] - 1
    slope, t = slope[0], t[0]
    se, half = slope / t, special.stdtrit(df, 0.975)
    found = {
        "n": n, "slope": slope, "se": se, "ci_low": slope - half * se, "ci_high": slope + half * se,
        "t": t, "df": df, "p": 2 * special.stdtr(df, -np.abs(t)),
    }  # fmt: skip
    return pd.DataFrame(found, index=index)


def _null(
    groups: Sequence[_Group], labels: Mapping[str, pd.Index], draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    sizes = {level: len(found) for level, found in labels.items()}
    orders = draw_orders(sizes, draws, np.random.default_rng(seed))
    slope, t = np.empty((2, draws, sum(len(b.rows) for g in groups for b in g.batches)))
    for group in groups:
        blocks = group.units.blocks
        codes = [labels[level].get_indexer(blocks[level]) for level in blocks]
        parts = components(group.v, codes)
        step = max(1, CELLS // group.v.size)
        for start in range(0, draws, step):
            part = slice(start, start + step)
            x = permuted(parts, codes, [orders[level][part] for level in blocks])
            for batch in group.batches:
                batch.fill(x, slope[part], t[part])
    return slope, t


def _labels(units: Mapping[str, Units]) -> dict[str, pd.Index]:
    """Sorted group labels of each level; they must be the same wherever the level occurs."""
    found: dict[str, pd.Index] = {}
    for kind, one in units.items():
        for level in one.blocks:
            labels = pd.Index(sorted(one.blocks[level].unique()))
            if not found.setdefault(level, labels).equals(labels):
                raise DataError(
                    f"units {kind!r} have other groups of level {level!r} than the rest"
                )
    return found


def pairs(basis: np.ndarray, y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and HC3 standard error of every outcome on every regressor, given the controls.

    With x and y partialled out, h the leverage and u = x^2 / (1 - h)^2, the HC3 variance is
    sum u (y - b x)^2 / (x'x)^2; the square is multiplied out so that all pairs are matrix products.

    Parameters
    ----------
    basis
        Orthonormal basis of the (weighted) constant and controls, shape (n, c).
    y, x
        Outcomes (m, n) and regressors (r, n), multiplied by the square root of the weight.

    Returns
    -------
    tuple of numpy.ndarray
        Two arrays of shape (r, m).
    """
    x = x - (x @ basis) @ basis.T
    y = y - (y @ basis) @ basis.T
    squares = x * x
    size = squares.sum(axis=1)[:, None]
    # Steps in place: most of the time of a curve goes into these few lines.
    u = squares / size
    u += (basis**2).sum(axis=1)
    np.subtract(1, u, out=u)
    u *= u
    np.divide(squares, u, out=u)
    slope = (x @ y.T) / size
    x *= u
    own = np.einsum("ij,ij->i", u, squares)[:, None]
    middle = u @ (y * y).T - slope * (2 * (x @ y.T) - slope * own)
    return slope, np.sqrt(middle) / size


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


def joint(curve: Curve) -> Joint:
    """Tests of the hypothesis that exposure is unrelated to the outcome in every specification.

    The p-values are those of `resampling_p`.
    """
    df, t = curve.table["df"].to_numpy(), curve.table["t"].to_numpy()
    middles = np.median(curve.null_slope, axis=1)
    median = float(curve.table["slope"].median())
    significant, combined = float(one_signed(t, df)), float(stouffer(t, df))
    return Joint(
        median, resampling_p(median, middles),
        significant, resampling_p(significant, one_signed(curve.null_t, df)),
        combined, resampling_p(combined, stouffer(curve.null_t, df)),
        *map(float, np.quantile(middles, [ALPHA / 2, 1 - ALPHA / 2])),
    )  # fmt: skip


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


def null_band(curve: Curve) -> np.ndarray:
    """Middle 95% of the sorted curve at each rank under permutation, shape (2, specifications)."""
    ranked = np.sort(curve.null_slope, axis=1)
    return np.quantile(ranked, [ALPHA / 2, 1 - ALPHA / 2], axis=0)


def variance_shares(choices: pd.DataFrame, slope: pd.Series) -> pd.Series:
    """Share of the slopes' variance that goes with each axis.

    The slopes are regressed on dummies of every choice; an axis's share is the fall in R squared when
    its dummies are left out (in a full cross this is eta squared of an analysis of variance).
    ``together`` is the rest: choices that matter in combination. Shares are differences of R squared,
    whose last bits are the processor's: they are kept to 12 decimals.

    Examples
    --------
    >>> choices = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> variance_shares(choices, pd.Series([0.0, 1.0, 2.0, 3.0])).round(2).to_dict()
    {'a': 0.8, 'b': 0.2, 'together': 0.0}
    """
    axes = varying(choices)
    full = _r2(choices[axes], slope)
    shares = {axis: full - _r2(choices[axes].drop(columns=axis), slope) for axis in axes}
    return pd.Series({**shares, "together": 1 - sum(shares.values())}).round(12)


def medians(choices: pd.DataFrame, slope: pd.Series) -> pd.Series:
    """Median slope among the specifications with each choice, by (axis, value)."""
    found = {
        (axis, value): rows.median()
        for axis in varying(choices)
        for value, rows in slope.groupby(choices[axis], sort=False)
    }
    return pd.Series(found)


def varying(choices: pd.DataFrame) -> list[str]:
    """Axes with more than one value."""
    return [axis for axis in choices if choices[axis].nunique() > 1]


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
