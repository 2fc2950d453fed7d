"""Where units are worked on: in this process, in one process a core, or on a Dask cluster.

All three are an `Engine`, call the same functions and give the same results.
"""

import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.postings.read.raw import Plan
from llmexposure.postings.score.scorer import CodeScorer, Scorer
from llmexposure.postings.score.work import Unit, score_unit

if TYPE_CHECKING:
    from distributed import Client

# One thread a process: the cores are shared out among the processes.
_ONE_THREAD = (
    "POLARS_MAX_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
_SECONDS_TO_CONNECT = 20
_SECONDS_FOR_WORKERS = 60


class Pending(Protocol):
    """A result that may not be there yet."""

    def result(self) -> Any:  # noqa: ANN401
        """Wait for the result; raise what the task raised."""
        ...


@dataclass(frozen=True)
class Engine:
    """How to start work.

    Attributes
    ----------
    score
        Starts `score_unit` on a unit.
    submit
        Starts any function of a module with its arguments.
    window
        How many units may be under way at once; bounds the memory.
    """

    score: Callable[[Unit], Pending]
    submit: Callable[..., Pending]
    window: int


@contextmanager
def open_engine(
    plan: Plan, scorer: Scorer | CodeScorer, workers: int, scheduler: str | None
) -> Generator[Engine]:
    """Engine for a run.

    Parameters
    ----------
    workers
        Processes on this machine; 1 does the work in this one.
    scheduler
        Address of a Dask scheduler; then ``workers`` has no meaning.

    Raises
    ------
    ParameterError
        If no scheduler answers, or it has no workers.
    DataError
        If workers die again and again, or this machine's processes are killed.
    """
    if scheduler:
        with _dask(plan, scorer, scheduler) as engine:
            yield engine
    elif workers == 1:
        yield Engine(
            lambda unit: _Done(score_unit(unit, plan, scorer)),
            lambda task, *given: _Done(task(*given)),
            1,
        )
    else:
        with _processes(plan, scorer, workers) as engine:
            yield engine


@dataclass(frozen=True)
class _Done:
    value: Any

    def result(self) -> Any:  # noqa: ANN401
        return self.value


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# What every unit of a worker process is read and scored with.
_KEPT: tuple[Plan, Scorer] | None = None


def _prepare(payload: bytes) -> None:
    """Begin a worker process: keep plan and scorer, and go when the parent goes, however it ends."""
    global _KEPT
    _KEPT = pickle.loads(payload)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score_here(unit: Unit) -> tuple[pl.DataFrame, pl.DataFrame]:
    assert _KEPT is not None
    return score_unit(unit, *_KEPT)


@contextmanager
def _processes(plan: Plan, scorer: Scorer | CodeScorer, workers: int) -> Generator[Engine]:
    payload = pickle.dumps((plan, scorer), protocol=5)
    # Spawned, not forked: polars and its threads do not survive a fork.
    start = multiprocessing.get_context("spawn")
    with _one_thread(), ProcessPoolExecutor(workers, start, _prepare, (payload,)) as pool:
        try:
            yield Engine(lambda unit: pool.submit(_score_here, unit), pool.submit, workers + 2)
        except BrokenProcessPool:
            raise DataError(
                "a worker process was killed, mostly for want of memory. What is finished is kept: run "
                "the same command again, with fewer --workers or --batch-rows"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _one_thread() -> Generator[None]:
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _dask(plan: Plan, scorer: Scorer | CodeScorer, scheduler: str) -> Generator[Engine]:
    import dask

    # Rows travel inside the tasks on purpose: the scheduler can then give a task of a lost worker
    # to another one.
    large = {"distributed.admin.large-graph-warning-threshold": "1GB"}
    with dask.config.set(large), _client(scheduler) as client, _losses(scheduler):
        # A task rather than scattered data, which would be gone with the worker that holds it.
        payload = pickle.dumps(scorer, protocol=5)
        there = client.submit(pickle.loads, payload, pure=False)
        threads = sum(client.nthreads().values())
        yield Engine(
            lambda unit: client.submit(score_unit, unit, plan, there, pure=False),
            lambda task, *given: client.submit(task, *given, pure=False),
            2 * threads + 2,
        )


@contextmanager
def _losses(scheduler: str) -> Generator[None]:
    """Turn failures of a cluster into one error for people."""
    from distributed import CancelledError, KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise DataError(f"the workers died over one task again and again: {error}") from None
    except CancelledError:
        raise DataError(
            f"the Dask scheduler at {scheduler} is gone. What is finished is kept: run the same "
            "command again"
        ) from None
    except ModuleNotFoundError as error:
        raise ParameterError(
            f"the workers lack a package ({error}); install llmexposure with the same lock on every "
            "machine of the cluster"
        ) from None


@contextmanager
def _client(scheduler: str) -> Generator["Client"]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ParameterError(
            f"--scheduler {scheduler}: no Dask scheduler answers ({error}); expected an address such as "
            "tcp://127.0.0.1:8786. Start one with `dask scheduler`"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS_FOR_WORKERS)
        except TimeoutError:
            raise ParameterError(
                f"--scheduler {scheduler}: has no workers. Start some with `dask worker {scheduler}`"
            ) from None
        yield client
