"""Every exhibit and every number in the text, with the notebook and the cell that made it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from llmexposure.base.project import shown
from llmexposure.report.latex import EXHIBIT, Tied, printed_field, used_keys
from llmexposure.report.record import Entry, kinds

COLUMNS = ["what", "name", "printed", "file", "line", "notebook", "cell", "evidence"]


def code_check(files: Sequence[Path], entries: Mapping[str, Entry]) -> pd.DataFrame:
    """One row for each use of a result, each exhibit and each text with a number in a figure, in order.

    Parameters
    ----------
    files
        LaTeX files of the paper.
    entries
        The whole record.

    Returns
    -------
    pandas.DataFrame
        ``what`` (number, figure, table, in figure), ``name`` (key or exhibit), ``printed`` (as in the
        paper; for an exhibit what N counts), ``file``, ``line``, ``notebook``, ``cell``,
        ``evidence`` (every kind shown).
    """
    rows = [row for path in files for row in (*_numbers(path, entries), *_exhibits(path, entries))]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(
        ["file", "line", "what", "name"], ignore_index=True
    )


def sentences(tied: Sequence[Tied]) -> pd.DataFrame:
    """One row for each piece of text whose truth hangs on results.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``line``, ``words``, ``holds_if`` (the sign, see `report.latex.check_says`), ``keys``.
    """
    rows = [[shown(one.file), one.line, one.words, one.sign, " ".join(one.keys)] for one in tied]
    return pd.DataFrame(rows, columns=["file", "line", "words", "holds_if", "keys"])


def _numbers(path: Path, entries: Mapping[str, Entry]) -> list[list]:
    file = shown(path)
    return [
        ["number", f"{key}:{field}" if field != "value" else key,
         printed_field(entries[key], field), file, line, *_origin(entries[key])]
        for _, line, field, key in used_keys([path])
    ]  # fmt: skip


def _exhibits(path: Path, entries: Mapping[str, Entry]) -> Iterator[list]:
    made = {k.split(".")[2]: item for k, item in entries.items() if k.startswith("exhibit.")}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for kind, name in EXHIBIT.findall(line):
            item = made[name]
            place = [shown(path), number, *_origin(item)]
            counted = f"N = {item['value']} {item['of']}"
            yield [kind.removeprefix("long"), name, counted, *place]
            yield from (["in figure", name, text, *place] for text in item.get("shows", []))


def _origin(item: Entry) -> list:
    return [f"notebooks/{item['notebook']}.ipynb", item["cell"], kinds(item)]
