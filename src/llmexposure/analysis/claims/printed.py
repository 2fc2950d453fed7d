"""A printed number and how far its rounding reaches."""

import re
from dataclasses import dataclass

from llmexposure.base.errors import DataError

_NUMBER = re.compile(r"(about )?(-?\d+)(\.\d+)?")


@dataclass(frozen=True)
class Printed:
    """A number as printed: anything within ``half`` of ``value`` rounds to it."""

    value: float
    half: float

    def holds(self, number: float) -> bool:
        """Whether a number rounds to the printed one."""
        # A ten-thousandth of the half width absorbs the last bits of binary fractions.
        return abs(number - self.value) <= self.half * 1.0001


def printed(text: str, unit: str) -> Printed:
    """Read a printed number: ``37.2``, ``-33``, ``about 20000``.

    Half a unit of the last digit; where the text says about, of the last digit that is not a zero.
    Percentages and percentage points become fractions.

    Raises
    ------
    DataError
        When the text is not one number.

    Examples
    --------
    >>> printed("37.2", "%").holds(0.372249)
    True
    >>> printed("about 20000", "tasks")
    Printed(value=20000.0, half=5000.0)
    """
    match = _NUMBER.fullmatch(text)
    if not match:
        raise DataError(f"claim value {text!r}: expected one number, such as 37.2 or 'about 20000'")
    about, whole, decimals = match.groups()
    digits = whole.lstrip("-")
    zeros = len(digits) - len(digits.rstrip("0")) if about and not decimals else 0
    place = 10.0 ** (-len(decimals) + 1 if decimals else min(zeros, len(digits) - 1))
    scale = 0.01 if unit.startswith(("%", "pp")) else 1.0
    return Printed(float(whole + (decimals or "")) * scale, place / 2 * scale)
