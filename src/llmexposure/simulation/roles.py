"""Roles, categories and cities of the simulation: what is true of each, given the known coefficients.

An AI role is part of software and hardware development. Its figures are its own; the rest of the
category is set so that the category as a whole is what `true_categories` says.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import ParameterError
from llmexposure.simulation.calendar import LATEST, late_ramp, mean, ramp, years_since
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.tables import table

# Outcome column of the table and the coefficient that is its slope on exposure in 2022.
SLOPES = {
    "share_change": "recruitment_share",
    "application_share_change": "application_share",
    "bachelor_change": "degree",
    "three_years_change": "experience",
    "remote": "remote",
}
SERVICE = ("sales_business_development", "customer_service_operations")
GOODS = ("manufacturing", "logistics_procurement")
# Of postings that ask for three years or more: three, five, ten. An assumption.
_LONG = np.array([0.70, 0.24, 0.06])
# Of postings for AI roles that ask for more than a bachelor's degree: doctor. An assumption.
_DOCTOR = 0.08


def with_slope(outcome: np.ndarray, exposure: np.ndarray, slope: float) -> np.ndarray:
    """The outcome with its least-squares slope on exposure replaced; mean and residuals stay.

    Examples
    --------
    >>> with_slope(np.array([0.0, 1.0, 5.0]), np.array([0.0, 1.0, 2.0]), 0.0).tolist()
    [2.5, 1.0, 2.5]
    """
    centred = exposure - exposure.mean()
    present = centred @ outcome / (centred @ centred)
    return outcome + (slope - present) * centred


def true_categories(parameters: Parameters) -> pd.DataFrame:
    """Known levels and changes of the 13 categories.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``categories``, in the printed order. Least squares of the columns of
        `SLOPES` on ``exposure_2022`` give the coefficients exactly. Changes of shares sum to 0.

    Raises
    ------
    ParameterError
        If the coefficients push a share or an index out of its range.

    Examples
    --------
    >>> round(float(true_categories(Parameters())["share_change"].sum()), 12)
    0.0
    """
    rows = table("categories")
    exposure = rows["exposure_2022"].to_numpy()
    coefficients = parameters.coefficients()
    for column, name in SLOPES.items():
        rows[column] = with_slope(rows[column].to_numpy(), exposure, coefficients[name])
    for level in ("share", "application_share", "bachelor", "three_years"):
        after = rows[f"{level}_2022"] + rows[f"{level}_change"]
        check_share(after, rows["category"], SLOPES[f"{level}_change"], coefficients)
    check_share(rows["remote"], rows["category"], "remote", coefficients)
    return rows


def check_share(
    values: pd.Series, names: pd.Series, coefficient: str, coefficients: dict[str, float]
) -> None:
    """Refuse values outside (0, 1), naming the first.

    Raises
    ------
    ParameterError
        Naming category, value and the coefficient to move towards 0.
    """
    for value, name in zip(values, names, strict=True):
        if not 0 < value < 1:
            raise ParameterError(
                f"with {coefficient}={coefficients[coefficient]:g} a share of category {name} "
                f"would be {value:.3f}, expected between 0 and 1. Choose a value nearer 0."
            )


@dataclass(frozen=True)
class Cities:
    """Cities and what differs between them.

    Attributes
    ----------
    names
        In the order of the table.
    share
        Share of a role's postings by city (role, city); rows sum to 1.
    applications
        Applications of a posting relative to the role's mean (role, city).
    premium
        Log of pay relative to a middling city.
    """

    names: list[str]
    share: np.ndarray
    applications: np.ndarray
    premium: np.ndarray


def build_cities(categories: list[str], n_ai: int) -> Cities:
    """Cities for 13 categories followed by ``n_ai`` AI roles."""
    rows = table("cities")
    tilts = [_tilt(rows, category) for category in categories]
    share = rows["weight"].to_numpy() * np.exp(np.stack(tilts))
    share /= share.sum(axis=1, keepdims=True)
    postings, applicants = _spread(rows["ai_posting_share"]), _spread(rows["ai_applicant_share"])
    return Cities(
        names=list(rows["city"]),
        share=np.vstack([share, np.tile(postings, (n_ai, 1))]),
        applications=np.vstack([np.ones_like(share), np.tile(applicants / postings, (n_ai, 1))]),
        premium=rows["pay_premium"].to_numpy(),
    )


def _tilt(rows: pd.DataFrame, category: str) -> np.ndarray:
    """Log of how much more common the category is in each city: service centres, factory towns."""
    column = {**dict.fromkeys(SERVICE, "service_tilt"), **dict.fromkeys(GOODS, "goods_tilt")}
    return rows[column[category]].to_numpy() if category in column else np.zeros(len(rows))


def _spread(printed: pd.Series) -> np.ndarray:
    """Printed shares; what is left goes to the other cities in equal parts."""
    return printed.fillna((1 - printed.sum()) / printed.isna().sum()).to_numpy()


@dataclass(frozen=True)
class Roles:
    """Levels by month (30, from January 2022) and role (18: categories, then AI roles).

    Attributes
    ----------
    names, category
        Key of each role; number of its category.
    share
        Of all postings of the month; rows sum to 1.
    bachelor, three_years
        Share of the role's postings that ask for a bachelor's degree or more, for 3 years or more.
    above
        Of those that ask for a bachelor's degree or more: bachelor, master, doctor (month, role, 3).
    long
        Of those that ask for 3 years or more: 3, 5, 10 years (month, role, 3).
    pay
        Mean monthly pay, middle of the range.
    """

    names: list[str]
    category: np.ndarray
    share: np.ndarray
    bachelor: np.ndarray
    three_years: np.ndarray
    above: np.ndarray
    long: np.ndarray
    pay: np.ndarray


def build_roles(categories: pd.DataFrame) -> Roles:
    """Levels of every role, from the table of `true_categories`.

    Raises
    ------
    ParameterError
        If the AI roles leave nothing possible for the rest of their category.
    """
    special = table("ai_roles")
    keys = list(categories["category"])
    host = np.array([keys.index(category) for category in special["category"]])
    own = _ai_levels(special)
    share = _path(categories, "share")
    parts = {
        name: _rest(_path(categories, name), own[name], share, own["share"], host)
        for name in ("bachelor", "three_years")
    }
    rest = share.copy()
    np.subtract.at(rest.T, host, own["share"].T)
    roles = Roles(
        names=[*keys, *special["role"]],
        category=np.concatenate([np.arange(len(keys)), host]),
        share=np.hstack([rest, own["share"]]),
        above=np.concatenate([_above(categories), own["above"]], axis=1),
        long=np.concatenate([np.broadcast_to(_LONG, (*share.shape, 3)), own["long"]], axis=1),
        pay=np.hstack([_pay(categories, rest), _pay(special, own["share"])]),
        **{name: np.hstack([part, own[name]]) for name, part in parts.items()},
    )
    _check(roles)
    return roles


def _path(rows: pd.DataFrame, name: str) -> np.ndarray:
    return rows[f"{name}_2022"].to_numpy() + np.outer(ramp(), rows[f"{name}_change"])


def _late(rows: pd.DataFrame, name: str) -> np.ndarray:
    before = rows[f"{name}_2024"] - rows[f"{name}_change"]
    return before.to_numpy() + np.outer(late_ramp(), rows[f"{name}_change"])


def _pay(rows: pd.DataFrame, share: np.ndarray) -> np.ndarray:
    """Pay on a path of steady growth whose mean over postings of 2024 is the given one."""
    growth = np.log1p(rows["pay_growth"].to_numpy())
    path = np.exp(np.outer(years_since(2024), growth))
    level = mean(path * share, LATEST) / mean(share, LATEST)
    return rows["pay_2024"].to_numpy() * path / level


def _above(categories: pd.DataFrame) -> np.ndarray:
    master, doctor = categories["master_weight"], categories["doctor_weight"]
    split = np.stack([1 - master - doctor, master, doctor], axis=-1)
    return np.broadcast_to(split, (len(ramp()), *split.shape))


def _ai_levels(special: pd.DataFrame) -> dict[str, np.ndarray]:
    growth = np.log1p(special["growth"].to_numpy())
    master, bachelor = _late(special, "master"), _late(special, "bachelor")
    three, five = _late(special, "three_to_five"), _late(special, "five_plus")
    above = np.stack([bachelor, master * (1 - _DOCTOR), master * _DOCTOR], axis=-1)
    # Beyond five years is split as in other roles.
    ten = _LONG[2] / _LONG[1:].sum()
    long = np.stack([three, five * (1 - ten), five * ten], axis=-1)
    return {
        "share": special["share_2023"].to_numpy() * np.exp(np.outer(years_since(2023), growth)),
        "bachelor": bachelor + master,
        "three_years": three + five,
        "above": above / above.sum(axis=-1, keepdims=True),
        "long": long / long.sum(axis=-1, keepdims=True),
    }


def _rest(
    whole: np.ndarray, own: np.ndarray, share: np.ndarray, own_share: np.ndarray, host: np.ndarray
) -> np.ndarray:
    """Level of each category without its AI roles, so that the mixture has level ``whole``."""
    total, weight = whole * share, share.copy()
    np.subtract.at(total.T, host, (own * own_share).T)
    np.subtract.at(weight.T, host, own_share.T)
    return total / weight


def _check(roles: Roles) -> None:
    for name in ("share", "bachelor", "three_years"):
        values = getattr(roles, name)
        month, role = np.unravel_index(np.argmax(np.abs(values - 0.5)), values.shape)
        if not 0 < values[month, role] < 1:
            raise ParameterError(
                f"{name} of {roles.names[role]} would be {values[month, role]:.3f} in month "
                f"{month + 1}, expected between 0 and 1. Choose coefficients nearer 0."
            )
