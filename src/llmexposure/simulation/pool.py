"""Text put together by the million: numbered fragments, and rows that are lists of numbers."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa


class Pool:
    """Fragments under names; fragment 0 is empty."""

    def __init__(self) -> None:
        self._texts: list[str] = [""]
        self._starts: dict[str, np.ndarray] = {}
        self._counts: dict[str, np.ndarray] = {}
        self._array: pa.StringArray | None = None

    def add(self, name: str, lists: Iterable[Iterable[str]]) -> None:
        """Add lists of fragments under one name; list g is what group g chooses from."""
        lists = [list(texts) for texts in lists]
        counts = np.array([len(texts) for texts in lists], dtype=np.int32)
        starts = len(self._texts) + np.concatenate([[0], counts.cumsum()[:-1]])
        self._counts[name], self._starts[name] = counts, starts.astype(np.int32)
        self._texts += [text for texts in lists for text in texts]
        self._array = None

    def choose(self, name: str, u: np.ndarray, group: np.ndarray | int = 0) -> np.ndarray:
        """Number of a fragment of the group, each equally likely."""
        counts = self._counts[name][group]
        return self._starts[name][group] + (u * counts).astype(np.int32)

    def choose_other(
        self, name: str, u: np.ndarray, group: np.ndarray, first: np.ndarray
    ) -> np.ndarray:
        """Number of another fragment of the group than ``first``; groups have two or more."""
        counts, start = self._counts[name][group], self._starts[name][group]
        other = first + 1 + (u * (counts - 1)).astype(np.int32)
        return np.where(other < start + counts, other, other - counts)

    def number(self, name: str, group: np.ndarray | int, place: np.ndarray | int = 0) -> np.ndarray:
        """Number of the fragment at a place of its group."""
        return self._starts[name][group] + place

    def names(self, name: str, group: np.ndarray) -> pa.StringArray:
        """First fragment of each row's group, as text."""
        return self.join(self.number(name, group)[:, None])

    def join(self, numbers: np.ndarray) -> pa.StringArray:
        """One text a row of ``numbers`` (rows, fragments), the fragments put end to end.

        Taking the flat list lays the bytes of all rows one behind the other, so every n-th offset
        already marks a row: no text is touched twice, none by Python.

        Examples
        --------
        >>> pool = Pool()
        >>> pool.add("greeting", [["good ", "day"]])
        >>> pool.join(np.array([[1, 2], [0, 2]])).to_pylist()
        ['good day', 'day']
        """
        if self._array is None:
            self._array = pa.array(self._texts, pa.string())
        rows, width = numbers.shape
        flat = self._array.take(pa.array(np.ascontiguousarray(numbers).ravel()))
        _, offsets, data = flat.buffers()
        ends = np.frombuffer(offsets, np.int32)[: rows * width + 1 : width]
        return pa.StringArray.from_buffers(rows, pa.py_buffer(np.ascontiguousarray(ends)), data)
