"""The figures of a block of postings: all that is random except the wording."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from llmexposure.simulation.model import (
    DEGREE_PAY,
    PAY_SPREAD,
    SHORT,
    YEARS,
    YEARS_PAY,
    Model,
    build_model,
    month_starts,
    month_weights,
)
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.streams import BLOCK, Categorical, uniform

# Uniform numbers of a block by purpose.
Uniform = Callable[..., np.ndarray]

MIN_DUTIES, MAX_DUTIES = 4, 8
_DUTIES = np.array([[0.15, 0.25, 0.30, 0.20, 0.10]])  # of 4 to 8 sentences; an assumption
_OPENINGS = np.array([[0.55, 0.20, 0.15, 0.0, 0.10]])  # of 1 to 5
_PAY_STEP = 100.0


@dataclass(frozen=True)
class Draws:
    """One value a posting, unless said otherwise.

    Attributes
    ----------
    month, role, category, city
        Numbers into the lists of the model.
    date
        datetime64[D].
    activities
        Number of the activity of each duty sentence (8, rows).
    used
        Which of the eight sentences exist (8, rows).
    n_duties
        How many do.
    exposure
        Mean rating of the activities, one sentence one vote.
    degree, years
        Numbers into ``DEGREES`` and ``YEARS``.
    salary_min, salary_max
        Monthly, in steps of 100.
    """

    month: np.ndarray
    role: np.ndarray
    category: np.ndarray
    city: np.ndarray
    date: np.ndarray
    activities: np.ndarray
    used: np.ndarray
    n_duties: np.ndarray
    exposure: np.ndarray
    degree: np.ndarray
    years: np.ndarray
    salary_min: np.ndarray
    salary_max: np.ndarray
    openings: np.ndarray
    applications: np.ndarray
    remote: np.ndarray


@dataclass(frozen=True)
class _Samplers:
    month: Categorical
    role: Categorical
    city: Categorical
    activity: Categorical
    above: Categorical
    below: Categorical
    long: Categorical


@cache
def _samplers(parameters: Parameters) -> tuple[_Samplers, np.ndarray]:
    """Samplers, and the activities that each group of month and category draws from."""
    model = build_model(parameters)
    p = model.activity_p.reshape(-1, len(model.activity_ids))
    width = (p > 0).sum(axis=1).max()
    # Activities that a group never draws go last and are cut off: the tables stay small.
    order = np.argsort(p <= 0, axis=1, kind="stable")[:, :width]
    roles = model.roles
    return _Samplers(
        month=Categorical(month_weights()),
        role=Categorical(roles.share),
        city=Categorical(model.cities.share),
        activity=Categorical(np.take_along_axis(p, order, axis=1)),
        above=Categorical(roles.above.reshape(-1, 3)),
        below=Categorical(model.below),
        long=Categorical(roles.long.reshape(-1, 3)),
    ), order


def draw_block(parameters: Parameters, seed: int, block: int) -> Draws:
    """Draw the ``BLOCK`` postings of a block.

    Examples
    --------
    >>> draws = draw_block(Parameters(), seed=1, block=0)
    >>> bool(((draws.exposure >= 0) & (draws.exposure <= 1)).all())
    True
    """
    model = build_model(parameters)

    def u(purpose: str, *shape: int) -> np.ndarray:
        return uniform(seed, block, purpose, *shape)

    month, role, city = _cells(parameters, u)
    category = model.roles.category[role]
    duties = _duties(parameters, month, category, u)
    aside = duties["exposure"] - model.exposure[month, category]
    degree, years = _requirements(parameters, month, role, aside, u)
    pay = _pay(model, month, role, city, degree, years, aside, u("salary"))
    mean = model.applications[month, category] * model.cities.applications[role, city]
    return Draws(
        month=month,
        role=role,
        category=category,
        city=city,
        date=_days(month, u("day")),
        **duties,
        degree=degree,
        years=years,
        **_band(pay, u("band")),
        openings=1 + Categorical(_OPENINGS).draw(np.zeros_like(month), u("openings")),
        applications=_geometric(mean, u("applications")),
        remote=u("remote") < model.categories["remote"].to_numpy()[category],
    )


def _cells(parameters: Parameters, u: Uniform) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Month, role and city of each posting."""
    sampler, _ = _samplers(parameters)
    month = sampler.month.draw(np.zeros(BLOCK, dtype=int), u("month"))
    role = sampler.role.draw(month, u("role"))
    return month, role, sampler.city.draw(role, u("city"))


