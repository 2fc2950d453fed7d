"""One word for a whole comparison, as data editors use it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from llmexposure.publish.verify.compare import Change, Kind

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
