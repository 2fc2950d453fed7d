"""Slopes and correlations that printed figures allow, and whether they settle the sign.

Regressor and outcome are known to lie in two polytopes (Manski 2003). The sum of cross-products is
bilinear, so its extremes are at pairs of vertices (Konno 1976): for each vertex of the regressors the
best outcome has a closed form, and all vertices are tried. The sign is therefore exact.

The slope is linear in the outcome, and for a given outcome the regressors with a slope of at least
b > 0 are a convex set; the same holds for the correlation in either argument. Their extremes are found
by climbing from the best vertices; they are attained, so the true set is at least as wide.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from llmexposure.estimation.bounds.sets import ZERO, OutcomeSet, RegressorSet

_SCALES = np.geomspace(0.01, 10, 7)  # outcome per unit of the regressor at the starts
_SAMPLE = 3000  # vertices among which starts are looked for
_BEST = 5  # vertices from which an extreme of the slope is climbed to
_DECIMALS = 4  # climbs stop within 1e-6; beyond this machines may differ
_NEAR = 1e-6  # a correlation this near to one is one


@dataclass(frozen=True)
class Bounds:
    """Slopes and correlations over all regressors and outcomes that the statements allow.

    Attributes
    ----------
    slope_min, slope_max
        Attained extremes of the least-squares slope, outcome per unit of the regressor.
    correlation_min, correlation_max
        Attained extremes of the correlation.
    sign
        ``negative`` or ``positive`` where every admissible pair has that sign, else ``unsettled``.
    """

    slope_min: float
    slope_max: float
    correlation_min: float
    correlation_max: float
    sign: str

    @property
    def settled(self) -> bool:
        """Whether the figures settle the sign."""
        return self.sign != "unsettled"


def centred(values: np.ndarray) -> np.ndarray:
    """Deviations from the mean of the last axis."""
    return values - values.mean(axis=-1, keepdims=True)


def cross_product_range(points: np.ndarray, outcomes: OutcomeSet) -> tuple[float, float]:
    """Exact extremes of the sum of cross-products, from the vertices of the regressors, shape (m, n)."""
    weights = centred(points)
    return -float(outcomes.negated().largest(weights).max()), float(outcomes.largest(weights).max())


def sign(points: np.ndarray, outcomes: OutcomeSet) -> str:
    """Sign of the slope over all admissible pairs: ``negative``, ``positive`` or ``unsettled``.

    Examples
    --------
    >>> known = np.array([[0.1, 0.5, 0.9]])
    >>> sign(known, OutcomeSet(np.array([0.0, 0.0, -0.3]), np.array([0.1, 0.1, -0.1])))
    'negative'
    """
    return _sign(*cross_product_range(points, outcomes))


def _sign(low: float, high: float) -> str:
    if high < -ZERO:
        return "negative"
    return "positive" if low > ZERO else "unsettled"


def bounds(
    regressors: RegressorSet, outcomes: OutcomeSet, *, starts: int = 40, seed: int = 1
) -> Bounds:
    """Bounds of slope and correlation, and the sign.

    Parameters
    ----------
    starts
        Most starts from which an extreme of the correlation is climbed to; an extreme of the slope is
        climbed to from the `_BEST` best vertices.
    seed
        Of the starts that are drawn.

    Raises
    ------
    DataError
        When one of the two sets is empty.
    """
    points, up, down = regressors.vertices, outcomes.checked(), outcomes.negated()
    most, least = up.largest(centred(points)), down.largest(centred(points))
    ends = (
        -_largest_slope(regressors, points, down, least),
        _largest_slope(regressors, points, up, most),
        -_largest_correlation(regressors, points, down, starts, seed),
        _largest_correlation(regressors, points, up, starts, seed),
    )
    return Bounds(*np.round(ends, _DECIMALS).tolist(), _sign(-least.max(), most.max()))


def _largest_slope(
    regressors: RegressorSet,
    points: np.ndarray,
    outcomes: OutcomeSet,
    products: np.ndarray,
) -> float:
    """Largest slope, alternating over outcome (exact) and regressor from the best vertices."""
    slopes = products / (centred(points) ** 2).sum(axis=1)
    best = points[np.argsort(-np.round(slopes, _DECIMALS), kind="stable")[:_BEST]]
    return max(_climb_slope(regressors, outcomes, point) for point in best)


def _climb_slope(regressors: RegressorSet, outcomes: OutcomeSet, point: np.ndarray) -> float:
    value, better = -np.inf, slope(point, y := outcomes.maximiser(centred(point)))
    while better > value + 1e-9:
        value, point = better, _steepest(regressors, y, point)
        y = outcomes.maximiser(centred(point))
        better = slope(point, y)
    return value


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Least-squares slope of y on x, each of length n."""
    deviations = centred(x)
    return float(deviations @ y / (deviations @ deviations))


