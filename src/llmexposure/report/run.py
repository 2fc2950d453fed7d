"""One run of a notebook: checked parameters in; numbers, figures and tables out.

In a build the outputs wait in a stage, and the build moves them into place when the whole notebook has
succeeded. By hand they go to ``build/manual/<notebook>/`` and the last cell shows how the numbers differ from
the committed record. What the run reads is noted on the way (`report.notes`).
"""

import re
import shutil
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython import get_ipython
from IPython.display import Image
from matplotlib.figure import Figure

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.estimate import ClusteredFit, Estimate, SlopeFit
from llmexposure.base.files import to_csv_text, write_text
from llmexposure.base.project import current, output_folder, shown
from llmexposure.report import latex, notes, record, style, tables
from llmexposure.report.parameters import check, declared
from llmexposure.report.record import Entry
from llmexposure.report.renamed import renamed

_IPYTHON_NAMES = {"In", "Out", "exit", "quit", "get_ipython", "open"}
SHOWN_WIDTH = 640  # of figures in a notebook, in pixels
# Where the build puts what a notebook makes.
_PLACES = {
    ".csv": "figures",
    ".pdf": "figures",
    ".png": "figures",
    ".tex": "paper/generated/tables",
}
_ESTIMATE_FIELDS = ("n", "se", "ci_low", "ci_high", "p")


@dataclass(frozen=True)
class Whole:
    """A table that shows every row and whole cells, where pandas cuts both."""

    frame: pd.DataFrame

    def __repr__(self) -> str:
        return self.frame.to_string()

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return self.frame.to_html()


