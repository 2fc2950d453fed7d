"""Regression of an outcome on one regressor and controls, in partialled-out form.

By the Frisch-Waugh-Lovell theorem the slope on the regressor is the slope of the outcome's residual on
the regressor's residual, both taken on the controls. Every resampling method of this package works on
that form, because a draw then costs one inner product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
        With fewer than two residual degrees of freedom, or a regressor without variation.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> design(frame, "y", "x").df
    2
    """
    columns = [outcome, regressor, *controls, *([weights] if weights else [])]
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


def _basis(z: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the columns; of fewer where they are collinear, as a plain QR would not be."""
    basis, triangle = np.linalg.qr(z)
    size = np.abs(np.diag(triangle))
    if size.min() > COLLINEAR * np.linalg.norm(z, axis=0).max():
        return basis
    u, singular, _ = np.linalg.svd(z, full_matrices=False)
    return u[:, singular > COLLINEAR * singular[0]]
