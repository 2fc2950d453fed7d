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
    "sh", "env", "dirname", "mkdir", "rm", "cat", "sed", "tail", "cksum", "tr", "id", "sleep", "true",
)  # fmt: skip
BASE_PYTHON = getattr(sys, "_base_executable", "") or sys.executable

# A Python that notes its use of venv, and lacks the modules named in the file `lacks`.
PYTHON_STUB = f"""
lacks() {{
    case " $(cat "$SANDBOX/lacks" 2>/dev/null) " in *" $1 "*) ;; *) false ;; esac
}}
case "$*" in
    "-I -c import sys"*) {BASE_PYTHON} "$@" >/dev/null && echo "$0"; exit ;;
    "-c import "*) lacks "${{2#import }}" && exit 1 ;;
    "-m pip"*) lacks pip && exit 1; shift 2; exec {BASE_PYTHON} "$SANDBOX/pip/__main__.py" "$@" ;;
    "-m venv"*)
        echo "python $*" >>"$SANDBOX/calls"
        for folder; do :; done
        {BASE_PYTHON} -m venv --without-pip "$folder" || exit
        [ "$3" = --without-pip ] || cp -r "$SANDBOX/pip" "$folder"/lib/python3*/site-packages
        exit ;;
esac
exec {BASE_PYTHON} "$@"
"""

# A pip that notes its use. Of what it is asked to install it brings uv and the link to src/.
PIP_STUB = """
import os, shutil, sys
from pathlib import Path
state, asked = Path(os.environ["SANDBOX"]), sys.argv[1:]
if "config" in asked:
    sys.exit(1)
with (state / "calls").open("a") as log:
    print("pip", *asked, file=log)
python = asked[asked.index("--python") + 1] if "--python" in asked else sys.executable
env = Path(python).parents[1]
if "build/uv.txt" in asked:
    shutil.copy(state / "uv", env / "bin/uv")
if "-e" in asked:
    (link,) = env.glob("lib/python3*/site-packages")
    (link / "llmexposure.pth").write_text(f"{os.getcwd()}/src")
"""

# A uv that makes real environments, empty but for pip; the file `uv-does` says what its sync does.
UV_STUB = f"""
case "$1" in --version) exit 0 ;; esac
echo "uv $* cache=${{UV_CACHE_DIR-}} index=${{UV_DEFAULT_INDEX-}}" >>"$SANDBOX/calls"
case "$1 $2" in
    "venv --python") {BASE_PYTHON} -m venv --without-pip "$4" ;;
    "pip sync") . "$SANDBOX/uv-does" && cp -r "$SANDBOX/pip" "${{4%/bin/*}}"/lib/python3*/site-packages ;;
esac
"""
# A lock of two packages, one of them uv.
LOCK = """uv==1 ; python_version > '3' \\
    --hash=sha256:1 \\
    --hash=sha256:2
zict==3 \\
    --hash=sha256:3
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
    for folder in (box.tools, box.state / "pip", tmp_path / "home", box.root / "requirements"):
        folder.mkdir(parents=True)
    shutil.copytree(ROOT / "scripts", box.root / "scripts")
    shutil.copy(ROOT / "environment.yml", box.root)
    (box.root / "requirements/lock.txt").write_text(LOCK)
    (box.root / "pyproject.toml").write_text("# empty\n")
    for name in (*PLAIN_TOOLS, "cp"):
        (box.tools / name).symlink_to(shutil.which(name))
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        box.tool(name, PYTHON_STUB)
    shutil.copy(box.tool("uv", UV_STUB), box.state / "uv")
    (box.state / "pip/__main__.py").write_text(PIP_STUB)
    (box.state / "pip/__init__.py").touch()
    (box.state / "uv-does").write_text(":\n")
    box.env = {"PATH": str(box.tools), "HOME": str(tmp_path / "home"), "SANDBOX": str(box.state)}
    box.env["LLMEXPOSURE_APT"] = "no"
    return box
