"""The paper built again and again under other circumstances: the bytes must be the same.

``make reproduce`` builds it in different folders, one after another, with another time zone and
locale, with 1 and 2 threads, with two OpenBLAS kernels, in a hostile home, and on each Python present,
and ends with ``N passed, N failed``.
"""

import json
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
from llmexposure.publish import environment
environment.restart()
from llmexposure.publish import engine
from llmexposure.cli import main
environment.FIXED.update({{n: "{threads}" for n in environment.FIXED if n.endswith("_NUM_THREADS")}})
engine.WORKERS = {workers}
main(["build", "--force"])
"""


# What a user may have in HOME, by path: each changes numbers or bytes, or stops a build that reads it.
_SPOIL = "import pandas; pandas.Series.sum = lambda *_, **__: 7; open = None"
_KERNEL = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
_LINES = f"c = get_config()\nc.InteractiveShellApp.exec_lines = [{_SPOIL!r}]\n"
HOSTILE = {
    ".ipython/profile_default/startup/00.py": _SPOIL,
    ".ipython/profile_default/ipython_config.py": _LINES,
    ".ipython/profile_default/ipython_kernel_config.py": _LINES,
    ".jupyter/jupyter_config.py": "raise SystemExit\n",
    ".local/share/jupyter/kernels/python3/kernel.json": json.dumps(
        {
            "argv": [*_KERNEL, f"--IPKernelApp.exec_lines={[_SPOIL]!r}"],
            "display_name": "",
            "language": "python",
        }
    ),
    ".config/matplotlib/matplotlibrc": "savefig.bbox: tight\naxes.facecolor: red\nlines.marker: x\n",
    ".config/fontconfig/fonts.conf": "<fontconfig><dir>/nowhere</dir></fontconfig>",
    ".latexmkrc": "die;\n",
    "texmf/tex/latex/booktabs/booktabs.sty": "\\errmessage{not the package}\n",
    "texmf/bibtex/bst/plainnat.bst": "not a style\n",
    "modules/sitecustomize.py": "import json; json.dumps = lambda *_, **__: '{}'",
    "modules/numpy.py": "raise ImportError\n",
}


def plant(home: Path, path: str = "") -> dict[str, str]:
    """Write a hostile home folder; returns variables that lead to it, ``path`` being Python's own."""
    for name, text in HOSTILE.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    folders = {
        "HOME": ".",
        "IPYTHONDIR": ".ipython",
        "JUPYTER_CONFIG_DIR": ".jupyter",
        "JUPYTER_PATH": ".local/share/jupyter",
        "MATPLOTLIBRC": ".config/matplotlib/matplotlibrc",
        "MPLCONFIGDIR": ".config/matplotlib",
        "FONTCONFIG_FILE": ".config/fontconfig/fonts.conf",
        "TEXMFHOME": "texmf",
        "TEXINPUTS": "texmf//:",
        "BSTINPUTS": "texmf//:",
        "BIBINPUTS": "texmf//:",
        "PYTHONSTARTUP": ".ipython/profile_default/startup/00.py",
        "PYTHONPATH": f"modules:{path}",
    }
    others = {"PYTHONOPTIMIZE": "2", "POLARS_FMT_MAX_ROWS": "1", "GIT_DIR": "/nowhere"}
    return {name: f"{home}/{value}" for name, value in folders.items()} | others


@dataclass(frozen=True)
class Circumstance:
    """One build: its folder, Python, threads and environment variables, and whether its home is hostile."""

    name: str
    folder: str
    python: Path
    threads: int = 1
    workers: int = 2
    variables: dict[str, str] = field(default_factory=dict)
    hostile: bool = False


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
        Circumstance("hostile home and variables", "hostile", python, hostile=True),
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
    home = plant(copy / "build" / "hostile", f"{copy}/src") if case.hostile else {}
    _run(case, copy, command, {**case.variables, **home})


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
