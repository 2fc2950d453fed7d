"""Known levels by category and year, worked out from what is drawn from, not from its inputs."""

import numpy as np
import pandas as pd

from llmexposure.simulation.calendar import BASE, LATEST, mean
from llmexposure.simulation.model import Model, build_model
from llmexposure.simulation.parameters import Parameters

OUTCOMES = ("share", "application_share", "bachelor", "three_years")


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
