"""A specification curve: many regressions, the same on permuted exposure, and what they say as a whole.

Regressions that share units, controls, weights and sample are one batch: exposures and outcomes are
partialled out together and every pair gives a slope with its error (see `pairs`). Nothing is fitted one
by one.

Under the null a unit's exposure measures are permuted together, in one order for all regressions. What
is permuted is exposure less what the controls predict (Smith's method: O'Gorman 2005; Winkler, Ridgway,
Webster, Smith and Nichols 2014, table 2), so that exposure stays as correlated with the controls as it
is; without controls this is exposure itself. Groups are respected: see `resampling.slope`. Units of several
kinds may share groups (families of work, the sectors of several countries): one order of the groups serves
all kinds, so that the shocks of a family move all of its curves together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from llmexposure.base.errors import DataError
from llmexposure.estimation.pairs import pairs
from llmexposure.estimation.resampling.draws import resampling_p
from llmexposure.estimation.resampling.slope import components, draw_orders, permuted

EXACT = 1e-9  # what is left of a quantity that is zero but for rounding
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
        ``weights`` (column, or empty), ``sample`` (column); where wanted ``bend`` (column that moves
        with the exposure and is held equal, or empty) and ``clusters`` (level of the blocks by which
        errors are clustered, or empty: HC3). A unit that the controls alone fit, such as the only one
        with an effect of its own, is left out.
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
    models = models.assign(**{k: "" for k in ("bend", "clusters") if k not in models})
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
    x: np.ndarray  # positions of the exposures in use among those of the group
    bend: np.ndarray | None  # those of what is held equal beside each
    x_at: np.ndarray  # exposure of each specification, among those in use
    clusters: list[np.ndarray]
    clustered: np.ndarray  # which specifications cluster their errors

    def df(self) -> np.ndarray:
        """Degrees of freedom of each specification's t."""
        bends = 0 if self.bend is None else 1
        own = self.n - self.basis.shape[1] - 1 - bends
        return np.where(self.clustered, len(self.clusters) - 1, own)

    def fill(self, x: np.ndarray, slope: np.ndarray, t: np.ndarray) -> None:
        """Write the statistics for exposures of shape (p, draws, n) into (draws, models)."""
        draws = x.shape[1]
        bend = None if self.bend is None else self._weighted(x[self.bend])
        found = pairs(self.basis, self.y, self._weighted(x[self.x]), bend, self.clusters)
        values, se = self._of_each(found.slope, draws), self._of_each(found.se, draws)
        if found.clustered is not None:
            se = np.where(self.clustered[:, None], self._of_each(found.clustered, draws), se)
        slope[:, self.rows] = values.T
        t[:, self.rows] = (values / se).T

    def _weighted(self, x: np.ndarray) -> np.ndarray:
        return (x * self.root).reshape(-1, x.shape[-1])

    def _of_each(self, found: np.ndarray, draws: int) -> np.ndarray:
        return found.reshape(len(self.x), draws, -1)[self.x_at, :, self.y_at]


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
        exposures = pd.Index(dict.fromkeys([*part["exposure"], *part["bend"]])).drop(
            "", errors="ignore"
        )
        needed = [*exposures, *controls]
        if (gaps := one.frame[needed].isna().sum()).any():
            raise DataError(
                f"units {kind!r}: {gaps.idxmax()} is missing for {gaps.max()} of "
                f"{len(one.frame)}; a curve needs exposure and controls of every unit"
            )
        x = one.frame[exposures].to_numpy(float).T
        basis = _basis(_with_constant(one.frame, controls))
        fitted = (x @ basis) @ basis.T
        yield _Group(one, x, x - fitted, list(_batches(one, part, exposures)))


def _with_constant(frame: pd.DataFrame, controls: Iterable[str]) -> np.ndarray:
    return np.column_stack([np.ones(len(frame)), frame[list(controls)].to_numpy(float)])


