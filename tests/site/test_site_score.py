"""The browser scores 200 invented ads as `llmexposure score` does, to the six digits that it writes."""

import csv
import json
import shutil
import subprocess
import sys

import pytest
from invented import ads

from llmexposure.base.project import current
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.score import browser as export

RUN = """
const fs = require("fs");
const read = (name) => JSON.parse(fs.readFileSync(name));
const score = require(process.argv[1]).make(...process.argv.slice(2, 5).map(read));
console.log(JSON.stringify(read(process.argv[5]).map(([title, text]) => score(title, text))));
"""
N = 200


@pytest.fixture(scope="module")
def invented():
    return ads(N)


@pytest.fixture(scope="module")
def by_python(invented, tmp_path_factory):
    """Rows of `llmexposure score`, by id."""
    folder = tmp_path_factory.mktemp("scored")
    with (folder / "ads.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["posting_id", "title", "description", "city", "date"])
        rows.writerows([i, *ad, "北京", "2024-01-05"] for i, ad in enumerate(invented))
    command = [
        sys.executable,
        "-m",
        "llmexposure",
        "score",
        str(folder / "ads.csv"),
        "--out",
        str(folder / "out.csv"),
    ]
    subprocess.run([*command, "--no-progress"], check=True, capture_output=True)
    with (folder / "out.csv").open(encoding="utf-8-sig") as file:
        return {int(row["posting_id"]): row for row in csv.DictReader(file)}


def differences(invented, by_python, by_script):
    """Ads that the two score differently: in language, number of activities, the nearest or an exposure."""
    wrong = []
    for place, row in by_python.items():
        found = by_script[place]
        exposures = [
            f"{value:.6f}" if value is not None else "" for value in found["exposure"] or [None] * 6
        ]
        written = [f"{float(row[name]):.6f}" if row[name] else "" for name in RATINGS]
        nearest = found["activities"][0] if found["activities"] else {"id": "", "similarity": None}
        same = (
            found["language"] == row["language"]
            and len(found["activities"]) == int(row["n_activities"])
            and nearest["id"] == row["top_activity"]
            and exposures == written
        )
        if not same:
            wrong.append((invented[place], exposures, written))
    return wrong


def test_the_ads_are_scored_and_varied(by_python):
    assert len(by_python) > 0.9 * N
    assert {row["language"] for row in by_python.values()} == {"zh", "en"}
    assert any(row["n_activities"] == "0" for row in by_python.values())


def test_node_scores_as_the_command_does(invented, by_python, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on this machine")
    parts = {
        "rules": export.text_rules(),
        "zh": export.chinese(),
        "en": export.english(),
        "ads": invented,
    }
    for name, data in parts.items():
        (tmp_path / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    engine = current().root / "site" / "static" / "score.js"
    command = [node, "-e", RUN, str(engine), *(str(tmp_path / name) for name in parts)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    assert differences(invented, by_python, json.loads(done.stdout)) == []


def test_chromium_scores_as_the_command_does(invented, by_python, visit):
    one = visit("explore/score.html")
    found = one.page.evaluate(
        """async (ads) => {
            const parts = await Promise.all(["scorer_text", "scorer_zh", "scorer_en"].map(site.load));
            const score = AdScorer.make(...parts);
            return ads.map(([title, text]) => score(title, text));
        }""",
        [list(ad) for ad in invented],
    )
    assert differences(invented, by_python, found) == []
