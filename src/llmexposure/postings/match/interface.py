"""The one interface of every matcher."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import polars as pl
import scipy.sparse as sp

Texts = Sequence[str | None] | pl.Series


@runtime_checkable
class Matcher(Protocol):
    """Finds the activities that a text is about.

    Attributes
    ----------
    activities
        Activity ids, sorted; column j of a match is ``activities[j]``.
    k
        Most activities returned for a text.
    """

    activities: tuple[str, ...]
    k: int

    def match(self, texts: Texts) -> sp.csr_matrix:
        """Similarities of the ``k`` nearest activities of each text.

        Returns
        -------
        scipy.sparse.csr_matrix
            Shape (texts, activities), float64, every stored value > 0. A row holds its activities
            best first, equal similarities by activity id; it is empty when nothing matches. A
            row depends on its own text only.
        """
        ...


def as_series(texts: Texts) -> pl.Series:
    """Texts as a polars String column; None becomes the empty string."""
    series = texts if isinstance(texts, pl.Series) else pl.Series("text", list(texts), pl.String)
    return series.cast(pl.String).fill_null("").rename("text")
