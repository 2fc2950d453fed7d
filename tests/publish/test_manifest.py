"""Checksums of what the paper was built from and of what the build made."""

import shutil
import subprocess

import pytest

from llmexposure.base.errors import DataError
from llmexposure.base.project import Project, current
from llmexposure.publish import manifest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abc  a.csv\n", "line 1: expected SHA-256, two spaces and a path, found 'abc  a.csv'"),
        (f"{'0' * 64}  a.csv\n{'0' * 64} b.csv\n", "line 2: expected SHA-256"),
        (f"{'0' * 64}  \n", "line 1: expected SHA-256"),
    ],
)
def test_a_line_that_is_no_checksum_is_named(tmp_path, text, said):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "SHA256SUMS").write_text(text)
    with pytest.raises(DataError, match=said):
        manifest.read_manifest(Project(tmp_path))


def test_without_checksums_the_message_says_how_to_make_them(tmp_path):
    with pytest.raises(DataError, match="SHA256SUMS is not there; run make paper"):
        manifest.read_manifest(Project(tmp_path))


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_sha256sum_agrees_with_the_committed_checksums():
    command = ["sha256sum", "--check", "--quiet", "results/SHA256SUMS"]
    done = subprocess.run(command, cwd=current().root, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
