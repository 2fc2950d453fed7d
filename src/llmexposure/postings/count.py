"""From a file of postings to its counts by occupation and month: sums only, never rows.

`count_file` validates, scores and counts each file once; `count_postings` counts what is scored.

Ten million scored postings become a few thousand rows: `count_postings` is one lazy query, which polars
runs over the file piece by piece. Exposures are summed as whole millionths, the digits in which scores are
written, so that the order of the rows changes no digit of a sum.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from llmexposure.base import outputs
from llmexposure.base.files import sha256_of, to_csv_text, write_text
from llmexposure.base.project import current, shown
from llmexposure.base.spans import UNDATED
from llmexposure.data.taxonomy.categories import (
    CATEGORY_TERMS,
    UNKNOWN,
    category_keys,
    read_report_categories,
)
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.match.chinese import AD_SHARES, LEXICON
from llmexposure.postings.match.choice import Choice
from llmexposure.postings.match.english import STATEMENTS
from llmexposure.postings.occupation.codes import TELEWORK, load_coding
from llmexposure.postings.occupation.english import ALTERNATE_TITLES, MAJOR_GROUP_TERMS
from llmexposure.postings.read.address import list_parts
from llmexposure.postings.score.provenance import account, input_files, versions
from llmexposure.postings.score.run import Job, run

PANEL = "panel.csv"
# Committed tables that a count rests on.
_MATERIALS = (
    LEXICON, AD_SHARES, *STATEMENTS, CATEGORY_TERMS, MAJOR_GROUP_TERMS, ALTERNATE_TITLES, "activities",
)  # fmt: skip

MILLION = 1_000_000
BACHELOR = ("bachelor", "master", "doctor")
LEAST_YEARS = 3
KEY = ("occupation", "month")
# How the coder writes a SOC major group.
MAJOR_GROUP = r"^\d{2}-0000$"


def count_file(
    address: str,
    mapping: Path | None = None,
    *,
    encoding: str = "auto",
    language: str = "auto",
    ids: str = "auto",
    repeats: str = "keep",
    workers: int = 1,
    folder: Path | None = None,
    choice: Choice | None = None,
    coding: str | None = None,
) -> Path:
    """File with the counts by occupation and month of the postings at an address.

    What was counted before, told by the content of the files, is found again. Scores, quarantine and
    provenance stand beside it. Occupations that a file does not state at all are coded: Chinese postings
    into the 13 categories of the source report, English ones into SOC major groups. Wordings are never
    mixed (`one_wording`).

    With ``coding`` (`postings.occupation.codes`) exposure is that of the occupation code, and the counts say
    the telework score of each code.

    Raises
    ------
    DataError, ParameterError, SourceError
        As `llmexposure.postings.score.run.run` does.
    """
    folder = folder or current().build / "postings" / "panels"
    choice = choice or Choice()
    options = {"encoding": encoding, "language": language, "ids": ids, "repeats": repeats}
    target = folder / digest(address, mapping, options, choice, coding) / PANEL
    if target.is_file() and not target.is_symlink():
        return target
    outputs.check(shown(target), [target])
    scores = target.with_name("scores.parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    job = Job(
        address,
        scores,
        mapping=mapping,
        workers=workers,
        code_occupations=coding is None,
        encoding=encoding,
        language=language,
        ids=ids,
        repeats=repeats,
        matcher=choice.matcher,
        model=choice.model,
        device=choice.device,
        coding=coding,
    )
    run(job)
    scored = pl.scan_parquet(scores.absolute(), glob=False)
    counts = _count_coded(scored, coding) if coding else count_postings(one_wording(scored))
    write_text(target, to_csv_text(counts.to_pandas()))
    return target


def _count_coded(scored: pl.LazyFrame, coding: str) -> pl.DataFrame:
    """Counts by code; what is no code of the coding is `UNKNOWN`: a label is no occupation."""
    known = pl.when("occupation_known").then("occupation")
    counts = count_postings(scored.with_columns(occupation=known))
    telework = load_coding(coding).lookup(counts["occupation"])[TELEWORK].round(8)
    return counts.with_columns(telework.alias("telework"))


def digest(
    address: str,
    mapping: Path | None,
    options: Mapping[str, str],
    choice: Choice,
    coding: str | None = None,
) -> str:
    """Name of the counts of these files, read and matched in this way, by these versions: 16 hex digits."""
    parts, ignored = list_parts(address)
    rests_on = [
        input_files(parts),
        ignored,
        mapping.read_text(encoding="utf-8") if mapping else "",
        [options, choice.identity(options["language"]), versions()],
        [sha256_of(current().table_file(name)) for name in _MATERIALS],
    ]
    if coding is not None:
        rests_on.append(load_coding(coding).identity)
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()[:16]


def account_of(panel: Path) -> list[str]:
    """What became of the postings behind counts that `count_file` made, in words."""
    record = panel.with_name("scores.provenance.json").read_text(encoding="utf-8")
    return account(json.loads(record))


def count_postings(scores: pl.LazyFrame, sums: Sequence[str] = RATINGS) -> pl.DataFrame:
    """Counts and sums of scored postings by occupation and month.

    Parameters
    ----------
    scores
        Output of ``llmexposure score`` (``docs/how-to/scoring.md``).
    sums
        Columns between 0 and 1 to sum, missing ones left out: the six ratings and any further score.

    Returns
    -------
    polars.DataFrame
        Sorted by ``occupation`` (`UNKNOWN` where none is stated) and ``month`` (YYYY-MM or `UNDATED`).
        ``postings``; sums of ``openings`` and ``applications``, and how many postings state them;
        ``bachelor`` (asks for that degree or more) of ``degree_stated``; ``three_years`` (asks for three
        or more) of ``years_stated``; ``scored`` (has an exposure); one sum for each of ``sums``.

    Examples
    --------
    >>> scores = pl.LazyFrame({
    ...     "occupation": ["clerk", "clerk", None], "date": [None, None, None],
    ...     "degree": ["master", None, "none"], "min_years": [3.0, 1.0, None],
    ...     "openings": [1, 2, 1], "applications": [None, 5, 0], "gpt4_beta": [0.5, 0.25, None],
    ... }, schema_overrides={"date": pl.Date})
    >>> table = count_postings(scores, ["gpt4_beta"])
    >>> table.select("occupation", "postings", "bachelor", "degree_stated", "gpt4_beta").rows()
    [('clerk', 2, 1, 1, 0.75), ('unknown', 1, 0, 1, 0.0)]
    """
    occupation = pl.col("occupation").replace(_category_names()).fill_null(UNKNOWN)
    month = pl.col("date").dt.strftime("%Y-%m").fill_null(UNDATED)
    return (
        scores.group_by(occupation=occupation, month=month)
        .agg(*_counts(sums[0]), *(_exact_sum(name) for name in sums))
        .sort(KEY)
        .collect(engine="streaming")
    )


def _counts(rating: str) -> list[pl.Expr]:
    whole = [
        pl.len().alias("postings"),
        pl.col("openings").sum(),
        pl.col("openings").count().alias("openings_stated"),
        pl.col("applications").sum(),
        pl.col("applications").count().alias("applications_stated"),
        pl.col("degree").is_in(BACHELOR).sum().alias("bachelor"),
        pl.col("degree").count().alias("degree_stated"),
        (pl.col("min_years") >= LEAST_YEARS).sum().alias("three_years"),
        pl.col("min_years").count().alias("years_stated"),
        pl.col(rating).count().alias("scored"),
    ]
    return [column.cast(pl.Int64) for column in whole]


def _exact_sum(name: str) -> pl.Expr:
    millionths = (pl.col(name) * MILLION).round().cast(pl.Int64).sum()
    return (millionths / MILLION).alias(name)


def _category_names() -> dict[str, str]:
    """Printed Chinese names of the 13 categories to their keys."""
    known = read_report_categories()
    return dict(zip(known["name_zh"], known["category"], strict=True))


def one_wording(scores: pl.LazyFrame) -> pl.LazyFrame:
    """Scores with one wording of occupations: the file's own where it has any, else the coder's.

    Postings in the other wordings become `UNKNOWN`: two wordings of one occupation would be two units. Of
    the coder's two, categories of the source report (Chinese) and SOC major groups (English), the one with
    more postings stays, the categories when they are equally many.
    """
    stated = ~pl.col("occupation_coded") & pl.col("occupation").is_not_null()
    english = pl.col("occupation").str.contains(MAJOR_GROUP)
    chinese = pl.col("occupation").is_in(category_keys())
    sizes = scores.select(stated.any(), en=english.sum(), zh=chinese.sum())
    any_stated, en, zh = sizes.collect(engine="streaming").row(0)
    kept = stated if any_stated else ~(english if zh >= en else chinese)
    return scores.with_columns(occupation=pl.when(kept).then("occupation"))
