"""Slopes of every outcome on every regressor at once, with their errors: the engine of a curve.

What takes one regression to fit takes a few products of matrices for thousands, since the square in each
variance is multiplied out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pairs:
    """Slopes and standard errors, each of shape (r, m): by HC3, and by clusters where there are any."""

    slope: np.ndarray
    se: np.ndarray
    clustered: np.ndarray | None = None


def pairs(
    basis: np.ndarray,
    y: np.ndarray,
    x: np.ndarray,
    bend: np.ndarray | None = None,
    clusters: Sequence[np.ndarray] = (),
) -> Pairs:
    """Slope and error of every outcome on every regressor, given the controls.

    With x and y partialled out, h the leverage and u = x^2 / (1 - h)^2, the HC3 variance is
    sum u (y - b x)^2 / (x'x)^2.

    Parameters
    ----------
    basis
        Orthonormal basis of the (weighted) constant and controls, shape (n, c).
    y, x
        Outcomes (m, n) and regressors (r, n), multiplied by the square root of the weight.
    bend
        A second regressor beside each of x, such as its square, shape (r, n); held equal.
    clusters
        Positions of each cluster's units, two clusters or more. Errors by the jackknife over clusters, the
        controls partialled out once (CV3; MacKinnon, Nielsen and Webb 2023).

    Examples
    --------
    >>> x, y = np.array([[0.0, 1.0, 2.0, 3.0]]), np.array([[1.0, 2.0, 3.5, 4.0]])
    >>> pairs(np.full((4, 1), 0.5), y, x).slope.round(2).tolist()
    [[1.05]]
    """
    y = y - (y @ basis) @ basis.T
    x = x - (x @ basis) @ basis.T
    leverage = np.broadcast_to((basis**2).sum(axis=1), x.shape)
    along = None
    if bend is not None:
        bend = bend - (bend @ basis) @ basis.T
        size = np.einsum("ij,ij->i", bend, bend)[:, None]
        x = x - np.einsum("ij,ij->i", x, bend)[:, None] / size * bend
        leverage = leverage + bend * bend / size
        along = bend @ y.T / size
    squares = x * x
    size = squares.sum(axis=1)[:, None]
    slope = x @ y.T / size
    middle = _middle(y, x, bend, slope, along, squares, 1 - leverage - squares / size)
    by_cluster = _jackknife(y, x, bend, slope, along, clusters) if clusters else None
    return Pairs(slope, np.sqrt(middle) / size, by_cluster)


def _middle(
    y: np.ndarray,
    x: np.ndarray,
    bend: np.ndarray | None,
    slope: np.ndarray,
    along: np.ndarray | None,
    squares: np.ndarray,
    left: np.ndarray,
) -> np.ndarray:
    """Sum of u times the squared residuals, u = x^2 / left^2."""
    u = squares / (left * left)
    ux = u * x
    own = np.einsum("ij,ij->i", u, squares)[:, None]
    out = u @ (y * y).T - slope * (2 * (ux @ y.T) - slope * own)
    if bend is not None and along is not None:
        both = np.einsum("ij,ij->i", ux, bend)[:, None]
        bends = np.einsum("ij,ij,ij->i", u, bend, bend)[:, None]
        out += along * (along * bends + 2 * slope * both - 2 * ((u * bend) @ y.T))
    return out


def _jackknife(
    y: np.ndarray,
    x: np.ndarray,
    bend: np.ndarray | None,
    slope: np.ndarray,
    along: np.ndarray | None,
    clusters: Sequence[np.ndarray],
) -> np.ndarray:
    """Root of (G - 1) / G times the squared changes of the slope when each cluster is left out."""
    size = np.einsum("ij,ij->i", x, x)[:, None]
    total = np.zeros_like(slope)
    for some in clusters:
        part = x[:, some]
        score = part @ y[:, some].T
        if bend is not None and along is not None:
            score = score - along * np.einsum("ij,ij->i", part, bend[:, some])[:, None]
        own = np.einsum("ij,ij->i", part, part)[:, None]
        total += ((slope * own - score) / (size - own)) ** 2
    return np.sqrt(total * (len(clusters) - 1) / len(clusters))
