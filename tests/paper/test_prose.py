"""No number typed by hand, no untied word of direction, no result that nothing uses."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from prose import sentences, words

from llmexposure.base.project import current
from llmexposure.publish.forms.code_check import code_check
from llmexposure.publish.paper import sources
from llmexposure.report import record
from llmexposure.report.latex import SAYS, keyed_lines

HERE = Path(__file__).parent
SECTIONS = sorted((current().paper / "sections").glob("*.tex"))
RECORD = record.load_all()

# What may be typed: names, dates and definitions, never a result.
TYPED = {
    r"(19|20)\d\d(--(19|20)?\d\d)?": "years, dates and names of classifications",
    r"\d\d? (November|February|December|January)|~?\d\d?~月": "days and months",
    r"95\s*\\?%|5\\%": "the level of an interval or a test",
    r"[TR]\^2|R_0|E_0|o0|\$?= 1\b": "symbols",
    r"16 to 24|25 to 29|30 to 64": "age groups",
    r"0 to 1\b": "the unit of exposure",
    r"20 bids": "the class of the upstream variable",
    r"(?:37|46)\\%, |(?:37|46)\\% that": "figures printed by others, named as such",
    r"E\s?[012]\b": "the labels",
    r"29\.3|20\.1|SHA-256|CC BY 4\.0": "releases and names",
    r"HC[0123]|CR[0123]|F\(|GPT-\s?4|\bt\s?[0-9]?\b": "names of estimators, models and statistics",
    r"0\.5 ?\$?E2|\+ 0\.5|= 100\b": "definitions",
    r"section \d(\.\d)?": "places in books",
}
DIRECTION = re.compile(
    r"\b(f[ae]ll|falls|fallen|falling|rose|rises?|risen|rising|increase[sd]?|decrease[sd]?"
    r"|decline[sd]?|dropp?e?d?|drops|shr[iau]nks?|vanish(?:es|ed)?|grew|grows?|grown"
    r"|negative(?:ly)?|positive(?:ly)?|correlate[sd]?)\b"
)


def allowed_directions() -> dict[str, str]:
    """Parts of sentences that speak of a direction and of no result here, with the reason."""
    with (HERE / "directions_allowed.csv").open(encoding="utf-8", newline="") as file:
        return {row["part"]: row["reason"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("path", SECTIONS, ids=lambda p: p.stem)
def test_no_number_is_typed_by_hand(path):
    text = words(path.read_text(encoding="utf-8"), keep_says=True)
    for rule in TYPED:
        text = re.sub(rf"(?<![\d.]){rule}", " ", text)
    typed = [text[max(0, m.start() - 40) : m.end() + 20] for m in re.finditer(r"\d[\d.,]*", text)]
    assert typed == [], "print it through a key, or add a rule to TYPED with a reason"


@pytest.mark.parametrize("path", SECTIONS, ids=lambda p: p.stem)
def test_every_direction_is_tied_to_a_result(path):
    allowed = allowed_directions()
    loose = [
        sentence
        for sentence in sentences(words(path.read_text(encoding="utf-8")))
        if DIRECTION.search(sentence) and not any(part in sentence for part in allowed)
    ]
    assert loose == [], r"tie the word with \says, or add the part to directions_allowed.csv"


def test_every_allowed_direction_is_still_there():
    text = " ".join(s for p in SECTIONS for s in sentences(words(p.read_text(encoding="utf-8"))))
    assert [part for part in allowed_directions() if part not in text] == []


def _used() -> set[str]:
    """Keys that the paper, the README, a table or the claims print."""
    files = [*sources(current()), *sorted((current().generated / "tables").glob("*.tex"))]
    names = code_check(files, RECORD)["name"].str.split(":").str[0]
    texts = [
        current().root / "docs" / "findings.md",
        current().readme,
        current().data / "published" / "claims.csv",
    ]
    said = " ".join(p.read_text(encoding="utf-8") for p in texts if p.exists())
    lines = (line for path in SECTIONS for _, line in keyed_lines(path))
    said += " ".join(names for line in lines for *_, names in SAYS.findall(line))
    return set(names) | {k for k in RECORD if k in said}


def _plotted(notebook: str) -> set[str]:
    """Numbers in the figures' tables of one notebook, as printed with six digits."""
    found: set[str] = set()
    for key, item in RECORD.items():
        if key.endswith(".figure") and item["notebook"] == notebook:
            table = pd.read_csv(current().figures / f"{key.split('.')[2]}.csv")
            numbers = table.select_dtypes("number").to_numpy().ravel()
            found |= {f"{v:.6g}" for v in numbers} | set(
                table.select_dtypes(["object", "str"]).to_numpy().ravel()
            )
    return found


def test_every_result_is_printed_plotted_or_goes_with_one_that_is():
    used = _used()
    plotted = {nb: _plotted(nb) for nb in {e["notebook"] for e in RECORD.values()}}
    seen = used | {
        k for k, e in RECORD.items()
        if isinstance(e["value"], int | float) and f"{e['value']:.6g}" in plotted[e["notebook"]]
    }  # fmt: skip
    # A slope comes with its other interval, p-values and range: used when the slope's scope is.
    scopes = {k.rsplit(".", 1)[0] for k in seen}
    unused = [
        k for k in RECORD
        if k not in seen and not k.startswith("exhibit.") and k.rsplit(".", 1)[0] not in scopes
    ]  # fmt: skip
    assert unused == [], "print it, plot it, or do not record it"
