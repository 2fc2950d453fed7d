"""Every figure that the report prints, against what the simulation draws from."""

import numpy as np
import pandas as pd

from llmexposure.simulation.calendar import LATEST, YEAR_BEFORE, mean
from llmexposure.simulation.levels import by_category, known_levels
from llmexposure.simulation.model import Model, build_model
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.tables import table

_SLOPES = {
    "share_slope": "share_change",
    "application_share_slope": "application_share_change",
    "bachelor_slope": "bachelor_change",
    "three_years_slope": "three_years_change",
    "remote_slope": "remote",
}


def moments(parameters: Parameters | None = None) -> pd.DataFrame:
    """Printed moments with their known values.

    Returns
    -------
    pandas.DataFrame
        Table ``moments`` (``moment``, ``subject``, ``quantity``, ``lower``, ``upper``: rounding or
        bound of what is printed, missing where there is none; ``printed``), and ``value``,
        ``holds``.

    Examples
    --------
    >>> bool(moments()["holds"].all())
    True
    """
    parameters = parameters or Parameters()
    model = build_model(parameters)
    levels = known_levels(parameters)
    known = {**_category_values(levels), **_ai_values(model), **_city_values(model)}
    rows = table("moments")
    rows["value"] = [known[pair] for pair in zip(rows["subject"], rows["quantity"], strict=True)]
    above = rows["lower"].isna() | (rows["value"] > rows["lower"])
    below = rows["upper"].isna() | (rows["value"] < rows["upper"])
    return rows.assign(holds=above & below)


def _category_values(levels: pd.DataFrame) -> dict[tuple[str, str], float]:
    values = {(row, name): cell for (row, name), cell in levels.stack().items()}
    exposure = levels["exposure_2022"].to_numpy()
    for quantity, outcome in _SLOPES.items():
        values["all", quantity] = float(np.polyfit(exposure, levels[outcome], 1)[0])
    return values


def _ai_values(model: Model) -> dict[tuple[str, str], float]:
    """Means over postings of AI roles: the first half of 2024, and against that of 2023."""
    roles, values = model.roles, {}
    levels = {
        "bachelor_only": roles.bachelor * roles.above[..., 0],
        "master": roles.bachelor * roles.above[..., 1:].sum(axis=-1),
        "three_to_five": roles.three_years * roles.long[..., 0],
        "five_plus": roles.three_years * roles.long[..., 1:].sum(axis=-1),
        "pay": roles.pay,
    }
    for number in range(len(model.categories), len(roles.names)):
        name = roles.names[number]
        share = roles.share[:, number]
        values[name, "growth"] = mean(share, LATEST) / mean(share, YEAR_BEFORE) - 1
        for quantity, level in levels.items():
            before, after = (
                mean(level[:, number] * share, when) / mean(share, when)
                for when in (YEAR_BEFORE, LATEST)
            )
            values[name, f"{quantity}_2024"] = after
            values[name, f"{quantity}_change"] = after - before
            values[name, f"{quantity}_growth"] = after / before - 1
    return values


def _city_values(model: Model) -> dict[tuple[str, str], float]:
    """Rank of a city by exposure in 2024, and its shares of AI roles."""
    share = mean(model.roles.share, LATEST)
    postings = model.cities.share * share[:, None]
    by_city = by_category(model, postings.T)
    # The report's formula: sum over categories of (N_oc / N_o) E_o.
    exposure = (by_city / by_city.sum(axis=0)) @ mean(model.activity_p @ model.ratings, LATEST)
    rank = (-exposure).argsort().argsort() + 1
    first = len(model.categories)
    ai, applicants = model.cities.share[first], model.cities.applications[first]
    values = {}
    for number, city in enumerate(model.cities.names):
        values[city, "city_rank"] = float(rank[number])
        values[city, "ai_posting_share"] = ai[number]
        values[city, "ai_applicant_share"] = ai[number] * applicants[number]
    return values
