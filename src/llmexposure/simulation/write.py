"""Simulated postings into files: whole or not at all, and the same bytes every time."""

import platform
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import scipy

from llmexposure import __version__
from llmexposure.base import outputs
from llmexposure.base.errors import ParameterError
from llmexposure.base.files import json_text
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
    overwrite: bool = False,
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
    overwrite
        Write over files that no run of ours made.

    Returns
    -------
    dict
        The record that stands beside the postings as ``<out>.provenance.json``: evidence, seed,
        rows, coefficients, versions, and SHA-256 of the files. ``<out>.truth.csv`` holds the table
        of `truth`.

    Raises
    ------
    ParameterError
        If an argument is out of range or an extension unknown, or another file is in the way.
    DataError
        If a file cannot be written. No unfinished file is left.
    """
    parameters = parameters or Parameters()
    check_outputs(out, truth_out)
    batches = simulate(rows, seed, parameters, batch_rows=GROUP)
    record = _record(rows, seed, parameters)
    files = [out, beside(out, "truth.csv"), *([truth_out] if truth_out else [])]
    outputs.check("OUT", files, beside(out, "provenance.json"), overwrite=overwrite)
    with ExitStack() as stack:
        drafts = {path: stack.enter_context(outputs.draft(path)) for path in files}
        with ExitStack() as opened:
            postings = opened.enter_context(_Table(drafts[out], out, POSTING_SCHEMA, record))
            known = None
            if truth_out:
                table = _Table(drafts[truth_out], truth_out, TRUTH_SCHEMA, record)
                known = opened.enter_context(table)
            for batch in batches:
                postings.write(batch.postings)
                if known:
                    known.write(batch.truth)
                progress(batch.postings.num_rows)
        levels = truth(parameters).to_csv(index=False, float_format="%.10g", lineterminator="\n")
        drafts[beside(out, "truth.csv")].write_text(levels, encoding="utf-8", newline="")
        return outputs.place(drafts, beside(out, "provenance.json"), record)


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


class _Table(AbstractContextManager["_Table"]):
    """A table written to a draft, in the format of its name."""

    def __init__(self, draft: Path, path: Path, schema: pa.Schema, record: dict[str, Any]) -> None:
        self._draft, self._suffix = draft, path.suffix
        self._schema = schema.with_metadata({"evidence": EVIDENCE, "simulation": json_text(record)})

    def __enter__(self) -> "_Table":
        # An open file: pyarrow takes a name such as 'file:x' for an address.
        self._file = self._draft.open("wb")
        self._writer = _open(self._file, self._suffix, self._schema)
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch.replace_schema_metadata(self._schema.metadata))

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._writer.close()


class _Lines:
    """JSON lines, one object a posting."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write_batch(self, batch: pa.RecordBatch) -> None:
        pl.DataFrame(pa.Table.from_batches([batch])).write_ndjson(self._file)

    def close(self) -> None:
        self._file.flush()


def _open(file: IO[bytes], suffix: str, schema: pa.Schema) -> Any:
    if suffix == ".parquet":
        names = [name for name in _REPEATING if name in schema.names]
        return pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=names)
    if suffix == ".csv":
        return pacsv.CSVWriter(file, schema)
    return _Lines(file)


def write_shown(
    out: Path,
    rows: int,
    seed: int,
    parameters: Parameters | None = None,
    *,
    truth_out: Path | None = None,
    progress: bool = True,
    overwrite: bool = False,
) -> list[str]:
    """As `write_simulation`, with a progress bar on stderr; the files written, as lines."""
    from tqdm import tqdm

    # None: only where stderr is a terminal.
    with tqdm(total=rows, unit="posting", disable=None if progress else True) as bar:
        given = {"truth_out": truth_out, "overwrite": overwrite}
        write_simulation(out, rows, seed, parameters, progress=bar.update, **given)
    lines = [
        f"wrote {rows:,} simulated postings to {shown(out)}",
        f"known coefficients and levels: {shown(beside(out, 'truth.csv'))}",
    ]
    return [*lines, f"truth of every posting: {shown(truth_out)}"] if truth_out else lines
