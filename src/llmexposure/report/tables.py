"""The committed tables, how they load, and what else a study hands to the press.

A project names the module that holds its `Study`, as ``STUDY``, in ``pyproject.toml``:

    [tool.llmexposure]
    study = "llmexposure.analysis.study"

A small study can be a file beside it: ``study = "study.py"`` (see ``examples/``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError, ProjectError
from llmexposure.base.files import canonical_frame, to_csv_text
from llmexposure.base.project import current, shown
from llmexposure.base.tables.schema import read_csv, validate

DEFAULT = "llmexposure.analysis.study"


@dataclass(frozen=True)
class Table:
    """A committed table: its schema, its key and what one row is."""

    name: str
    row: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema


@dataclass(frozen=True)
class Study:
    """Attributes: the committed tables by name, and the seed of each that holds random numbers."""

    tables: Mapping[str, Table]
    seeds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """A second paper: what is other in it (see `publish.second`).

    Attributes
    ----------
    folder
        Its root.
    notebook
        Name of the notebook that runs again.
    parameters
        What the notebook is given; a value that names a file of ``files`` is that name.
    files
        Name in the root to the file that is copied there.
    sections
        LaTeX files, copied into ``paper/sections``, which ``paper.tex`` inputs where they are there.
    """

    folder: Path
    notebook: str
    parameters: Mapping[str, Any]
    files: Mapping[str, Path]
    sections: tuple[Path, ...]


def study() -> Study:
    """Study of the current project.

    Raises
    ------
    ProjectError
        When the module that ``pyproject.toml`` names cannot be imported or holds none.
    """
    project = current()
    return _study((project.lender or project.root) / "pyproject.toml")


@cache
def _study(pyproject: Path) -> Study:
    text = pyproject.read_text(encoding="utf-8") if pyproject.is_file() else ""
    name = tomllib.loads(text).get("tool", {}).get("llmexposure", {}).get("study", DEFAULT)
    try:
        found = _module(name, pyproject.parent).STUDY
    except (ImportError, AttributeError, OSError) as error:
        raise ProjectError(
            f"{shown(pyproject)}: [tool.llmexposure] study is {name!r}, expected a module of this "
            f"environment, or a file beside it, that holds STUDY ({error})"
        ) from None
    return found


def _module(name: str, folder: Path) -> ModuleType:
    """A module by its name, or by its file in a folder."""
    if not name.endswith(".py"):
        return import_module(name)
    spec = spec_from_file_location(Path(name).stem, folder / name)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} cannot be read")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def codebook(tables: Mapping[str, Table]) -> pd.DataFrame:
    """One row a column: ``table``, ``column``, ``key``, ``type``, ``unit``, ``description``, ``source``."""
    rows = [
        {
            "table": table.name,
            "row_is": table.row,
            "column": name,
            "key": "yes" if name in table.key else "",
            "type": str(column.dtype),
            "unit": column.metadata["unit"],
            "description": column.description,
            "source": " ".join(column.metadata["source"]),
        }
        for table in tables.values()
        for name, column in table.schema.columns.items()
    ]
    columns = ["table", "row_is", "column", "key", "type", "unit", "description", "source"]
    return pd.DataFrame(rows, columns=columns)


def table_text(name: str, frame: pd.DataFrame, path: Path) -> str:
    """Text of a table as it is committed, checked against its schema.

    Raises
    ------
    DataError
        Naming ``path``, column, row and value when the table breaks its schema.
    """
    schema = _known(name).schema
    exact = [name for name, column in schema.columns.items() if column.metadata.get("exact")]
    return to_csv_text(validate(canonical_frame(frame, exact), schema, file=path), exact)


def load(name: str, path: Path | None = None) -> pd.DataFrame:
    """Table of ``data/analysis`` with its types; missing cells are NaN.

    Parameters
    ----------
    path
        Another file to read it from.

    Raises
    ------
    DataError
        Naming file, column, row and value when the file breaks its schema.

    Examples
    --------
    >>> load("activities").shape[0]
    2087
    """
    schema = _known(name).schema
    return read_csv(path or current().table_file(name), schema)


def _known(name: str) -> Table:
    tables = study().tables
    if name not in tables:
        raise DataError(f"table {name!r} has no schema; expected one of {', '.join(tables)}")
    return tables[name]
