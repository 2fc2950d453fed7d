"""The rules by which results decide a claim, and how far the rounding of a printed number reaches.

================  =======================================================================================
equals            printed number against one from other data: reproduced, else contradicted
adds              printed number against the document's own figures: reproduced, else inconsistent
fits              printed number against one that was fitted to such numbers: consistent, else
                  inconsistent; agreement is no check of the number
order             yes, or values that fall from key to key, in other data: supported, else contradicted
holds             the same in the document's own figures: supported, else inconsistent
sign:+, sign:-    sign of estimates: supported or contradicted where every interval excludes zero, else
                  unidentified
settled:+, -      sign that printed figures leave: supported, contradicted, or unidentified
needs             no data at hand decide: needs data, and the claim says which
================  =======================================================================================
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from llmexposure.base.errors import DataError
from llmexposure.data.schemas.claims import RULES
from llmexposure.report.record import Entry

_NUMBER = re.compile(r"(about )?(-?\d+)(\.\d+)?")
_SETTLED = {"positive": "+", "negative": "-"}


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


def verdict(rule: str, value: str, unit: str, entries: Sequence[Entry]) -> str:
    """Verdict on one claim.

    Parameters
    ----------
    rule
        One of `RULES`.
    value, unit
        As printed; only the rules about numbers read them.
    entries
        Results that decide.

    Raises
    ------
    DataError
        When the rule is unknown, or a result is not of the kind that the rule compares.

    Examples
    --------
    >>> verdict("equals", "37.2", "%", [{"value": 0.372249}])
    'reproduced'
    >>> verdict("sign:-", "", "", [{"value": -0.1, "ci_low": -0.3, "ci_high": 0.1}])
    'unidentified'
    """
    if rule not in RULES:
        raise DataError(f"claim rule {rule!r} is unknown; expected one of {', '.join(RULES)}")
    if rule == "needs":
        return "needs_data"
    if rule in _TWO:
        test, yes, no = _TWO[rule]
        return yes if test(value, unit, entries) else no
    name, claimed = rule.split(":")
    return _SIGNED[name](claimed, entries)


def _number(value: str, unit: str, entries: Sequence[Entry]) -> bool:
    number = printed(value, unit)
    return all(number.holds(entry["value"]) for entry in entries)


def _true(value: str, unit: str, entries: Sequence[Entry]) -> bool:
    values = [entry["value"] for entry in entries]
    if len(values) == 1 and not isinstance(values[0], bool):
        raise DataError(f"expected yes or no, or several values in order; found {values[0]!r}")
    return values[0] if len(values) == 1 else all(a > b for a, b in pairwise(values))


def _sign(claimed: str, entries: Sequence[Entry]) -> str:
    ends = [(e.get("ci_low", e["value"]), e.get("ci_high", e["value"])) for e in entries]
    if any(low is None or high is None or low <= 0 <= high for low, high in ends):
        return "unidentified"
    right = all((low > 0) == (claimed == "+") for low, _ in ends)
    return "supported" if right else "contradicted"


def _settled(claimed: str, entries: Sequence[Entry]) -> str:
    signs = {_SETTLED.get(entry["value"]) for entry in entries}
    if None in signs:
        return "unidentified"
    return "supported" if signs == {claimed} else "contradicted"


_TWO: dict[str, tuple[Callable[[str, str, Sequence[Entry]], bool], str, str]] = {
    "equals": (_number, "reproduced", "contradicted"),
    "adds": (_number, "reproduced", "inconsistent"),
    "fits": (_number, "consistent", "inconsistent"),
    "order": (_true, "supported", "contradicted"),
    "holds": (_true, "supported", "inconsistent"),
}
_SIGNED = {"sign": _sign, "settled": _settled}
