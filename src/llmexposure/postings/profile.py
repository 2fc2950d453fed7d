"""What was read of a file of postings, so that a person believes it or corrects it in a minute.

`examine` validates an address and gathers, in the same pass and in bounded memory, how each column came out:
lowest and highest values with their wordings, quartiles, dates, shares of degrees and languages, examples
of what became of a wording, and the mapping file that would read it in the same way again.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from llmexposure.base import outputs
from llmexposure.base.errors import DataError
from llmexposure.base.files import write_text
from llmexposure.base.project import shown
from llmexposure.data.taxonomy import DEGREES
from llmexposure.postings.clean.summary import (
    Summary,
    check_apart,
    first_words,
    hints,
    validate_file,
    visible,
)
from llmexposure.postings.clean.validation import Checked
from llmexposure.postings.clean.wordings import as_cells
from llmexposure.postings.contract import COLUMNS, NOTES, READABLE
from llmexposure.postings.read.address import list_parts
from llmexposure.postings.read.column_map import (
    SPARE,
    ColumnMap,
    LackingColumnsError,
    load_mapping,
    mapping_text,
)
from llmexposure.postings.read.raw import RawBatch
from llmexposure.postings.score.scorer import languages

# Columns of numbers, and those of which examples are shown, with what they are read from.
NUMBERS = ("min_years", "salary_min", "salary_max", "openings", "applications")
_PAY = ("salary_min", "salary_max")
_SHOWN = {
    "degree": ("degree",),
    "min_years": ("min_years",),
    "salary": _PAY,
    "date": ("date",),
    "openings": ("openings",),
    "applications": ("applications",),
}
EXAMPLES = 20
QUARTILES = (0.25, 0.5, 0.75)
# Digits to which values are counted for quartiles: a few thousand distinct ones, whatever the file.
_DIGITS = 3
# Languages are told in the first rows of each file and in one of so many others.
_FIRST_ROWS, _EVERY = 200, 50
# Distinct wordings of a column that are counted, the first that come; and how long one may be.
_WORDS, _LENGTH = 500, 60


@dataclass
class Distribution:
    """Values of a column of numbers: ends with the wordings behind them, and counts to three digits."""

    low: float | None = None
    high: float | None = None
    low_word: str = ""
    high_word: str = ""
    counts: Counter[float] = field(default_factory=Counter)

    def add(self, values: pl.Series, words: pl.Series) -> None:
        """Count the values of a batch; ``words`` are what they were read from."""
        if values.null_count() == len(values):
            return
        least, most = values.arg_min() or 0, values.arg_max() or 0
        if self.low is None or values[least] < self.low:
            self.low, self.low_word = values[least], (words[least] or "").strip()[:_LENGTH]
        if self.high is None or values[most] > self.high:
            self.high, self.high_word = values[most], (words[most] or "").strip()[:_LENGTH]
        rounded = (
            values.drop_nulls().to_frame("value").select(pl.col("value").round_sig_figs(_DIGITS))
        )
        self.counts.update(dict(rounded.to_series().value_counts().iter_rows()))

    def quantile(self, share: float) -> float | None:
        """Least value, to three digits, that so many of the others do not exceed.

        >>> Distribution(counts=Counter({1.0: 3, 5.0: 1})).quantile(0.75)
        1.0
        """
        values = sorted(self.counts)
        reached = accumulate(self.counts[value] for value in values)
        needed = share * self.counts.total()
        return next((v for v, n in zip(values, reached, strict=True) if n >= needed), None)


@dataclass
class Profile:
    """How the columns of usable postings came out.

    Attributes
    ----------
    numbers
        By column of `NUMBERS`; salaries per month.
    first, last
        Days.
    degrees, languages
        Rows by degree, '' where none is stated; rows by language, of those in which it was told.
    words
        By what was read, the first 500 distinct wordings: how often, and the values of the first.
    """

    numbers: dict[str, Distribution] = field(
        default_factory=lambda: {name: Distribution() for name in NUMBERS}
    )
    first: str = ""
    last: str = ""
    degrees: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    words: dict[str, dict[str, list[Any]]] = field(
        default_factory=lambda: {name: {} for name in _SHOWN}
    )

    def add(self, checked: Checked) -> None:
        """Count one validated batch."""
        batch, valid = checked.batch, checked.valid
        if valid.empty:
            return
        words = {name: _worded(batch, name).filter(checked.usable) for name in _SHOWN}
        values = {name: _values(valid[name]) for name in (*NUMBERS, "degree", "date")}
        for name, numbers in self.numbers.items():
            numbers.add(values[name], words["salary" if name in _PAY else name])
        for name, read in _SHOWN.items():
            self._listen(name, words[name], {column: values[column] for column in read})
        days = sorted(values["date"].drop_nulls().unique().to_list())
        if days:
            self.first = min(self.first or days[0], days[0])
            self.last = max(self.last, days[-1])
        self.degrees.update(dict(values["degree"].fill_null("").value_counts().iter_rows()))
        self._hear(batch.row.filter(checked.usable), valid)

    def _listen(self, name: str, words: pl.Series, values: Mapping[str, pl.Series]) -> None:
        """Count wordings; those beyond the first few hundred distinct ones are passed over."""
        known = self.words[name]
        if words.null_count() == len(words):
            return
        table = pl.DataFrame({"word": words, **values}).drop_nulls("word")
        firsts = [pl.col(column).first() for column in values]
        # Cells are looked at closely once they are counted: there are far fewer of them then.
        counted = table.group_by("word", maintain_order=True).agg(pl.len(), *firsts)
        counted = counted.with_columns(as_cells(counted["word"]).str.slice(0, _LENGTH))
        again = counted.drop_nulls("word").group_by("word", maintain_order=True)
        counted = again.agg(pl.col("len").sum(), *firsts)
        new = ~pl.col("word").is_in(list(known))
        room = _WORDS - len(known)
        taken = pl.concat([counted.filter(~new), counted.filter(new).head(room)])
        for word, count, *found in taken.iter_rows():
            known.setdefault(word, [0, found])[0] += count

    def _hear(self, row: pl.Series, valid: pd.DataFrame) -> None:
        some = ((row <= _FIRST_ROWS) | (row % _EVERY == 0)).to_numpy()
        texts = [pl.Series(valid[name][some].to_numpy(), dtype=pl.String) for name in COLUMNS[1:3]]
        self.languages.update(languages(*texts).to_list())


def _worded(batch: RawBatch, name: str) -> pl.Series:
    """What a column is read from, as one text a row; blanks and words for nothing are still in it."""
    read = [one for one in ((name, *_PAY) if name == "salary" else (name,)) if batch.headings(one)]
    stated = [batch.column(one).cast(pl.String) for one in read or (name,)]
    if len(stated) == 1:
        return stated[0]
    text = pl.select(pl.concat_str(stated, separator=" | ", ignore_nulls=True)).to_series()
    return text.set(text == "", None)


def _values(column: pd.Series) -> pl.Series:
    """Numbers, or texts: names of degrees, days."""
    if column.name == "date":
        return pl.Series(column.to_numpy()).dt.to_string("%Y-%m-%d")
    if column.name == "degree":
        names = pl.Series(DEGREES, dtype=pl.String)
        codes = pl.Series(column.cat.codes.to_numpy(), dtype=pl.Int64)
        return names.gather(codes.set(codes < 0, None))
    return pl.Series(column.to_numpy(float, na_value=np.nan)).fill_nan(None)


@dataclass(frozen=True)
class Examined:
    """What `examine` found: counts of rows, the profile of columns, and the mapping that was used."""

    summary: Summary
    profile: Profile
    mapping: ColumnMap


def examine(
    address: str | Path,
    mapping: Mapping[str, str] | str | Path | ColumnMap | None = None,
    encoding: str = "auto",
    **options: Any,  # noqa: ANN401 - those of `validate_file`
) -> Examined:
    r"""Validate postings, and look at how the columns came out.

    Parameters and errors are those of `validate_file`.

    Examples
    --------
    >>> found = examine("postings.csv")  # doctest: +SKIP
    >>> print("\n".join(lines_of(found)))  # doctest: +SKIP
    """
    profile = Profile()
    summary = validate_file(address, mapping, encoding, watch=profile.add, **options)
    return Examined(summary, profile, load_mapping(mapping))


def mapping_of(found: Examined) -> str:
    """Mapping file that reads the columns as they were read; headings that were left out stand behind."""
    summary, asked = found.summary, found.mapping
    by_file = [columns for columns in summary.columns.values() if columns]
    named: dict[str, str | None] = {}
    remarks = {ours: f"not read: {', '.join(names)}" for ours, names in summary.left.items()}
    for ours in READABLE:
        headings = {name for columns in by_file for name in columns.get(ours, ())}
        if ours in SPARE and ours not in asked.names and (others := summary.left.get(ours)):
            named[ours] = None
            tried = ", ".join([*sorted(headings), *others])
            remarks[ours] = f"each row takes the first that can be read: {tried}"
        elif len(headings) == 1 and all(ours in columns for columns in by_file):
            named[ours] = headings.pop()
        elif headings:
            named[ours] = None
            remarks[ours] = f"not the same in all files or rows: {', '.join(sorted(headings))}"
        elif asked.names.get(ours) == "":
            named[ours] = ""
    options = {
        one.name: getattr(asked, one.name)
        for one in fields(asked)
        if one.name not in ("names", "settled", "coded", "says_period")
    }
    default = ColumnMap()
    changed = {name: value for name, value in options.items() if value != getattr(default, name)}
    if asked.says_period:
        changed["salary_period"] = asked.salary_period
    return mapping_text(named, remarks) + "".join(
        f"{name} = {json.dumps(value)}\n" for name, value in changed.items()
    )


def examples_of(profile: Profile) -> list[tuple[str, str, list[Any], int]]:
    """Column, wording, values and rows of the commonest wordings, each column in its turn."""
    common = {
        name: sorted(words.items(), key=lambda item: (-item[1][0], item[0]))
        for name, words in profile.words.items()
    }
    turns = [
        (place, name, word, values, count)
        for name, words in common.items()
        for place, (word, (count, values)) in enumerate(words[:EXAMPLES])
    ]
    chosen = sorted(turns, key=lambda turn: turn[0])[:EXAMPLES]
    order = list(_SHOWN)
    return [turn[1:] for turn in sorted(chosen, key=lambda turn: (order.index(turn[1]), turn[0]))]


def lines_of(found: Examined) -> list[str]:
    """What was read, for a terminal: numbers, dates, shares, examples, and the mapping file."""
    profile = found.profile
    if not found.summary.valid:
        return []
    lines = ["", "values read (pay per month)", *_number_lines(profile), *_share_lines(profile)]
    if any(found.summary.currencies):
        named = {name or "not stated": n for name, n in found.summary.currencies.most_common()}
        lines.append(f"  {'pay in':13} {_shares(named)}")
    examples = [
        f"  {name:13} '{visible(word)}' -> {_shown(values)}  ({count:,})"
        for name, word, values, count in examples_of(profile)
    ]
    if examples:
        lines += ["", "wordings, what they were read as, and rows", *examples]
    mapping = mapping_of(found).splitlines()
    return [
        *lines,
        "",
        "as a mapping file (--write-mapping FILE)",
        *(f"  {one}" for one in mapping),
    ]


def _number_lines(profile: Profile) -> list[str]:
    rows = {
        name: [_number(v) for v in (one.low, *map(one.quantile, QUARTILES), one.high)]
        for name, one in profile.numbers.items()
        if one.low is not None and one.high is not None
    }
    heads = ("lowest", "quarter", "median", "quarter", "highest")
    wide = max((len(cell) for cells in rows.values() for cell in cells), default=0)
    width = max(9, wide) + 2
    lines = [f"{'':15}" + "".join(f"{head:>{width}}" for head in heads)]
    for name, cells in rows.items():
        one = profile.numbers[name]
        ends = f"'{visible(one.low_word)}' to '{visible(one.high_word)}'"
        lines.append(f"  {name:13}{''.join(f'{cell:>{width}}' for cell in cells)}   {ends}")
    return lines if len(lines) > 1 else ["  no numbers"]


def _share_lines(profile: Profile) -> list[str]:
    lines = [f"  {'date':13} {profile.first} to {profile.last}"] if profile.first else []
    levels = {name or "not stated": profile.degrees[name] for name in (*DEGREES, "")}
    stated = any(profile.degrees[name] for name in DEGREES)
    shares = {"degree": levels if stated else {}, "language": dict(profile.languages)}
    lines += [f"  {name:13} {_shares(rows)}" for name, rows in shares.items() if rows]
    told = sum(profile.languages.values())
    return [*lines, f"  {'':13} (language told in {told:,} rows)"]


def _shares(rows: Mapping[str, int]) -> str:
    total = sum(rows.values())
    return ", ".join(f"{name} {count / total:.0%}" for name, count in rows.items() if count)


def _shown(values: Iterable[Any]) -> str:
    known = ["?" if value is None else _number(value) for value in values]
    return "missing" if set(known) == {"?"} else " to ".join(known)


def _number(value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or "-"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def as_json(found: Examined) -> dict[str, Any]:
    """What was found as values that JSON can hold: the same as `lines_of` and the summary print."""
    summary, profile = found.summary, found.profile
    notes = {
        note: {
            "rows": count,
            "meaning": NOTES[note],
            "wordings": dict(first_words(summary, note)),
        }
        for note, count in summary.notes.items()
    }
    columns = {
        ours: {
            "read_from": summary.headings(ours),
            "not_read": list(summary.left.get(ours, ())),
            "missing": summary.missing.get(ours, 0) if summary.valid else None,
        }
        for ours in COLUMNS
    } | {
        ours: {"read_from": names, "not_read": list(summary.left.get(ours, ()))}
        for ours in READABLE[len(COLUMNS) :]
        if ours != "salary" and (names := summary.headings(ours))
    }
    return {
        "address": summary.address,
        "files": summary.files,
        "complete": summary.complete,
        "rows": summary.rows,
        "usable": summary.valid,
        "quarantined": summary.by_reason,
        "repeated": summary.repeated,
        "currencies": dict(summary.currencies.most_common()),
        "notes": notes,
        "told": dict(summary.told),
        "hints": hints(summary),
        "columns": columns,
        "numbers": {name: _as_numbers(one) for name, one in profile.numbers.items() if one.counts},
        "dates": [profile.first, profile.last] if profile.first else [],
        "degrees": {
            name: profile.degrees[name] for name in (*DEGREES, "") if profile.degrees[name]
        },
        "languages": dict(sorted(profile.languages.items())),
        "examples": [
            {"column": name, "wording": word, "values": values, "rows": count}
            for name, word, values, count in examples_of(profile)
        ],
        "mapping": mapping_of(found),
    }


def json_lines(found: Examined) -> str:
    """`as_json` as text."""
    return json.dumps(as_json(found), indent=1, ensure_ascii=False, default=str)


@contextmanager
def mapping_written(
    path: Path | None, address: str, mapping: Path | None, *, overwrite: bool = False
) -> Generator[Callable[[str], None]]:
    """Write a mapping file when its text is known; guesses where the postings are refused for want of one.

    Parameters
    ----------
    path
        File to write; None for none.
    address, mapping
        What is read, and must not be written over.
    overwrite
        Write over a file that no run of ours made.

    Raises
    ------
    ParameterError
        If the path is that of the postings or of the mapping file in use.
    DataError
        As raised within, with where the guesses stand.
    """
    if path is None:
        yield lambda _: None
        return
    check_apart("write_mapping", path, list_parts(address)[0], mapping)
    outputs.check("--write-mapping", [path], outputs.provenance_of(path), overwrite=overwrite)

    def write(text: str) -> None:
        with outputs.marked(path) as draft:
            write_text(draft, text)

    try:
        yield write
    except LackingColumnsError as error:
        write(error.mapping)
        raise DataError(f"{error}It stands in {shown(path)}: correct it there.") from None


def _as_numbers(one: Distribution) -> dict[str, Any]:
    return {
        "lowest": one.low,
        "quartiles": [one.quantile(share) for share in QUARTILES],
        "highest": one.high,
        "wordings": [one.low_word, one.high_word],
        "rows": one.counts.total(),
    }
