"""Answers that are right when they agree with each other or with the record."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kit.tables import record

Answers = Mapping[str, Any]


def _words(name: str, low: int, high: int, hint: str) -> Callable[[Answers], str]:
    def rule(answers: Answers) -> str:
        return "right" if low <= len(str(answers[name]).split()) <= high else hint

    return rule


def _record_key(answers: Answers) -> str:
    return "right" if str(answers["rival_key"]) in record() else "not_a_key"


def _quoted(answers: Answers) -> str:
    found = record().get(str(answers.get("rival_key")), {}).get("value")
    try:
        return (
            "right" if abs(float(answers["rival_value"]) - float(found)) < 0.006 else "not_quoted"
        )
    except (TypeError, ValueError):
        return "not_quoted"


def _sums(answers: Answers) -> str:
    try:
        read, kept, aside = (int(answers[name]) for name in ("read", "kept", "set_aside"))
    except (KeyError, TypeError, ValueError):
        return "sums"
    return "right" if read == kept + aside and read > 0 and min(kept, aside) >= 0 else "sums"


def _own_slope(answers: Answers) -> str:
    try:
        given = pd.DataFrame(answers["table"])[["exposure", "change"]].astype(float).dropna()
        slope = np.polyfit(given["exposure"], given["change"], 1)[0]
        return "right" if abs(slope - float(answers["slope"])) < 0.006 else "own_slope"
    except (KeyError, TypeError, ValueError, np.linalg.LinAlgError):
        return "own_slope"


def _table(answers: Answers) -> str:
    try:
        given = pd.DataFrame(answers["table"])[["exposure", "change"]].astype(float).dropna()
    except (KeyError, TypeError, ValueError):
        return "own_table"
    return "right" if len(given) >= 3 and given["exposure"].between(0, 1).all() else "own_table"


def _evidence(answers: Answers) -> str:
    return "right" if answers["evidence"] in ("simulated", "postings") else "evidence"


RULES: dict[str, Callable[[Answers], str]] = {
    "words": _words("argument", 120, 400, "words"),
    "cannot": _words("cannot", 30, 200, "cannot"),
    "record_key": _record_key,
    "quoted": _quoted,
    "sums": _sums,
    "own_slope": _own_slope,
    "table": _table,
    "evidence": _evidence,
}
