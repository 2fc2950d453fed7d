"""No output of a run may be what the run reads, or what the next run would read."""

import re
from collections.abc import Mapping
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem
from fsspec.utils import glob_translate

from llmexposure.base.errors import ParameterError
from llmexposure.base.paths import shown
from llmexposure.postings.read.address import Part, shown_address
from llmexposure.postings.score.output import beside

BESIDE = ("quarantine.csv", "failed.quarantine.csv", "provenance.json", "partial")


def check_apart(
    out: Path, address: str, parts: list[Part], others: Mapping[str, Path | None]
) -> None:
    """Refuse an output that is an input or holds one, through links too, or that the address takes in.

    Parameters
    ----------
    others
        Files read besides the postings, by what they are.

    Raises
    ------
    ParameterError
        Naming the output and the input.
    """
    read = {Path(part.path): "the postings themselves" for part in parts}
    read |= {path: what for what, path in others.items() if path is not None}
    sources = {file.resolve(): what for file, what in read.items() if file.exists()}
    for output in (out, *(beside(out, what) for what in BESIDE)):
        for file, what in sources.items():
            if output.resolve() in (file, *file.parents):
                raise ParameterError(
                    f"--out {shown(out)}: {shown(output)} would replace {what} ({shown(file)}); "
                    "choose another name"
                )
        if _takes_in(address, output):
            raise ParameterError(
                f"--out {shown(out)}: {shown(output)} lies among the postings of "
                f"{shown_address(address)}, and the next run would read it; choose a place outside"
            )


def _takes_in(address: str, output: Path) -> bool:
    """Whether a folder on this machine holds the output, or a pattern matches it."""
    root = fsspec.core.url_to_fs(address)[1]
    if Path(root).is_dir():
        return Path(root).resolve() in output.resolve().parents
    if not re.search(r"[*?]", root):
        return False
    # Made absolute as the pattern was, links left as they are.
    name = LocalFileSystem._strip_protocol(output)
    return re.match(glob_translate(root), name) is not None
