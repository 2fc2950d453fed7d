"""What `site/site.toml` says: figures that can be handled, tables that can be filtered, data of the study.

[chart.us_event_study]        a figure of the record, drawn again in the browser
kind = "path"                 path, interval, scatter or curve
x = "period"                  columns of figures/us_event_study.csv
[table.claims]                a table with filters
file = "figures/claims_by_class.csv"
[data.lexicon_zh]             what a page computes with
make = "package.module:function"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, shown

KINDS = {
    "path": ("x", "y"),
    "interval": ("label",),
    "scatter": ("x", "y"),
    "curve": ("y", "low", "high", "choices"),
}


@dataclass(frozen=True)
class Settings:
    """Sections of ``site.toml`` by name, and texts of other folders to ``include``."""

    charts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    include: tuple[Mapping[str, str], ...] = ()

    def included(self, project: Project) -> dict[str, str]:
        """Texts and notebooks of other folders that exist: path in the project to path of the page."""
        return {
            path.relative_to(project.root).as_posix(): one["to"]
            + (path.name if one["to"][-1] == "/" else "")
            for one in self.include
            for path in sorted(project.root.glob(one["from"]))
        }


def folder(project: Project) -> Path:
    """What is written by hand for the web edition."""
    return project.root / "site"


def read(project: Project) -> Settings:
    """Settings of a project, checked against its figures.

    Raises
    ------
    BuildError
        Naming the section and what it lacks.
    """
    path = folder(project) / "site.toml"
    if not path.is_file():
        raise BuildError(
            f"{shown(path)} is not there; the web edition of a study is described in it"
        )
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := raw.keys() - {"chart", "table", "data", "include"}:
        raise BuildError(
            f"{shown(path)}: section {min(unknown)!r} is not one of chart, table, data, include"
        )
    for name, chart in raw.get("chart", {}).items():
        if problem := _problem(project, name, chart):
            raise BuildError(f"{shown(path)}: chart {name}: {problem}")
    return Settings(
        raw.get("chart", {}),
        raw.get("table", {}),
        raw.get("data", {}),
        tuple(raw.get("include", [])),
    )


def _problem(project: Project, name: str, chart: Mapping[str, Any]) -> str | None:
    values = project.figures / f"{name}.csv"
    if chart.get("kind") not in KINDS:
        return f"kind is {chart.get('kind')!r}, expected one of {', '.join(KINDS)}"
    if missing := [key for key in KINDS[chart["kind"]] if key not in chart]:
        return (
            f"{missing[0]} is not stated; a {chart['kind']} needs {', '.join(KINDS[chart['kind']])}"
        )
    if not values.is_file():
        return f"no figure has values in {shown(values)}"
    head = values.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    absent = [column for column in used_columns(chart) if column not in head]
    return (
        f"{shown(values)} has no column {absent[0]!r}; it has {', '.join(head)}" if absent else None
    )


def used_columns(chart: Mapping[str, Any]) -> list[str]:
    """Columns of its table that a chart reads.

    Examples
    --------
    >>> used_columns({"kind": "path", "x": "month", "y": "slope", "series": ["country"]})
    ['month', 'slope', 'country']
    """
    if "wide" in chart:
        return [chart["x"], *chart["wide"]]
    names = [chart[role] for role in ("x", "y", "low", "high", "size", "headline") if role in chart]
    names += [
        name for role in ("label", "series", "choices", "panel") for name in chart.get(role, [])
    ]
    names += ["null_low", "null_high", "n", "p"] if chart["kind"] == "curve" else []
    return list(dict.fromkeys(names))
