"""Clean copies: of the working tree as it is, and of the files of a git revision."""

import io
import os
import shutil
import zipfile
from pathlib import Path

from llmexposure.base.checkout import git
from llmexposure.base.errors import BuildError

_NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
_BUILD = "build"  # what a build leaves in the root; a package of that name is source


def is_checkout(root: Path) -> bool:
    """Whether ``root`` itself (not a folder around it) is a git checkout with a commit."""
    done = git(root, "rev-parse", "--show-toplevel", "HEAD")
    return not done.returncode and root.samefile(os.fsdecode(done.stdout).splitlines()[0])


def commit(root: Path, revision: str) -> str:
    """Short name of the commit that a revision stands for.

    Raises
    ------
    BuildError
        When git knows no such commit here.
    """
    done = git(root, "rev-parse", "--verify", "--short", f"{revision}^{{commit}}")
    if done.returncode:
        raise BuildError(
            f"{revision!r} is no commit here; expected a branch, a tag or a commit that `git log` "
            "shows (a shallow clone has few: `git fetch --unshallow` brings the rest)"
        )
    return done.stdout.decode().strip()


def copy_tree(root: Path, target: Path) -> None:
    """Copy the working tree as it is: what git tracks and what it does not ignore.

    Without git everything is copied but environments, caches and the folder ``build``.
    """
    if not is_checkout(root):
        anywhere = shutil.ignore_patterns(*_NOT_COPIED)

        def ignored(folder: str, names: list[str]) -> set[str]:
            here = {_BUILD} if Path(folder) == root else set()
            return anywhere(folder, names) | here.intersection(names)

        shutil.copytree(root, target, ignore=ignored)
        return
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    for name in filter(None, os.fsdecode(listed).split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, target / name)


def export(root: Path, revision: str, target: Path) -> None:
    """Write the files of a git revision to an empty folder."""
    done = git(root, "archive", "--format=zip", commit(root, revision))
    zipfile.ZipFile(io.BytesIO(done.stdout)).extractall(target)
