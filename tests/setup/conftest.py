"""A throwaway copy of the set-up: its scripts, tiny locks, stand-ins for uv, pip, apt and TeX.

Nothing here reaches a network or this machine's own environment: PATH holds only the stand-ins and
the few plain tools that the scripts may use.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# All that the scripts may need beside Python, uv, apt and TeX: what every Debian has.
PLAIN_TOOLS = (
    "sh", "env", "dirname", "mkdir", "mv", "rm", "cat", "cut", "sed", "tail", "sha256sum", "flock",
    "id", "sleep", "true",
)  # fmt: skip
BASE_PYTHON = getattr(sys, "_base_executable", "") or sys.executable

# A Python that notes each use of venv and pip, and lacks the modules named in the file `lacks`.
PYTHON_STUB = f"""
lacks() {{
    missing=$(cat "$SANDBOX/lacks" 2>/dev/null)
    case " $missing " in *" $1 "*) ;; *) false ;; esac
}}
case "$*" in
    "-I -c import sys"*) {BASE_PYTHON} "$@" >/dev/null && echo "$0"; exit ;;
    "-I -c import "*) lacks "${{3#import }}" && exit 1 ;;
    "-m pip config"*) exit 1 ;;
    "-m venv"*|"-m pip"*) echo "python $*" >>"$SANDBOX/calls"; lacks "$2" && exit 1 ;;
esac
case "$*" in
    "-m venv"*)
        for folder; do :; done
        {BASE_PYTHON} -m venv --without-pip "$folder" || exit
        pip=$(echo "$folder"/lib/python3*/site-packages)/pip
        mkdir -p "$pip"; : >"$pip/__init__.py"; : >"$pip/__main__.py" ;;
    "-m pip install"*)
        for folder; do :; done
        mkdir -p "$folder/bin"; cp "$SANDBOX/uv" "$folder/bin/uv" ;;
    *) exec {BASE_PYTHON} "$@" ;;
esac
"""

# A uv that makes real but empty environments; the file `uv-does` says what its sync does.
UV_STUB = f"""
case "$1" in --version) exit 0 ;; esac
echo "uv $* cache=${{UV_CACHE_DIR-}} index=${{UV_DEFAULT_INDEX-}}" >>"$SANDBOX/calls"
case "$1 $2" in
    "venv --python") {BASE_PYTHON} -m venv --without-pip "$4" ;;
    "pip sync") . "$SANDBOX/uv-does" ;;
esac
"""


@dataclass
class Sandbox:
    """A copy of the set-up and the stand-ins that it meets."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def tools(self) -> Path:
        """Folder of the stand-ins: the whole PATH."""
        return self.root.parent / "tools"

    @property
    def state(self) -> Path:
        """Folder through which the stand-ins are told what to do and report what they did."""
        return self.root.parent / "state"

    def tool(self, name: str, body: str) -> Path:
        """Put a stand-in on the PATH."""
        path = self.tools / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    def start(self, script: str, *args: str, **env: str) -> subprocess.Popen:
        """Start a script of the copy, as a person would in a clean shell."""
        return subprocess.Popen(
            [self.root / "scripts" / script, *args],
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, *args: str, **env: str) -> subprocess.CompletedProcess:
        """Run a script of the copy to its end."""
        process = self.start(script, *args, **env)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def calls(self) -> list[str]:
        """What was asked of uv, pip, venv, apt and TeX since the last look."""
        log = self.state / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    box = Sandbox(tmp_path / "project")
    for folder in (box.tools, box.state, tmp_path / "home"):
        folder.mkdir()
    shutil.copytree(ROOT / "scripts", box.root / "scripts")
    shutil.copy(ROOT / "environment.yml", box.root)
    for name in ("requirements.txt", "requirements-bootstrap.txt", "pyproject.toml"):
        (box.root / name).write_text("# empty\n")
    for name in (*PLAIN_TOOLS, "cp"):
        (box.tools / name).symlink_to(shutil.which(name))
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        box.tool(name, PYTHON_STUB)
    shutil.copy(box.tool("uv", UV_STUB), box.state / "uv")
    (box.state / "uv-does").write_text(":\n")
    box.env = {"PATH": str(box.tools), "HOME": str(tmp_path / "home"), "SANDBOX": str(box.state)}
    box.env["LLMEXPOSURE_APT"] = "no"
    return box
