"""Sweeps: crossed choices of ``sweeps.toml``, read and checked before anything runs, and as a table."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from llmexposure.base.errors import ParameterError
from llmexposure.base.project import current, shown
from llmexposure.base.spans import MONTH

_NAME = re.compile(r"\w{1,80}", re.ASCII)


@dataclass(frozen=True)
class Axes:
    """What a specification may choose.

    Attributes
    ----------
    choices
        Kind of unit to its axes, and each axis to its values with how they are printed.
    months
        Axes whose values may also be a month, YYYY-MM.
    """

    choices: Mapping[str, Mapping[str, Mapping[str, str]]]
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """Combinations to leave out: those whose value is listed on every axis of ``where``."""

    where: Mapping[str, list[Any]]
    reason: str


@dataclass(frozen=True)
class Sweep:
    """Choices to cross.

    Attributes
    ----------
    name, title
        Name of the table, and what a figure calls it.
    units
        ``sectors`` or ``occupations`` for a specification curve; the notebook's name for a notebook.
    choices
        Axis to its values, in the order of the file.
    exclude
        Combinations left out.
    reasons
        Why each axis is open.
    headline
        One combination, the one that the paper prints first; empty where there is none.
    """

    name: str
    title: str
    units: str
    choices: Mapping[str, list[Any]]
    exclude: tuple[Exclusion, ...]
    reasons: Mapping[str, str]
    headline: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sweeps:
    """All sweeps of a file, by name: specification curves and notebooks."""

    relationship: Mapping[str, Sweep]
    notebook: Mapping[str, Sweep]


def read(axes: Axes, path: Path | None = None) -> Sweeps:
    """Sweeps of a file, ``sweeps.toml`` of the current project unless told otherwise.

    Raises
    ------
    ParameterError
        Naming file, table, axis and value of the first mistake.
    """
    path = path or current().sweeps_toml
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParameterError(f"{shown(path)} is not there; it holds the tables of sweeps") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ParameterError(f"{shown(path)} is not TOML: {error}") from None
    _known(shown(path), found, {"reason", "relationship", "notebook"})
    for kind in ("relationship", "notebook"):
        _named(f"{shown(path)}: {kind}", found.get(kind, {}))
    return Sweeps(
        {
            name: _relationship(f"{shown(path)}: relationship.{name}", name, table, found, axes)
            for name, table in found.get("relationship", {}).items()
        },
        {
            name: _notebook(f"{shown(path)}: notebook.{name}", name, table)
            for name, table in found.get("notebook", {}).items()
        },
    )


def _relationship(
    place: str, name: str, table: Mapping[str, Any], file: Mapping[str, Any], allowed: Axes
) -> Sweep:
    _known(place, table, {"title", "units", "choices", "exclude", "reason", "headline"})
    _needed(place, table, ("title", "units", "choices"))
    if table["units"] not in allowed.choices:
        raise ParameterError(
            f"{place}: units {table['units']!r}, expected one of {', '.join(allowed.choices)}"
        )
    axes = allowed.choices[table["units"]]
    _known(f"{place}.choices", table["choices"], set(axes))
    _needed(f"{place}.choices", table["choices"], tuple(axes))
    reasons = {**file.get("reason", {}), **table.get("reason", {})}
    for axis, values in table["choices"].items():
        _axis(f"{place}.choices.{axis}", values, axes[axis], month=axis in allowed.months)
        if len(values) > 1 and not reasons.get(axis):
            raise ParameterError(
                f"{place}.choices.{axis}: no reason; write in [reason] why any of its values could "
                "be chosen"
            )
    return Sweep(
        name, table["title"], table["units"], table["choices"], _exclusions(place, table), reasons,
        _headline(place, table),
    )  # fmt: skip


def _notebook(place: str, name: str, table: Mapping[str, Any]) -> Sweep:
    _known(place, table, {"notebook", "parameters", "exclude", "reason"})
    _needed(place, table, ("notebook", "parameters", "reason"))
    _named(place, {table["notebook"]: {}})
    _known(f"{place}.parameters", table["parameters"], set(table["parameters"]))
    for parameter, values in table["parameters"].items():
        _axis(f"{place}.parameters.{parameter}", values)
    excluded = _exclusions(place, {**table, "choices": table["parameters"]})
    return Sweep(
        name, name, table["notebook"], table["parameters"], excluded, {"all": table["reason"]}
    )


def _axis(
    place: str, values: Any, known: Mapping[str, str] | None = None, *, month: bool = False
) -> None:
    if not isinstance(values, list) or not values:
        raise ParameterError(f"{place}: expected a list of values, found {values!r}")
    for value in values:
        if not isinstance(value, str | int | float | bool) or value in (math.inf, -math.inf):
            raise ParameterError(f"{place}: {value!r}; expected a text, a number, true or false")
        if value != value or values.count(value) > 1:
            raise ParameterError(f"{place}: {value!r} is listed twice")
        if (
            known is not None
            and value not in known
            and not (month and re.fullmatch(MONTH, str(value)))
        ):
            hint = ", or a month such as 2022-11" if month else ""
            raise ParameterError(
                f"{place}: {value!r} is not a choice; expected one of {', '.join(known)}{hint}"
            )


def _exclusions(place: str, table: Mapping[str, Any]) -> tuple[Exclusion, ...]:
    found = []
    for number, item in enumerate(table.get("exclude", []), 1):
        where = f"{place}.exclude {number}"
        _known(where, item, {"where", "reason"})
        _needed(where, item, ("where", "reason"))
        _known(f"{where}.where", item["where"], set(table["choices"]))
        for axis, values in item["where"].items():
            _axis(f"{where}.where.{axis}", values)
            for value in values:
                _among(f"{where}.where.{axis}", value, table["choices"][axis])
        found.append(Exclusion(item["where"], item["reason"]))
    return tuple(found)


def _headline(place: str, table: Mapping[str, Any]) -> Mapping[str, str]:
    headline = table.get("headline", {})
    if headline:
        _known(f"{place}.headline", headline, set(table["choices"]))
        _needed(f"{place}.headline", headline, tuple(table["choices"]))
    for axis, value in headline.items():
        _among(f"{place}.headline.{axis}", value, table["choices"][axis])
    return headline


def _among(place: str, value: Any, choices: list[Any]) -> None:
    if value not in choices:
        raise ParameterError(
            f"{place}: {value!r} is not among the choices {', '.join(map(str, choices))}"
        )


def _known(place: str, table: Any, names: set[str]) -> None:
    if not isinstance(table, dict):
        raise ParameterError(f"{place}: expected a table, found {table!r}")
    if extra := [name for name in table if name not in names]:
        raise ParameterError(
            f"{place}: {extra[0]!r} is unknown; expected one of {', '.join(sorted(names))}"
        )


def _named(place: str, tables: Any) -> None:
    """Names of tables and notebooks become names of files."""
    _known(place, tables, set(tables) if isinstance(tables, dict) else set())
    for name in tables:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ParameterError(
                f"{place}: {name!r} is no name; expected letters, digits and underscores"
            )


def _needed(place: str, table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if missing := [name for name in names if not table.get(name)]:
        raise ParameterError(f"{place}: {missing[0]!r} is missing")


def expand(sweep: Sweep) -> pd.DataFrame:
    """Every combination of the choices, less what is excluded; the last axis varies fastest.

    Returns
    -------
    pandas.DataFrame
        One column an axis (object values), index named ``specification``, from 1.

    Raises
    ------
    ParameterError
        When nothing is left, or an exclusion excludes nothing (two exclusions that overlap are fine).

    Examples
    --------
    >>> choices = {"level": ["fine", "coarse"], "sample": ["all", "large"]}
    >>> drop = Exclusion({"level": ["coarse"], "sample": ["large"]}, "every group is large")
    >>> sweep = Sweep("a", "A", "occupations", choices, (drop,), {})
    >>> expand(sweep)["sample"].tolist()
    ['all', 'large', 'all']
    """
    rows = pd.DataFrame(product(*sweep.choices.values()), columns=list(sweep.choices), dtype=object)
    dropped = pd.Series(False, index=rows.index)
    for number, exclusion in enumerate(sweep.exclude, 1):
        hit = pd.Series(True, index=rows.index)
        for axis, values in exclusion.where.items():
            hit &= rows[axis].isin(values)
        if not hit.any():
            raise ParameterError(f"sweep {sweep.name}: exclude {number} excludes nothing")
        dropped |= hit
    kept = rows[~dropped].reset_index(drop=True)
    if kept.empty:
        raise ParameterError(f"sweep {sweep.name}: the exclusions leave no combination")
    return kept.set_axis(pd.RangeIndex(1, len(kept) + 1, name="specification"))
