"""A run from an address to scores, quarantine and provenance."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from llmexposure.base import outputs
from llmexposure.base.errors import DataError
from llmexposure.base.files import SafeCsv, json_text, write_text
from llmexposure.base.project import shown
from llmexposure.postings.clean.validation import QUARANTINE_COLUMNS
from llmexposure.postings.match.choice import Choice
from llmexposure.postings.read.address import Part, list_parts, shown_address
from llmexposure.postings.read.batches import stated_rows
from llmexposure.postings.read.raw import Plan, RawBatch, make_plan
from llmexposure.postings.score.engines import Engine, Pending, open_engine
from llmexposure.postings.score.journal import MADE, Finished, Journal
from llmexposure.postings.score.output import (
    beside,
    check_apart,
    check_ours,
    kind_of,
    put_in_place,
    write_table,
)
from llmexposure.postings.score.provenance import (
    Materials,
    account,
    by_reason,
    check_unchanged,
    count,
    input_files,
    load_code_materials,
    load_materials,
    provenance,
    versions,
)
from llmexposure.postings.score.scorer import KEPT
from llmexposure.postings.score.work import (
    CONTENT,
    FILES,
    Seen,
    Unit,
    duplicate_rows,
    give_back,
    list_units,
    one_allocator,
    reasons,
    split_repeated,
)

# Called with the rows of each unit that is finished.
Tick = Callable[[int], object]


@dataclass(frozen=True)
class Job:
    """What to score and how; every attribute is an option of the command.

    Attributes
    ----------
    address
        File, folder, pattern or fsspec address of postings.
    matcher, model, device
        See `postings.match.choice.Choice`.
    out
        ``.parquet`` or ``.csv`` file, or a folder.
    mapping
        Mapping file of columns.
    ratings
        CSV with ``dwa_id`` and ``rating``; the six published ratings by default.
    workers
        Processes on this machine. Has no meaning with a scheduler.
    scheduler
        Address of a Dask scheduler.
    ids, repeats
        As in `read_batches`: where ids come from, and what becomes of postings that repeat another.
    restart
        Throw an unfinished run away.
    overwrite
        Write over single files that no run of ours made.
    coding
        Exposure is that of the occupation code: one of `postings.occupation.codes.CODINGS` or a CSV. Then
        language, ratings, matcher and the coder of occupations have no meaning. None: scored from the text.
    """

    address: str
    out: Path
    language: str = "auto"
    mapping: Path | None = None
    encoding: str = "auto"
    ids: str = "auto"
    repeats: str = "keep"
    ratings: Path | None = None
    code_occupations: bool = False
    top_k: int = 10
    batch_rows: int = 20_000
    workers: int = 1
    scheduler: str | None = None
    restart: bool = False
    overwrite: bool = False
    matcher: str = "lexical"
    model: str | None = None
    device: str = "cpu"
    coding: str | None = None


@dataclass(frozen=True)
class _State:
    """What the steps of a run share."""

    job: Job
    parts: list[Part]
    # Names of files of a folder that are not postings.
    ignored: list[str]
    plan: Plan
    materials: Materials
    journal: Journal
    seen: Seen
    # Units that can be read again, by number.
    again: dict[int, Unit] = field(default_factory=dict)

    def units(self) -> Iterator[tuple[int, Unit]]:
        """Units with their numbers, made one by one."""
        return enumerate(list_units(self.parts, self.plan, cluster=bool(self.job.scheduler)))


def run(job: Job, watch: Callable[[int | None], Tick] = lambda _: lambda _: None) -> dict[str, Any]:
    """Score all postings; return the provenance.

    Scores appear under their name only when all is done, the last of the three files. A run that
    was killed is gone on with by calling this again with the same job.

    Parameters
    ----------
    watch
        Called with the number of rows where it is known; what it returns is called with the rows of
        each finished unit.

    Raises
    ------
    DataError
        If the input cannot be read, or no row is usable (the quarantine says why).
    ParameterError
        If an option makes no sense, or an unfinished run with other options is in the way.
    """
    kind = kind_of(job.out)
    coded = job.coding is not None
    plan = make_plan(
        job.mapping, job.encoding, job.batch_rows, ids=job.ids, repeats=job.repeats, coded=coded
    )
    parts, ignored = list_parts(job.address)
    others = {"the mapping file": job.mapping, "the ratings": job.ratings}
    others["the coding"] = Path(job.coding) if job.coding else None
    check_apart(job.out, job.address, parts, others)
    check_ours(job.out, kind, overwrite=job.overwrite)
    materials = _materials(job)
    this = _this_run(job, plan, parts, materials)
    with (
        one_allocator(),
        Journal(beside(job.out, "partial"), this, restart=job.restart) as journal,
    ):
        seen = Seen(drop=plan.repeats == "drop")
        state = _State(job, parts, ignored, plan, materials, journal, seen)
        tick = watch(stated_rows(parts))
        with open_engine(plan, materials.scorer, job.workers, job.scheduler) as engine:
            _score(state, engine, tick)
            quarantine = _write_quarantine(state, engine)
        return _conclude(state, kind, this, quarantine)


def _materials(job: Job) -> Materials:
    if job.coding is not None:
        return load_code_materials(job.coding)
    return load_materials(
        job.language,
        job.ratings,
        job.top_k,
        code_occupations=job.code_occupations,
        choice=Choice(job.matcher, job.model, job.device),
    )


def _this_run(job: Job, plan: Plan, parts: list[Part], materials: Materials) -> dict[str, Any]:
    """What must be the same when an unfinished run is gone on with."""
    names = ("encoding", "ids", "repeats")
    if job.coding is None:
        names = ("language", *names, "code_occupations", "top_k")
    mapping = plan.mapping
    return {
        "input": input_files(parts),
        "parameters": {
            **{name: getattr(job, name) for name in names},
            "columns": mapping.names,
            "salary_period": mapping.salary_period,
            "date_order": mapping.date_order,
            "date_language": mapping.date_language,
            "epoch_zone": mapping.epoch_zone,
            "salary_unit": mapping.salary_unit,
            "salary_point": mapping.salary_point,
            "experience_unit": mapping.experience_unit,
            "records": mapping.records,
        },
        "versions": versions(),
        "matcher": materials.matcher,
        "lexicons": materials.lexicons,
        "ratings": materials.ratings,
        "occupation_coder": materials.coder,
        **({"coding": materials.coding} if materials.coding else {}),
        "batch_rows": job.batch_rows,
        "files of a unit": FILES,
        "engine": "dask" if job.scheduler else "local",
    }


def _score(state: _State, engine: Engine, tick: Tick) -> None:
    """Score what is not finished, a window of units at a time, and keep it in the order of the input."""
    done_before = tuple(state.journal.finished)
    for unit in done_before:
        _remember(state, unit)
        tick(unit.rows)
    waiting: deque[tuple[int, Unit, Pending]] = deque()
    for number, unit in state.units():
        if not isinstance(unit, RawBatch):
            state.again[number] = unit
        if number < len(done_before):
            continue
        waiting.append((number, unit, engine.score(unit)))
        if len(waiting) >= engine.window:
            tick(_keep(state, *waiting.popleft()))
    while waiting:
        tick(_keep(state, *waiting.popleft()))


def _remember(state: _State, unit: Finished) -> None:
    if unit.usable:
        split_repeated(state.journal.read(unit.unit, "scored"), state.seen)


def _keep(state: _State, number: int, unit: Unit, pending: Pending) -> int:
    """Record a result, rows that earlier ones repeat apart; return the rows read."""
    scored, quarantined = pending.result()
    rows = len(scored) + len(quarantined)
    scored, repeated, again = split_repeated(scored, state.seen)
    gone = reasons(repeated)
    if len(repeated) and isinstance(unit, RawBatch):
        # The text is at hand: a second reading, slow for a large text file, is spared.
        quarantined = _merged(quarantined, duplicate_rows(unit, state.plan, repeated))
        repeated, gone = repeated.clear(), Counter()
    why = reasons(quarantined) + gone
    counts = {**_counts(scored, state.materials), "repeated": again}
    done = Finished(number, rows, len(scored), len(repeated), dict(why), counts)
    _check_sum(done)
    tables = {"scored": scored, "quarantined": quarantined, "repeated": repeated}
    state.journal.record(done, tables)
    give_back()
    return rows


def _check_sum(done: Finished) -> None:
    if done.rows != done.usable + sum(done.reasons.values()):
        raise DataError(
            f"unit {done.unit}: {done.rows} rows read, but {done.usable} scored and "
            f"{sum(done.reasons.values())} in quarantine. This is a fault of the program: report it."
        )


def _counts(scored: pl.DataFrame, materials: Materials) -> dict[str, int]:
    if scored.is_empty():
        return {}
    if "occupation_known" in scored.columns:
        return _code_counts(scored, materials)
    spoken = {f"language {name}": n for name, n in scored["language"].value_counts().iter_rows()}
    rated = {f"exposure {name}": scored[name].count() for name in materials.scorer.columns}
    stated = {f"stated {name}": scored[name].count() for name in KEPT[1:]}
    if "occupation_coded" in scored.columns:
        stated["stated occupation"] -= int(scored["occupation_coded"].sum())
    matched = int((scored["n_activities"] > 0).sum())
    return {**spoken, **rated, **stated, "with activity": matched}


def _code_counts(scored: pl.DataFrame, materials: Materials) -> dict[str, int]:
    """Rows by what they state, and by codes without exposure: not of the coding, or not rated."""
    columns = materials.scorer.columns
    rated = {f"exposure {name}": scored[name].count() for name in columns}
    stated = {f"stated {name}": scored[name].count() for name in KEPT[1:]}
    unscored = pl.all_horizontal(pl.col(columns).is_null())
    left = {
        "unknown": ~pl.col("occupation_known"),
        "unrated": pl.col("occupation_known") & unscored,
    }
    out = {
        f"{why} {code}": n
        for why, where in left.items()
        for code, n in scored.filter(where)["occupation"].value_counts().iter_rows()
    }
    return {**rated, **stated, **out}


def _write_quarantine(state: _State, engine: Engine) -> Path:
    """Quarantine as `llmexposure validate --quarantine` writes it; its draft."""
    draft = state.journal.folder / "quarantine.csv"
    with SafeCsv(draft) as file:
        file.write(pd.DataFrame(columns=list(QUARANTINE_COLUMNS)))
        for table in _all_quarantined(state, engine):
            if len(table):
                file.write(_for_people(table))
    return draft


def _all_quarantined(state: _State, engine: Engine) -> Iterator[pl.DataFrame]:
    """Quarantined rows unit by unit; values of repeated ids are read again by the workers."""
    waiting: deque[tuple[int, Pending | None]] = deque()
    for unit in state.journal.finished:
        waiting.append((unit.unit, _read_again(state, engine, unit)))
        if len(waiting) > engine.window:
            yield _with_repeated(state, *waiting.popleft())
    while waiting:
        yield _with_repeated(state, *waiting.popleft())


def _read_again(state: _State, engine: Engine, unit: Finished) -> Pending | None:
    if not unit.repeated:
        return None
    repeated = state.journal.read(unit.unit, "repeated")
    return engine.submit(duplicate_rows, state.again[unit.unit], state.plan, repeated)


def _with_repeated(state: _State, number: int, pending: Pending | None) -> pl.DataFrame:
    table = state.journal.read(number, "quarantined")
    return table if pending is None else _merged(table, pending.result())


def _merged(*tables: pl.DataFrame) -> pl.DataFrame:
    """Rows of tables together, in the order of the files and their rows."""
    known = [table for table in tables if len(table)]
    return pl.concat(known).sort("source", "row", maintain_order=True)


def _for_people(table: pl.DataFrame) -> pd.DataFrame:
    numbers = ["row", "line"]
    return table.with_columns(pl.col(numbers).cast(pl.String)).to_pandas()


def _conclude(state: _State, kind: str, this: dict[str, Any], quarantine: Path) -> dict[str, Any]:
    """Put the three files in place, the scores last, and remove what was kept for going on."""
    job, journal = state.job, state.journal
    try:
        check_unchanged(state.parts, this["input"])
    except DataError:
        journal.remove()
        raise
    counts = count(journal.finished)
    if not counts["usable"]:
        # Under a name of its own: an older quarantine belongs to the scores beside it.
        failed = beside(job.out, "failed.quarantine.csv")
        outputs.place({failed: quarantine}, outputs.provenance_of(failed))
        journal.remove()
        raise DataError(
            f"{shown_address(job.address)}: no usable rows of {counts['read']:,} read "
            f"({by_reason(counts) or 'no rows'}); see {shown(failed)}. Nothing was scored."
        )
    draft = journal.folder / f"scores{job.out.suffix}"
    files = write_table(_all_scored(journal), draft, kind)
    written = {"scores": files, "quarantine": [quarantine]}
    record = provenance(this, state.materials, journal.finished, written, state.ignored)
    beside_it = beside(job.out, "quarantine.csv")
    record["outputs"]["quarantine"][0]["name"] = beside_it.name
    if kind != "folder":
        record["outputs"]["scores"][0]["name"] = job.out.name
    made = journal.folder / MADE
    write_text(made, json_text(_with_what_stood(record, job.out, beside_it)), durable=True)
    put_in_place(quarantine, beside_it, made)
    write_text(beside(job.out, "provenance.json"), json_text(record), durable=True)
    put_in_place(draft, job.out, made)
    journal.remove()
    return record


def _with_what_stood(record: dict[str, Any], *paths: Path) -> dict[str, Any]:
    """Record that names, too, what is about to be replaced: a run after a kill may replace it still."""
    stood = [file for path in paths for file in (path.iterdir() if path.is_dir() else [path])]
    known = [outputs.described(file) for file in stood if file.is_file()]
    return {**record, "outputs": {**record["outputs"], "stood": known}}


def _all_scored(journal: Journal) -> Iterator[pl.DataFrame]:
    for unit in journal.finished:
        if unit.usable:
            yield journal.read(unit.unit, "scored").drop("source", "row", CONTENT)


def run_shown(job: Job, *, progress: bool = True) -> list[str]:
    """Run with a progress bar on stderr; what became of the rows and what was written, as lines.

    Parameters
    ----------
    progress
        Whether to draw the bar where stderr is a terminal.
    """
    from tqdm import tqdm

    with ExitStack() as stack:

        def watch(total: int | None) -> Tick:
            off = None if progress else True  # None: where stderr is no terminal
            bar = tqdm(total=total, unit="row", unit_scale=True, disable=off)
            return stack.enter_context(bar).update

        record = run(job, watch)
    made = [job.out, *(beside(job.out, what) for what in ("quarantine.csv", "provenance.json"))]
    return [*account(record), *(f"wrote {shown(path)}" for path in made)]
