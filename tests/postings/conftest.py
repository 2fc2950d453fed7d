"""Files of postings made on the spot, and the real ones where the machine has them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file below a fresh folder; text as UTF-8 with the line ends given."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture(scope="session")
def postings_cn() -> Path:
    """Folder with real Chinese postings; a test that asks for it is skipped without one."""
    folder = os.environ.get("LLMEXPOSURE_POSTINGS_CN")
    if not folder:
        pytest.skip("LLMEXPOSURE_POSTINGS_CN is not set: no real postings")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"LLMEXPOSURE_POSTINGS_CN is '{folder}', which is not a folder")
    return path
