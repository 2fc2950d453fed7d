"""The paper built again and again under other circumstances: the bytes must be the same.

``make reproduce`` builds it in different folders, one after another, with another time zone and
locale, with 1 and 2 threads, with two OpenBLAS kernels, and on
each Python present, and ends with ``N passed, N failed``.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.project import current, shown
from llmexposure.publish.verify import copies
from llmexposure.publish.verify.files import OUTPUTS, RECORD, compare_files, digests, how_much
from llmexposure.publish.verify.rebuild import environment

VERSIONS = ("3.11", "3.12", "3.13")
# Kernels of an old and a newer processor; OpenBLAS picks by itself unless told.
KERNELS = {"x86_64": ("Nehalem", "Haswell"), "aarch64": ("ARMV8", "NEOVERSEN1")}
_NO_CONDA = {"CONDA_PREFIX": "", "CONDA_DEFAULT_ENV": ""}  # the copy gets a .venv of its own
_SHOWN = 8  # files that are named when they differ

# The build fixes one thread a library and two notebooks at a time; here both are what varies.
_BUILD = """
from llmexposure.publish import engine, environment
from llmexposure.cli import main
environment.FIXED.update({{n: "{threads}" for n in environment.FIXED if n.endswith("_NUM_THREADS")}})
engine.WORKERS = {workers}
main(["build", "--force"])
"""


@dataclass(frozen=True)
class Circumstance:
    """One build: its folder, Python, threads and environment variables."""

    name: str
    folder: str
    python: Path
    threads: int = 1
    workers: int = 2
    variables: dict[str, str] = field(default_factory=dict)


def circumstances(python: Path, others: dict[str, Path], machine: str) -> list[Circumstance]:
    """Every build, the first being the one that the others are compared with.

    Parameters
    ----------
    python
        Interpreter of the environment in use.
    others
        Version to interpreter, for each other Python.
    machine
        Processor family, as `platform.machine` names it.
    """
    elsewhere = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "12345"}
    kernels = KERNELS.get(machine, ())
    return [
        Circumstance("first build", "a", python),
        Circumstance(
            "another folder, time, zone, locale", "b/deeper", python, variables=elsewhere
        ),
        Circumstance("2 threads, 1 notebook at a time", "threads", python, threads=2, workers=1),
        *(
            Circumstance(f"OpenBLAS {k}", f"openblas_{k}", python, variables={"OPENBLAS_CORETYPE": k})
            for k in kernels
        ),
        *(Circumstance(f"Python {v}", f"python_{v}", path) for v, path in others.items()),
    ]  # fmt: skip


def interpreters() -> dict[str, Path]:
    """Version to interpreter, for each supported Python other than the running one."""
    here = "{}.{}".format(*sys.version_info[:2])
    found = {version: _interpreter(version) for version in VERSIONS if version != here}
    return {version: path for version, path in found.items() if path}


def _interpreter(version: str) -> Path | None:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    installed = sorted(pyenv.glob(f"{version}.*/bin/python{version}"))
    on_path = shutil.which(f"python{version}")
    found = [*([Path(on_path)] if on_path else []), *installed]
    return next((path for path in found if _runs(path)), None)


def _runs(python: Path) -> bool:
    # A pyenv shim is on the PATH for versions that it then refuses to start.
    return not subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode


def build(case: Circumstance, copy: Path) -> None:
    """Build everything in a fresh copy under the given circumstances.

    Raises
    ------
    BuildError
        When the environment cannot be made or the build fails.
    """
    shutil.rmtree(copy, ignore_errors=True)
    copies.copy_tree(current().root, copy)
    for path in digests(copy, [RECORD, *OUTPUTS]):
        (copy / path).unlink()
    python = case.python
    if python != Path(sys.executable):
        _run(case, copy, ["scripts/setup.sh"], {"PYTHON": str(python), **_NO_CONDA})
        python = copy / ".venv/bin/python"
    command = [str(python), "-c", _BUILD.format(threads=case.threads, workers=case.workers)]
    _run(case, copy, command, case.variables)


def _run(case: Circumstance, copy: Path, command: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=copy,
        env={**environment(copy), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        raise BuildError(f"{case.name}: {Path(command[0]).name} failed: {said[-1]}")


def differences(first: Path, other: Path) -> list[str]:
    """Outputs that are not the same bytes in two built copies, with how much they differ."""
    built = [digests(root, [RECORD, *OUTPUTS]) for root in (first, other)]
    changes = compare_files(*built)
    out = []
    for change in changes:
        paths = [root / change.name for root in (first, other)]
        versions = [p.read_bytes() if p.exists() else None for p in paths]
        out.append(f"{change.name}: {how_much(change.name, *versions)}")
    return out if built[0] else ["nothing was built"]


def outcomes(
    cases: list[Circumstance], work: Path, make: Callable[[Circumstance, Path], None] = build
) -> Iterator[tuple[Circumstance, list[str], float]]:
    """Build one after another; yields the case, what is wrong with it, and the seconds it took."""
    first = work / cases[0].folder
    for case in cases:
        began = time.monotonic()
        try:
            make(case, work / case.folder)
            wrong = differences(first, work / case.folder)
        except BuildError as error:
            wrong = [str(error)]
        yield case, wrong, time.monotonic() - began


def main() -> int:
    """Run every case, print a line each and a summary; returns 1 when one failed."""
    work = current().build / "reproduce"
    cases = circumstances(Path(sys.executable), interpreters(), platform.machine())
    passed = 0
    for case, wrong, seconds in outcomes(cases, work):
        print(f"{'FAIL' if wrong else 'pass'}  {case.name} ({seconds:.0f} s)", flush=True)
        for line in wrong[:_SHOWN]:
            print(f"      {line}")
        if len(wrong) > _SHOWN:
            print(f"      and {len(wrong) - _SHOWN} more files")
        passed += not wrong
        if not wrong and case != cases[0]:
            shutil.rmtree(work / case.folder)
    failed = len(cases) - passed
    if failed:
        print(f"The builds that differ are kept in {shown(work)}.")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
