"""Four long jobs as processes of their own: fetch, build, score, rate. Each can be killed and run again."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import chat_server
import polars as pl
import upstream_server
from demo_register import register_text
from rating_demo import IDS, KEY, TITLES

HERE = Path(__file__).parent
FETCH = """
import pathlib, sys
from llmexposure.base import project as paths
from llmexposure.base.sources import fetch, load_registry
paths.Project.upstream = pathlib.Path(sys.argv[1])
fetch(progress=False, registry=load_registry(pathlib.Path(sys.argv[2]), schemes=("http", "https")))
"""
SLICES, ROWS = 40, 400


@dataclass
class Job:
    """A command, where it runs, and the files that it makes."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    outputs: Callable[[], dict[str, bytes]]

    def start(self) -> subprocess.Popen:
        """Start it as the leader of a session, so that its children can be killed with it."""
        return subprocess.Popen(
            self.command, cwd=self.folder, env={**os.environ, **self.environment},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def run(self) -> str:
        """Run it to its end; returns what it printed."""
        process = self.start()
        out, _ = process.communicate(timeout=300)
        assert process.returncode == 0, out
        return out

    def run_killed(self, after: float) -> bool:
        """Run it and kill it, with all its children, after that many seconds; whether it was alive."""
        process = self.start()
        time.sleep(after)
        alive = process.poll() is None
        os.killpg(process.pid, signal.SIGKILL) if alive else None
        process.communicate()
        return alive


def _files(folder: Path, *patterns: str) -> Callable[[], dict[str, bytes]]:
    def read() -> dict[str, bytes]:
        found = sorted(p for pattern in patterns for p in folder.glob(pattern) if p.is_file())
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}

    return read


def _slow(request: chat_server.BaseHTTPRequestHandler) -> None:
    """Send the file in slices, a hundredth of a second apart."""
    body = upstream_server.CONTENT
    upstream_server._start(request, body)
    size = max(1, len(body) // SLICES)
    for start in range(0, len(body), size):
        request.wfile.write(body[start : start + size])
        request.wfile.flush()
        time.sleep(0.01)


def fetch_job(folder: Path, server: upstream_server.Upstream) -> Job:
    """Download one file from a slow server."""
    register = folder / "sources.toml"
    register.write_text(register_text(server.url("/a", _slow)), encoding="utf-8")
    cache = folder / "cache"
    command = [sys.executable, "-c", FETCH, str(cache), str(register)]
    environment = {"LLMEXPOSURE_MIRROR": "", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return Job(command, environment, folder, _files(cache, "**/table.csv"))


def build_job(folder: Path) -> Job:
    """Build a throwaway paper."""
    spec = importlib.util.spec_from_file_location("throwaway", HERE.parent / "publish/conftest.py")
    throwaway = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(throwaway)
    throwaway.make(folder)
    command = [sys.executable, "-m", "llmexposure.cli", "build"]
    kept = ("results/*", "figures/*", "paper/**/*")
    return Job(command, {"LLMEXPOSURE_ROOT": str(folder)}, folder, _files(folder, *kept))


def score_job(folder: Path) -> Job:
    """Score a few hundred Chinese postings in small batches."""
    source = folder / "postings.parquet"
    texts = [f"岗位职责：\n1、负责翻译文件；\n2、编写测试用例{i}。" for i in range(ROWS)]
    pl.DataFrame(
        {
            "posting_id": [f"p{i}" for i in range(ROWS)],
            "title": ["编辑"] * ROWS,
            "description": texts,
            "city": ["北京"] * ROWS,
            "date": ["2024-03-01"] * ROWS,
        }
    ).write_parquet(source)
    out = folder / "out"
    command = [sys.executable, "-m", "llmexposure.cli", "score", str(source), "--out"]
    command += [str(out / "scored.parquet"), "--language", "zh", "--batch-rows", "20"]
    return Job([*command, "--workers", "1"], {}, folder, _files(out, "scored.parquet"))


def rate_job(folder: Path, server: chat_server.Chat) -> Job:
    """Rate a few activities with a slow server."""
    server.delay = 0.02
    titles = folder / "titles.csv"
    rows = [f"{dwa},{title}" for dwa, title in zip(IDS, TITLES, strict=True)]
    titles.write_text("dwa_id,title\n" + "\n".join(rows) + "\n")
    out = folder / "out"
    command = [sys.executable, "-m", "llmexposure.cli", "rate", "--base-url", server.base_url]
    command += ["--model", "m1", "--repeats", "3", "--titles", str(titles), "--first-wait", "0.01"]
    command += ["--out", str(out / "ratings.csv"), "--concurrency", "1"]
    environment = {"OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    kept = ("ratings.csv", "ratings.models.csv", "ratings.agreement.csv")
    return Job(command, environment, folder, _files(out, *kept))
