"""Fake keys planted in the environment are in no file that is written, packed ones included."""

import io
import os
import shutil
import subprocess
import zipfile
import zlib

import pytest
from chat_server import serve
from click.testing import CliRunner
from hostile_paper import make_project
from rating_demo import IDS, TITLES

from llmexposure.cli import PoliteGroup, rate, score, validate
from llmexposure.publish import deposit

PLANTED = {
    name: f"sk-planted-{number}-{'0123456789' * 2}"
    for number, name in enumerate(
        ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"]
    )
}
ROW = "posting_id,title,description\n1,工程师,负责后端服务开发与维护\n2,,\n"


def leaks(folder):
    """Files in which a planted key stands, also in what they have packed."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            for data in unpacked(path.read_bytes()):
                found |= {path.name for key in PLANTED.values() if key.encode() in data}
    return found


def unpacked(data):
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            for name in file.namelist():
                yield name.encode()
                yield from unpacked(file.read(name))
    elif data.startswith(b"\x1f\x8b"):
        yield from unpacked(zlib.decompress(data, 31))
    elif data.startswith(b"%PDF"):
        for piece in data.split(b"stream\n")[1:]:
            try:
                yield zlib.decompressobj().decompress(piece)
            except zlib.error:
                continue


@pytest.fixture
def planted(monkeypatch):
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def invoke(command, *arguments):
    group = PoliteGroup("main", commands=[command])
    done = CliRunner().invoke(group, [command.name, *map(str, arguments)], catch_exceptions=False)
    assert not any(key in done.output for key in PLANTED.values())
    return done


@pytest.mark.parametrize("kind", ["plain", "zip", "zip in zip", "gz", "pdf"])
def test_the_search_would_find_it(kind, tmp_path):
    key = PLANTED["HF_TOKEN"].encode()

    def zipped(data):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("x", data)
        return stream.getvalue()

    pack = zlib.compressobj(wbits=31)
    content = {
        "plain": b"x" + key,
        "zip": zipped(key),
        "zip in zip": zipped(zipped(key)),
        "gz": pack.compress(key) + pack.flush(),
        "pdf": b"%PDF stream\n" + zlib.compress(key) + b"endstream",
    }
    (tmp_path / "x").write_bytes(content[kind])
    assert leaks(tmp_path) == {"x"}


def test_score_and_validate(planted, tmp_path):
    (tmp_path / "a.csv").write_text(ROW)
    done = invoke(
        score,
        tmp_path / "a.csv",
        "--out",
        tmp_path / "s.csv",
        "--workers",
        1,
        "--no-progress",
        "--language",
        "zh",
    )
    assert done.exit_code == 0, done.output
    assert invoke(validate, tmp_path / "a.csv", "--quarantine", tmp_path / "q.csv").exit_code == 0
    assert {"s.csv", "s.provenance.json", "s.quarantine.csv", "q.csv"} <= {
        p.name for p in tmp_path.iterdir()
    }
    assert not leaks(tmp_path)


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "HF_TOKEN"])
def test_rate(variable, planted, tmp_path):
    rows = [f"{dwa},{title}" for dwa, title in zip(IDS[:3], TITLES[:3], strict=True)]
    (tmp_path / "t.csv").write_text("dwa_id,title\n" + "\n".join(rows) + "\n")
    with serve() as server:
        done = invoke(rate, "--base-url", server.base_url, "--model", "m", "--titles", tmp_path / "t.csv",
                      "--out", tmp_path / "r.csv", "--key-variable", variable, "--no-progress")  # fmt: skip
        assert done.exit_code == 0, done.output
        assert server.keys == {f"Bearer {PLANTED[variable]}"}
    assert {"r.csv", "r.answers.jsonl", "r.provenance.json"} <= {p.name for p in tmp_path.iterdir()}
    assert not leaks(tmp_path)


def test_build_and_deposit(planted, tmp_path):
    project = make_project(tmp_path / "p")
    shutil.copy(deposit.__file__, tmp_path / "p/a.py")
    (tmp_path / "p/.env").write_text(PLANTED["HF_TOKEN"])
    done = project.run("build")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p/build/notebooks/01_small.ipynb").exists()
    assert not any(key in done.stdout + done.stderr for key in PLANTED.values())
    assert leaks(tmp_path) == {".env"}
    (tmp_path / "p/.gitignore").write_text(".env\n")
    git = ["git", "-C", str(tmp_path / "p")]
    subprocess.run([*git, "init", "-q"], check=True, env=os.environ)
    subprocess.run([*git, "add", "."], check=True)
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run([*git, *who, "commit", "-q", "-m", "m"], check=True)
    root = tmp_path / "p"
    deposit.write(tmp_path / "d.zip", deposit.tracked(root), deposit.executables(root), "p")
    assert leaks(tmp_path) == {".env"}


def test_a_notebook_that_fails_leaves_no_key(planted, tmp_path):
    project = make_project(tmp_path / "p")
    project.write_notebook(count='raise ValueError("no")')
    assert project.run("build").returncode
    assert not leaks(tmp_path)
