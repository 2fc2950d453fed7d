"""Numbers of two records compared, each by its own tolerance, and the verdict in one word."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from llmexposure.report.latex import printed_field
from llmexposure.report.record import Entry

NUMBERS = ("value", "se", "ci_low", "ci_high", "p", "n")
# What a number says; where it was made (notebook, cell, parameters, source) is reported as a cause.
MEANING = ("unit", "digits", "evidence", "also", "of")
_PERCENT = ("share", "share_change", "growth")  # recorded as fractions, printed times 100
_P_DIGITS = 3  # as `printed_field` prints every p


class Kind(StrEnum):
    """How something in the rebuild relates to the record."""

    SAME = "identical"
    WITHIN = "within tolerance"
    DIFFERS = "differs"
    MISSING = "missing"
    NEW = "new"


@dataclass(frozen=True)
class Change:
    """One field of a result, or one file, that is not exactly as recorded.

    ``old`` and ``new`` are as printed, ``by`` says by how much, ``allowed`` is the tolerance.
    """

    name: str
    kind: Kind
    field: str = ""
    old: str = ""
    new: str = ""
    by: str = ""
    allowed: str = ""


def tolerance(item: Entry, field: str) -> float:
    """Half a unit of the last digit that the paper prints, in the units of the record.

    A count of units (``n``) has none.

    Examples
    --------
    >>> tolerance({"unit": "share", "digits": 1}, "value")
    0.0005
    >>> tolerance({"unit": "slope", "digits": 2}, "ci_low")
    0.005
    """
    if field == "n":
        return 0.0
    if field == "p":
        return 0.5 * 10.0**-_P_DIGITS
    places = item["digits"] + (2 if item["unit"] in _PERCENT else 0)
    return 0.5 * 10.0**-places


def compare_entry(key: str, old: Entry | None, new: Entry | None) -> Iterator[Change]:
    """Fields of one result that are not identical in two records; None where a record lacks it."""
    if old is None or new is None:
        kind = Kind.NEW if old is None else Kind.MISSING
        said = ["" if item is None else printed_field(item, "value") for item in (old, new)]
        yield Change(key, kind, "value", *said)
        return
    for field in MEANING:
        if old.get(field) != new.get(field):
            yield Change(key, Kind.DIFFERS, field, str(old.get(field)), str(new.get(field)))
    for field in NUMBERS:
        if old.get(field) != new.get(field):
            yield _number(key, field, old, new)


def _number(key: str, field: str, old: Entry, new: Entry) -> Change:
    said = [printed_field(item, field) for item in (old, new)]
    before, after = old.get(field), new.get(field)
    if not (isinstance(before, int | float) and isinstance(after, int | float)):
        return Change(key, Kind.DIFFERS, field, *said)
    allowed = tolerance(old, field)
    # The record holds 8 significant digits: the last of them must not decide at the boundary.
    kind = Kind.WITHIN if abs(after - before) <= allowed * (1 + 1e-6) else Kind.DIFFERS
    return Change(key, kind, field, *said, f"{after - before:+.4g}", f"{allowed:g}")


def compare_records(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[Change]:
    """Every field of every result that is not identical, in the order of the keys.

    Examples
    --------
    >>> before = {"a.open.b.c": {"value": 0.712, "unit": "slope", "digits": 2, "evidence": "open"}}
    >>> after = {"a.open.b.c": {**before["a.open.b.c"], "value": 0.713}}
    >>> [str(change.kind) for change in compare_records(before, after)]
    ['within tolerance']
    """
    keys = sorted(old.keys() | new.keys())
    return [change for key in keys for change in compare_entry(key, old.get(key), new.get(key))]


LARGEST_MINOR = 0.25  # share of results and files that may differ in a minor case
_OFF = (Kind.DIFFERS, Kind.MISSING, Kind.NEW)


class Verdict(StrEnum):
    """What a rebuild says of the record, from best to worst."""

    FULL = "full"
    MINOR = "minor"
    PARTIAL = "partial"
    NONE = "not reproducible"

    @property
    def exit_code(self) -> int:
        """0 full, 1 minor, 2 partial, 3 not reproducible."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Section:
    """Results, or files: the names of all that were compared, and what is not identical."""

    names: frozenset[str]
    changes: tuple[Change, ...]

    def counts(self) -> Counter[Kind]:
        """How many names are of each kind; a name counts once, by its worst field."""
        worst: dict[str, Kind] = dict.fromkeys(self.names, Kind.SAME)
        order = list(Kind)
        for change in self.changes:
            worst[change.name] = max(worst[change.name], change.kind, key=order.index)
        return Counter(worst.values())

    def differing(self) -> int:
        """How many names differ by more than their tolerance, are missing or are new."""
        return sum(self.counts()[kind] for kind in _OFF)


def section(names: Iterable[str], changes: Iterable[Change]) -> Section:
    """Section of all names compared; a change must be of one of them."""
    return Section(frozenset(names), tuple(changes))


def verdict(sections: Iterable[Section], *, failed: bool = False) -> Verdict:
    """Full when nothing differs, minor up to a quarter of all compared, else partial.

    ``NONE`` when the build failed or there was nothing to compare.

    Examples
    --------
    >>> str(verdict([section(["a", "b"], [Change("a", Kind.WITHIN)])]))
    'full'
    """
    found = list(sections)
    compared = sum(len(part.names) for part in found)
    if failed or not compared:
        return Verdict.NONE
    share = sum(part.differing() for part in found) / compared
    if share == 0:
        return Verdict.FULL
    return Verdict.MINOR if share <= LARGEST_MINOR else Verdict.PARTIAL
