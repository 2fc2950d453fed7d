"""Simulated postings as a stream of Arrow batches: any number of rows in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from llmexposure.base.errors import ParameterError
from llmexposure.simulation import EVIDENCE
from llmexposure.simulation.draw import MAX_DUTIES, Draws, draw_block, years_wanted
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.streams import BLOCK, check_seed
from llmexposure.simulation.wording import descriptions, fragments, titles

MAX_ROWS = 10**12

POSTING_SCHEMA = pa.schema(
    [
        ("posting_id", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("occupation", pa.string()),
        ("city", pa.string()),
        ("date", pa.date32()),
        ("degree", pa.string()),
        ("min_years", pa.float64()),
        ("salary_min", pa.float64()),
        ("salary_max", pa.float64()),
        ("openings", pa.int64()),
        ("applications", pa.int64()),
        ("evidence", pa.string()),
    ],
    {"evidence": EVIDENCE},
)
TRUTH_SCHEMA = pa.schema(
    [
        ("posting_id", pa.string()),
        ("category", pa.string()),
        ("role", pa.string()),
        ("true_exposure", pa.float64()),
        ("activity_ids", pa.string()),
        ("n_duties", pa.int64()),
        ("remote", pa.bool_()),
        ("evidence", pa.string()),
    ],
    {"evidence": EVIDENCE},
)


@dataclass(frozen=True)
class Batch:
    """Rows in the same order.

    Attributes
    ----------
    postings
        `POSTING_SCHEMA`, what a job site would export (without title and description on request).
    truth
        `TRUTH_SCHEMA`: what no job site knows. ``activity_ids`` joined with '|' in the order of the
        duty sentences, one an id; each weighs ``1 / n_duties``, so one named twice weighs double.
    """

    postings: pa.RecordBatch
    truth: pa.RecordBatch


def simulate(
    rows: int,
    seed: int,
    parameters: Parameters | None = None,
    *,
    batch_rows: int = BLOCK,
    text: bool = True,
) -> Iterator[Batch]:
    """Draw postings, batch by batch.

    Row i depends on ``seed``, i and ``parameters`` only: other batches, a larger number of rows or
    ``text=False`` give the same values.

    Parameters
    ----------
    rows
        How many postings.
    seed
        From 0 to 2**63 - 1.
    parameters
        Known coefficients and rating; the defaults agree with the report.
    batch_rows
        Rows in a batch; the last may have fewer.
    text
        Without text, several times as fast.

    Yields
    ------
    Batch

    Raises
    ------
    ParameterError
        At once, if an argument is out of range or the parameters are impossible together.

    Examples
    --------
    >>> [batch.postings.num_rows for batch in simulate(25, seed=1, batch_rows=10)]
    [10, 10, 5]
    """
    for name, value, most in (("rows", rows, MAX_ROWS), ("batch_rows", batch_rows, MAX_ROWS)):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise ParameterError(f"{name} is {value!r}, expected a whole number from 1 to {most}")
    parameters, seed = parameters or Parameters(), check_seed(seed)
    fragments(parameters)
    return _batches(rows, seed, parameters, batch_rows, text)


def _batches(
    rows: int, seed: int, parameters: Parameters, batch_rows: int, text: bool
) -> Iterator[Batch]:
    """Blocks cut and put together anew; at most one batch and one block are in memory."""
    held: list[Batch] = []
    missing = min(batch_rows, rows)
    left = rows
    for number in range(-(-rows // BLOCK)):
        block = _block(parameters, seed, number, text)
        start, end = 0, min(BLOCK, rows - number * BLOCK)
        while start < end:
            taken = min(missing, end - start)
            held.append(_sliced(block, start, taken))
            start, missing, left = start + taken, missing - taken, left - taken
            if missing == 0:
                yield _joined(held)
                held, missing = [], min(batch_rows, left)


def _sliced(batch: Batch, start: int, length: int) -> Batch:
    return Batch(batch.postings.slice(start, length), batch.truth.slice(start, length))


def _joined(held: list[Batch]) -> Batch:
    if len(held) == 1:
        return held[0]
    return Batch(
        pa.concat_batches([batch.postings for batch in held]),
        pa.concat_batches([batch.truth for batch in held]),
    )


def _block(parameters: Parameters, seed: int, number: int, text: bool) -> Batch:
    draws = draw_block(parameters, seed, number)
    shared = {
        "posting_id": posting_ids(parameters, seed, number),
        "evidence": pa.repeat(EVIDENCE, BLOCK),
    }
    postings = _postings(parameters, draws)
    if text:
        postings["title"] = titles(parameters, draws, seed, number)
        postings["description"] = descriptions(parameters, draws, seed, number)
    return Batch(
        _record(shared | postings, POSTING_SCHEMA),
        _record(shared | _truth(parameters, draws), TRUTH_SCHEMA),
    )


def _postings(parameters: Parameters, draws: Draws) -> dict[str, pa.Array]:
    pool = fragments(parameters)
    return {
        "occupation": pool.names("occupation", draws.category),
        "city": pool.names("city", draws.city),
        "date": pa.array(draws.date),
        "degree": pool.names("degree_name", draws.degree),
        "min_years": pa.array(years_wanted(draws)),
        "salary_min": pa.array(draws.salary_min),
        "salary_max": pa.array(draws.salary_max),
        "openings": pa.array(draws.openings),
        "applications": pa.array(draws.applications),
    }


def _truth(parameters: Parameters, draws: Draws) -> dict[str, pa.Array]:
    pool = fragments(parameters)
    return {
        "category": pool.names("category", draws.category),
        "role": pool.names("role", draws.role),
        "true_exposure": pa.array(draws.exposure),
        "activity_ids": _activity_ids(parameters, draws),
        "n_duties": pa.array(draws.n_duties),
        "remote": pa.array(draws.remote),
    }


def _record(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Columns in the order of the schema, those that were not made left out."""
    kept = pa.schema([field for field in schema if field.name in columns], schema.metadata)
    return pa.record_batch([columns[name] for name in kept.names], schema=kept)


def posting_ids(parameters: Parameters, seed: int, block: int) -> pa.StringArray:
    """Ids such as 'sim-1-000000000042': the seed and the number of the row, from 0."""
    pool = fragments(parameters)
    row = block * BLOCK + np.arange(BLOCK)
    digits = [pool.number("digits", 0, row // 1000**power % 1000) for power in (3, 2, 1, 0)]
    number = pool.join(np.stack(digits, axis=1))
    return pc.call_function(
        "binary_join_element_wise", [pa.scalar(f"sim-{seed}-"), number, pa.scalar("")]
    )


def _activity_ids(parameters: Parameters, draws: Draws) -> pa.StringArray:
    pool = fragments(parameters)
    bar = pool.number("mark", 0, 5)
    parts = [pool.number("activity", draws.activities[0])]
    for place in range(1, MAX_DUTIES):
        used = draws.used[place]
        parts.append(np.where(used, bar, 0))
        parts.append(np.where(used, pool.number("activity", draws.activities[place]), 0))
    return pool.join(np.stack(parts, axis=1))
