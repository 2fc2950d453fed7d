"""Rows per second and peak memory of `llmexposure score`, whole process tree; not a timed test.

    python benchmarks/bench_scoring.py [--rows 300000] [--kind parquet|csv] [--workers 2]

Chinese postings of 350 characters put together at random (one seed) from the activity lexicon, with
pay, degree, experience and date. Memory is the proportional set size summed over all processes, sampled
ten times a second. Ends with exit code 1 when it passes ``--bound`` megabytes.
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from process_tree import watched

from llmexposure.postings.match.chinese import read_lexicon

SEED, CHARACTERS, PIECE = 20240101, 350, 20_000
TAIL = "\n任职要求：\n1、大专及以上学历，专业优先；\n2、有责任心，沟通能力强。\n福利待遇：五险一金，双休。"
MAIN = (
    "import sys; from llmexposure.cli import PoliteGroup; "
    "from llmexposure.cli import score; "
    "PoliteGroup('main', commands=[score])(sys.argv[1:])"
)


def postings(rows: int, first: int, rng: random.Random, phrases: list[str]) -> pl.DataFrame:
    """Postings with ids from ``first`` on."""
    return pl.DataFrame(
        {
            "posting_id": [f"p{number}" for number in range(first, first + rows)],
            "title": [rng.choice(phrases) for _ in range(rows)],
            "description": [description(rng, phrases) for _ in range(rows)],
            "city": [rng.choice(["北京", "上海", "武汉", "成都"]) for _ in range(rows)],
            "date": [f"2024-0{rng.randint(1, 9)}-15" for _ in range(rows)],
            "degree": [rng.choice(["本科", "大专", "不限", None]) for _ in range(rows)],
            "min_years": [rng.choice(["3-5年", "不限", "1年以上"]) for _ in range(rows)],
            "salary": [f"{rng.randint(4, 20)}-{rng.randint(21, 40)}千/月" for _ in range(rows)],
        }
    )


def description(rng: random.Random, phrases: list[str]) -> str:
    """Numbered duties, requirements, benefits: 350 characters."""
    text, number = "岗位职责：", 0
    while len(text) + len(TAIL) < CHARACTERS:
        number += 1
        text += f"\n{number}、负责{rng.choice(phrases)}，参与{rng.choice(phrases)}；"
    return text[: CHARACTERS - len(TAIL)] + TAIL


def write(path: Path, rows: int) -> None:
    """Write the postings piece by piece; a Parquet file gets row groups of a million, as pandas does."""
    rng = random.Random(SEED)
    phrases = sorted(term for terms in read_lexicon()["terms"] for term in terms)
    pieces = (postings(PIECE, first, rng, phrases) for first in range(0, rows, PIECE))
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8") as file:
            for number, piece in enumerate(pieces):
                file.write(piece.write_csv(include_header=number == 0))
        return
    tables = [piece.to_arrow() for piece in pieces]
    pq.write_table(pa.concat_tables(tables), path, row_group_size=2**20)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--kind", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch-rows", type=int, default=20_000)
    parser.add_argument("--bound", type=float, default=1_500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / f"in.{given.kind}", Path(folder) / "out.parquet"
        write(source, given.rows)
        line = [sys.executable, "-c", MAIN, "score", str(source), "--out", str(out)]
        line += ["--language", "zh", "--workers", str(given.workers)]
        used = watched([*line, "--batch-rows", str(given.batch_rows), "--no-progress"])
        rows = pq.read_metadata(out).num_rows
    found = {"seconds": used.seconds, "cpu": used.cpu, "peak_mb": used.peak, "rows": rows}
    found |= {"per_second": rows / used.seconds, "per_cpu": rows / used.cpu}
    print("peak of each process, MB:", [round(value) for value in used.largest])
    print(json.dumps({name: round(value, 1) for name, value in found.items()}))
    if used.peak > given.bound:
        raise SystemExit(f"peak memory {used.peak:,.0f} MB is above {given.bound:,.0f} MB")


if __name__ == "__main__":
    main()
