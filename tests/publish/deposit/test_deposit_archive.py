"""The deposit: same bytes twice, only tracked files, and hostile archives refused."""

import hashlib
import subprocess
import zipfile

import pytest

from llmexposure.base.errors import BuildError, ParameterError
from llmexposure.publish import deposit


@pytest.fixture
def checkout(tmp_path):
    root = tmp_path / "repo"
    (root / "data").mkdir(parents=True)
    (root / "data" / "数据.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    (root / "secret.env").write_text("KEY=1")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "data", "run.sh"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "m"], check=True)
    return root


def packed(root, path):
    deposit.write(path, deposit.tracked(root), deposit.executables(root), "paper")
    return path


def test_two_archives_of_the_same_files_are_the_same_bytes(checkout, tmp_path):
    one, two = packed(checkout, tmp_path / "1.zip"), packed(checkout, tmp_path / "2.zip")
    assert one.read_bytes() == two.read_bytes()


def test_unpacking_gives_the_tracked_files_and_no_others(checkout, tmp_path):
    root = deposit.unpack(packed(checkout, tmp_path / "1.zip"), tmp_path / "out")
    found = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert found == {deposit.MANIFEST, "run.sh", "data/数据.csv"}
    assert (root / "run.sh").stat().st_mode & 0o111
    assert not (root / "data" / "数据.csv").stat().st_mode & 0o111


def test_the_manifest_is_what_sha256sum_reads(checkout, tmp_path):
    root = deposit.unpack(packed(checkout, tmp_path / "1.zip"), tmp_path / "out")
    done = subprocess.run(["sha256sum", "--check", "--quiet", deposit.MANIFEST], cwd=root)
    assert done.returncode == 0


def test_a_missing_tracked_file_is_named(checkout):
    (checkout / "run.sh").unlink()
    with pytest.raises(BuildError, match=r"run\.sh is tracked"):
        deposit.tracked(checkout)


def test_a_folder_without_git_is_refused(tmp_path):
    with pytest.raises(BuildError, match="not a git checkout"):
        deposit.tracked(tmp_path)


def test_what_is_only_staged_is_left_out(checkout, tmp_path, monkeypatch):
    (checkout / "noted.env").write_text("KEY=1")
    subprocess.run(["git", "-C", str(checkout), "add", "secret.env"], check=True)
    subprocess.run(["git", "-C", str(checkout), "add", "-N", "noted.env"], check=True)
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert set(deposit.tracked(checkout)) == {"run.sh", "data/数据.csv"}


@pytest.mark.parametrize("target", ["secret.env", "/etc/hostname", "nowhere"])
def test_a_committed_link_to_what_is_not_committed_is_refused(checkout, target):
    (checkout / "run.sh").unlink()
    (checkout / "run.sh").symlink_to(target)
    with pytest.raises(BuildError, match=r"run\.sh"):
        deposit.tracked(checkout)


def test_edits_are_named_and_only_ours_is_replaced(checkout, tmp_path):
    (checkout / "run.sh").write_text("#!/bin/sh\necho\n")
    path = tmp_path / "1.zip"
    assert deposit.deposit(checkout, path).endswith("; not as committed: run.sh")
    deposit.deposit(checkout, path)
    with pytest.raises(ParameterError, match="tracked by git"):
        deposit.deposit(checkout, checkout / "run.sh", overwrite=True)


def entry(name, mode=0o100644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


HOSTILE = {
    "traversal": (entry("paper/../../evil"), b"", "leaves the folder"),
    "absolute": (entry("/etc/evil"), b"", "leaves the folder"),
    "backslash": (entry("paper/..\\evil"), b"", "leaves the folder"),
    "link": (entry("paper/link", 0o120777), b"/etc/passwd", "leaves the folder"),
    "two tops": (entry("other/file"), b"", "one folder at the top"),
    "unlisted": (entry("paper/extra.py"), b"import os", "not as the manifest says"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archives_are_refused_and_write_nothing_outside(checkout, tmp_path, case):
    path = packed(checkout, tmp_path / "1.zip")
    info, data, message = HOSTILE[case]
    with zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr(info, data)
    with pytest.raises(BuildError, match=message):
        deposit.unpack(path, tmp_path / "deep" / "out")
    assert not (tmp_path / "deep" / "evil").exists()
    assert not (tmp_path / "evil").exists()


def test_a_bomb_is_refused_before_anything_is_unpacked(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(deposit, "LARGEST", 100)
    path = packed(checkout, tmp_path / "1.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(entry("paper/zeros"), b"0" * 10_000)
    with pytest.raises(BuildError, match="refuses to unpack"):
        deposit.unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_changed_byte_is_found(checkout, tmp_path):
    files = deposit.tracked(checkout)
    stated = deposit.manifest(files)
    changed = {**files, "run.sh": b"#!/bin/sh\nrm -rf .\n"}
    digest = hashlib.sha256(changed["run.sh"]).hexdigest()
    assert digest not in stated
    path = tmp_path / "1.zip"
    deposit.write(path, changed, frozenset(), "paper")
    with zipfile.ZipFile(path) as zipped:
        kept = {n: zipped.read(n) for n in zipped.namelist()}
    kept["paper/" + deposit.MANIFEST] = stated.encode()
    with zipfile.ZipFile(path, "w") as zipped:
        for name, data in kept.items():
            zipped.writestr(entry(name), data)
    with pytest.raises(BuildError, match=r"run\.sh is not as the manifest says"):
        deposit.unpack(path, tmp_path / "out")
