"""Keys of variants, made from the instructor's reference; those of the visible ones go to `kit/keys.json`."""

import importlib.util
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from kit.checks import RIGHT, bucket, digest, word
from kit.tables import COURSE
from kit.variants import VISIBLE

INSTRUCTOR = COURSE / "instructor"
EXERCISES = tuple(f"e{i}" for i in range(1, 10))


@cache
def reference(instructor: Path = INSTRUCTOR) -> ModuleType:
    """The module ``reference.py`` of an instructor's folder.

    Raises
    ------
    FileNotFoundError
        When the folder has none.
    """
    path = instructor / "reference.py"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there; expected an instructor's folder")
    spec = importlib.util.spec_from_file_location("course_reference", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["course_reference"] = module
    spec.loader.exec_module(module)
    return module


def key(exercise: str, seed: int, instructor: Path = INSTRUCTOR) -> dict[str, Any]:
    """Key of one variant, as `kit.checks.judge` takes it."""
    out: dict[str, Any] = {}
    for named, answer in reference(instructor).answers(exercise, seed).items():
        name, _, choice = named.partition("@")
        if answer.rule:
            out[name] = {"rule": answer.rule}
            continue
        place = f"{exercise}/{seed}/{named}"
        found = out.setdefault(
            name, {"tolerance": answer.tolerance, "follows": answer.follows, "hashes": {}}
        )
        found["hashes"] |= _hashes(place, answer)
    return out


def _hashes(place: str, answer: Any) -> dict[str, str]:
    """Hash to verdict; a wrong value that a tolerance cannot tell from a right one is left out."""
    place_of = _bucket_of(answer.tolerance)
    right = [place_of(value) for value in answer.all_right]
    found = {}
    for verdict, values in (*answer.wrong.items(), ("foretold", answer.foretold)):
        for value in values if isinstance(values, list) else [values]:
            here = place_of(value)
            if not _near(here, right):
                found.setdefault(digest(place, here), verdict)
    return found | {digest(place, here): RIGHT for here in right}


def _bucket_of(tolerance: float | None) -> Callable[[Any], Any]:
    return word if tolerance is None else lambda value: bucket(float(value), tolerance)


def _near(one: Any, others: list[Any]) -> bool:
    if isinstance(one, str):
        return one in others
    return any(abs(one - other) <= 2 for other in others)


def visible(instructor: Path = INSTRUCTOR) -> dict[str, Any]:
    """Keys of all visible variants: exercise, seed, answer."""
    return {
        exercise: {str(seed): key(exercise, seed, instructor) for seed in range(VISIBLE)}
        for exercise in EXERCISES
    }


def text(instructor: Path = INSTRUCTOR) -> str:
    """What `kit/keys.json` should hold."""
    return json.dumps(visible(instructor), indent=0) + "\n"
