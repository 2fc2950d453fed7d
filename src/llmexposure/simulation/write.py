"""Simulated postings into files: whole or not at all, and the same bytes every time."""

import json
import os
import platform
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import scipy

from llmexposure import __version__
from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import shown
from llmexposure.simulation import EVIDENCE
from llmexposure.simulation.generate import POSTING_SCHEMA, TRUTH_SCHEMA, simulate
from llmexposure.simulation.levels import truth
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.streams import BLOCK

FORMATS = (".parquet", ".csv", ".jsonl", ".ndjson")
# Rows of a row group: whole blocks, so that files do not depend on how they were asked for.
GROUP = 4 * BLOCK
# Text and ids hardly repeat: a dictionary of them only costs time.
_REPEATING = ["occupation", "city", "degree", "category", "role", "evidence", "date", "min_years"]


def write_simulation(
    out: Path,
    rows: int,
    seed: int,
    parameters: Parameters | None = None,
    *,
    truth_out: Path | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> dict[str, Any]:
    """Write simulated postings, and what is known about them.

    Parameters
    ----------
    out
        Postings; the format by extension (`FORMATS`).
    rows, seed, parameters
        As in `simulate`.
    truth_out
        Where to write category, exposure and activities of every posting; nowhere if None.
    progress
        Called with the number of rows just written.

    Returns
    -------
    dict
        The record that stands beside the postings as ``<out>.provenance.json``: evidence, seed,
        rows, coefficients, versions. ``<out>.truth.csv`` holds the table of `truth`.

    Raises
    ------
    ParameterError
        If an argument is out of range or an extension unknown.
    DataError
        If a file cannot be written. No unfinished file is left.
    """
    parameters = parameters or Parameters()
    check_outputs(out, truth_out)
    batches = simulate(rows, seed, parameters, batch_rows=GROUP)
    record = _record(rows, seed, parameters)
    with ExitStack() as stack:
        postings = stack.enter_context(_Whole(out, POSTING_SCHEMA, record))
        known = stack.enter_context(_Whole(truth_out, TRUTH_SCHEMA, record)) if truth_out else None
        for batch in batches:
            postings.write(batch.postings)
            if known:
                known.write(batch.truth)
            progress(batch.postings.num_rows)
    table = truth(parameters).to_csv(index=False, float_format="%.10g", lineterminator="\n")
    _write_text(beside(out, "truth.csv"), table)
    _write_text(beside(out, "provenance.json"), _json(record))
    return record


def beside(out: Path, what: str) -> Path:
    """File beside the postings: 'a/x.parquet' and 'truth.csv' make 'a/x.parquet.truth.csv'."""
    return out.with_name(f"{out.name}.{what}")


def check_outputs(out: Path, truth_out: Path | None) -> None:
    """Refuse unknown extensions, and one file for two purposes.

    Raises
    ------
    ParameterError
        Naming the file and what is expected.
    """
    given = [out, *([truth_out] if truth_out else [])]
    for path in given:
        if path.suffix not in FORMATS:
            raise ParameterError(
                f"{path}: extension '{path.suffix}' is not known; expected {', '.join(FORMATS)}"
            )
    taken = {path.resolve() for path in (out, beside(out, "truth.csv"))}
    if truth_out and truth_out.resolve() in taken:
        raise ParameterError(f"{truth_out} is already a file of the postings; name another one")


def _record(rows: int, seed: int, parameters: Parameters) -> dict[str, Any]:
    return {
        "evidence": EVIDENCE,
        "note": "simulated postings with known coefficients; not observations, never a finding",
        "rows": rows,
        "seed": seed,
        "rating": parameters.rating,
        "coefficients": parameters.coefficients(),
        "versions": {
            "llmexposure": __version__,
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "polars": pl.__version__,
            "pyarrow": pa.__version__,
            "python": platform.python_version(),
            "scipy": scipy.__version__,
        },
    }


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class _Whole(AbstractContextManager["_Whole"]):
    """A table written to a draft that takes its name only when all went well."""

    def __init__(self, path: Path, schema: pa.Schema, record: dict[str, Any]) -> None:
        self._path, self._draft = path, path.with_name(f".{path.name}.{os.getpid()}.draft")
        self._schema = schema.with_metadata({"evidence": EVIDENCE, "simulation": _json(record)})
        self._writer: Any = None

    def __enter__(self) -> "_Whole":
        with _readable(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = _open(self._draft, self._path.suffix, self._schema)
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        with _readable(self._path):
            self._writer.write_batch(batch.replace_schema_metadata(self._schema.metadata))

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            with _readable(self._path):
                self._writer.close()
                if kind is None:
                    self._draft.replace(self._path)
        finally:
            with suppress(OSError):
                self._draft.unlink(missing_ok=True)


class _Lines:
    """JSON lines, one object a posting."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write_batch(self, batch: pa.RecordBatch) -> None:
        pl.DataFrame(pa.Table.from_batches([batch])).write_ndjson(self._file)

    def close(self) -> None:
        self._file.close()


def _open(path: Path, suffix: str, schema: pa.Schema) -> Any:
    if suffix == ".parquet":
        names = [name for name in _REPEATING if name in schema.names]
        return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=names)
    if suffix == ".csv":
        return pacsv.CSVWriter(path, schema)
    return _Lines(path)


def _write_text(path: Path, text: str) -> None:
    with _readable(path):
        draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)


class _readable(AbstractContextManager[None]):  # noqa: N801 (used like a function)
    """Turn errors of the file system into one that a person can act on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, *_: object) -> None:
        if isinstance(error, OSError):
            why = error.strerror or str(error)
            raise DataError(f"{shown(self._path)}: cannot be written ({why})") from None


def write_shown(
    out: Path,
    rows: int,
    seed: int,
    parameters: Parameters | None = None,
    *,
    truth_out: Path | None = None,
    progress: bool = True,
) -> list[str]:
    """As `write_simulation`, with a progress bar on stderr; the files written, as lines."""
    from tqdm import tqdm

    # None: only where stderr is a terminal.
    with tqdm(total=rows, unit="posting", disable=None if progress else True) as bar:
        write_simulation(out, rows, seed, parameters, truth_out=truth_out, progress=bar.update)
    lines = [
        f"wrote {rows:,} simulated postings to {shown(out)}",
        f"known coefficients and levels: {shown(beside(out, 'truth.csv'))}",
    ]
    return [*lines, f"truth of every posting: {shown(truth_out)}"] if truth_out else lines
