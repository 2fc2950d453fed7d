"""A killed run goes on where it was, gives the same bytes, and does nothing twice."""

import time
from collections import Counter

import psutil
import pytest
from scoring_runs import manifest_lines, outputs, wait_for_units

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.score import engines
from llmexposure.postings.score.run import Job, run
from llmexposure.postings.score.work import FILES

BATCH = 25
ROWS = 1_000


@pytest.fixture(scope="module")
def source(ads, tmp_path_factory):
    path = tmp_path_factory.mktemp("in") / "in.parquet"
    ads(ROWS).write_parquet(path)
    return path


@pytest.fixture(scope="module")
def folder(ads, tmp_path_factory):
    path = tmp_path_factory.mktemp("many")
    for number, piece in enumerate(ads(ROWS).iter_slices(1)):
        piece.write_csv(path / f"{number:04}.csv")
    return path


@pytest.fixture
def units(monkeypatch):
    """Numbers of rows of the units that were scored in this process."""
    done = []

    def counted(unit, plan, scorer):
        result = work(unit, plan, scorer)
        done.append(sum(map(len, result)))
        return result

    work = engines.score_unit
    monkeypatch.setattr(engines, "score_unit", counted)
    return done


@pytest.fixture
def stopped(monkeypatch, tmp_path, source):
    """A run that failed after ten units; returns its job."""
    work, count = engines.score_unit, Counter()

    def failing(unit, plan, scorer):
        count["units"] += 1
        if count["units"] > 10:
            raise DataError("the disk is on fire")
        return work(unit, plan, scorer)

    monkeypatch.setattr(engines, "score_unit", failing)
    job = Job(str(source), tmp_path / "out.parquet", "zh", batch_rows=BATCH)
    with pytest.raises(DataError, match="on fire"):
        run(job)
    monkeypatch.setattr(engines, "score_unit", work)
    return job


@pytest.mark.parametrize(
    ("kind", "whole", "early"), [("source", ROWS // BATCH, 5), ("folder", ROWS // FILES, 2)]
)
def test_kill_and_run_again_is_as_if_never_killed(
    command, tmp_path, units, request, kind, whole, early
):
    given = request.getfixturevalue(kind)
    out = tmp_path / "killed.parquet"
    process = command(given, out, "--batch-rows", BATCH, "--workers", 2)
    wait_for_units(process, out, early)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    finished = manifest_lines(out)
    assert early <= len(finished) < whole
    assert not out.exists()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == [], "workers outlive a killed run"

    run(Job(str(given), out, "zh", batch_rows=BATCH))
    assert len(units) == whole - len(finished), "finished units were scored again"
    assert not out.with_name("killed.partial").exists()

    unbroken = tmp_path / "whole.parquet"
    run(Job(str(given), unbroken, "zh", batch_rows=BATCH))
    assert outputs(out) == outputs(unbroken)


def test_killed_while_the_scores_are_written(monkeypatch, tmp_path, source, units):
    """All units are finished, nothing has its name: the second run scores nothing."""
    job = Job(str(source), tmp_path / "out.parquet", "zh", batch_rows=BATCH)
    monkeypatch.setattr("llmexposure.postings.score.run.put_in_place", _killed)
    with pytest.raises(KeyboardInterrupt):
        run(job)
    assert not job.out.exists()
    monkeypatch.undo()
    run(job)
    assert job.out.exists()
    assert len(units) == ROWS // BATCH


def _killed(*_):
    raise KeyboardInterrupt


def test_line_cut_off_by_a_kill_is_done_again(stopped, units, tmp_path):
    manifest = tmp_path / "out.partial" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-30])
    run(stopped)
    assert len(units) == ROWS // BATCH - 9


def test_damaged_unit_and_those_after_it_are_done_again(stopped, units, tmp_path):
    path = tmp_path / "out.partial" / "unit-0000004.scored.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    run(stopped)
    assert len(units) == ROWS // BATCH - 4
    again = Job(stopped.address, tmp_path / "again.parquet", "zh", batch_rows=BATCH)
    run(again)
    assert outputs(stopped.out) == outputs(again.out)


def test_a_unit_changed_while_the_run_goes_on_is_noticed(stopped, monkeypatch, tmp_path):
    def swapping(*given):
        one, other = (tmp_path / f"out.partial/unit-000000{n}.scored.parquet" for n in (1, 2))
        one.write_bytes(other.read_bytes())
        return work(*given)

    work = engines.score_unit
    monkeypatch.setattr(engines, "score_unit", swapping)
    with pytest.raises(DataError, match="was changed while the run went on"):
        run(stopped)
    monkeypatch.setattr(engines, "score_unit", work)
    run(stopped)


DAMAGED = ["[]", '{"unit": 0}', '{"unit": 0, "rows": "x"}', "null", "7", "[" * 100_000]


@pytest.mark.parametrize(
    ("place", "line"), [*((0, line) for line in DAMAGED), *((3, line) for line in DAMAGED[:3])]
)
def test_a_damaged_manifest_is_one_message(stopped, place, line, tmp_path):
    manifest = tmp_path / "out.partial" / "manifest.jsonl"
    lines = manifest.read_text().split("\n")
    lines[place] = line
    manifest.write_text("\n".join(lines))
    with pytest.raises(ParameterError, match="--restart"):
        run(stopped)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"top_k": 3}, "parameters"),
        ({"batch_rows": 30}, "batch_rows"),
        ({"address": None}, "input"),
    ],
)
def test_other_options_do_not_mix_with_an_unfinished_run(stopped, ads, tmp_path, change, told):
    from dataclasses import replace

    if "address" in change:
        ads(50, seed=2).write_parquet(tmp_path / "other.parquet")
        change = {"address": str(tmp_path / "other.parquet")}
    other = replace(stopped, **change)
    with pytest.raises(
        ParameterError, match=f"unfinished run with other {told} is here.*--restart"
    ):
        run(other)
    run(replace(other, restart=True))
    assert other.out.exists()


def test_two_runs_on_one_output_are_refused(command, tmp_path, source):
    out = tmp_path / "out.parquet"
    process = command(source, out, "--batch-rows", 5, "--workers", 1)
    wait_for_units(process, out, 1)
    with pytest.raises(ParameterError, match="another run is writing here"):
        run(Job(str(source), out, "zh", batch_rows=5))
    assert process.poll() is None


def test_killed_worker_is_told_and_loses_nothing(command, tmp_path, source):
    out = tmp_path / "out.parquet"
    process = command(source, out, "--batch-rows", BATCH, "--workers", 2)
    wait_for_units(process, out, 3)
    workers = [
        child
        for child in psutil.Process(process.pid).children()
        if "spawn_main" in " ".join(child.cmdline())
    ]
    workers[0].kill()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process was killed" in error
    assert "Traceback" not in error
    before = len(manifest_lines(out))
    assert before >= 3
    time.sleep(0.1)
    assert command(source, out, "--batch-rows", BATCH, "--workers", 2).wait(120) == 0
