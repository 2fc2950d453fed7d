"""Which ids came up before, in memory that stays small for any number of postings."""

import tempfile
from pathlib import Path

import numpy as np
import polars as pl

# Ids kept in memory before they go to a file: 8 bytes each, 64 MB.
_IN_MEMORY = 8_000_000


class SeenIds:
    """Ids seen so far, as 64-bit hashes: sorted runs in memory, then in temporary files.

    Two different ids are taken for one with a probability of n^2 / 2^65: 1 in a million for five
    million postings.

    Examples
    --------
    >>> seen = SeenIds()
    >>> seen.repeated(pl.Series(["a", "b"])).to_list(), seen.repeated(pl.Series(["b"])).to_list()
    ([False, False], [True])
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._runs: list[np.ndarray] = []
        self._files: list[np.ndarray] = []
        self._folder: tempfile.TemporaryDirectory | None = None

    def repeated(self, ids: pl.Series) -> pl.Series:
        """Whether each id came up before, in this or an earlier call; then remember it."""
        hashes = ids.hash(seed=0).to_numpy()
        repeats = ~ids.is_first_distinct().to_numpy()
        for run in [*self._runs, *self._files]:
            repeats |= _within(run, hashes)
        self._remember(np.unique(hashes))
        return pl.Series("repeated", repeats)

    def _remember(self, run: np.ndarray) -> None:
        """Add a run; runs of similar length are merged, so that there are never many."""
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.union1d(self._runs.pop(), run)
        if len(run) < self._in_memory:
            self._runs.append(run)
            return
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="posting-ids-")
        path = Path(self._folder.name) / f"{len(self._files)}.npy"
        np.save(path, run)
        self._files.append(np.load(path, mmap_mode="r"))


def _within(run: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    if not len(run):
        return np.zeros(len(hashes), dtype=bool)
    place = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
    return run[place] == hashes
