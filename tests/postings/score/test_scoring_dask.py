"""The same work on a Dask cluster: a real scheduler and two workers on loopback, one of them killed."""

import os
import re
import subprocess
import sys
import threading
import time

import pytest
from distributed import Client
from scoring_runs import outputs, wait_for_units

from llmexposure.base.errors import ParameterError
from llmexposure.postings.score.run import Job, run

ROWS, BATCH = 1_200, 25


@pytest.fixture
def scheduler():
    yield from _scheduler()


def _scheduler():
    line = [
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    process = _module(*line)
    address = None
    for text in process.stderr:
        if found := re.search(r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)", text):
            address = found[1]
            break
    threading.Thread(target=process.stderr.read, daemon=True).start()
    yield address
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler):
    """Two worker processes without a nanny, so that a killed one stays dead."""
    options = ["--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    started = [_module("distributed.cli.dask_worker", scheduler, *options) for _ in range(2)]
    for process in started:
        threading.Thread(target=process.stderr.read, daemon=True).start()
    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
    yield started
    for process in started:
        process.kill()
        process.wait()


def _module(*line):
    return subprocess.Popen(
        [sys.executable, "-m", *line],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def table(ads):
    return ads(ROWS)


@pytest.fixture(params=["parquet", "csv", "folder"])
def source(request, table, tmp_path):
    """Row groups read by workers; rows sent to them; files read by them."""
    path = tmp_path / f"in.{request.param}"
    if request.param == "parquet":
        table.write_parquet(path, row_group_size=30)
    elif request.param == "csv":
        table.write_csv(path)
    else:
        path = tmp_path / "in"
        path.mkdir()
        for number, piece in enumerate(table.iter_slices(1)):  # 200 files make a unit
            piece.write_csv(path / f"{number:04}.csv")
    return path


def test_a_worker_killed_midway_changes_no_byte(command, scheduler, workers, source, tmp_path):
    out = tmp_path / "cluster.parquet"
    options = ["--engine", "dask", "--scheduler", scheduler, "--batch-rows", BATCH]
    process = command(source, out, *options)
    wait_for_units(process, out, 2 if source.is_dir() else 5)
    with Client(scheduler, set_as_default=False) as client:
        busy = _kill_busy(client, workers)
        assert busy > 0, "the killed worker had nothing to lose"
        assert process.poll() is None
        _, error = process.communicate(timeout=300)
        assert process.returncode == 0, error
        assert len(client.nthreads()) == 1
    expected = tmp_path / "local.parquet"
    run(Job(str(source), expected, "zh", batch_rows=BATCH))
    assert outputs(out) == outputs(expected)


def _kill_busy(client, workers):
    """Kill a worker while tasks are on it; return how many were."""
    pids = client.run(os.getpid)
    for _ in range(2_000):
        for address, tasks in client.processing().items():
            if tasks:
                next(process for process in workers if process.pid == pids[address]).kill()
                return len(tasks)
        time.sleep(0.01)
    return 0


def test_no_scheduler_and_no_workers_are_told(monkeypatch, tmp_path, table, scheduler):
    monkeypatch.setattr("llmexposure.postings.score.engines._SECONDS_TO_CONNECT", 1)
    monkeypatch.setattr("llmexposure.postings.score.engines._SECONDS_FOR_WORKERS", 1)
    table.write_csv(tmp_path / "in.csv")
    job = (str(tmp_path / "in.csv"), tmp_path / "out.parquet", "zh")
    with pytest.raises(ParameterError, match="no Dask scheduler answers"):
        run(Job(*job, scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(ParameterError, match="nonsense: no Dask scheduler answers"):
        run(Job(*job, scheduler="nonsense"))
    with pytest.raises(ParameterError, match="has no workers"):
        run(Job(*job, scheduler=scheduler))
