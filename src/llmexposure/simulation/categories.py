"""What is true of each category: levels in 2022 and changes, given the known coefficients."""

import numpy as np
import pandas as pd

from llmexposure.base.errors import ParameterError
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
