"""What the paper was built from and what the build made, each file with its SHA-256.

The build writes it last, so that a file edited afterwards, by hand or in a merge, is found without
building anything: ``sha256sum -c results/SHA256SUMS`` or ``llmexposure verify --quick``.
"""

from collections.abc import Iterable
from pathlib import Path

from llmexposure.base.errors import DataError
from llmexposure.base.files import sha256_of, write_text
from llmexposure.base.project import Project, shown
from llmexposure.publish import paper
from llmexposure.publish.steps import Step

_LENGTH = 64  # hexadecimal digits of a SHA-256


def made(project: Project, found: Iterable[Step]) -> list[Path]:
    """Files that the build makes for the record, the PDFs among them."""
    outputs = [path for step in found for path in step.outputs]
    return [*outputs, project.steps, *paper.macros(project), *project.pdfs]


def listed(project: Project, found: Iterable[Step]) -> list[Path]:
    """Data, notebooks and LaTeX that the paper is made from, and what the build makes, in order."""
    found = list(found)
    folders = (project.data, project.notebooks)
    read = {p for s in found for p in s.inputs if any(map(p.is_relative_to, folders))}
    written = {*paper.sources(project), *paper.style(project)}
    everything = read | written | {*made(project, found)}
    return sorted(path for path in everything if path.is_relative_to(project.root))


def write_manifest(project: Project, files: Iterable[Path]) -> None:
    """Write the SHA-256 of each file, as ``sha256sum`` does, with paths from the root."""
    root = project.root
    lines = [f"{sha256_of(path)}  {path.relative_to(root).as_posix()}\n" for path in files]
    write_text(project.checksums, "".join(lines))


def read_manifest(project: Project) -> dict[str, str]:
    """SHA-256 by path.

    Raises
    ------
    DataError
        When the file is not there, or a line of it is no SHA-256 with a path.
    """
    path = project.checksums
    if not path.is_file():
        raise DataError(f"{shown(path)} is not there; run make paper and commit what it writes")
    out = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        digest, mark, name = line.partition("  ")
        if len(digest) != _LENGTH or not mark or not name:
            raise DataError(
                f"{shown(path)}, line {number}: expected SHA-256, two spaces and a path, found "
                f"{line[:80]!r}; run make paper to write it again"
            )
        out[name] = digest
    return out
