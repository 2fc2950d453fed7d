"""Postings of our own making, good and bad, and the command as a user runs it."""

import functools
import random
import subprocess
import sys

import polars as pl
import pytest

from llmexposure.postings.match.chinese import read_lexicon
from llmexposure.postings.score.provenance import load_materials

MAIN = (
    "import sys; from llmexposure.cli import PoliteGroup, score; "
    "PoliteGroup('main', commands=[score])(sys.argv[1:])"
)
TITLES = [
    "会计",
    "Java开发工程师",
    "客服专员",
    "仓库管理员",
    "平面设计师",
    "销售经理",
    "文员",
    "司机",
]
CITIES = ["北京", "武汉", None, "成都"]
DEGREES = ["本科", "大专", "不限", None, "统招本科", "看心情"]
YEARS = ["3-5年", "不限", None, "1年以上"]
PAY = [(8000, 12000), (None, None), (5000, 5000), (15000, 9000)]


_once = functools.cache(load_materials)


@pytest.fixture(autouse=True)
def materials_once(monkeypatch):
    """Matchers are built once, not in every run; the user's own ratings are read every time."""

    def load(language, ratings, top_k, *, code_occupations, choice):
        make = load_materials if ratings or language != "zh" else _once
        return make(language, ratings, top_k, code_occupations=code_occupations, choice=choice)

    monkeypatch.setattr("llmexposure.postings.score.run.load_materials", load)


@pytest.fixture(scope="session")
def phrases():
    lexicon = read_lexicon()
    return sorted(term for terms in lexicon["terms"] for term in terms)


@pytest.fixture(scope="session")
def ads(phrases):
    """Table of ads: one in 20 without a title, one in 4 with reversed pay, ids that come again."""

    def make(rows, seed=1, first=0, repeats=True):
        rng = random.Random(seed)
        found = []
        for number in range(rows):
            again = repeats and number > 10 and rng.random() < 0.08
            low, high = PAY[rng.randrange(4) if rng.random() < 0.3 else 0]
            duties = [f"{i}、负责{rng.choice(phrases)}；" for i in range(1, rng.randint(2, 6))]
            found.append(
                {
                    "posting_id": f"p{first + (rng.randrange(number) if again else number)}",
                    "title": "" if rng.random() < 0.05 else rng.choice(TITLES),
                    "description": "岗位职责：\n" + "\n".join(duties) + "\n任职要求：认真负责。",
                    "occupation": rng.choice(["会计", None]),
                    "city": rng.choice(CITIES),
                    "date": rng.choice(["2024-03-01", "2023-11-30", None, "1970-01-01"]),
                    "degree": rng.choice(DEGREES),
                    "min_years": rng.choice(YEARS),
                    "salary_min": low,
                    "salary_max": high,
                    "openings": rng.choice(["3", "若干", None]),
                }
            )
        return pl.DataFrame(found)

    return make


@pytest.fixture
def command(tmp_path):
    """Start ``score`` in a process of its own."""
    started = []

    def start(source, out, *options):
        line = [sys.executable, "-c", MAIN, "score", str(source), "--out", str(out)]
        line += ["--language", "zh", *map(str, options)]
        process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
