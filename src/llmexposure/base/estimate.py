"""One estimate with its uncertainty: what every estimator of this package returns."""

from dataclasses import dataclass
from typing import Protocol

from scipy import stats

# Reach of a 95% interval of a normal estimate, in standard errors.
Z95 = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Estimate:
    """A number, its standard error, its 95% interval and the p-value of zero.

    Attributes
    ----------
    value, se, ci_low, ci_high
        In the units of the outcome per unit of exposure.
    p
        Two-sided, of the hypothesis that the true value is zero.
    n
        Number of units (occupations, sectors, activities or tasks) behind the estimate.

    Examples
    --------
    >>> Estimate(-0.5, n=46, se=0.1, ci_low=-0.7, ci_high=-0.3, p=0.001).excludes_zero
    True
    """

    value: float
    n: int | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None

    def __repr__(self) -> str:
        """As a person reads it: value, error, interval, p and n, as far as they are there.

        Examples
        --------
        >>> Estimate(-0.71112, n=46, se=0.15126, ci_low=-1.0162, ci_high=-0.40606, p=0.00003)
        -0.7111 (se 0.1513, 95% -1.016 to -0.4061, p 3e-05, n 46)
        """
        parts = [
            f"se {self.se:.4g}" if self.se is not None else "",
            f"95% {self.ci_low:.4g} to {self.ci_high:.4g}"
            if self.ci_low is not None and self.ci_high is not None
            else "",
            f"p {self.p:.3g}" if self.p is not None else "",
            f"n {self.n}" if self.n is not None else "",
        ]
        stated = ", ".join(part for part in parts if part)
        return f"{self.value:.4g}" + (f" ({stated})" if stated else "")

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside the 95% interval."""
        if self.ci_low is None or self.ci_high is None:
            return False
        return self.ci_low > 0 or self.ci_high < 0


class SlopeFit(Protocol):
    """A slope with every inference that is shown beside it, as `estimation` gives it."""

    @property
    def estimate(self) -> Estimate:
        """Slope with its headline error and interval."""

    @property
    def wild(self) -> Estimate:
        """The same slope with p-value and interval of the wild bootstrap."""

    @property
    def permutation_p(self) -> float | None:
        """P-value from permuting exposure; None where that cannot be done."""

    @property
    def loo_min(self) -> float:
        """Smallest slope when one unit is left out."""

    @property
    def loo_max(self) -> float:
        """Largest slope when one unit is left out."""


class ClusteredFit(SlopeFit, Protocol):
    """A slope whose errors are clustered."""

    @property
    def clusters(self) -> int:
        """Number of clusters."""
