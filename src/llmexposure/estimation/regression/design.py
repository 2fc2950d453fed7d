"""Regression of an outcome on one regressor and controls in partialled-out form, and clusters of its rows.

By the Frisch-Waugh-Lovell theorem the slope on the regressor is the slope of the outcome's residual on
the regressor's residual, both taken on the controls. Every resampling method of this package works on
that form, because a draw then costs one inner product.

With residuals e, the partialled-out regressor x and the hat matrix H of the full regression, every
cluster-robust variance of the slope has the form

    V = sum_g (a_g' e_g)^2 / (x'x)^2,    a_g = (I - H_gg)^q x_g,

with q = 0 for CR0, -1/2 for CR2 (Bell and McCaffrey 2002) and -1 for CR3, the jackknife. When every
row is a cluster of its own these are HC0, HC2 and HC3.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError

# Columns that lie nearer than this to the span of the others, relative to the largest, repeat them.
COLLINEAR = 1e-10


@dataclass(frozen=True)
class Design:
    """A partialled-out regression.

    Attributes
    ----------
    units
        Labels of the observations, length n.
    y, x
        Outcome and regressor, multiplied by the square root of the weight, length n.
    basis
        Orthonormal basis of the (weighted) constant and controls, shape (n, c).
    """

    units: pd.Index
    y: np.ndarray
    x: np.ndarray
    basis: np.ndarray

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.y)

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.n - self.basis.shape[1] - 1

    def residual(self, values: np.ndarray) -> np.ndarray:
        """Residual of each row of ``values`` (shape (..., n)) on the constant and controls."""
        return values - (values @ self.basis) @ self.basis.T

    def fit(self, outcomes: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Slope and residuals of the full regression, of the own outcome or of each row of ``outcomes``.

        Parameters
        ----------
        outcomes
            Shape (..., n), weighted as ``y`` is.

        Returns
        -------
        tuple of numpy.ndarray
            Slopes of shape (...), a number for the own outcome; residuals of shape (..., n).
        """
        x, y = self.residual(self.x), self.residual(self.y if outcomes is None else outcomes)
        slope = y @ x / (x @ x)
        return slope, y - np.multiply.outer(slope, x)

    def sorted(self) -> "Design":
        """The same regression with its rows in the order of their labels."""
        rows = np.argsort(self.units.to_numpy(), kind="stable")
        return Design(self.units[rows], self.y[rows], self.x[rows], self.basis[rows])

    @property
    def leverage(self) -> np.ndarray:
        """Diagonal of the hat matrix of the full regression, length n."""
        x = self.residual(self.x)
        return (self.basis**2).sum(axis=1) + x**2 / (x @ x)


def design(
    frame: pd.DataFrame,
    outcome: str,
    regressor: str,
    controls: Sequence[str] = (),
    weights: str | None = None,
) -> Design:
    """Design of ``outcome ~ regressor + controls`` on the complete rows of ``frame``.

    Controls that repeat one another count once.

    Raises
    ------
    DataError
        With a column that the table lacks, fewer than two residual degrees of freedom, or a regressor
        without variation.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> design(frame, "y", "x").df
    2
    """
    columns = [outcome, regressor, *controls, *([weights] if weights else [])]
    check_columns(frame, columns)
    data = frame[columns].astype(float).dropna()
    root = np.sqrt(data[weights].to_numpy()) if weights else np.ones(len(data))
    z = np.column_stack([np.ones(len(data)), *(data[c].to_numpy() for c in controls)])
    basis = _basis(z * root[:, None])
    found = Design(
        data.index, data[outcome].to_numpy() * root, data[regressor].to_numpy() * root, basis
    )
    if found.df < 2:
        raise DataError(
            f"{outcome} on {regressor}: {len(data)} complete rows are too few for "
            f"{len(controls)} control(s); expected at least {len(controls) + 4}"
        )
    spread = found.residual(found.x)
    if spread @ spread <= 1e-12 * max(found.x @ found.x, 1e-300):
        raise DataError(f"{regressor} does not vary (given the controls), so it has no slope")
    return found


def check_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a column that a table lacks.

    Raises
    ------
    DataError
        Naming it, the nearest that is there, and all of them.
    """
    known = list(map(str, frame.columns))
    for name in names:
        if name not in frame.columns:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            raise DataError(f"the table has no column '{name}'{hint} It has {', '.join(known)}")


def _basis(z: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the columns; of fewer where they are collinear, as a plain QR would not be."""
    basis, triangle = np.linalg.qr(z)
    size = np.abs(np.diag(triangle))
    if size.min() > COLLINEAR * np.linalg.norm(z, axis=0).max():
        return basis
    u, singular, _ = np.linalg.svd(z, full_matrices=False)
    return u[:, singular > COLLINEAR * singular[0]]


Kind = Literal["CR0", "CR2", "CR3"]
POWER: dict[Kind, float] = {"CR0": 0.0, "CR2": -0.5, "CR3": -1.0}
# Eigenvalues of I - H_gg below this are zero: the cluster fixes one of the coefficients by itself.
SINGULAR = 1e-10


