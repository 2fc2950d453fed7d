"""Undo the compression that matching errors cause, and say how well that works.

Matching pulls every index toward the mean: matched = a + b * true with b below one. The inverse
line, true = (matched - a) / b, restores levels on average; it cannot restore ranks, and it widens errors
by 1/b. It holds for texts like those that it was fitted on, so a level of Chinese postings calibrated
with O*NET's tasks is an extrapolation and should be labelled as one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.postings.match.accuracy import FOLDS, fold_of, line


@dataclass(frozen=True)
class Calibration:
    """Inverse of an attenuation line."""

    slope: float
    intercept: float

    def __call__(self, matched: np.ndarray | pd.Series) -> np.ndarray | pd.Series:
        """Calibrated index, not cut to [0, 1]: cutting would bias means; missing stays missing.

        Examples
        --------
        >>> round(Calibration(0.5, 0.2)(0.45), 3)
        0.5
        """
        return (matched - self.intercept) / self.slope


def fit(indices: pd.DataFrame) -> Calibration:
    """Calibration from occupations with ``true`` and ``matched`` index; incomplete rows left out.

    Raises
    ------
    DataError
        If the matched index does not rise with the true one: there is nothing to invert.
    """
    known = indices[["true", "matched"]].dropna()
    slope, intercept = line(known["true"], known["matched"])
    if slope <= 0:
        raise DataError(f"attenuation slope is {slope:.3f}; expected a positive one to calibrate")
    return Calibration(slope, intercept)


def held_out(indices: pd.DataFrame, folds: int = FOLDS) -> pd.DataFrame:
    """Calibrate each fold's occupations with the line of the other folds.

    Parameters
    ----------
    indices : DataFrame indexed by ``onet_soc``
        ``true`` and ``matched``, from `accuracy.occupation_indices`.

    Returns
    -------
    DataFrame
        The same with ``calibrated``.
    """
    fold = fold_of(indices.index.to_series(), folds)
    parts = [
        indices[fold == number].assign(
            calibrated=lambda part, number=number: fit(indices[fold != number])(part["matched"])
        )
        for number in sorted(fold.unique())
    ]
    return pd.concat(parts).reindex(indices.index)
