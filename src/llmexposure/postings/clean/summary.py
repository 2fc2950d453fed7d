"""What became of a file: every row counted once, every change counted."""

from collections import Counter
from dataclasses import dataclass, field

from llmexposure.base.errors import DataError
from llmexposure.postings.clean.validation import Checked
from llmexposure.postings.contract import COLUMNS, NOTES, QUARANTINE

# Distinct wordings that a summary remembers for a note; all are counted.
_MAX_WORDS = 1_000
_WORD_LENGTH = 60


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
    columns
        ``{source: {ours: headings}}`` as read, sorted; rows of JSON lines may differ in theirs.
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
    columns: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    complete: bool = True

    @property
    def adds_up(self) -> bool:
        """Whether every row read is either usable or in quarantine under one reason."""
        split = self.rows == self.valid + self.quarantined == sum(self.files.values())
        return split and self.quarantined == sum(self.by_reason.values())

    def add(self, checked: Checked) -> None:
        """Count one validated batch.

        Raises
        ------
        DataError
            If the counts do not add up, which would be a fault of this program.
        """
        batch, valid = checked.batch, checked.valid
        self.files[batch.source] = self.files.get(batch.source, 0) + batch.rows
        known = self.columns.setdefault(batch.source, {})
        for ours, theirs in batch.columns.items():
            names = {*known.get(ours, ()), theirs, *batch.instead.get(ours, ())}
            known[ours] = sorted(names)
        self.rows += batch.rows
        self.valid += len(valid)
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

    def _sum(self, name: str, more: dict[str, int], order: object) -> None:
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
    if summary.notes:
        lines += ["", "usable rows with a cell changed"]
        for note, count in summary.notes.items():
            lines.append(_line(note, count, NOTES[note]))
            heard = summary.words.get(note, Counter())
            lines += [f"{'':14}'{_visible(w)}' {n:,}" for w, n in _first(heard, words)]
    lines += ["", "column            missing  read from", *_columns(summary)]
    if summary.ignored:
        names = ", ".join(summary.ignored[:5])
        lines += ["", f"{len(summary.ignored)} other file(s) in the folder not read: {names}"]
    return lines


def _counted(
    head: str, total: int, parts: dict[str, int], explained: dict[str, str] | None = None
) -> list[str]:
    told = explained or {}
    return [f"{total:>12,}  {head}", *(_line(k, n, told.get(k, "")) for k, n in parts.items())]


def _line(name: str, count: int, told: str) -> str:
    return f"{count:>12,}    {name}{': ' if told else ''}{told}"


def _first(heard: Counter[str], words: int) -> list[tuple[str, int]]:
    return sorted(heard.items(), key=lambda item: (-item[1], item[0]))[:words]


def _visible(word: str) -> str:
    """Wording without what would move the cursor or colour the terminal."""
    return "".join(char if char.isprintable() else "?" for char in word)


def _columns(summary: Summary) -> list[str]:
    lines = []
    for ours in COLUMNS:
        aliases = [ours, "salary"] if ours.startswith("salary_") else [ours]
        names = {
            name: None
            for names in summary.columns.values()
            for alias in aliases
            for name in names.get(alias, ())
        }
        missing = summary.missing.get(ours, 0)
        lines.append(f"{ours:14}{missing:>11,}  {', '.join(map(_visible, names)) or '(no column)'}")
    return lines
