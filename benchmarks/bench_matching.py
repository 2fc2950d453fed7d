"""Rows per second and peak memory of the matchers, side by side, from Parquet to top-10 activities.

    python benchmarks/bench_matching.py [--rows 60000] [--only NAME ...]

Texts are put together at random (one seed) from activity titles: English ones of 130 words from
O*NET's, Chinese ones of 350 characters from the lexicon, as lists of duties. Each engine runs in a
process of its own; fitting and a warm-up on 500 rows are not counted. Sentence embeddings are
measured where `requirements/embeddings.txt` is installed.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.feature_extraction.text import TfidfVectorizer

from llmexposure.base.errors import ProjectError
from llmexposure.data.readers.onet import Statements
from llmexposure.postings.match import (
    EmbeddingMatcher,
    chinese_matcher,
    duty_column,
    english,
    english_matcher,
)
from llmexposure.postings.match.chinese import read_lexicon
from llmexposure.postings.match.english import (
    SMALLEST_WEIGHT,
    activity_documents,
    analyse,
    without_light,
)
from llmexposure.postings.match.lexical import ranked, top_k_dense
from llmexposure.postings.match.segment import posting_texts

SEED = 20240101
WORDS, CHARACTERS, K, FLOOR = 130, 350, 10, 0.05
Match = Callable[[pl.Series], object]


@cache
def statements() -> Statements:
    """O*NET's statements, read once a process."""
    return english.statements()


def documents(titles_only: bool) -> Sequence[str]:
    """Activity documents, with or without the tasks."""
    found = statements()
    if titles_only:
        return activity_documents(found.activities)
    return activity_documents(found.activities, found.links, found.tasks)


def ours(titles_only: bool = False) -> Match:
    """The lexical default for English."""
    return english_matcher(documents(titles_only)).match


def plain(titles_only: bool = False) -> Match:
    """scikit-learn as most would write it: TF-IDF, dense product, top k by partition."""
    vectorizer = TfidfVectorizer()
    index = vectorizer.fit_transform(documents(titles_only))

    def match(texts: pl.Series) -> list:
        found = []
        for start in range(0, len(texts), 2_000):
            rows = vectorizer.transform(texts[start : start + 2_000].to_list())
            dense = (rows @ index.T).toarray()
            found.append(np.argpartition(-dense, K, axis=1)[:, :K])
        return found

    return match


def reference(texts: pl.Series) -> np.ndarray:
    """Top k of the default's own rules, through scikit-learn and dense arrays."""
    wordings = documents(titles_only=False)
    index = TfidfVectorizer(analyzer=analyse).fit_transform(wordings).toarray()
    index[index < SMALLEST_WEIGHT] = 0
    vectorizer = TfidfVectorizer(analyzer=analyse, sublinear_tf=True).fit(wordings)
    found = []
    for start in range(0, len(texts), 1_000):
        rows = without_light(vectorizer.transform(texts[start : start + 1_000].to_list()))
        dense = rows @ index.T
        found.append(ranked(top_k_dense(np.where(dense > FLOOR, dense, 0), K), K)[1])
    return np.vstack(found)


def embeddings() -> Match:
    """Sentence embeddings, when the package and the model are there."""
    return EmbeddingMatcher(documents(titles_only=True)).match


def chinese(segment: bool) -> Match:
    """The lexical default for Chinese, with or without finding the duties first."""
    matcher = chinese_matcher()
    if not segment:
        return matcher.match

    def match(texts: pl.Series) -> object:
        titles = pl.Series("title", [""] * len(texts), dtype=pl.String)
        return matcher.match(posting_texts(titles, texts, "zh"))

    return match


def segmented_english() -> Match:
    """Segmenting and matching English."""
    found = ours()
    return lambda texts: found(duty_column(texts, "en"))


ENGINES: dict[str, tuple[str, float, Callable[[], Match]]] = {
    # name: language, share of --rows, how to build
    "ours": ("en", 1, ours),
    "ours, duties found first": ("en", 1, segmented_english),
    "ours, titles only": ("en", 1, lambda: ours(titles_only=True)),
    "scikit-learn": ("en", 0.1, plain),
    "scikit-learn, titles only": ("en", 0.1, lambda: plain(titles_only=True)),
    "sentence embeddings": ("en", 0.005, embeddings),
    "ours, Chinese": ("zh", 1, lambda: chinese(segment=False)),
    "ours, Chinese, duties found first": ("zh", 1, lambda: chinese(segment=True)),
}