@dataclass(frozen=True)
class Clusters:
    """Cluster of each row.

    Attributes
    ----------
    codes
        Position in ``labels`` of each row's cluster, length n.
    labels
        Sorted labels of the clusters, so that draws go with labels and not with the order of rows.
    """

    codes: np.ndarray
    labels: pd.Index

    @property
    def count(self) -> int:
        """Number of clusters."""
        return len(self.labels)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sum of ``values`` (length n, or shape (n, k)) over each cluster."""
        order, starts = self._order
        return np.add.reduceat(values[order], starts, axis=0)

    @property
    def rows(self) -> list[np.ndarray]:
        """Positions of the rows of each cluster."""
        order, starts = self._order
        return np.split(order, starts[1:])

    @cached_property
    def _order(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows in the order of their clusters, and where each cluster starts among them."""
        order = np.argsort(self.codes, kind="stable")
        return order, np.searchsorted(self.codes[order], np.arange(self.count))


def clusters_of(found: Design, clusters: pd.Series | None = None) -> Clusters:
    """Clusters of the rows of ``found``; without ``clusters`` every row is its own.

    Parameters
    ----------
    clusters
        Cluster label by unit, indexed like the frame that the design was made from.

    Raises
    ------
    DataError
        When unit labels repeat, a unit has no cluster, or there are fewer than three clusters.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> frame = pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [0.0, 1, 2, 3], "g": list("baca")})
    >>> clusters_of(design(frame, "y", "x"), frame["g"]).codes.tolist()
    [1, 0, 2, 0]
    """
    if not found.units.is_unique:
        again = found.units[found.units.duplicated()][0]
        raise DataError(
            f"unit {again} stands in more than one row; give each row its own label "
            "(reset_index) and name the cluster column"
        )
    labels = pd.Series(found.units, found.units) if clusters is None else clusters
    of_rows = labels.reindex(found.units)
    if of_rows.isna().any():
        raise DataError(f"unit {of_rows.index[of_rows.isna()][0]} has no cluster label")
    codes, names = pd.factorize(of_rows.to_numpy(), sort=True)
    if len(names) < 3:
        raise DataError(f"{len(names)} cluster(s): expected 3 or more for a robust variance")
    return Clusters(codes, pd.Index(names))


def each_row(found: Design) -> Clusters:
    """Every row as its own cluster, in the order of the rows (labels may repeat)."""
    return Clusters(np.arange(found.n), found.units)


def full_basis(found: Design) -> np.ndarray:
    """Orthonormal basis of controls and regressor, shape (n, c + 1); H is its outer product."""
    x = found.residual(found.x)
    return np.column_stack([found.basis, x / np.sqrt(x @ x)])


def score_weights(found: Design, groups: Clusters, kind: Kind) -> np.ndarray:
    """The vector a of the module's formula, length n.

    Raises
    ------
    DataError
        When the slope is not defined without one of the clusters (CR2 and CR3 do not exist then).
    """
    x, power = found.residual(found.x), POWER[kind]
    if power == 0:
        return x
    if groups.count == found.n:
        return _own_cluster(found, groups, x, power)
    basis, adjusted = full_basis(found), np.empty(found.n)
    for labels, rows in _of_one_size(groups):  # as many eigenvalue problems at once
        blocks = np.eye(rows.shape[1]) - basis[rows] @ basis[rows].transpose(0, 2, 1)
        values, vectors = np.linalg.eigh(blocks)
        along = np.einsum("gij,gi->gj", vectors, x[rows])
        _check_identified(np.where(values <= SINGULAR, along, 0), x, labels)
        adjusted[rows] = np.einsum("gij,gj->gi", vectors, _power(values, power) * along)
    return adjusted


def _of_one_size(groups: Clusters) -> Iterator[tuple[pd.Index, np.ndarray]]:
    """Clusters with as many rows each: their labels, and their rows, shape (clusters, rows)."""
    rows, sizes = groups.rows, np.bincount(groups.codes)
    for size in np.unique(sizes):
        which = np.flatnonzero(sizes == size)
        yield groups.labels[which], np.stack([rows[g] for g in which])


def _own_cluster(found: Design, groups: Clusters, x: np.ndarray, power: float) -> np.ndarray:
    """The same when every row is a cluster: powers of one minus the leverage."""
    left = 1 - found.leverage
    lost = np.where(left <= SINGULAR, x, 0)
    _check_identified(lost[:, None], x, groups.labels[groups.codes])
    return _power(left, power) * x


def _power(values: np.ndarray, power: float) -> np.ndarray:
    """Powers of positive values; zero stays zero (generalised inverse)."""
    positive = values > SINGULAR
    return np.where(positive, np.where(positive, values, 1.0) ** power, 0.0)


def _check_identified(lost: np.ndarray, x: np.ndarray, labels: pd.Index) -> None:
    """Raise when directions that only one cluster spans, a row of ``lost`` each, contain the regressor."""
    contained = np.abs(lost).max(axis=1) > 1e-5 * np.sqrt(x @ x)
    if contained.any():
        raise DataError(
            f"the slope is not defined without {labels[contained][0]}: no robust variance exists; "
            "leave out that unit or use permutation inference"
        )
