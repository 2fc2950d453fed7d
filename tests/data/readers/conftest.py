"""Small files for the tests of the readers, and the one message that a bad one gives."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from llmexposure.base.errors import DataError


@pytest.fixture(scope="module")
def folder(mirror: Path, request: pytest.FixtureRequest) -> Path:
    """Copies of the upstream files of the source that the module is about."""
    return mirror / request.module.SOURCE


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text (or bytes) to a file of the given name and return its path."""

    def writer(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writer


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a sheet of a new workbook and return its path."""

    def writer(rows: list[list], sheet: str = "Sheet1", name: str = "table.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return writer


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Message of the DataError that a call raises, with the path of the file cut to its name."""

    def caller(call: Callable, path: Path, *args: object, **kwargs: object) -> str:
        with pytest.raises(DataError) as caught:
            call(path, *args, **kwargs)
        message = str(caught.value)
        assert message.startswith(path.as_posix()), message
        return message.replace(path.as_posix(), path.name, 1)

    return caller