def english_texts(rows: int, rng: random.Random) -> list[str]:
    """Duty lists of exactly 130 words."""
    titles = statements().activities["dwa_title"].tolist()
    texts = []
    for _ in range(rows):
        words: list[str] = []
        while len(words) < WORDS:
            words += rng.choice(titles).split()
        texts.append(" ".join(words[:WORDS]))
    return texts


FILLER = (
    "按时完成领导交办的其他任务，保证进度与质量",
    "根据公司的安排，配合各部门做好日常协调",
    "定期总结，发现问题及时反馈并提出改进建议",
    "严格遵守各项规章制度，听从上级的统一调度",
    "与同事保持良好合作，共同达成每个季度的目标",
    "参与相关会议，按照要求提交书面材料",
    "积极主动，能够独立处理工作中遇到的情况",
    "持续关注行业动态，不断提高自身的专业水平",
)
TAIL = (
    "\n任职要求：\n1、大专及以上学历，相关专业优先；\n2、有责任心，沟通能力强，能适应出差。"
    "\n福利待遇：五险一金，双休。"
)


def chinese_texts(rows: int, rng: random.Random) -> list[str]:
    """Ads of exactly 350 characters: numbered duties, then requirements and benefits.

    Real ads hold about three terms of the lexicon in 350 characters; these hold about eleven, so
    they are slower.
    """
    lexicon = read_lexicon()
    phrases = [term for terms in lexicon["terms"] for term in terms]
    texts = []
    for _ in range(rows):
        text, number = "岗位职责：", 0
        while len(text) + len(TAIL) < CHARACTERS:
            number += 1
            text += f"\n{number}、负责{rng.choice(phrases)}，{rng.choice(FILLER)}；"
        texts.append(text[: CHARACTERS - len(TAIL)] + TAIL)
    return texts


def write_texts(folder: Path, rows: int) -> None:
    """Both files of texts."""
    for language, make in (("en", english_texts), ("zh", chinese_texts)):
        table = pa.table({"text": make(rows, random.Random(SEED))})
        pq.write_table(table, folder / f"{language}.parquet", row_group_size=20_000)


def run(name: str, folder: Path, rows: int) -> dict[str, float]:
    """Time one engine in this process."""
    language, share, build = ENGINES[name]
    match = build()
    file = pq.ParquetFile(folder / f"{language}.parquet")
    match(pl.Series(next(file.iter_batches(500, columns=["text"]))["text"]))
    limit, done = max(200, int(rows * share)), 0
    start, cpu = time.perf_counter(), time.process_time()
    for batch in file.iter_batches(min(20_000, limit), columns=["text"]):
        match(pl.Series(batch["text"]))
        done += len(batch)
        if done >= limit:
            break
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return {
        "rows": done,
        "per_second": done / seconds,
        "per_cpu_second": done / cpu,
        "peak_mb": peak,
    }


def agreement(folder: Path, rows: int) -> float:
    """Share of texts whose top 10 is the scikit-learn reference's, ranks and all."""
    texts = pl.read_parquet(folder / "en.parquet")["text"][:rows]
    mine = ranked(ours()(texts), K)[1]
    return float((mine == reference(texts)).all(axis=1).mean())


def measured(name: str, folder: Path, rows: int) -> dict[str, float]:
    """Time one engine in a process of its own, so that peak memory is its own."""
    given = ["--run", name, "--folder", str(folder), "--rows", str(rows)]
    command = [sys.executable, __file__, *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def report(folder: Path, rows: int, names: Sequence[str]) -> None:
    """Print the table."""
    write_texts(folder, rows)
    speed: dict[str, float] = {}
    heads = ("rows", "rows/s", "rows/cpu-s", "peak MB")
    print(f"{'engine':36s}" + "".join(f"{head:>12s}" for head in heads))
    for name in names:
        if name == "sentence embeddings" and not find_spec("sentence_transformers"):
            print(f"{name:36s}not measured: install requirements/embeddings.txt first")
            continue
        found = measured(name, folder, rows)
        speed[name] = found["per_second"]
        print(f"{name:36s}" + "".join(f"{value:12,.0f}" for value in found.values()), flush=True)
    for mine, other in (
        ("ours", "scikit-learn"),
        ("ours, titles only", "scikit-learn, titles only"),
        ("ours", "sentence embeddings"),
    ):
        if mine in speed and other in speed:
            print(f"{mine} / {other}: {speed[mine] / speed[other]:.1f} times")
    same = min(rows, 10_000)
    print(f"same top {K} as the scikit-learn reference: {agreement(folder, same):.2%} of {same:,}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--only", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--run", choices=list(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(run(given.run, given.folder, given.rows)))
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            report(Path(folder), given.rows, given.only)
    except ProjectError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
