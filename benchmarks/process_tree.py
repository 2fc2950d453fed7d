"""Time and memory of a command with all the processes that it starts."""

import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil


class Used(NamedTuple):
    """What a command took.

    Attributes
    ----------
    seconds, cpu
        On the clock, and of all processors.
    peak
        Megabytes of all processes together when that was most: the proportional set size, which counts
        what processes share once.
    largest
        Megabytes of each process when that was most.
    """

    seconds: float
    cpu: float
    peak: float
    largest: list[float]


def watched(command: list[str], folder: Path | None = None) -> Used:
    """Run a command and look at its processes ten times a second; exit where it fails."""
    start, peak = time.perf_counter(), 0.0
    cpu: dict[int, float] = {}
    largest: dict[int, float] = defaultdict(float)
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    root = psutil.Process(process.pid)
    while process.poll() is None:
        now = dict(_sizes(root, cpu))
        peak = max(peak, sum(now.values()))
        for pid, size in now.items():
            largest[pid] = max(largest[pid], size)
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    return Used(time.perf_counter() - start, sum(cpu.values()), peak, list(largest.values()))


def _sizes(root: psutil.Process, cpu: dict[int, float]) -> Iterator[tuple[int, float]]:
    """Process id and megabytes of each process that is there; its processor seconds go to ``cpu``."""
    for one in [root, *_children(root)]:
        try:
            yield one.pid, one.memory_full_info().pss / 2**20
            cpu[one.pid] = sum(one.cpu_times()[:2])
        except psutil.Error:
            continue


def _children(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []
