"""Memory that does not grow with the number of postings: what is no longer used goes back to the system.

Tables that come and go on several threads leave gaps in what allocators hold back for later. Over five
million postings a run grew by half, though it held no more than at first.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

try:
    _trim = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # another C library than glibc
    _trim = None


@contextmanager
def one_allocator() -> Iterator[None]:
    """Have Arrow take its memory from the system's allocator, so that `give_back` reaches it."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def give_back() -> None:
    """Return unused memory to the system, where the C library can (glibc)."""
    if _trim is not None:
        _trim(0)
