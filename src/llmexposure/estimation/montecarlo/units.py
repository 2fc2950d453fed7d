"""The real units on which outcomes are drawn: their exposure and their size stay as they are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.estimation.regression.design import Design, design


@dataclass(frozen=True)
class Units:
    """Exposure and size of the units, and the regression on exposure that they make.

    Attributes
    ----------
    exposure
        Length n.
    size
        Share of all postings or jobs in the base period, length n, sums to one.
    regression
        Constant and exposure; its outcome is zero, since outcomes are what is drawn.
    """

    exposure: np.ndarray
    size: np.ndarray
    regression: Design

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.exposure)

    @property
    def centred(self) -> np.ndarray:
        """Exposure less its mean, length n."""
        return self.exposure - self.exposure.mean()


def units_of(exposure: pd.Series, size: pd.Series) -> Units:
    """Units from exposure and size by label; only the labels of ``exposure`` count.

    Examples
    --------
    >>> found = units_of(pd.Series([0.2, 0.5, 0.8, 0.9]), pd.Series([10.0, 10, 20, 40]))
    >>> found.size.tolist()
    [0.125, 0.125, 0.25, 0.5]
    """
    frame = pd.DataFrame({"exposure": exposure, "size": size.reindex(exposure.index)})
    found = design(frame.assign(outcome=0.0), "outcome", "exposure")
    kept = frame.loc[found.units]
    share = (kept["size"] / kept["size"].sum()).to_numpy()
    return Units(kept["exposure"].to_numpy(dtype=float), share, found)