def _basis(z: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the columns; columns that the others give add nothing."""
    basis, triangle = np.linalg.qr(z)
    if np.abs(np.diag(triangle)).min() > EXACT * np.abs(triangle).max():
        return basis
    left, size, _ = np.linalg.svd(z, full_matrices=False)
    return left[:, size > EXACT * size[0]]


def _batches(units: Units, models: pd.DataFrame, exposures: pd.Index) -> Iterator[_Batch]:
    """Batches of the specifications of one kind of unit and one set of controls."""
    frame = units.frame
    gaps = {name: frame[name].isna().to_numpy().tobytes() for name in models["outcome"].unique()}
    shared = ["weights", "sample", models["outcome"].map(gaps), models["bend"] != ""]
    for (weights, sample, *_), part in models.groupby(shared, sort=False):
        names = part["outcome"].unique()
        kept = frame[sample].to_numpy(bool) & frame[names[0]].notna().to_numpy()
        root = np.sqrt(frame[weights].to_numpy(float)) if weights else np.ones(len(frame))
        z = _with_constant(frame, part["controls"].iloc[0])
        root, basis = _rows(np.where(kept, root, 0.0), z)
        kept = root > 0
        if kept.sum() < basis.shape[1] + 3:
            raise DataError(
                f"specification {part.index[0]}: {kept.sum()} units are too few for "
                f"{basis.shape[1] - 1} control(s)"
            )
        used = part["exposure"].unique()
        beside = part.groupby("exposure", sort=False)["bend"].first()[used]
        yield _Batch(
            part["row"].to_numpy(), int(kept.sum()), root, basis,
            frame[names].fillna(0.0).to_numpy().T * root,
            pd.Index(names).get_indexer(part["outcome"]), exposures.get_indexer(used),
            exposures.get_indexer(beside) if beside.iloc[0] else None,
            pd.Index(used).get_indexer(part["exposure"]),
            _clusters(units.blocks, part, kept), (part["clusters"] != "").to_numpy(),
        )  # fmt: skip


def _rows(root: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Roots of the weights, zero for units that the controls alone fit; and the basis of the rest."""
    basis = _basis(z * root[:, None])
    alone = (root > 0) & ((basis**2).sum(axis=1) > 1 - EXACT)
    if not alone.any() or (root > 0).sum() < basis.shape[1] + 3:
        return root, basis
    return _rows(np.where(alone, 0.0, root), z)


def _clusters(blocks: pd.DataFrame, models: pd.DataFrame, kept: np.ndarray) -> list[np.ndarray]:
    """Positions of the units of each cluster; none when no specification clusters."""
    level = models["clusters"].max()
    if not level:
        return []
    labels = blocks[level].to_numpy()
    return [np.flatnonzero(kept & (labels == name)) for name in sorted(set(labels[kept]))]


def _estimates(groups: Iterable[_Group], index: pd.Index) -> pd.DataFrame:
    slope, t = np.empty((2, 1, len(index)))
    n, df = np.zeros((2, len(index)), dtype=int)
    for group in groups:
        for batch in group.batches:
            batch.fill(group.x[:, None, :], slope, t)
            n[batch.rows] = batch.n
            df[batch.rows] = batch.df()
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
        own = {level: pd.Index(sorted(blocks[level].unique())) for level in blocks}
        codes = [own[level].get_indexer(blocks[level]) for level in blocks]
        moved = [_among(orders[level], labels[level].get_indexer(own[level])) for level in blocks]
        parts = components(group.v, codes)
        step = max(1, CELLS // group.v.size)
        for start in range(0, draws, step):
            part = slice(start, start + step)
            x = permuted(parts, codes, [order[part] for order in moved])
            for batch in group.batches:
                batch.fill(x, slope[part], t[part])
    return slope, t


def _among(orders: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Orders of all groups as orders of those that are present: the others are passed over.

    Parameters
    ----------
    orders
        Shape (draws, groups).
    present
        Sorted positions of the groups that one kind of unit has.
    """
    if len(present) == orders.shape[1]:
        return orders
    there = np.zeros(orders.shape[1], bool)
    there[present] = True
    place = np.cumsum(there) - 1
    return place[orders[there[orders]].reshape(len(orders), len(present))]


def _labels(units: Mapping[str, Units]) -> dict[str, pd.Index]:
    """Sorted labels of each level's groups, over all kinds of unit that have the level."""
    found: dict[str, set[str]] = {}
    for one in units.values():
        for level in one.blocks:
            found.setdefault(level, set()).update(one.blocks[level])
    return {level: pd.Index(sorted(labels)) for level, labels in found.items()}


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
