"""Known levels by category and year, and the coefficients that a recovery has to recover."""

import numpy as np
import pandas as pd

from llmexposure.simulation import EVIDENCE
from llmexposure.simulation.calendar import BASE, LATEST, mean
from llmexposure.simulation.model import Model, build_model
from llmexposure.simulation.parameters import Parameters

OUTCOMES = ("share", "application_share", "bachelor", "three_years")
# Level of each of the five relationships across categories; the others are within categories.
_ACROSS = ("recruitment_share", "application_share", "degree", "experience", "remote")
_RELATION = {
    "exposure": "exposure",
    "share": "recruitment_share",
    "application_share": "application_share",
    "bachelor": "degree",
    "three_years": "experience",
    "remote": "remote",
}


def known_levels(parameters: Parameters) -> pd.DataFrame:
    """Expected levels in 2022 and in the first half of 2024, and their changes.

    Returns
    -------
    pandas.DataFrame
        13 rows indexed by ``category``: ``exposure_2022``, ``exposure_2024``, ``exposure_change``,
        the same for `OUTCOMES` (shares as fractions), and ``remote``.

    Examples
    --------
    >>> levels = known_levels(Parameters())
    >>> round(float(levels.loc["editing_translation", "exposure_2024"]), 4)
    0.89
    """
    model = build_model(parameters)
    share = by_category(model, model.roles.share)
    applications = share * model.applications
    series = {
        "exposure": model.activity_p @ model.ratings,
        "share": share,
        "application_share": applications / applications.sum(axis=1, keepdims=True),
        "bachelor": by_category(model, model.roles.share * model.roles.bachelor) / share,
        "three_years": by_category(model, model.roles.share * model.roles.three_years) / share,
    }
    columns = {}
    for name, values in series.items():
        before, after = mean(values, BASE), mean(values, LATEST)
        columns |= {f"{name}_2022": before, f"{name}_2024": after, f"{name}_change": after - before}
    columns["remote"] = model.categories["remote"].to_numpy()
    return pd.DataFrame(columns, index=model.categories["category"])


def by_category(model: Model, by_role: np.ndarray) -> np.ndarray:
    """Sums over the roles of each category; the last axis is roles, then categories."""
    belongs = model.roles.category[:, None] == np.arange(len(model.categories))
    return by_role @ belongs


def truth(parameters: Parameters | None = None) -> pd.DataFrame:
    """Known coefficients, then known levels and changes by category.

    Returns
    -------
    pandas.DataFrame
        ``relation`` (exposure, recruitment_share, application_share, degree, experience, remote,
        salary); ``quantity`` (slope_across: per unit of exposure in 2022 over the 13 categories;
        slope_within: over the postings of a category and month; level_2022, level_2024, change,
        level); ``category`` (missing for slopes); ``value`` (shares as fractions); ``evidence``.

    Examples
    --------
    >>> table = truth()
    >>> table.loc[table["quantity"] == "slope_across", "value"].tolist()
    [-0.13, -0.05, 0.045, 0.085, 1.45]
    """
    parameters = parameters or Parameters()
    rows = [(*_slope(name), None, value) for name, value in parameters.coefficients().items()]
    levels = known_levels(parameters)
    for column, values in levels.items():
        name, _, when = column.rpartition("_") if column != "remote" else ("remote", "", "")
        quantity = {"2022": "level_2022", "2024": "level_2024", "": "level"}.get(when, when)
        rows += [(_RELATION[name], quantity, category, value) for category, value in values.items()]
    table = pd.DataFrame(rows, columns=["relation", "quantity", "category", "value"])
    return table.assign(evidence=EVIDENCE).astype({"category": "str"})


def _slope(name: str) -> tuple[str, str]:
    if name in _ACROSS:
        return name, "slope_across"
    return name.removesuffix("_within"), "slope_within"
