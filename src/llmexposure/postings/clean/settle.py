"""What one cell leaves open and the other cells of its file settle, before any row is judged.

03/04/2024 is 3 April where another date of the file is 25/04/2024, and 3 listopada 2024 is in October where
another is in srpnja, which only Croatian has; 24.125 is a decimal number where another salary is 24.25, and
24.000 € are thousands where all such salaries name euros or the like and none has another decimal point;
years such as 6, 12, 24 and 36 are likely months. The head of each file, of the same rows whatever the
batches are, tells whether there is anything to settle; only then is the file heard to its end before its
first row is judged. Where the cells of a file disagree, nothing is settled and what is open stays missing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

import polars as pl

from llmexposure.postings.clean.dates import SLASHED, possible_languages, possible_orders
from llmexposure.postings.clean.pay_forms import CURRENCY_OF
from llmexposure.postings.clean.pay_words import heading_says
from llmexposure.postings.clean.vocabulary import COMMA_CENTS, MONTHS_BY_LANGUAGE
from llmexposure.postings.clean.wordings import as_cells
from llmexposure.postings.contract import BATCH_SIZE
from llmexposure.postings.read.address import Part
from llmexposure.postings.read.batches import read_part
from llmexposure.postings.read.column_map import ColumnMap, offers
from llmexposure.postings.read.raw import Plan, RawBatch

# Rows of a file that tell whether something is open.
HEAD = 1000
# Bytes of a file up to which its rows are kept while they are heard; a larger one is read twice.
KEPT = 2 * BATCH_SIZE
_ORDERS = frozenset({"dmy", "mdy", "ymd"})
_LANGUAGES = frozenset(MONTHS_BY_LANGUAGE)
_SALARIES = ("salary", "salary_min", "salary_max")
# Three digits behind the only point of a number: a decimal number, or thousands.
_OPEN_POINT = r"(?:^|[^\d.,])[1-9]\d{0,2}\.\d{3}(?:$|[^\d.,])"
_DECIMAL_POINT = r"(?:^|[^\d.,])\d+\.(?:\d{1,2}|\d{4,})(?:$|[^\d.,])"
_THOUSANDS_POINT = r"(?:^|[^\d.,])\d{1,3}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+,\d{1,2})(?:$|[^\d.,])"

_SIGNS = [sign for sign, name in CURRENCY_OF.items() if name in COMMA_CENTS]
# Money whose cents stand behind a comma.
_COMMA_MONEY = r"(?:^|[^\pL])(?:" + "|".join(map(re.escape, _SIGNS)) + r")(?:[^\pL]|$)"

# Numbers of experience without a unit, but 0, and the least that makes one think of months.
BARE = r"^(0*[1-9]\d*)(?:\.0+)?(?:\s*[-–~]\s*\d+)?$"
_MONTHS_FROM = 18

Read = Callable[[], Iterator[RawBatch]]


@dataclass
class Evidence:
    """What the cells of a file allow.

    Attributes
    ----------
    orders
        Orders of day, month and year in which all dates such as 03/04/2024 can be read.
    languages
        Languages that know all months named in dates, of those that name different months by one word.
    points
        What a point was in salaries that leave no doubt: 'decimal', 'thousands'.
    money
        Whether money that nobody states in thousandths (euros) stands with salaries that leave a doubt.
    open
        Options that some cell leaves open.
    numbers, sixes
        Numbers of experience without a unit, and those of them that are half or whole years as months.
    """

    orders: frozenset[str] = _ORDERS
    languages: frozenset[str] = _LANGUAGES
    points: set[str] = field(default_factory=set)
    money: set[bool] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    numbers: int = 0
    sixes: int = 0

    def add(self, batch: RawBatch) -> None:
        """Hear the cells of one batch; which batches there are makes no difference."""
        for cells in _text(batch, offers(batch.frame.columns, batch.plan.mapping).get("date", ())):
            for cell in cells.filter(cells.str.contains(SLASHED)).unique():
                if orders := possible_orders(cell):
                    self.open.add("date_order")
                    self.orders &= orders
            shared, languages = possible_languages(cells)
            self.languages &= languages
            self.open |= {"date_language"} if shared else set()
        for cells in _text(batch, [n for ours in _SALARIES for n in batch.headings(ours)]):
            doubtful = cells.filter(cells.str.contains(_OPEN_POINT))
            if len(doubtful):
                self.open.add("salary_point")
                named = doubtful.str.to_lowercase().str.contains(_COMMA_MONEY)
                self.money |= {bool(each) for each in named.unique()}
            if cells.str.contains(_DECIMAL_POINT).any():
                self.points.add("decimal")
            if cells.str.contains(_THOUSANDS_POINT).any():
                self.points.add("thousands")

        self._add_years(batch)

    def _add_years(self, batch: RawBatch) -> None:
        """Hear numbers of experience below headings that do not say their unit."""
        for name in offers(batch.frame.columns, batch.plan.mapping).get("min_years", ()):
            if name not in batch.frame.columns or heading_says(name)[0] in ("month", "year"):
                continue
            cells = as_cells(batch.frame[name])
            numbers = cells.str.extract(BARE).drop_nulls().cast(pl.Float64)
            sixes = numbers.filter(numbers % 6 == 0)
            self.numbers, self.sixes = self.numbers + len(numbers), self.sixes + len(sixes)
            if (sixes >= _MONTHS_FROM).any():
                self.open.add("experience_unit")

    def settled(self, mapping: ColumnMap) -> ColumnMap:
        """Mapping with the options that the file leaves no doubt about and the user did not give."""
        points = self.points | ({"thousands"} if self.money == {True} else set())
        found = {
            "date_order": next(iter(self.orders)) if len(self.orders) == 1 else None,
            "date_language": next(iter(self.languages)) if len(self.languages) == 1 else None,
            "salary_point": next(iter(points)) if len(points) == 1 else None,
            "experience_unit": "open" if 2 * self.sixes > self.numbers else None,
        }
        told = {
            name: value
            for name, value in found.items()
            if value and name in self.open and getattr(mapping, name) is None
        }
        return replace(mapping, **told, settled=tuple(told)) if told else mapping


def _text(batch: RawBatch, names: Iterable[str]) -> list[pl.Series]:
    columns = [batch.frame[name] for name in dict.fromkeys(names) if name in batch.frame.columns]
    return [as_cells(each).drop_nulls() for each in columns if each.dtype == pl.String]


def settled(read: Read, whole: Read | None = None) -> Iterator[RawBatch]:
    """Batches of one file, their options settled by all its cells; the same for batches of any size.

    Parameters
    ----------
    read
        Begins to read the file, or a piece of it.
    whole
        Begins to read all of the file, where ``read`` is of a piece.

    Examples
    --------
    >>> from llmexposure.postings import from_frame
    >>> import pandas as pd
    >>> days = pd.DataFrame({"id": [1, 2], "title": "t", "description": "d",
    ...                      "date": ["03/04/2024", "25/04/2024"]})
    >>> [batch.plan.mapping.date_order for batch in settled(lambda: iter([from_frame(days)]))]
    ['dmy']
    """
    batches = read()
    head = list(_head(whole() if whole else batches))
    if not _leaves_open(head):
        yield from batches if whole else chain(_let_go(head), batches)
        return
    mapping, kept = _heard(whole() if whole else chain(_let_go(head), batches))
    if not whole:
        batches = read() if kept is None else _let_go(kept)
    for batch in batches:
        yield replace(batch, plan=replace(batch.plan, mapping=mapping))


def _head(batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """The first batches, up to that in which the head of the file ends."""
    for batch in batches:
        yield batch
        if batch.row.len() and batch.row[-1] >= HEAD:
            return


def _let_go(held: list[RawBatch]) -> Iterator[RawBatch]:
    """Batches in their order, each no longer held when the next is asked for."""
    held.reverse()
    while held:
        yield held.pop()


def _leaves_open(head: list[RawBatch]) -> bool:
    """Whether a cell of the head leaves open what the user has not said."""
    heard = Evidence()
    for batch in head:
        heard.add(replace(batch, frame=batch.frame.filter(batch.row <= HEAD)))
    return any(
        getattr(batch.plan.mapping, name) is None for batch in head[:1] for name in heard.open
    )


def _heard(batches: Iterable[RawBatch]) -> tuple[ColumnMap, list[RawBatch] | None]:
    """Mapping with what a file settles, and its batches; None where they take more than `KEPT`."""
    heard, kept, size, mapping = Evidence(), [], 0, ColumnMap()
    for batch in batches:
        mapping = batch.plan.mapping
        heard.add(batch)
        size += batch.frame.estimated_size()
        if kept is not None:
            kept.append(batch)
        if size > KEPT:
            kept = None
    return heard.settled(mapping), kept


def settled_part(part: Part, plan: Plan) -> Iterator[RawBatch]:
    """`read_part` with what cells leave open settled by the file that the part is, or is of."""
    whole = (
        None if part.groups is None else partial(read_part, replace(part, groups=None, row=1), plan)
    )
    return settled(partial(read_part, part, plan), whole)
