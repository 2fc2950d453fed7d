"""Poisson slope between two periods with an effect of every unit, zeros included.

E[y_it] = exp(a_i + m_gt + b x_i t) for t = 0, 1 and units i in groups g: each unit has its own level, each
group its own change. Given the sum of a unit's two counts the later one is binomial with probability
1 / (1 + exp(-(m_g + b x_i))), m_g being the difference of the group's two effects, which gives exactly the
fixed-effects Poisson estimate of b without an effect for each unit (Hausman, Hall and Griliches 1984). A unit
with no count in both periods says nothing; one with a zero in one of them counts, where a logarithm would
lose it.
"""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.estimation.regression.design import check_columns


def poisson_change(
    frame: pd.DataFrame, before: str, after: str, regressor: str, *, effects: str, clusters: str
) -> Estimate:
    """Log-linear slope of the change of counts on a regressor; effects of units and of group by period.

    Parameters
    ----------
    frame
        A row a unit; rows that miss a value are left out.
    before, after
        Columns of counts.
    effects
        Column of groups that each get a change of their own.
    clusters
        Column of labels whose rows may share shocks. The error is the cluster jackknife, each refit by one
        Newton step (MacKinnon, Nielsen and Webb 2023), since a few large clusters may carry a slope that is
        weighted by counts; t with one degree of freedom less than there are labels.

    Returns
    -------
    Estimate
        ``n`` counts the units with a count in either period.

    Raises
    ------
    DataError
        For a column that the table lacks, a negative count, or fewer than three clusters.

    Examples
    --------
    >>> rng, x = np.random.default_rng(1), np.linspace(0, 1, 40)
    >>> frame = pd.DataFrame({"x": np.tile(x, 10), "place": np.repeat(list("abcdefghij"), 40)})
    >>> frame["occupation"], frame["then"] = frame["x"].astype(str), rng.poisson(300, 400)
    >>> frame["now"] = rng.poisson(300 * np.exp(0.1 - 0.5 * frame["x"]))
    >>> found = poisson_change(frame, "then", "now", "x", effects="place", clusters="occupation")
    >>> round(found.value, 1)
    -0.5
    """
    columns = [before, after, regressor, effects, clusters]
    check_columns(frame, columns)
    data = frame[columns].dropna()
    if (data[[before, after]] < 0).any(axis=None):
        raise DataError(f"{before}, {after}: a count is negative; expected 0 or more")
    data = data[data[before] + data[after] > 0]
    codes, labels = pd.factorize(data[clusters])
    if len(labels) < 3:
        raise DataError(f"{clusters}: {len(labels)} clusters with counts, expected three or more")
    levels = pd.get_dummies(data[effects], dtype=float)
    exog = pd.concat([data[[regressor]].astype(float), levels], axis=1).to_numpy()
    late, total = data[after].to_numpy(float), data[[before, after]].sum(axis=1).to_numpy(float)
    counts = np.column_stack([late, total - late])
    fit = sm.GLM(counts, exog, family=sm.families.Binomial()).fit()
    value, df = float(fit.params[0]), len(labels) - 1
    moves = _without_each(exog, late, total, np.asarray(fit.fittedvalues), codes)
    se = float(np.sqrt(df / len(labels) * (moves**2).sum()))
    reach, p = float(stats.t.ppf(0.975, df)) * se, float(2 * stats.t.sf(abs(value) / se, df))
    return Estimate(value, len(data), se, value - reach, value + reach, p)


def _without_each(
    x: np.ndarray, late: np.ndarray, total: np.ndarray, probability: np.ndarray, codes: np.ndarray
) -> np.ndarray:
    """How far the first coefficient moves without each cluster, by one Newton step; length clusters."""
    score = x * (late - total * probability)[:, None]
    root = x * np.sqrt(total * probability * (1 - probability))[:, None]
    information, moves = root.T @ root, np.zeros(codes.max() + 1)
    for code in range(len(moves)):
        inside = codes == code
        rest = information - root[inside].T @ root[inside]
        # A group of which all rows are in the cluster has no effect left: the least-norm step leaves it.
        moves[code] = -np.linalg.lstsq(rest, score[inside].sum(axis=0), rcond=1e-10)[0][0]
    return moves
