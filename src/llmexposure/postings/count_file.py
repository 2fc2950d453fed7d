"""From a file of postings to its counts on disk: validated, scored and counted, each file once."""

import hashlib
import json
from pathlib import Path

import polars as pl

from llmexposure.base.files import write_text
from llmexposure.base.frames import to_csv_text
from llmexposure.base.project import current
from llmexposure.data.taxonomy.categories import CATEGORY_TERMS
from llmexposure.postings.count import count_postings, one_wording
from llmexposure.postings.match.chinese import AD_SHARES, LEXICON
from llmexposure.postings.occupation.english import MAJOR_GROUP_TERMS
from llmexposure.postings.read.address import list_parts
from llmexposure.postings.score.load import file_hash
from llmexposure.postings.score.provenance import account, input_files, versions
from llmexposure.postings.score.run import Job, run

FOLDER = current().build / "postings" / "panels"
PANEL = "panel.csv"
_MATERIALS = (LEXICON, AD_SHARES, CATEGORY_TERMS, MAJOR_GROUP_TERMS)


def digest(address: str, mapping: Path | None, encoding: str, language: str) -> str:
    """Name of the counts of these files, read in this way, by these versions: 16 hex digits."""
    listing = list_parts(address)
    rests_on = [
        input_files(listing.parts),
        listing.ignored,
        mapping.read_text(encoding="utf-8") if mapping else "",
        [encoding, language, versions()],
        [file_hash(path) for path in (*_MATERIALS, current().table_file("activities"))],
    ]
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()[:16]


def count_file(
    address: str,
    mapping: Path | None = None,
    *,
    encoding: str = "auto",
    language: str = "auto",
    workers: int = 1,
    folder: Path = FOLDER,
) -> Path:
    """File with the counts by occupation and month of the postings at an address.

    What was counted before, told by the content of the files, is found again. Scores, quarantine and
    provenance stand beside it. Occupations that a file does not state at all are coded: Chinese postings
    into the 13 categories of the source report, English ones into SOC major groups. Wordings are never
    mixed (`posting_counts.one_wording`).

    Raises
    ------
    DataError, ParameterError, SourceError
        As `llmexposure.postings.score.run.run` does.
    """
    target = folder / digest(address, mapping, encoding, language) / PANEL
    if target.exists():
        return target
    scores = target.with_name("scores.parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    job = Job(
        address,
        scores,
        mapping=mapping,
        encoding=encoding,
        language=language,
        workers=workers,
        code_occupations=True,
    )
    run(job)
    counts = count_postings(one_wording(pl.scan_parquet(scores)))
    write_text(target, to_csv_text(counts.to_pandas()))
    return target


def account_of(panel: Path) -> list[str]:
    """What became of the postings behind counts that `count_file` made, in words."""
    record = panel.with_name("scores.provenance.json").read_text(encoding="utf-8")
    return account(json.loads(record))
