"""One run of a notebook: checked parameters in; numbers, figures and tables out.

In a build the outputs wait in a stage, and the build moves them into place when the whole notebook has
succeeded. By hand they go to ``build/manual/<notebook>/`` and the last cell shows how the numbers differ from
the committed record. Cells may run again and in any order and what the run reads is noted on the
way (`report.notes`).
"""

import copy
import shutil
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import Image
from matplotlib.figure import Figure

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.estimate import ClusteredFit, Estimate, SlopeFit
from llmexposure.base.files import to_csv_text, write_text
from llmexposure.base.project import current, handed_on, output_folder, shown
from llmexposure.report import display, latex, latex_table, notes, record, style, tables
from llmexposure.report.notes import Cells, injected, watch
from llmexposure.report.parameters import check, declared
from llmexposure.report.record import Entry
from llmexposure.report.renamed import renamed

SHOWN_WIDTH = 640  # of figures in a notebook, in pixels
# Where the build puts what a notebook makes.
_PLACES = {
    ".csv": "figures",
    ".pdf": "figures",
    ".png": "figures",
    ".tex": "paper/generated/tables",
}
_ESTIMATE_FIELDS = ("n", "se", "ci_low", "ci_high", "p")


class Run:
    """Results of one notebook run. Made by `start`."""

    def __init__(
        self,
        name: str,
        parameters: Mapping[str, Any],
        folder: Path,
        source: Sequence[str] = (),
        namespace: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> None:
        self.name = name
        self.source = tuple(source)
        self.parameters = copy.deepcopy(dict(parameters))
        self.folder = folder
        self.cells = Cells(current().notebooks / f"{name}.ipynb")
        self._earlier: dict[str, Entry] = {}
        self._namespace = namespace

    @property
    def entries(self) -> dict[str, Entry]:
        """What was recorded, by key."""
        return self.cells.entries

    def load(self, table: str) -> pd.DataFrame:
        """Validated table of ``data/analysis`` or ``data/published`` (see `report.tables`).

        In a build it is the table that an earlier notebook handed on, where one did.
        """
        return tables.load(table, handed_on(table, self.name))

    def hand_on(self, table: str, frame: pd.DataFrame) -> None:
        """Give the later notebooks of a build this table in place of the committed one.

        A notebook that runs alone uses the committed table.

        Raises
        ------
        DataError
            When the table breaks its schema.
        """
        path = self.folder / "handed" / f"{display.plain(table)}.csv"
        write_text(path, tables.table_text(table, frame, path))

    def earlier(self, notebook: str) -> dict[str, Entry]:
        """Results of an earlier notebook, by key; the build runs that one first.

        Tables of this run may print them as well.

        Raises
        ------
        DataError
            When that notebook has no committed results.
        """
        path = current().results / f"{display.plain(notebook)}.json"
        if not path.exists():
            there = (current().notebooks / f"{notebook}.ipynb").exists()
            what = f"run notebook {notebook} first" if there else "and no notebook makes it"
            raise DataError(f"{shown(path)} is not there; {what}{renamed(notebook)}")
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
        item = record.entry(key, value, unit, digits, **fields, **self._origin(source))
        self.cells.add(key, item)
        return item["value"]

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
        return display.value_rows(values)

    def quantities(
        self,
        scope: str,
        values: Mapping[str, tuple[Estimate | float | str | None, str, int]],
        *,
        source: Sequence[str] | None = None,
        n: int | None = None,
    ) -> pd.DataFrame:
        """Record several numbers of different kinds below one scope; shows them as a table.

        Parameters
        ----------
        scope
            First part of the keys, ``relation.evidence.scope``.
        values
            Quantity to value, unit and digits.
        n
            Of the numbers; words and months have none.

        Returns
        -------
        pandas.DataFrame
            ``quantity``, ``value`` as printed, ``unit``.
        """
        for name, (value, unit, digits) in values.items():
            of = None if isinstance(value, str) else n
            self.record(f"{scope}.{name}", value, unit, digits, source=source, n=of)
        rows = [
            [name, self._text(f"{scope}.{name}"), unit] for name, (_, unit, _) in values.items()
        ]
        return pd.DataFrame(rows, columns=["quantity", "value", "unit"])

    def slope(
        self,
        key: str,
        slope: SlopeFit,
        unit: str = "slope",
        digits: int = 2,
        *,
        source: Sequence[str] | None = None,
    ) -> SlopeFit:
        """Record a slope with its permutation p-value and leave-one-out range; returns it to be shown.

        ``a.b.c.slope_x``, and so ``a.b.c.x``, also writes ``a.b.c.wild_x`` (the bootstrap interval),
        ``.wild_p_x``, ``.permutation_p_x``, ``.loo_min_x`` and ``.loo_max_x``.
        """
        scope, quantity = key.rsplit(".", 1)
        suffix = quantity[5:] if quantity.startswith("slope") else f"_{quantity}"
        n = slope.estimate.n
        self.record(key, slope.estimate, unit, digits, source=source)
        self.record(f"{scope}.wild{suffix}", slope.wild, unit, digits, source=source)
        self.record(f"{scope}.wild_p{suffix}", slope.wild.p, "p", 3, source=source, n=n)
        if (p := slope.permutation_p) is not None:
            self.record(f"{scope}.permutation_p{suffix}", p, "p", 3, source=source, n=n)
        self.record(f"{scope}.loo_min{suffix}", slope.loo_min, unit, digits, source=source, n=n)
        self.record(f"{scope}.loo_max{suffix}", slope.loo_max, unit, digits, source=source, n=n)
        return slope

    def posting_slope(
        self,
        key: str,
        slope: ClusteredFit,
        unit: str = "slope",
        *,
        source: Sequence[str] | None = None,
    ) -> SlopeFit:
        """Record a posting-level slope with what `slope` records and its number of clusters.

        Without a permutation p-value (None) none is recorded.
        """
        scope, quantity = key.rsplit(".", 1)
        suffix = quantity[5:] if quantity.startswith("slope") else f"_{quantity}"
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
        for name, slope in slopes.items():
            self.slope(key.format(name), slope, source=source, **style)
        return display.value_rows({name: slope.estimate for name, slope in slopes.items()})

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
        alt: str = "",
    ) -> Image:
        """Save a figure as PDF and PNG, with the plotted values as CSV; shows the PNG.

        Parameters
        ----------
        also
            Further kinds of evidence that the figure shows.
        alt
            What it shows, for those who cannot see it: kind of plot, axes, marks; no result.
        """
        folder = self.folder / "figures"
        name = display.plain(name)
        folder.mkdir(parents=True, exist_ok=True)
        style.save(figure, folder, name)
        write_text(folder / f"{name}.csv", to_csv_text(data))
        plt.close(figure)
        self._exhibit(name, "figure", n, of, source, evidence, also, style.numbers_in(figure), alt)
        return Image(filename=str(folder / f"{name}.png"), width=SHOWN_WIDTH, alt=alt or None)

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
        texts = [[self._text(cell) for cell in row[1:]] for row in rows]
        path = self.folder / "tables" / f"{display.plain(name)}.tex"
        write_text(path, latex_table.table(header, rows, texts))
        self._exhibit(name, "table", n, of, source, evidence, also)
        shown = [[row[0], *cells] for row, cells in zip(rows, texts, strict=True)]
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
        cells = [[label, *display.slope_cells(key, optional)] for label, key in rows.items()]
        cells = [["" if display.absent(c, known, optional) else c for c in row] for row in cells]
        return self.table(name, header, cells, **exhibit)

    def correlation_table(self, name: str, rows: Mapping[str, str], **exhibit: Any) -> pd.DataFrame:
        """Table of recorded correlations: row label to key; correlation, interval, N."""
        cells = [[label, key, f"{key}:ci", f"{key}:n"] for label, key in rows.items()]
        return self.table(name, ["", "Correlation", "95% interval", "N"], cells, **exhibit)

    def longtable(self, name: str, tex: str, shown: pd.DataFrame, **exhibit: Any) -> pd.DataFrame:
        r"""Write LaTeX of a table over several pages, for ``\paperlongtable``; shows a table instead."""
        write_text(self.folder / "tables" / f"{display.plain(name)}.tex", tex)
        self._exhibit(name, "table", **exhibit)
        return shown

    def finish(self) -> display.Whole | display.Said:
        """Write the record of this notebook; shows all that differs from the committed one.

        Raises
        ------
        ParameterError
            When two cells record one key or make one exhibit, or a parameter was changed on the way.
        """
        self._check_parameters()
        for key, one, other in self.cells.conflicts():
            raise ParameterError(
                f"{self.name}: {key} is recorded by two cells, '{one}' and '{other}'; give one of them "
                "another name and run it again (of a deleted cell: run from the parameters cell again)"
            )
        entries = self.entries
        write_text(self.folder / f"{self.name}.json", record.dump(entries))
        made = [self._place(path) for path in self._outputs(entries)]
        write_text(self.folder / notes.FILE, notes.text(self.name, current(), made))
        committed = current().results / f"{self.name}.json"
        if not committed.exists():
            return display.Said(f"{len(entries)} results; there is no record of this notebook yet.")
        if found := record.compare(entries, record.load(committed)):
            return display.Whole(pd.DataFrame(found, columns=["key", "this run", "record"]))
        return display.Said(f"As in the record: {len(entries)} results.")

    def _outputs(self, entries: Mapping[str, Entry]) -> list[Path]:
        """Files of the exhibits and tables handed on; exhibits that no cell makes any more are removed."""
        exhibits = {tuple(k.split(".")[2:]) for k in entries if k.startswith("exhibit.")}
        handed = [*self.folder.glob("handed/*.csv")]
        found = [p for p in self.folder.glob("*/*") if p.suffix in _PLACES and p not in handed]
        made = [p for p in found if (p.stem, p.parent.name.removesuffix("s")) in exhibits]
        for path in {*found} - {*made}:
            path.unlink()
        return [*made, *handed]

    def _place(self, path: Path) -> str:
        """Where the build puts an output, as a path in the project."""
        if path.parent.name == "handed":
            return f"build/handed/{self.name}/{path.name}"
        return f"{_PLACES[path.suffix]}/{path.name}"

    def _check_parameters(self) -> None:
        """Stop when a parameter is no longer what the run was started with."""
        now = {name: self._namespace.get(name, value) for name, value in self.parameters.items()}
        for name, value in self.parameters.items():
            if now[name] != value:
                raise ParameterError(
                    f"{self.name}: parameter {name} is {now[name]!r}, but this run was started with "
                    f"{value!r}; set it in the parameters cell and run from there again"
                )

    def _origin(self, source: Sequence[str] | None) -> dict[str, Any]:
        self._check_parameters()
        named = self.source if source is None else source
        if not named:
            raise ParameterError(
                f"{self.name}: no source; name those of the notebook in start(..., source=[...]), or "
                "those of one result with source=[...]"
            )
        return {
            "source": list(named),
            "notebook": self.name,
            "cell": self.cells.id,
            "parameters": self.parameters,
        }

    def _exhibit(
        self,
        name: str,
        kind: str,
        n: int,
        of: str,
        source: Sequence[str] | None = None,
        evidence: str = "open",
        also: Sequence[str] = (),
        shows: Sequence[str] = (),
        alt: str = "",
    ) -> None:
        key = f"exhibit.{evidence}.{name}.{kind}"
        more = {"also": ", ".join(also) or None, "of": of, "shows": list(shows) or None}
        more |= {"alt": " ".join(alt.split()) or None}
        self.cells.add(key, record.entry(key, n, "count", 0, **self._origin(source), **more))

    def _text(self, cell: str) -> str:
        if "|" in cell:
            return f"[{', '.join(self._text(end) for end in cell.split('|'))}]"
        key, _, field = cell.partition(":")
        if not key:
            return ""
        item = self.cells.find(key) or self._earlier.get(key)
        if item is None:
            hint = record.nearest(key, {**self._earlier, **self.entries})
            raise ParameterError(
                f"{self.name}: {key} is not recorded yet; run its cell first{hint}"
            )
        if field == "ci":
            low, high = (latex.printed_field(item, f) for f in ("ci_low", "ci_high"))
            return f"[{low}, {high}]"
        return latex.printed_field(item, field or "value")


def start(name: str, namespace: Mapping[str, Any], *, source: Sequence[str] = ()) -> Run:
    """Begin a notebook run: check the parameters, set the style, clear the output folder.

    Call it right after the ``parameters`` cell, with ``globals()``. Run from that cell again to change a
    parameter; any other cell may run again, and in any order.

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
        raise ParameterError(
            f"{shown(notebook)} is not there{renamed(name)}; "
            'start("...") takes the name of the notebook\'s own file'
        )
    known = declared(notebook)
    asked = injected()
    plain = {k for k, v in namespace.items() if k[0] != "_" and not callable(v)}
    names = plain if asked is None else asked | (known.keys() & namespace.keys())
    given = {name: namespace[name] for name in namespace if name in names}
    parameters = check(notebook, given, known)
    folder = output_folder(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notes.listen()
    style.use()
    run = Run(name, parameters, folder, source, namespace)
    watch(run.cells)
    return run
