"""Which shocks a shift-share slope comes from."""

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.estimation.regression.design import Design
from llmexposure.estimation.regression.shift_share import unit_shares


def rotemberg(found: Design, shares: pd.DataFrame, shocks: pd.Series) -> pd.DataFrame:
    """Rotemberg weights of a shift-share regression.

    Slope = sum_s alpha_s beta_s with alpha_s = g_s w_s'x / sum_r g_r w_r'x and beta_s = w_s'y / w_s'x
    the slope that uses share s alone as instrument (Goldsmith-Pinkham, Sorkin and Swift
    2020); x and y net of controls. The weights depend on the level of the shocks when shares sum to
    one: shocks are taken less their share-weighted mean, which leaves the slope as it is.

    Returns
    -------
    pandas.DataFrame
        Indexed by shock, largest |alpha| first: ``alpha`` (sums to one, may be negative), ``beta``,
        ``shock``, ``mean_share``. ``beta`` is missing where share and regressor are unrelated.

    Raises
    ------
    DataError
        When the regressor is not the sum of shares times shocks.

    Examples
    --------
    >>> from llmexposure.estimation.regression.design import design
    >>> shares = pd.DataFrame([[0.7, 0.3], [0.4, 0.6], [0.1, 0.9], [0.5, 0.5]], columns=["a", "b"])
    >>> shocks = pd.Series({"a": 1.0, "b": 0.0})
    >>> frame = pd.DataFrame({"x": shares @ shocks, "y": [2.0, 1.0, 0.5, 1.0]})
    >>> rotemberg(design(frame, "y", "x"), shares, shocks)["alpha"].round(6).to_dict()
    {'a': 0.575, 'b': 0.425}
    """
    values = unit_shares(found, shares)
    g = shocks.reindex(shares.columns).to_numpy(float)
    x, y = found.residual(found.x), found.residual(found.y)
    if not np.allclose(found.residual(values @ g), x, atol=1e-8 * np.sqrt(x @ x)):
        raise DataError("the regressor is not the sum of these shares times these shocks")
    mean = values.sum(axis=0) / values.sum()
    centred = g - mean @ g
    own_x, own_y = values.T @ x, values.T @ y
    related = np.abs(own_x) > 1e-12 * np.sqrt(x @ x)
    found_table = pd.DataFrame(
        {
            "alpha": centred * own_x / (centred @ own_x),
            "beta": np.where(related, own_y / np.where(related, own_x, 1.0), np.nan),
            "shock": g,
            "mean_share": mean,
        },
        index=shares.columns,
    )
    return found_table.sort_values("alpha", key=np.abs, ascending=False, kind="stable")