class Run:
    """Results of one notebook run. Made by `start`."""

    def __init__(
        self, name: str, parameters: Mapping[str, Any], folder: Path, source: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.source = tuple(source)
        self.parameters = dict(parameters)
        self.folder = folder
        self.entries: dict[str, Entry] = {}
        self._earlier: dict[str, Entry] = {}

    def load(self, table: str) -> pd.DataFrame:
        """Validated table of ``data/analysis`` or ``data/published`` (see `report.tables`)."""
        return tables.load(table)

    def earlier(self, notebook: str) -> dict[str, Entry]:
        """Results of an earlier notebook, by key; the build runs that one first.

        Tables of this run may print them as well.

        Raises
        ------
        DataError
            When that notebook has no committed results.
        """
        path = current().results / f"{_plain(notebook)}.json"
        if not path.exists():
            raise DataError(f"{shown(path)} is not there; run notebook {notebook} first")
        found = record.load(path)
        self._earlier |= found
        return found

    def record(
        self,
        key: str,
        value: Estimate | float | str | None,
        unit: str,
        digits: int = 2,
        *,
        source: Sequence[str] | None = None,
        n: int | None = None,
    ) -> float | str:
        """Record one number under its key; returns the value, so that the cell shows it.

        Without ``source`` it is that of the run (see `start`), here as in every other method.
        """
        fields: dict[str, Any] = {"n": n}
        if isinstance(value, Estimate):
            fields = {f: getattr(value, f) for f in _ESTIMATE_FIELDS}
            value = value.value
        self._add(key, record.entry(key, value, unit, digits, **fields, **self._origin(source)))
        return self.entries[key]["value"]

    def records(
        self,
        key: str,
        values: Mapping[str, Any],
        unit: str,
        digits: int = 2,
        *,
        source: Sequence[str] | None = None,
        n: int | None = None,
    ) -> pd.DataFrame:
        """Record several numbers of one kind; ``{}`` in ``key`` takes each name.

        Parameters
        ----------
        values
            Name to value: numbers, words or estimates; a mapping or a series.

        Returns
        -------
        pandas.DataFrame
            ``label``, ``value``; of estimates also ``ci_low``, ``ci_high``, ``n`` (for a forest plot).
        """
        for name, value in values.items():
            self.record(key.format(name), value, unit, digits, source=source, n=n)
        return value_rows(values)

    def slope(
        self,
        key: str,
        slope: SlopeFit,
        unit: str = "slope",
        digits: int = 2,
        *,
        source: Sequence[str] | None = None,
    ) -> Estimate:
        """Record a slope with its permutation p-value and leave-one-out range.

        ``a.b.c.slope_x`` also writes ``a.b.c.wild_x`` (the bootstrap interval), ``.wild_p_x``,
        ``.permutation_p_x``, ``.loo_min_x`` and ``.loo_max_x``.
        """
        scope, quantity = key.rsplit(".", 1)
        suffix = quantity.removeprefix("slope")
        n = slope.estimate.n
        self.record(key, slope.estimate, unit, digits, source=source)
        self.record(f"{scope}.wild{suffix}", slope.wild, unit, digits, source=source)
        self.record(f"{scope}.wild_p{suffix}", slope.wild.p, "p", 3, source=source, n=n)
        if (p := slope.permutation_p) is not None:
            self.record(f"{scope}.permutation_p{suffix}", p, "p", 3, source=source, n=n)
        self.record(f"{scope}.loo_min{suffix}", slope.loo_min, unit, digits, source=source, n=n)
        self.record(f"{scope}.loo_max{suffix}", slope.loo_max, unit, digits, source=source, n=n)
        return slope.estimate

    def posting_slope(
        self,
        key: str,
        slope: ClusteredFit,
        unit: str = "slope",
        *,
        source: Sequence[str] | None = None,
    ) -> Estimate:
        """Record a posting-level slope with what `slope` records and its number of clusters.

        Without a permutation p-value (None) none is recorded.
        """
        scope, quantity = key.rsplit(".", 1)
        suffix = quantity.removeprefix("slope")
        n = slope.estimate.n
        self.record(f"{scope}.clusters{suffix}", slope.clusters, "count", 0, source=source, n=n)
        return self.slope(key, slope, unit, source=source)

    def slopes(
        self,
        key: str,
        slopes: Mapping[str, SlopeFit],
        *,
        source: Sequence[str] | None = None,
        **style: Any,
    ) -> pd.DataFrame:
        """Record several slopes; ``{}`` in ``key`` takes each name. Returns rows for a forest plot."""
        found = {n: self.slope(key.format(n), s, source=source, **style) for n, s in slopes.items()}
        return value_rows(found)

    def figure(
        self,
        name: str,
        figure: Figure,
        data: pd.DataFrame,
        *,
        n: int,
        of: str,
        source: Sequence[str] | None = None,
        evidence: str = "open",
        also: Sequence[str] = (),
    ) -> Image:
        """Save a figure as PDF and PNG, with the plotted values as CSV; shows the PNG.

        ``also`` are further kinds of evidence that the figure shows.
        """
        folder = self.folder / "figures"
        name = _plain(name)
        folder.mkdir(parents=True, exist_ok=True)
        style.save(figure, folder, name)
        write_text(folder / f"{name}.csv", to_csv_text(data))
        plt.close(figure)
        self._exhibit(name, "figure", n, of, source, evidence, also)
        return Image(filename=str(folder / f"{name}.png"), width=SHOWN_WIDTH)

    def table(
        self,
        name: str,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        n: int,
        of: str,
        source: Sequence[str] | None = None,
        evidence: str = "open",
        also: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Write a LaTeX table whose cells are keys of the record; shows it with values.

        ``also`` are further kinds of evidence that the table shows.
        """
        write_text(self.folder / "tables" / f"{_plain(name)}.tex", latex.table(header, rows))
        self._exhibit(name, "table", n, of, source, evidence, also)
        shown = [[row[0], *(self._text(cell) for cell in row[1:])] for row in rows]
        return pd.DataFrame(shown, columns=list(header))

    def slope_table(
        self,
        name: str,
        rows: Mapping[str, str],
        intervals: tuple[str, str] = ("HC3 95%", "Wild 95%"),
        adjusted: Mapping[str, str] = types.MappingProxyType({}),
        **exhibit: Any,
    ) -> pd.DataFrame:
        """Table of recorded slopes: row label to the slope's key.

        Columns: slope, both 95% intervals, permutation p and ``adjusted`` p-values (column head to
        quantity) where there are any, leave-one-out range, N.
        """
        header = ["", "Slope", *intervals, "Perm. p", *adjusted, "LOO min", "LOO max", "N"]
        known, optional = {**self._earlier, **self.entries}, ("permutation_p", *adjusted.values())
        cells = [
            [
                label,
                *("" if _absent(c, known, optional) else c for c in _slope_cells(key, optional)),
            ]
            for label, key in rows.items()
        ]
        return self.table(name, header, cells, **exhibit)

    def correlation_table(self, name: str, rows: Mapping[str, str], **exhibit: Any) -> pd.DataFrame:
        """Table of recorded correlations: row label to key; correlation, interval, N."""
        cells = [[label, key, f"{key}:ci", f"{key}:n"] for label, key in rows.items()]
        return self.table(name, ["", "Correlation", "95% interval", "N"], cells, **exhibit)

    def longtable(self, name: str, tex: str, shown: pd.DataFrame, **exhibit: Any) -> pd.DataFrame:
        r"""Write LaTeX of a table over several pages, for ``\paperlongtable``; shows a table instead."""
        write_text(self.folder / "tables" / f"{_plain(name)}.tex", tex)
        self._exhibit(name, "table", **exhibit)
        return shown

    def finish(self) -> Whole:
        """Write the record of this notebook; shows all that differs from the committed one."""
        write_text(self.folder / f"{self.name}.json", record.dump(self.entries))
        made = [self._place(path) for path in self.folder.rglob("*") if path.suffix in _PLACES]
        write_text(self.folder / notes.FILE, notes.text(self.name, current(), filter(None, made)))
        committed = current().results / f"{self.name}.json"
        old = record.load(committed) if committed.exists() else {}
        found = record.compare(self.entries, old)
        return Whole(pd.DataFrame(found, columns=["key", "this run", "record"]))

    def _place(self, path: Path) -> str:
        """Where the build puts an output, as a path in the project."""
        kind = path.relative_to(self.folder).parts[0]
        return f"{_PLACES[path.suffix]}/{path.name}" if kind in ("figures", "tables") else ""

    def _origin(self, source: Sequence[str] | None) -> dict[str, Any]:
        named = self.source if source is None else source
        if not named:
            raise ParameterError(
                f"{self.name}: no source; name those of the notebook in start(..., source=[...]), or "
                "those of one result with source=[...]"
            )
        return {
            "source": list(named),
            "notebook": self.name,
            "cell": _cell_number(),
            "parameters": self.parameters,
        }

    def _add(self, key: str, item: Entry) -> None:
        if key in self.entries and self.entries[key]["cell"] != item["cell"]:
            raise ParameterError(f"{self.name}: result {key} is recorded by two cells")
        self.entries[key] = item

    def _exhibit(
        self,
        name: str,
        kind: str,
        n: int,
        of: str,
        source: Sequence[str] | None = None,
        evidence: str = "open",
        also: Sequence[str] = (),
    ) -> None:
        key = f"exhibit.{evidence}.{name}.{kind}"
        self.record(key, n, "count", 0, source=source)
        self.entries[key] |= {"of": of} | ({"also": ", ".join(also)} if also else {})

    def _text(self, cell: str) -> str:
        if "|" in cell:
            return f"[{', '.join(self._text(end) for end in cell.split('|'))}]"
        key, _, field = cell.partition(":")
        if not key:
            return ""
        item = self.entries.get(key) or self._earlier[key]
        if field == "ci":
            low, high = (latex.printed_field(item, f) for f in ("ci_low", "ci_high"))
            return f"[{low}, {high}]"
        return latex.printed_field(item, field or "value")


def _absent(cell: str, entries: Mapping[str, Any], optional: Sequence[str]) -> bool:
    """Whether a cell names a p-value that was not recorded."""
    return cell not in entries and any(f".{name}" in cell for name in optional)


def _slope_cells(key: str, p_values: Sequence[str]) -> list[str]:
    scope, quantity = key.rsplit(".", 1)
    suffix = quantity.removeprefix("slope")
    extra = ("wild:ci", *p_values, "loo_min", "loo_max")
    parts = [name.partition(":") for name in extra]
    others = [f"{scope}.{name}{suffix}{colon}{field}" for name, colon, field in parts]
    return [key, f"{key}:ci", *others, f"{key}:n"]


def _plain(name: str) -> str:
    """Name of an output; letters, digits and underscores only, so that it stays in its folder."""
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise ParameterError(f"name {name!r}: expected letters, digits and underscores only")
    return name


def _cell_number() -> int | None:
    """Number of the running cell. The list of inputs ends with it; counters differ by version."""
    shell = get_ipython()
    return len(shell.user_ns["In"]) - 1 if shell else None


def value_rows(values: Mapping[str, Any]) -> pd.DataFrame:
    """Values as a table: ``label``, ``value``; of estimates also ``ci_low``, ``ci_high``, ``n``."""
    fields = ("value", "ci_low", "ci_high", "n")
    rows = [
        {"label": name, **{f: getattr(value, f) for f in fields}}
        if isinstance(value, Estimate)
        else {"label": name, "value": value}
        for name, value in values.items()
    ]
    return pd.DataFrame(rows)


def start(name: str, namespace: Mapping[str, Any], *, source: Sequence[str] = ()) -> Run:
    """Begin a notebook run: check the parameters, set the style, clear the output folder.

    Call it right after the ``parameters`` cell, with ``globals()`` and before any other import, so
    that every name found there is a parameter.

    Parameters
    ----------
    source
        Ids of ``data/sources.toml`` behind what the notebook records, unless a call names others.

    Raises
    ------
    ParameterError
        Naming a parameter that is unknown, of the wrong type or out of range.
    """
    notebook = current().notebooks / f"{name}.ipynb"
    if not notebook.exists():
        raise ParameterError(f"{shown(notebook)} is not there{renamed(name)}")
    given = {
        k: v
        for k, v in namespace.items()
        if not k.startswith("_")
        and k not in _IPYTHON_NAMES
        and not isinstance(v, types.ModuleType | types.FunctionType | type)
    }
    parameters = check(notebook, given, declared(notebook))
    folder = output_folder(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notes.listen()
    style.use()
    return Run(name, parameters, folder, source)
