"""Answers checked with a tolerance, and a hint for each typical wrong one.

`keys.json` holds no answer: only hashes of rounded right and typical wrong values for each visible variant.
That keeps answers out of sight, not from somebody who tries all numbers.
"""

import hashlib
import json
import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.hints import HINTS
from kit.rules import RULES
from kit.variants import NOBODY, seed_of

KEYS = Path(__file__).with_name("keys.json")
RIGHT, FORETOLD = "right", "foretold"
FULL = (RIGHT, FORETOLD)  # a prediction counts when it was made, not when it came true


@dataclass(frozen=True)
class Judged:
    """One answer: its name, the verdict (``right``, ``missing`` or a hint's id) and what to say."""

    name: str
    verdict: str
    hint: str

    @property
    def full(self) -> bool:
        """Whether the answer earns its point."""
        return self.verdict in FULL


def digest(place: str, bucket: object) -> str:
    """Hash of a rounded value at its place (exercise, seed, answer)."""
    return hashlib.sha256(f"{place}/{bucket}".encode()).hexdigest()[:16]


def bucket(value: float, tolerance: float) -> int:
    """Whole number of tolerances below a value: right are this one and its two neighbours."""
    return math.floor(value / tolerance)


def word(value: object) -> str:
    """Word or sector as it is compared: lower case, underscores for blanks."""
    return "_".join(str(value).strip().strip("'\"").lower().split())


def judge(
    exercise: str, seed: int, answers: Mapping[str, Any], key: Mapping[str, Any]
) -> list[Judged]:
    """Verdict on each answer of an exercise.

    Parameters
    ----------
    answers
        Name to what the notebook put there.
    key
        Name to ``rule`` (one of `kit.rules`), or to ``tolerance`` (None for a word), ``follows`` (another
        answer that the right one hangs on, or None) and ``hashes`` (hash to verdict).
    """
    return [_judged(name, f"{exercise}/{seed}/{name}", answers, what) for name, what in key.items()]


def _judged(name: str, place: str, answers: Mapping[str, Any], what: Mapping[str, Any]) -> Judged:
    value = answers.get(name)
    if value is None or value is ... or (isinstance(value, str) and not value.strip()):
        return Judged(name, "missing", f"answers[{name!r}] is empty.")
    if "rule" in what:
        verdict = _by_rule(what["rule"], answers)
        return Judged(name, verdict, HINTS[verdict])
    if what["follows"]:
        place = f"{place}@{word(answers.get(what['follows']))}"
    if what["tolerance"] is None:
        verdict = what["hashes"].get(digest(place, word(value)), "word")
        return Judged(name, verdict, HINTS[verdict])
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        found = type(value).__name__
        return Judged(name, "type", f"answers[{name!r}] is a {found}; expected one number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return Judged(name, "finite", HINTS["finite"])
    middle = bucket(number, what["tolerance"])
    found = [what["hashes"].get(digest(place, b)) for b in (middle, middle - 1, middle + 1)]
    verdicts = [v for v in found if v]
    verdict = RIGHT if RIGHT in verdicts else (verdicts or ["unknown"])[0]
    return Judged(name, verdict, HINTS[verdict])


def _by_rule(rule: str, answers: Mapping[str, Any]) -> str:
    try:
        return RULES[rule](answers)
    except Exception:  # an answer can be anything, and must not stop the grading of others
        return "unknown"


def earned(exercise: str, answers: Mapping[str, Any], student: str, name: str) -> None:
    """Stop with the hint unless an answer earns its point: the form that nbgrader wants.

    Raises
    ------
    AssertionError
        With the hint.
    """
    found = next(item for item in _own(exercise, answers, student) if item.name == name)
    assert found.full, found.hint


def check(exercise: str, answers: Mapping[str, Any], student: str) -> None:
    """Print what is right and a hint for each answer that is not; nothing is sent or saved."""
    if str(student).strip() == NOBODY:
        print(f"{NOBODY} is nobody's number: write your own into the first cell and run from there")
    found = _own(exercise, answers, student)
    for item in found:
        print(f"{'+' if item.full else '-'} {item.name}: {item.hint}")
    print(f"{sum(item.full for item in found)} of {len(found)}")


def _own(exercise: str, answers: Mapping[str, Any], student: str) -> list[Judged]:
    """Verdicts on a visible variant; none on a variant of the grader, whose key is not here."""
    known = json.loads(KEYS.read_text(encoding="utf-8"))
    seed = seed_of(exercise, student)
    return judge(exercise, seed, answers, known[exercise].get(str(seed), {}))
