"""What became of an address of postings: every row counted once, every change counted."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd

from llmexposure.base import outputs
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import SafeCsv
from llmexposure.postings.clean.settle import settled
from llmexposure.postings.clean.validation import (
    QUARANTINE_COLUMNS,
    Checked,
    check_batch,
)
from llmexposure.postings.clean.vocabulary import SHARED
from llmexposure.postings.contract import COLUMNS, NOTES, QUARANTINE, READABLE
from llmexposure.postings.read.address import Part, list_parts, shown_address
from llmexposure.postings.read.batches import SeenIds, read_part
from llmexposure.postings.read.column_map import ColumnMap, load_mapping
from llmexposure.postings.read.lines import proposed
from llmexposure.postings.read.raw import Plan, RawBatch, make_plan, together

# Distinct wordings that a summary remembers for a note; all are counted.
_MAX_WORDS = 1_000
_WORD_LENGTH = 60
# Distinct things that readers say, and headings that would do for a column.
_MAX_TOLD = 100


@dataclass
class Summary:
    """Counts of a validated address.

    Attributes
    ----------
    address
        What was validated.
    files
        ``{source: rows read}``, files without rows included.
    rows, valid, quarantined
        Rows read, usable rows, rows in quarantine: the first is the sum of the others.
    by_reason
        Rows in quarantine by reason; sums to ``quarantined``.
    notes
        Usable rows with a cell changed, by note; a row may count under several.
    words
        The wordings behind a note and how often each came up, up to 1,000 distinct ones.
    missing
        Usable rows without a value, by column of the contract.
    repeated
        Usable rows of which an earlier one had title, text, place and pay.
    currencies
        Usable rows with pay by the currency that it is stated in; '' for none.
    assumed
        Usable rows with pay of which nothing says what it is paid for.
    columns
        ``{source: {ours: headings}}`` as read, sorted; rows of JSON lines may differ in theirs.
    offered
        All headings that would do for a column, sorted.
    told
        What the readers found out about files, and of how many: the first 100 such things.
    proposed
        Encodings in which rows in quarantine make sense, and how many.
    ignored
        Files of a folder that are not postings.
    complete
        False when only a sample of the rows was asked for.
    """

    address: str
    files: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    valid: int = 0
    quarantined: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    currencies: Counter[str] = field(default_factory=Counter)
    assumed: int = 0
    columns: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    ignored: list[str] = field(default_factory=list)
    complete: bool = True

    @property
    def adds_up(self) -> bool:
        """Whether every row read is either usable or in quarantine under one reason."""
        split = self.rows == self.valid + self.quarantined == sum(self.files.values())
        return split and self.quarantined == sum(self.by_reason.values())

    @property
    def money(self) -> list[str]:
        """Different currencies, the commonest first: '$' is none of its own beside one kind of dollar."""
        named = sorted(filter(None, self.currencies), key=lambda n: (-self.currencies[n], n))
        for name in named[::-1]:
            if len(SHARED.get(name, set()).intersection(named)) == 1:
                named.remove(name)
        return named

    @property
    def left(self) -> dict[str, list[str]]:
        """Headings that would have done for a column, but another was taken in every row."""
        left = {
            ours: [name for name in names if name not in self.headings(ours)]
            for ours, names in self.offered.items()
        }
        return {ours: names for ours, names in left.items() if names and self.headings(ours)}

    def headings(self, ours: str) -> list[str]:
        """Headings from which a column of the contract was read; for an end of the range, the range too."""
        aliases = [ours, "salary"] if ours in ("salary_min", "salary_max") else [ours]
        names = (
            name
            for columns in self.columns.values()
            for alias in aliases
            for name in columns.get(alias, ())
        )
        return list(dict.fromkeys(names))

    def add(self, checked: Checked) -> None:
        """Count one validated batch.

        Raises
        ------
        DataError
            If the counts do not add up, which would be a fault of this program.
        """
        batch, valid = checked.batch, checked.valid
        self._hear(batch, checked.quarantined)
        for source, _, readable, broken in batch.origins:
            self.files[source] = self.files.get(source, 0) + readable + len(broken)
            known = self.columns.setdefault(source, {})
            for ours, theirs in batch.columns.items():
                names = {*known.get(ours, ()), theirs, *batch.instead.get(ours, ())}
                known[ours] = sorted(names)
        self.rows += batch.rows
        self.valid += len(valid)
        self.repeated += checked.repeated
        self.currencies.update(checked.currencies)
        self.assumed += checked.assumed
        self.quarantined += len(checked.quarantined)
        self._sum("by_reason", checked.quarantined["reason"].value_counts().to_dict(), QUARANTINE)
        self._sum("notes", checked.notes, NOTES)
        self._sum("missing", valid[list(COLUMNS)].isna().sum().to_dict(), COLUMNS)
        self._listen(checked.words)
        if not self.adds_up:
            raise DataError(
                f"{batch.source}: {self.rows} rows read, but {self.valid} usable and "
                f"{self.quarantined} in quarantine. This is a fault of the program: report it."
            )

    def _hear(self, batch: RawBatch, quarantined: pd.DataFrame) -> None:
        """What the readers say, before the files of the batch are counted."""
        new = sum(source not in self.columns for source, *_ in batch.origins)
        for text in batch.told:
            if new and (text in self.told or len(self.told) < _MAX_TOLD):
                self.told[text] += new
        for ours, names in batch.offered.items():
            known = self.offered.get(ours, [])
            if len(known) < _MAX_TOLD:
                self.offered[ours] = sorted({*known, *names})
        faulty = quarantined.loc[quarantined["reason"] == "bad_encoding", "detail"]
        self.proposed.update(name for name in map(proposed, faulty) if name)

    def _sum(self, name: str, more: dict[str, int], order: Iterable[str]) -> None:
        """Add counts, in the order of the contract; what never came up is left out."""
        counts = Counter(getattr(self, name)) + Counter(more)
        setattr(self, name, {key: int(counts[key]) for key in order if counts[key]})

    def _listen(self, words: dict[str, Counter[str]]) -> None:
        for note, counts in words.items():
            heard = self.words.setdefault(note, Counter())
            for word, count in counts.items():
                short = word[:_WORD_LENGTH]
                if short in heard or len(heard) < _MAX_WORDS:
                    heard[short] += count


def validate_file(
    address: str | Path,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    *,
    quarantine: str | Path | None = None,
    sample: int | None = None,
    batch_rows: int = 50_000,
    overwrite: bool = False,
    ids: str = "auto",
    repeats: str = "keep",
    watch: Callable[[Checked], object] = lambda _: None,
) -> Summary:
    """Check postings against the contract and account for every row.

    Parameters
    ----------
    address, mapping, encoding, batch_rows, ids, repeats
        As in `read_batches`.
    quarantine
        CSV to write, with the rows that are not usable: source, row, line, reason, detail, raw
        values. It appears only when all has been read, with its provenance beside it.
    sample
        Check only the first rows of each file, this many.
    overwrite
        Write over a quarantine that no run of ours made.
    watch
        Called with each validated batch.

    Returns
    -------
    Summary
        ``rows == valid + quarantined``, and ``by_reason`` sums to ``quarantined``.

    Raises
    ------
    DataError, ParameterError
        If a file cannot be read to its end, or lacks a required column; see `read_batches`. If
        ``quarantine`` is a file of postings or the mapping file: nothing is written then.
    """
    if sample is not None and sample < 1:
        raise ParameterError(f"sample = {sample}; expected 1 or more")
    (parts, ignored), chosen = list_parts(address), load_mapping(mapping)
    if quarantine:
        out = Path(quarantine)
        check_apart("quarantine", out, parts, mapping)
        outputs.check("--quarantine", [out], outputs.provenance_of(out), overwrite=overwrite)
    summary = Summary(shown_address(address), ignored=ignored, complete=sample is None)
    seen, same = SeenIds(), SeenIds()
    with _quarantine(quarantine) as out:
        if out:
            out.write(pd.DataFrame(columns=list(QUARANTINE_COLUMNS)))
        summary.files = dict.fromkeys((part.source for part in parts), 0)
        size = min(batch_rows, sample or batch_rows)
        plan = make_plan(chosen, encoding, size, ids=ids, repeats=repeats)
        read = (partial(_first_of, part, plan, sample) for part in parts)
        batches = chain.from_iterable(map(settled, read))
        for batch in together(batches, batch_rows):
            checked = check_batch(batch, seen, same)
            summary.add(checked)
            watch(checked)
            if out and len(checked.quarantined):
                out.write(checked.quarantined)
    return summary


@contextmanager
def _quarantine(path: str | Path | None) -> Generator[SafeCsv | None]:
    if not path:
        yield None
        return
    with outputs.marked(Path(path)) as draft, SafeCsv(draft) as out:
        yield out


def check_apart(option: str, out: Path, parts: list[Part], mapping: object) -> None:
    """Refuse to write over what is read, whatever name or link leads to it."""
    read = {Path(part.path): "a file of the postings" for part in parts}
    if isinstance(mapping, str | Path):
        read[Path(mapping)] = "the mapping file"
    for path, what in read.items():
        # A path that is not there is on another file system than this machine's.
        if path.exists() and (path.resolve() == out.resolve() or _same_file(path, out)):
            raise ParameterError(
                f"{option} = {out}: is {what} and would be replaced. Name another file."
            )


def _same_file(path: Path, out: Path) -> bool:
    return out.exists() and path.samefile(out)


def _first_of(part: Part, plan: Plan, rows: int | None) -> Iterator[RawBatch]:
    return first_rows(read_part(part, plan), rows)


def first_rows(batches: Iterator[RawBatch], rows: int | None) -> Iterator[RawBatch]:
    """Batches up to a number of rows of a file; all of them for None."""
    left = rows
    for batch in batches:
        if left is None:
            yield batch
            continue
        yield _cut(batch, left)
        left -= batch.rows
        if left <= 0:
            return


def _cut(batch: RawBatch, rows: int) -> RawBatch:
    """First rows of a batch, broken ones counted."""
    if batch.rows <= rows:
        return batch
    numbers = sorted([*batch.row, *(row.number for row in batch.broken)])
    last = numbers[rows - 1]
    within = batch.row <= last
    return replace(
        batch,
        frame=batch.frame.filter(within),
        row=batch.row.filter(within),
        line=batch.line.filter(within),
        unused=None if batch.unused is None else batch.unused.filter(within),
        nested=None if batch.nested is None else batch.nested.filter(within),
        broken=[row for row in batch.broken if row.number <= last],
    )


def lines_of(summary: Summary, words: int = 10) -> list[str]:
    """Summary as aligned lines of text for a terminal.

    Parameters
    ----------
    summary
        Counts.
    words
        Wordings to list for each note, the most frequent first.
    """
    some = "" if summary.complete else " (a sample)"
    lines = [f"{summary.address}: {len(summary.files)} file(s){some}", ""]
    lines += _counted("rows read", summary.rows, {"usable": summary.valid})
    lines += _counted("in quarantine", summary.quarantined, summary.by_reason, QUARANTINE)
    if summary.told:
        lines += ["", "files", *(_line(visible(what), n, "") for what, n in summary.told.items())]
    if summary.notes:
        lines += ["", "usable rows with a note"]
        for note, count in summary.notes.items():
            lines.append(_line(note, count, NOTES[note]))
            heard = first_words(summary, note, words)
            lines += [f"{'':14}'{visible(w)}' {n:,}" for w, n in heard]
    lines += ["", "column            missing  read from", *_columns(summary)]
    if summary.ignored:
        names = ", ".join(summary.ignored[:5])
        lines += ["", f"{len(summary.ignored)} other file(s) in the folder not read: {names}"]
    advice = hints(summary)
    return [*lines, "", *advice] if advice else lines


def hints(summary: Summary) -> list[str]:
    """What to do about faults of a whole file, a sentence each."""
    said = []
    if summary.proposed:
        name, rows = summary.proposed.most_common(1)[0]
        said.append(f"Give --encoding {name}: {rows:,} row(s) in quarantine make sense in it.")
    elif "bad_encoding" in summary.by_reason:
        said.append("Give --encoding, such as cp1252 or big5, for the rows with bad_encoding.")
    if "cut_id" in summary.notes:
        said.append(
            "The ids look cut by a spreadsheet (1.00E+14): export the column as text, or number the "
            "rows with --ids row."
        )
    if len(summary.money) > 1:
        rows = ", ".join(f"{name} {summary.currencies[name]:,}" for name in summary.money)
        said.append(
            f"Pay is stated in several currencies ({rows} rows) and is not converted: figures of pay mix "
            "them. Keep the postings of one currency."
        )
    if summary.assumed:
        said.append(
            f"Nothing says what {summary.assumed:,} row(s) with pay are paid for: taken as a month's. Say "
            "salary_period in the mapping file, be it month."
        )
    if summary.repeated:
        said.append(
            f"{summary.repeated:,} usable row(s) repeat an earlier one in title, text, place and pay: "
            "--repeats drop leaves them out."
        )
    return said


def _counted(
    head: str, total: int, parts: dict[str, int], explained: dict[str, str] | None = None
) -> list[str]:
    told = explained or {}
    return [f"{total:>12,}  {head}", *(_line(k, n, told.get(k, "")) for k, n in parts.items())]


def _line(name: str, count: int, told: str) -> str:
    return f"{count:>12,}    {name}{': ' if told else ''}{told}"


def first_words(summary: Summary, note: str, words: int = 10) -> list[tuple[str, int]]:
    """The commonest wordings behind a note, and how often each came up."""
    heard = summary.words.get(note, Counter())
    return sorted(heard.items(), key=lambda item: (-item[1], item[0]))[:words]


def visible(word: str) -> str:
    """Wording without what would move the cursor or colour the terminal."""
    return "".join(char if char.isprintable() else "?" for char in word)


def _columns(summary: Summary) -> list[str]:
    lines = []
    for ours in COLUMNS:
        missing = f"{summary.missing.get(ours, 0):,}" if summary.valid else "-"
        names = ", ".join(map(visible, summary.headings(ours))) or "(no column)"
        left = ", ".join(map(visible, summary.left.get(ours, ())))
        also = f" (not read: {left})" if left else ""
        lines.append(f"{ours:14}{missing:>11}  {names}{also}")
    # What says how another column is read has no values of its own.
    for ours in READABLE[len(COLUMNS) :]:
        if ours != "salary" and (names := ", ".join(map(visible, summary.headings(ours)))):
            lines.append(f"{ours:16}{'':9}  {names}")
    return lines


def account(summary: Summary, quarantine: Path | None = None) -> list[str]:
    """Summary as lines for a terminal, with the file of quarantined rows where one was written."""
    if quarantine is None:
        return lines_of(summary)
    kept = f"quarantine: {summary.quarantined:,} row(s) in {quarantine}"
    return [*lines_of(summary), "", kept]


def require_usable(summary: Summary) -> None:
    """Refuse postings of which no row is usable.

    Raises
    ------
    DataError
        Naming the address.
    """
    if not summary.valid:
        raise DataError(
            f"{summary.address}: no usable rows of {summary.rows:,} read; see the reasons above"
        )
