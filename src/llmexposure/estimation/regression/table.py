"""A regression as a table: every coefficient, and in words what its errors are and what else was tried."""

from dataclasses import dataclass
from html import escape

import pandas as pd

COLUMNS = ("coefficient", "std. error", "95% low", "95% high", "p")


@dataclass(frozen=True)
class RegressionTable:
    """What a regression shows of itself, in a notebook, a terminal and LaTeX.

    Attributes
    ----------
    outcome
        Name of the outcome.
    rows
        A row a coefficient, columns `COLUMNS`; missing where the kind of error does not give them.
    n, r2
        Number of units and R squared.
    notes
        Sentences below the table: the kind of errors, and the further inference on the first regressor.
    """

    outcome: str
    rows: pd.DataFrame
    n: int
    r2: float
    notes: tuple[str, ...]

    @property
    def head(self) -> str:
        """The regression in a line."""
        names = " + ".join(name for name in self.rows.index if name != "Intercept")
        return f"{self.outcome} ~ {names}   (N = {self.n}, R² = {self.r2:.2f})"

    def text(self) -> str:
        """Table for a terminal."""
        return "\n".join([self.head, self._written().to_string(), *self.notes])

    def html(self) -> str:
        """Table for a notebook."""
        head, *notes = (f"<div>{escape(line)}</div>" for line in (self.head, *self.notes))
        return f"<b>{head}</b>{self._written().to_html()}{''.join(notes)}"

    def latex(self) -> str:
        r"""Table for LaTeX (booktabs), as ``\input`` takes it."""
        table = self._written().style.to_latex(hrules=True, column_format="l" + "r" * len(COLUMNS))
        return table.replace("_", r"\_").replace("%", r"\%")

    def _written(self) -> pd.DataFrame:
        numbers = self.rows[list(COLUMNS[:-1])].map(lambda v: "" if pd.isna(v) else f"{v:.3f}")
        return numbers.assign(p=["" if pd.isna(p) else p_text(p) for p in self.rows["p"]])


def p_text(p: float) -> str:
    """A p-value with three digits.

    Examples
    --------
    >>> p_text(0.04321), p_text(0.00002)
    ('0.043', '<0.001')
    """
    return "<0.001" if p < 0.0005 else f"{p:.3f}"
