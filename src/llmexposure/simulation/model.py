"""Everything that a draw needs, worked out once for a set of parameters."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from llmexposure.base.errors import ParameterError
from llmexposure.report.tables import load
from llmexposure.simulation.calendar import MONTHS, VOLUME, ramp
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.roles import Cities, Roles, build_cities, build_roles, true_categories
from llmexposure.simulation.tables import table

# Furthest that probabilities of activities are tilted, in `tilted`.
_STEEPEST = 200.0
# Assumptions about single postings; none of them is printed.
MEAN_APPLICATIONS = 30.0
DEGREE_PAY = np.array([0.0, 0.0, 0.10, 0.25, 0.45, 0.60])
YEARS = np.array([0.0, 1.0, 3.0, 5.0, 10.0])
YEARS_PAY = np.array([0.0, 0.10, 0.30, 0.50, 0.75])
SHORT = np.array([0.60, 0.40])
PAY_SPREAD = 0.20


@dataclass(frozen=True)
class Model:
    """Known truth, as arrays.

    Attributes
    ----------
    categories
        Of `true_categories`.
    exposure
        Mean exposure by month and category (30, 13).
    applications
        Mean applications of a posting by month and category.
    activity_ids, ratings
        The activities in use and their ratings.
    activity_p
        Probability of an activity in a duty, by month, category and activity.
    below
        Of a role's postings that do not ask for a bachelor's degree: none, high school, college.
    log_pay
        Log of pay by month and role before the effects of city, degree, years and exposure.
    """

    parameters: Parameters
    categories: pd.DataFrame
    roles: Roles
    cities: Cities
    exposure: np.ndarray
    applications: np.ndarray
    activity_ids: list[str]
    ratings: np.ndarray
    activity_p: np.ndarray
    below: np.ndarray
    log_pay: np.ndarray


@cache
def build_model(parameters: Parameters) -> Model:
    """Work out the model.

    Raises
    ------
    ParameterError
        If the parameters are impossible together; the message names what to change.
    """
    categories = true_categories(parameters)
    roles = build_roles(categories)
    cities = build_cities(list(categories["category"]), len(roles.names) - len(categories))
    exposure = _exposure(categories)
    ids, ratings, activity_p = _activities(categories, exposure, parameters.rating)
    weights = categories[["none_weight", "high_school_weight", "college_weight"]].to_numpy(float)
    below = (weights / weights.sum(axis=1, keepdims=True))[roles.category]
    _check_within(parameters, roles, exposure, ratings, activity_p)
    return Model(
        parameters=parameters,
        categories=categories,
        roles=roles,
        cities=cities,
        exposure=exposure,
        applications=_applications(categories),
        activity_ids=ids,
        ratings=ratings,
        activity_p=activity_p,
        below=below,
        log_pay=np.log(roles.pay) - _pay_effects(roles, cities, below),
    )


def _exposure(categories: pd.DataFrame) -> np.ndarray:
    before, after = categories["exposure_2022"].to_numpy(), categories["exposure_2024"].to_numpy()
    return before + np.outer(ramp(), after - before)


def _applications(categories: pd.DataFrame) -> np.ndarray:
    """Mean applications such that the categories' shares of applications are as known."""

    def path(name: str) -> np.ndarray:
        return categories[f"{name}_2022"].to_numpy() + np.outer(
            ramp(), categories[f"{name}_change"]
        )

    return MEAN_APPLICATIONS * path("application_share") / path("share")


def _activities(
    categories: pd.DataFrame, exposure: np.ndarray, rating: str
) -> tuple[list[str], np.ndarray, np.ndarray]:
    rated = load("activities").set_index("dwa_id")[rating].dropna()
    pool = table("activities")
    pool = pool[pool["dwa_id"].isin(rated.index)]
    ids = sorted(pool["dwa_id"].unique())
    place = pd.Series(np.arange(len(ids)), index=ids)
    p = np.zeros((*exposure.shape, len(ids)))
    for number, category in enumerate(categories["category"]):
        own = pool[pool["category"] == category]
        columns = place[own["dwa_id"]].to_numpy()
        weights, scores = own["links"].to_numpy(float), rated[own["dwa_id"]].to_numpy()
        for target in np.unique(exposure[:, number]):
            months = np.flatnonzero(exposure[:, number] == target)
            mix = tilted(weights, scores, target, category)
            p[months[:, None], number, columns] = mix
    return ids, rated[ids].to_numpy(), p


