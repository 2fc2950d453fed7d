"""Settings that make two builds give the same bytes, set before any kernel or TeX run starts."""

import os

from llmexposure.base.project import STAGE

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
    # Tells a notebook that the build runs it, and where to leave its outputs (see notebook.run).
    os.environ["LLMEXPOSURE_STAGE"] = str(STAGE)
    # Without bytecode every import is compiled again; a build imports a great deal.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
