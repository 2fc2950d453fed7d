"""The archive that is deposited: written from the repository, and the paper rebuilt from it."""

import tempfile
from pathlib import Path

from llmexposure.base.project import ROOT
from llmexposure.publish import deposit
from llmexposure.publish.verify.rebuild import Verification, rebuild_and_compare


def write(path: Path) -> str:
    """Write the tracked files of the repository to ``path`` (.zip); how many and how large, in words.

    Raises
    ------
    BuildError
        As :func:`llmexposure.publish.deposit.tracked` does.
    """
    files = deposit.tracked(ROOT)
    deposit.write(path, files, deposit.executables(ROOT), path.stem)
    return f"{path}: {len(files)} files, {path.stat().st_size / 1e6:.1f} MB"


def rebuild(path: Path) -> Verification:
    """Unpack an archive somewhere else, and compare what it gives with the record in it."""
    with tempfile.TemporaryDirectory() as folder:
        return rebuild_and_compare(deposit.unpack(path, Path(folder)))