def _steepest(regressors: RegressorSet, y: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Regressor with the largest slope of a given outcome, from a start."""
    size = np.abs(centred(y)).max() or 1.0

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        deviations = centred(x)
        spread, product = deviations @ deviations, deviations @ y / size
        gradient = centred(y) / size / spread - 2 * product * deviations / spread**2
        return -product / spread, -gradient

    found = _minimise(loss, point, regressors.low, regressors.high, _rows(_order_rows(regressors)))
    return found if slope(found, y) > slope(point, y) else point


def _largest_correlation(
    regressors: RegressorSet, points: np.ndarray, outcomes: OutcomeSet, starts: int, seed: int
) -> float:
    """Largest correlation, climbing in both arguments at once from many starts: it has local maxima."""
    best = -1.0
    for x, y in _starts(points, outcomes, starts, seed):
        best = max(best, _climb_correlation(regressors, outcomes, x, y))
        if best > 1 - _NEAR:
            return 1.0
    return best


def _starts(
    points: np.ndarray, outcomes: OutcomeSet, count: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The best of a sample of vertices at each scale, then vertices and scales drawn with a seed."""
    some = points[:: max(1, len(points) // _SAMPLE)]
    y = np.clip(_SCALES[:, None, None] * centred(some), outcomes.low, outcomes.high)
    # Ties are broken by position, not by the last bits.
    rows = np.round(correlations(some, y), _DECIMALS).argmax(axis=1)
    yield from ((some[row], y[scale, row]) for scale, row in enumerate(rows[:count]))
    rng = np.random.default_rng(seed)
    for row, scale in rng.integers([len(some), len(_SCALES)], size=(max(count - len(rows), 0), 2)):
        yield some[row], y[scale, row]


def correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Correlation along the last axis; 0 where an argument does not vary."""
    x, y = centred(x), centred(y)
    spread = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return (x * y).sum(axis=-1) / np.where(spread > 0, spread, np.inf)


def _climb_correlation(
    regressors: RegressorSet, outcomes: OutcomeSet, x: np.ndarray, y: np.ndarray
) -> float:
    """Local maximum over regressor and outcome together; the start where the climb leaves the sets.

    Outcomes move as gains and losses beyond their base, in which the bounds on sums are linear: with the
    kinks of positive parts a climb would end where the last bits of a sum happen to lead it.
    """
    n, order, base = len(x), _order_rows(regressors), outcomes.base
    ends, sums = outcomes.limits()

    def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
        x, y = centred(z[:n]), centred(base + z[n : 2 * n] - z[2 * n :])
        norm_x, norm_y = np.sqrt(x @ x), np.sqrt(y @ y)
        r = x @ y / (norm_x * norm_y)
        by_x = (y / norm_y - r * x / norm_x) / norm_x
        by_y = (x / norm_x - r * y / norm_y) / norm_y
        return -r, -np.concatenate([by_x, by_y, -by_y])

    rows = np.hstack([order, np.zeros((len(order), 2 * n))])
    limits = _rows(rows) + [_limit("ineq", -row, -most, n) for row, most in sums]
    if outcomes.balance:
        limits.append(_limit("eq", *outcomes.balance, n))
    start = np.concatenate([x, np.maximum(y - base, 0), np.maximum(base - y, 0)])
    low = np.concatenate([regressors.low, np.zeros(2 * n)])
    found = _minimise(loss, start, low, np.concatenate([regressors.high, ends]), limits)
    best = found[:n], base + found[n : 2 * n] - found[2 * n :]
    inside = outcomes.holds(best[1]) and (order @ best[0] > -1e-9).all()
    return float(correlations(*(best if inside else (x, y))))


def _limit(kind: str, row: np.ndarray, value: float, before: int) -> dict[str, Any]:
    """The constraint ``row @ z >= value``, or ``==``, on what follows ``before`` variables."""
    whole = np.r_[np.zeros(before), row]
    return {"type": kind, "fun": lambda z: whole @ z - value, "jac": lambda _: whole}


def _order_rows(regressors: RegressorSet) -> np.ndarray:
    """One row a pair that can bind: value of the upper unit less that of the lower one."""
    eye = np.eye(len(regressors.low))
    binding = [(i, j) for i, j in regressors.above if regressors.low[i] < regressors.high[j]]
    return np.array([eye[i] - eye[j] for i, j in binding]).reshape(-1, len(eye))


def _rows(rows: np.ndarray) -> list[dict[str, Any]]:
    """The constraint ``rows @ z >= 0`` as SLSQP takes it."""
    return [{"type": "ineq", "fun": lambda z: rows @ z, "jac": lambda z: rows}] if len(rows) else []


def _minimise(
    loss: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    limits: list[dict[str, Any]],
) -> np.ndarray:
    """Local minimum between two ends and under constraints (SLSQP)."""
    found = minimize(
        loss, np.clip(start, low, high), jac=True, method="SLSQP", constraints=limits,
        bounds=np.column_stack([low, high]), options={"maxiter": 100, "ftol": 1e-9},
    )  # fmt: skip
    return np.clip(found.x, low, high)
