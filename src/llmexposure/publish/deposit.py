"""A clean archive of the repository for a data repository such as Zenodo, checked by rebuilding from it."""

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from llmexposure.base import outputs
from llmexposure.base.checkout import git
from llmexposure.base.errors import BuildError, visible
from llmexposure.publish.verify.rebuild import Verification, rebuild_and_compare

MANIFEST = "MANIFEST.sha256"
# The first moment that a zip can hold: two archives of the same files are the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
LARGEST = 2**28  # bytes that all files together may unpack to; more is refused as a bomb


def tracked(root: Path) -> dict[str, bytes]:
    """Content, as it is in the working tree, of every file of the commit HEAD under ``root``, by path.

    Raises
    ------
    BuildError
        When ``root`` is no git checkout with a commit, or a file is gone or no longer an ordinary one.
    """
    names = sorted(_committed(root))
    known = {(root / name).resolve() for name in names if not (root / name).is_symlink()}
    for name in names:
        _refuse_tracked(root, name, known)
    return {name: (root / name).read_bytes() for name in names}


def _committed(root: Path) -> dict[str, str]:
    """Mode of every file of the commit HEAD under ``root``: what is only staged is not among them."""
    listed = git(root, "ls-tree", "-r", "-z", "HEAD", trusted=True)
    if listed.returncode:
        raise BuildError(
            f"{root}: not a git checkout with a commit, so there is no list of files to deposit"
        )
    rows = [row.partition("\t") for row in os.fsdecode(listed.stdout).split("\0") if row]
    return {name: about.split()[0] for about, _, name in rows}


def _refuse_tracked(root: Path, name: str, known: set[Path]) -> None:
    """Refuse what would carry a file of this machine into the archive, or break the manifest."""
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise BuildError(f"{name!r} is a link that leaves the repository; it is not deposited")
    if not path.is_file():
        raise BuildError(
            f"{name} is tracked by git and not there; restore it or commit its removal"
        )
    if path.resolve() not in known:
        raise BuildError(f"{name!r} is a link to what is not committed; it is not deposited")
    if not name.isprintable() or "\\" in name:
        raise BuildError(f"{name!r}: a name with line ends or backslashes cannot be deposited")


def manifest(files: Mapping[str, bytes]) -> str:
    """Lines ``sha256  path`` as ``sha256sum --check`` reads them."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())


def write(path: Path, files: Mapping[str, bytes], executable: frozenset[str], top: str) -> None:
    """Write the archive whole or not at all; everything lies under one folder ``top``."""
    with outputs.marked(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: manifest(files).encode(), **files}.items():
            entry = zipfile.ZipInfo(f"{top}/{name}", _MOMENT)
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)


def executables(root: Path) -> frozenset[str]:
    """Committed files that git marks as executable."""
    return frozenset(name for name, mode in _committed(root).items() if mode == "100755")


def unpack(path: Path, folder: Path) -> Path:
    """Unpack an archive of ours under ``folder`` and check every file against its manifest.

    Returns
    -------
    Path
        The folder that holds the repository.

    Raises
    ------
    BuildError
        When it is no zip, a path leaves the folder, the files are too large, two of them would be
        one file, or content and manifest disagree.
    """
    try:
        return _unpack(path, folder)
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise BuildError(f"{path.name}: cannot be unpacked ({error})") from None


def _unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        for entry in entries:
            _refuse(path, entry)
        if len({e.filename.casefold() for e in entries}) < len(entries):
            raise BuildError(f"{path.name}: holds two files of one name")
        if (size := sum(e.file_size for e in entries)) > LARGEST:
            raise BuildError(f"{path.name}: refuses to unpack {size:,} bytes, over {LARGEST:,}")
        tops = {PurePosixPath(e.filename).parts[0] for e in entries}
        if len(tops) != 1:
            raise BuildError(f"{path.name}: expected one folder at the top, found {len(tops)}")
        for entry in entries:
            target = folder / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            target.chmod(0o755 if entry.external_attr >> 16 & 0o111 else 0o644)
    root = folder / tops.pop()
    _check_manifest(path, root)
    return root


def _refuse(path: Path, entry: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(entry.filename).parts
    link = entry.external_attr >> 28 == 0o12
    # zipfile cuts a name at a NUL; what the archive really says is the name before that.
    odd = "\\" in entry.orig_filename or ":" in parts[0] or not entry.orig_filename.isprintable()
    if ".." in parts or entry.filename.startswith("/") or odd or link:
        raise BuildError(f"{path.name}: refuses {entry.filename!r}, which leaves the folder")


def _check_manifest(path: Path, root: Path) -> None:
    if not (root / MANIFEST).is_file():
        raise BuildError(f"{path.name}: has no {MANIFEST}")
    lines = (root / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
    stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file() and p != root / MANIFEST
    }
    differ = sorted(n for n in stated.keys() | found.keys() if stated.get(n) != found.get(n))
    if differ:
        raise BuildError(f"{path.name}: {differ[0]} is not as the manifest says; pack it again")


def deposit(root: Path, path: Path, *, overwrite: bool = False) -> str:
    """Write the committed files under ``root`` to ``path`` (.zip); how many and how large, in words.

    What differs from the commit in the working tree is named, as it is packed as it is there.
    """
    outputs.check("PATH", [path], outputs.provenance_of(path), overwrite=overwrite)
    files = tracked(root)
    write(path, files, executables(root), path.stem)
    said = f"{path}: {len(files)} files, {path.stat().st_size / 1e6:.1f} MB"
    return said + _edited(root)


def _edited(root: Path) -> str:
    differ = ["diff", "--name-only", "--relative", "-z", "HEAD", "--", "."]
    listed = os.fsdecode(git(root, *differ, trusted=True).stdout)
    names = [name for name in listed.split("\0") if name]
    if not names:
        return ""
    return f"; not as committed: {visible(', '.join(names[:5]))}" + (
        f" and {len(names) - 5} more" if len(names) > 5 else ""
    )


def rebuild(path: Path) -> Verification:
    """Unpack an archive somewhere else, and compare what it gives with the record in it."""
    with tempfile.TemporaryDirectory() as folder:
        return rebuild_and_compare(unpack(path, Path(folder)))
