"""What a simulation takes as known: the coefficients, and the rating that exposure is made of."""

import math
from dataclasses import asdict, dataclass, fields

from llmexposure.base.errors import ParameterError

RATINGS = tuple(
    f"{rater}_{score}" for rater in ("gpt4", "human") for score in ("alpha", "beta", "gamma")
)


@dataclass(frozen=True)
class Parameters:
    """Known coefficients; the defaults agree with every moment that the report prints.

    The first five are slopes across the 13 categories on their exposure in 2022 (per unit of
    exposure, so that 0.1 more exposure changes the outcome by a tenth of the slope). The three
    ``*_within`` are slopes across the postings of one category and month on their own exposure.

    Attributes
    ----------
    recruitment_share, application_share
        Change of a category's share of postings or applications, 2022 to the first half of 2024.
    degree, experience
        Change of the share of postings that ask for a bachelor's degree, or for three years.
    remote
        Level of the remote-work index.
    degree_within, experience_within
        Probability of asking for a bachelor's degree, or for three years.
    salary_within
        Log of the monthly pay.
    rating
        Rating of activities that makes up true exposure; a column of the table ``activities``.

    Raises
    ------
    ParameterError
        If a coefficient is not a finite number or the rating is unknown.
    """

    recruitment_share: float = -0.13
    application_share: float = -0.05
    degree: float = 0.045
    experience: float = 0.085
    remote: float = 1.45
    degree_within: float = 0.10
    experience_within: float = 0.10
    salary_within: float = 0.20
    rating: str = "gpt4_beta"

    def __post_init__(self) -> None:
        for name in COEFFICIENTS:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ParameterError(f"coefficient {name} is {value!r}, expected a number")
            if not math.isfinite(value):
                raise ParameterError(f"coefficient {name} is {value}, expected a finite number")
        if self.rating not in RATINGS:
            raise ParameterError(
                f"rating '{self.rating}' is not known; expected one of {', '.join(RATINGS)}"
            )

    def coefficients(self) -> dict[str, float]:
        """The eight coefficients by name."""
        return {name: value for name, value in asdict(self).items() if name != "rating"}


COEFFICIENTS = tuple(field.name for field in fields(Parameters) if field.name != "rating")


def with_coefficients(given: list[str], rating: str = "gpt4_beta") -> Parameters:
    """Parameters from words such as ``degree=0.1``; what is not named keeps its default.

    Raises
    ------
    ParameterError
        If a word is not NAME=NUMBER, or the name is unknown or given twice.

    Examples
    --------
    >>> with_coefficients(["degree=0.1"]).degree
    0.1
    """
    chosen: dict[str, float] = {}
    for word in given:
        name, _, value = word.partition("=")
        if name not in COEFFICIENTS:
            known = ", ".join(COEFFICIENTS)
            raise ParameterError(f"coefficient '{name}' is not known; expected one of {known}")
        if name in chosen:
            raise ParameterError(f"coefficient {name} is given twice; give it once")
        try:
            chosen[name] = float(value)
        except ValueError:
            raise ParameterError(
                f"'{word}' cannot be read, expected a name and a number such as degree=0.1"
            ) from None
    return Parameters(**chosen, rating=rating)
