"""Tables that need text to make and hold none: how well matching works, and scored real postings."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.data.readers.onet import Statements, read_statements
from llmexposure.derive.duty_sentences import find_duty_sentences, read_duty_labels
from llmexposure.derive.hand_labels import hashed
from llmexposure.derive.seed import SEED
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.match.accuracy import occupation_indices, out_of_fold, placebo
from llmexposure.postings.match.chinese import chinese_matcher
from llmexposure.postings.match.lexical import ranked
from llmexposure.postings.read.batches import SeenIds
from llmexposure.postings.read.parquet import from_frame
from llmexposure.postings.score.provenance import load_materials
from llmexposure.postings.score.work import score_batch

K = 10
# Monthly pay outside these bounds is a day rate, an hourly rate or a slip.
SALARY_BOUNDS = (1_500, 150_000)
POSTINGS_CN = "LLMEXPOSURE_POSTINGS_CN"
# Which of their columns is which of the contract; the others take no part.
MAPPING = {
    "posting_id": "job_id",
    "title": "title",
    "description": "description",
    "city": "city",
    "degree": "education_raw",
    "min_years": "experience_years",
    "salary_min": "salary_min",
    "salary_max": "salary_max",
}
# Decimals of the committed exposures.
DIGITS = 4


def postings_folder() -> Path | None:
    """Folder with the Chinese postings, from ``LLMEXPOSURE_POSTINGS_CN``, or None."""
    folder = os.environ.get(POSTINGS_CN)
    return Path(folder) if folder else None


def ranks(match, links: pd.DataFrame, rows: pd.Series, activities: pd.Index) -> pd.DataFrame:  # noqa: ANN001
    """Rank of the first right activity of each text, and how many right ones are among ten.

    Parameters
    ----------
    match
        Sparse similarities, texts by activities.
    links
        ``text`` and ``dwa_id``: the right answers.
    rows
        Text ids in the order of the rows of ``match``.
    activities
        Activity ids in the order of its columns.
    """
    _, columns = ranked(match, K)
    names = np.array([*activities, None], dtype=object)
    found = pd.DataFrame(names[np.where(columns < 0, len(activities), columns)], index=rows)
    long = found.stack().rename("dwa_id").reset_index().set_axis(["text", "rank", "dwa_id"], axis=1)
    hits = long.merge(links, on=["text", "dwa_id"]).groupby("text")["rank"]
    out = pd.DataFrame(index=rows)
    out["n_links"] = links.groupby("text").size().reindex(rows)
    out["first_rank"] = hits.min().reindex(rows) + 1.0
    out["n_found"] = hits.size().reindex(rows).fillna(0)
    return out.astype({"n_links": int, "n_found": int})


def gold(
    ratings: pd.DataFrame, statements: Statements | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Out-of-fold accuracy on O*NET's own links: by task, and by occupation.

    Returns
    -------
    (DataFrame, DataFrame)
        ``task_id``, ``n_links``, ``first_rank``, ``n_found``; and ``onet_soc``, ``n_tasks`` with the
        true, matched and placebo index for the two beta ratings.
    """
    statements = read_statements() if statements is None else statements
    match = out_of_fold(statements)
    ids = pd.Index(statements.activities["dwa_id"])
    links = statements.links.rename(columns={"task_id": "text"})
    tasks = ranks(match, links, statements.tasks["task_id"], ids)
    by_task = tasks.rename_axis("task_id").reset_index().sort_values("task_id", ignore_index=True)
    return by_task, _by_occupation(match, statements, ratings.set_index("dwa_id").reindex(ids))


def _by_occupation(match, statements: Statements, ratings: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN001
    out = pd.DataFrame({"n_tasks": statements.tasks.groupby("onet_soc").size()})
    shuffled = placebo(match, SEED)
    for name in ("gpt4_beta", "human_beta"):
        values = ratings[name].to_numpy()
        found = occupation_indices(match, statements, values)
        out[f"{name}_true"], out[f"{name}_matched"] = found["true"], found["matched"]
        out[f"{name}_placebo"] = occupation_indices(shuffled, statements, values)["matched"]
    return out.rename_axis("onet_soc").reset_index()


def read_postings_cn(folder: Path) -> pd.DataFrame:
    """Raw postings of every file in a folder, one row a job id.

    Raises
    ------
    DataError
        When the folder holds no such file.
    """
    files = sorted(folder.glob("*.csv.gz"))
    if not files:
        raise DataError(f"{POSTINGS_CN}: no *.csv.gz in the folder it names")
    raw = pd.concat([pd.read_csv(f, dtype={"job_id": str}, low_memory=False) for f in files])
    return raw.drop_duplicates("job_id").sort_values(["platform", "job_id"], ignore_index=True)


def scored_postings(raw: pd.DataFrame) -> pd.DataFrame:
    """Score real postings as a user's are scored, and drop their text.

    Returns
    -------
    DataFrame
        ``posting_id`` (hashed), ``employer`` (running number), ``platform``, ``city``, ``category``,
        ``degree``, ``min_years``, ``salary`` (middle of the range, yuan a month), ``n_activities``
        matched and six exposures.
    """
    scorer = load_materials("zh", None, K, code_occupations=True).scorer
    batch = from_frame(raw[list(MAPPING.values())], MAPPING, source="postings_cn")
    scores, _ = score_batch(batch, SeenIds(), replace(scorer, digits=DIGITS))
    own = scores.to_pandas()
    known = raw.set_index("job_id").loc[own["posting_id"]].reset_index()
    middle = (own["salary_min"] + own["salary_max"]) / 2
    out = pd.DataFrame(
        {
            "posting_id": hashed(own["posting_id"]),
            "employer": known["company_hash"],
            "platform": known["platform"].str.lower(),
            "city": own["city"],
            "category": own["occupation"],
            "degree": own["degree"],
            "min_years": own["min_years"],
            "salary": middle.where(middle.between(*SALARY_BOUNDS)),
            **own[["n_activities", *RATINGS]],
        }
    ).sort_values("posting_id", ignore_index=True)
    # Names of employers are few enough to be guessed from a hash; a running number says nothing.
    return out.assign(employer=pd.factorize(out["employer"])[0] + 1)


def duty_accuracy(raw: pd.DataFrame) -> pd.DataFrame:
    """Rank of the first acceptable activity for each hand-labelled Chinese duty sentence."""
    labels = read_duty_labels()
    labels = labels[labels["dwa_ids"] != "none"]
    found = find_duty_sentences(raw, labels).merge(
        labels, on="sentence_id", suffixes=("", "_label")
    )
    matcher = chinese_matcher()
    match = matcher.match(found["sentence"].tolist())
    links = found[["sentence_id"]].assign(dwa_id=found["dwa_ids"].str.split("|")).explode("dwa_id")
    links = links.rename(columns={"sentence_id": "text"})
    out = ranks(match, links, found["sentence_id"], pd.Index(matcher.activities))
    out["platform"] = found["platform"].str.lower().to_numpy()
    out = out.rename_axis("sentence_id").reset_index().sort_values("sentence_id", ignore_index=True)
    return out[["sentence_id", "platform", "n_links", "first_rank", "n_found"]]
