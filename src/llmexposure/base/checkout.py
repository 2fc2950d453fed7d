"""Git asked about the checkout around a folder, whatever repository the environment names."""

import os
import shlex
import subprocess
from pathlib import Path

from llmexposure.base.errors import BuildError

_NO_PROGRAM = 127  # exit code of a shell for a command that is not there


def git(folder: Path, *arguments: str, trusted: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, without programs that the checkout names; exit code 127 without git.

    Parameters
    ----------
    trusted
        Ask even when the checkout belongs to another user: for questions that only guard its files.

    Raises
    ------
    BuildError
        When git refuses a checkout because it belongs to another user, with git's advice.
    """
    settings = ["-c", "core.fsmonitor=false", "--literal-pathspecs"]
    settings += ["-c", "safe.directory=*"] if trusted else []
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    command = ["git", *settings, *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
    except OSError:
        return subprocess.CompletedProcess(command, _NO_PROGRAM, b"", b"")
    if done.returncode and b"dubious ownership" in done.stderr:
        raise BuildError(
            f"{folder}: git refuses this checkout, which belongs to another user; if you trust it: "
            f"git config --global --add safe.directory {shlex.quote(str(folder.resolve()))}"
        )
    return done
