"""What every test may use: the mirror of upstream files, and a repeatable hypothesis profile."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder with copies of the upstream files; a test that asks for it is skipped without one."""
    folder = os.environ.get("LLMEXPOSURE_MIRROR")
    if not folder:
        pytest.skip("LLMEXPOSURE_MIRROR is not set: no copies of the upstream files")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"LLMEXPOSURE_MIRROR is '{folder}', which is not a folder")
    return path
