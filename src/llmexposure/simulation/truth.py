"""What a recovery has to recover: the known coefficients and levels, as one table."""

import pandas as pd

from llmexposure.simulation import EVIDENCE
from llmexposure.simulation.levels import known_levels
from llmexposure.simulation.parameters import Parameters

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