def _duties(
    parameters: Parameters, month: np.ndarray, category: np.ndarray, u: Uniform
) -> dict[str, np.ndarray]:
    """Activities with replacement: one that comes up twice weighs twice, in the text as well."""
    model = build_model(parameters)
    sampler, order = _samplers(parameters)
    n = MIN_DUTIES + Categorical(_DUTIES).draw(np.zeros_like(month), u("count"))
    group = month * model.exposure.shape[1] + category
    u_activity = u("activity", MAX_DUTIES)
    place = sampler.activity.draw(np.broadcast_to(group, u_activity.shape), u_activity)
    activities = order[group, place]
    used = np.arange(MAX_DUTIES)[:, None] < n
    exposure = (model.ratings[activities] * used).sum(axis=0) / n
    return {"activities": activities, "used": used, "n_duties": n, "exposure": exposure}


def _requirements(
    parameters: Parameters, month: np.ndarray, role: np.ndarray, aside: np.ndarray, u: Uniform
) -> tuple[np.ndarray, np.ndarray]:
    """Degree and years; ``aside`` is a posting's exposure less the mean of its category."""
    model = build_model(parameters)
    sampler, _ = _samplers(parameters)
    roles, group = model.roles, month * len(model.roles.names) + role
    high = u("degree") < roles.bachelor[month, role] + parameters.degree_within * aside
    level = u("degree_level")
    degree = np.where(high, 3 + sampler.above.draw(group, level), sampler.below.draw(role, level))
    long = u("years") < roles.three_years[month, role] + parameters.experience_within * aside
    level = u("years_level")
    years = np.where(long, 2 + sampler.long.draw(group, level), level >= SHORT[0])
    return degree, years


def _pay(
    model: Model,
    month: np.ndarray,
    role: np.ndarray,
    city: np.ndarray,
    degree: np.ndarray,
    years: np.ndarray,
    aside: np.ndarray,
    u: np.ndarray,
) -> np.ndarray:
    # 0 is a possible uniform number and has no normal quantile.
    noise = PAY_SPREAD * ndtri(np.maximum(u, 2.0**-54))
    effects = model.cities.premium[city] + DEGREE_PAY[degree] + YEARS_PAY[years]
    within = model.parameters.salary_within * aside
    return np.exp(model.log_pay[month, role] + effects + within + noise)


def _band(pay: np.ndarray, u: np.ndarray) -> dict[str, np.ndarray]:
    """A range of 10% to 30% on either side, in round figures above 0."""
    width = pay * (0.1 + 0.2 * u)
    low, high = (np.maximum(np.rint(end / _PAY_STEP), 1) for end in (pay - width, pay + width))
    return {"salary_min": low * _PAY_STEP, "salary_max": high * _PAY_STEP}


def _geometric(mean: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Counts from 0 with the given means, by inversion; few postings get many applications."""
    return np.floor(np.log1p(-u) / np.log(mean / (1 + mean))).astype(np.int64)


def _days(month: np.ndarray, u: np.ndarray) -> np.ndarray:
    starts = month_starts()
    ends = np.append(starts[1:], np.datetime64("2024-07-01"))
    length = (ends - starts).astype(int)
    return starts[month] + np.floor(u * length[month]).astype("timedelta64[D]")


def years_wanted(draws: Draws) -> np.ndarray:
    """Minimum years, float."""
    return YEARS[draws.years]
