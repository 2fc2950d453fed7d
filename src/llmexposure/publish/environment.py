"""Settings that make two builds give the same bytes, set before any kernel or TeX run starts.

A build runs in a home folder and with variables of its own, so that what a user keeps in HOME (settings of
IPython, Jupyter, matplotlib, TeX, fonts) or in the shell has no part in the paper.
"""

import errno
import os
import re
import site
import sys
import tempfile
from pathlib import Path

from llmexposure.base.errors import BuildError, ParameterError
from llmexposure.base.project import current, shown

# One thread each: sums in another order differ in the last bits. A fixed clock, zone and hash seed.
FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
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
# Variables that a build takes over: where programs and their libraries are, and this project's own.
_KEPT = {"PATH", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "OPENBLAS_CORETYPE", "USER", "LOGNAME"}
_KEPT_FAMILIES = ("LLMEXPOSURE_", "CONDA_", "DYLD_", "PYTEST_", "COVERAGE_")
# What changes the code that Python runs; it takes effect before this module can drop it.
_REDIRECTING = ("PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHONUSERBASE")
_OURS = {"llmexposure", "cli.py", "-c"}  # first words of the command line that are this program
_CELL_SECONDS = "LLMEXPOSURE_CELL_SECONDS"
# Bytes of a folder for temporary files: the addresses of sockets below it have 104 on some systems.
_LONGEST_FOLDER = 70
_SOURCE = Path(__file__).resolve().parents[2]


def fix() -> None:
    """Apply the settings to this process and everything that it starts; all other variables go.

    Raises
    ------
    ParameterError
        When `cell_seconds` cannot be read.
    """
    restart()
    cell_seconds()
    home = current().build.absolute() / "home"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
        raise BuildError(
            f"{shown(home.parent)}: cannot be written ({error.strerror}); copy the project to a folder of "
            "yours and run it there"
        ) from None
    kept = {name: value for name, value in os.environ.items() if _is_kept(name)}
    os.environ.clear()
    os.environ.update({**kept, **_own_source(), **FIXED, "HOME": str(home)})
    _shorten_folder()


def cell_seconds() -> int:
    """Seconds that a cell may take before its notebook counts as hanging.

    Raises
    ------
    ParameterError
        When the variable that sets them is no such number.
    """
    text = os.environ.get(_CELL_SECONDS) or "900"
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise ParameterError(f"{_CELL_SECONDS} is '{text}', expected whole seconds, 1 or more")
    return int(text)


def _shorten_folder() -> None:
    """Leave the system's folder for temporary files to sockets where the user's is too long for them."""
    if folder := os.environ.pop("TMPDIR", None):
        path = Path(folder).absolute()
        if len(os.fsencode(path)) <= _LONGEST_FOLDER:
            os.environ["TMPDIR"] = str(path)
    tempfile.tempdir = None


def restart() -> None:
    """Start this command again when variables of Python or a user's own packages bent how it started."""
    if Path(sys.argv[0]).name not in _OURS or not _bent():
        return
    left = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    clean = {**left, **_own_source(), "PYTHONNOUSERSITE": "1"}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], clean)


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_FAMILIES)


def _bent() -> bool:
    own = _own_source()
    given = {name: os.environ[name] for name in _REDIRECTING if os.environ.get(name)}
    # Outside environments Python adds the packages that a user installed in HOME.
    return given != own or bool(site.ENABLE_USER_SITE) and site.getusersitepackages() in sys.path


def _own_source() -> dict[str, str]:
    """PYTHONPATH with the one folder that may stay: that of this package, where `verify` names it."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    named = any(folder and Path(folder).resolve() == _SOURCE for folder in folders)
    return {"PYTHONPATH": str(_SOURCE)} if named else {}
