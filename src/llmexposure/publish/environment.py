"""Settings that make two builds give the same bytes, set before any kernel or TeX run starts."""

import os

# One thread each: sums in another order differ in the last bits. A fixed clock, zone and hash seed.
FIXED = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "SOURCE_DATE_EPOCH": "1767225600",
    "FORCE_SOURCE_DATE": "1",
    "MPLBACKEND": "agg",
    **{
        f"{library}_NUM_THREADS": "1"
        for library in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON", "VECLIB_MAXIMUM")
    },
}


def fix() -> None:
    """Apply the settings to this process and everything that it starts."""
    os.environ.update(FIXED)
    # Without bytecode every import is compiled again; a build imports a great deal.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
