"""Files of two builds compared by their bytes, with words for how much they differ."""

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from llmexposure.base.files import sha256_of
from llmexposure.base.project import Project
from llmexposure.publish import paper
from llmexposure.publish.verify.compare import Change, Kind

# Forms that are made from the record alone.
FORMS = ("docs/code_check.csv", "docs/replication.md")
OUTPUTS = ("figures/*.pdf", "figures/*.png", "figures/*.csv", "paper/generated/**/*.tex",
           "paper/*.pdf", "results/steps.csv", *FORMS)  # fmt: skip
RECORD = "results/*.json"
_BINARY = (".pdf", ".png", ".parquet", ".gz")
_LONGEST = 60  # characters of a changed line or cell that are shown


def of_the_paper(project: Project) -> set[str]:
    """What the build itself makes rather than a notebook, as paths from the root; forms apart."""
    made = {*project.pdfs, *paper.macros(project), project.steps}
    return {path.relative_to(project.root).as_posix() for path in made}


def digests(root: Path, patterns: Iterable[str]) -> dict[str, str]:
    """SHA-256 of every file under ``root`` that matches a pattern, by path."""
    found = sorted({p for pattern in patterns for p in root.glob(pattern) if p.is_file()})
    return {p.relative_to(root).as_posix(): sha256_of(p) for p in found}


def compare_files(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Files that are not the same bytes, by path.

    Examples
    --------
    >>> [(c.name, str(c.kind)) for c in compare_files({"a": "1", "b": "2"}, {"a": "1", "c": "3"})]
    [('b', 'missing'), ('c', 'new')]
    """
    return [
        Change(name, _kind(name in old, name in new))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _kind(recorded: bool, rebuilt: bool) -> Kind:
    if recorded and rebuilt:
        return Kind.DIFFERS
    return Kind.MISSING if recorded else Kind.NEW


def how_much(name: str, old: bytes | None, new: bytes | None) -> str:
    r"""Difference of two versions of a file in words; None where it does not exist.

    Examples
    --------
    >>> how_much("a.csv", b"x,y\n1,2\n", b"x,y\n1,3\n")
    'line 2, y: 2 → 3'
    """
    if old is None or new is None:
        return "new" if old is None else "gone"
    suffix = PurePosixPath(name).suffix
    if suffix == ".png":
        return _pixels(old, new)
    if suffix in _BINARY:
        return f"{len(old):,} → {len(new):,} bytes"
    before, after = (text.decode("utf-8", "replace").splitlines() for text in (old, new))
    return _lines(before, after, table=suffix == ".csv")


def _pixels(old: bytes, new: bytes) -> str:
    from PIL import Image, ImageChops

    before, after = (Image.open(io.BytesIO(b)).convert("RGB") for b in (old, new))
    if before.size != after.size:
        return "{}×{} → {}×{} pixels".format(*before.size, *after.size)
    # In a grey image a small difference of one colour could round to none: take the largest.
    bands = ImageChops.difference(before, after).split()
    largest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    changed = sum(largest.histogram()[1:])
    return f"{changed / (before.width * before.height):.2%} of pixels"


def _lines(old: list[str], new: list[str], *, table: bool) -> str:
    if len(old) != len(new):
        gone, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
        return f"lines gone: {gone.total():,}, lines new: {added.total():,}"
    changed = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if not changed:
        return "line ends or encoding only"
    first = changed[0]
    said = _cell(old[0], old[first], new[first]) if table and first else None
    said = said or f": {_arrow(old[first], new[first])}"
    others = f", and {len(changed) - 1:,} more" if len(changed) > 1 else ""
    return f"line {first + 1}{said}{others}"


def _cell(header: str, old: str, new: str) -> str | None:
    """The first cell that differs, where the lines have as many cells as the header."""
    names, before, after = next(csv.reader([header])), *(next(csv.reader([t])) for t in (old, new))
    if not len(names) == len(before) == len(after):
        return None
    parts = [(n, a, b) for n, a, b in zip(names, before, after, strict=True) if a != b]
    return f", {parts[0][0]}: {_arrow(*parts[0][1:])}" if parts else None


def _arrow(old: str, new: str) -> str:
    """Both texts, cut to what surrounds the first character that differs."""
    same = len(os.path.commonprefix([old, new]))
    start = max(0, same - _LONGEST // 3) if max(len(old), len(new)) > _LONGEST else 0
    return " → ".join(_cut(text, start) for text in (old, new))


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST
    return f"{'…' * (start > 0)}{text[start:end]}{'…' * (len(text) > end)}"
