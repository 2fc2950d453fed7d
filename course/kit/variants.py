"""A variant of one's own: the student's number decides country, months, measure or sectors.

There are `VISIBLE` variants of each exercise, so neighbours rarely share one. Grading also runs a notebook
on variants that nobody has seen, so an answer has to be computed, not typed.
"""

import hashlib
from types import SimpleNamespace
from typing import Any

import numpy as np

VISIBLE = 12
NOBODY = "0000000"  # the number that a starter carries

MEASURES = ["gpt4_beta", "human_beta", "gpt4_gamma", "human_gamma"]
COUNTRIES = ["US", "GB", "CA", "AU", "DE", "FR"]
LATER = ["2023-05", "2023-11", "2024-05"]
CLAIMS = {
    "recruitment_share.open.us.slope": "AI cut job postings in exposed US sectors by half.",
    "recruitment_share.open.us_to_2023_11.slope": (
        "One year after ChatGPT, exposed US sectors post fewer jobs; ChatGPT did it."
    ),
    "recruitment_share.open.countries_stacked.after": (
        "In six countries postings fell more where exposure is higher: language models destroy jobs."
    ),
    "recruitment_share.open.gb.slope": "British data show that AI has replaced exposed workers.",
}


def own_seed(student: str, exercise: str) -> int:
    """Visible variant of a student's number, from 0 to `VISIBLE` - 1."""
    digest = hashlib.sha256(f"{exercise}/{str(student).strip()}".encode()).hexdigest()
    return int(digest, 16) % VISIBLE


# Set by the grader before it runs a notebook: exercise to seed. Empty in a student's own session.
forced: dict[str, int] = {}


def seed_of(exercise: str, student: str) -> int:
    """Seed that a notebook runs on: the student's own, or that of the grader."""
    return forced.get(exercise, own_seed(student, exercise))


def variant(exercise: str, student: str) -> SimpleNamespace:
    """Data and parameters of one exercise for a student's number.

    Examples
    --------
    >>> variant("e1", "2100012345") == variant("e1", "2100012345")
    True
    """
    return of_seed(exercise, seed_of(exercise, student))


def of_seed(exercise: str, seed: int) -> SimpleNamespace:
    """Variant of an exercise by seed.

    Raises
    ------
    ValueError
        When there is no such exercise.
    """
    if exercise not in _DRAW:
        raise ValueError(f"no exercise {exercise!r}; expected one of {', '.join(_DRAW)}")
    rng = np.random.default_rng([int(exercise[1:]), seed])

    def pick(values: list[Any]) -> Any:
        return values[int(rng.integers(len(values)))]

    return SimpleNamespace(**_DRAW[exercise](pick, rng))


def _window(pick: Any, rng: Any) -> dict[str, Any]:
    return {"country": pick(COUNTRIES), "start": "2022-11", "end": pick(LATER)}


def _measured(pick: Any, rng: Any) -> dict[str, Any]:
    return {**_window(pick, rng), "measure": pick(MEASURES)}


def _software(pick: Any, rng: Any) -> dict[str, Any]:
    ends = [*LATER, "2024-11", "2025-03", "2025-06"]
    return {"country": "US", "start": "2022-11", "end": pick(ends), "measure": pick(MEASURES)}


def _raters(pick: Any, rng: Any) -> dict[str, Any]:
    return {**_window(pick, rng), "score": pick(["beta", "gamma"])}


def _by_hand(pick: Any, rng: Any) -> dict[str, Any]:
    from kit.tables import table

    postings = table("sector_postings").query("country == 'US' and month == '2023-11'")
    sectors = rng.choice(sorted(postings["sector"]), 16, replace=False)
    return {
        "country": "US",
        "start": "2022-11",
        "end": "2023-11",
        "sectors": sorted(map(str, sectors)),
    }


def _power(pick: Any, rng: Any) -> dict[str, Any]:
    return {"n": pick([30, 40, 46, 60]), "sd_x": pick([0.15, 0.18, 0.21]),
            "sd_u": pick([0.15, 0.2, 0.25]), "slopes": [-0.2, -0.3, -0.4, -0.5]}  # fmt: skip


def _claim(pick: Any, rng: Any) -> dict[str, Any]:
    key = pick(list(CLAIMS))
    return {"claim": CLAIMS[key], "key": key}


_DRAW = {
    "e1": _window, "e2": _software, "e3": _measured, "e4": _raters, "e5": _by_hand, "e6": _measured,
    "e7": _power, "e8": _claim, "e9": lambda pick, rng: {"rows": 400, "seed": int(rng.integers(1, 10_000))},
}  # fmt: skip