def _pay_effects(roles: Roles, cities: Cities, below: np.ndarray) -> np.ndarray:
    """Log of the mean pay factor of a role by month, so that mean pay is what it should be."""
    city = cities.share @ np.exp(cities.premium)
    low, high = below @ np.exp(DEGREE_PAY[:3]), roles.above @ np.exp(DEGREE_PAY[3:])
    degree = (1 - roles.bachelor) * low + roles.bachelor * high
    short, long = SHORT @ np.exp(YEARS_PAY[:2]), roles.long @ np.exp(YEARS_PAY[2:])
    years = (1 - roles.three_years) * short + roles.three_years * long
    return np.log(city) + np.log(degree) + np.log(years) + PAY_SPREAD**2 / 2


def _check_within(
    parameters: Parameters,
    roles: Roles,
    exposure: np.ndarray,
    ratings: np.ndarray,
    activity_p: np.ndarray,
) -> None:
    """Refuse slopes within categories that would push a probability out of [0, 1]."""
    used = activity_p > 0
    below = (exposure - np.where(used, ratings, np.inf).min(axis=-1))[:, roles.category]
    above = (np.where(used, ratings, -np.inf).max(axis=-1) - exposure)[:, roles.category]
    for name, level in (
        ("degree_within", roles.bachelor),
        ("experience_within", roles.three_years),
    ):
        slope, rest = getattr(parameters, name), 1 - level
        lowest = -min((level / above).min(), (rest / below).min())
        highest = min((rest / above).min(), (level / below).min())
        if not lowest <= slope <= highest:
            raise ParameterError(
                f"with {name}={slope:g} some probabilities would leave 0 to 1; expected a value "
                f"from {lowest:.3f} to {highest:.3f}"
            )


def month_weights() -> np.ndarray:
    """Share of postings by month (1, 30)."""
    return (VOLUME / VOLUME.sum())[None, :]


def month_starts() -> np.ndarray:
    """First day of each month, datetime64[D]."""
    return MONTHS.to_timestamp().to_numpy().astype("datetime64[D]")


def tilted(weights: np.ndarray, ratings: np.ndarray, target: float, name: str) -> np.ndarray:
    """Probabilities nearest to ``weights`` whose mean rating is ``target``.

    Exponential tilting, p_d proportional to w_d exp(k s_d): of all distributions with that mean it
    has the smallest Kullback-Leibler divergence from w (Csiszar 1975, Annals of Probability 3).

    Parameters
    ----------
    weights, ratings
        Length d; weights positive, ratings in [0, 1].
    target
        Mean rating to reach, strictly between the smallest and the largest rating.
    name
        Of the category, for the message.

    Raises
    ------
    ParameterError
        If no weights of these activities have that mean.

    Examples
    --------
    >>> tilted(np.ones(2), np.array([0.0, 1.0]), 0.75, "x").round(3).tolist()
    [0.25, 0.75]
    """

    def probabilities(steepness: float) -> np.ndarray:
        # The largest exponent is 0, so that nothing overflows.
        exponent = steepness * ratings
        p = weights * np.exp(exponent - exponent.max())
        return p / p.sum()

    def gap(steepness: float) -> float:
        return float(probabilities(steepness) @ ratings - target)

    if gap(-_STEEPEST) >= 0 or gap(_STEEPEST) <= 0:
        raise ParameterError(
            f"category {name}: no mix of its activities has a mean exposure of {target:.3f}; their "
            f"ratings run from {ratings.min():.3f} to {ratings.max():.3f}. Choose another rating."
        )
    return probabilities(brentq(gap, -_STEEPEST, _STEEPEST, xtol=1e-12))
