"""From answers to ratings, and ratings and titles of activities as tables, whoever made them."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import read_csv, validate
from llmexposure.base.tables.text import read_text
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.rate.cache import Answers, usable
from llmexposure.postings.rate.questions import LEVELS, Question, level_values
from llmexposure.report.tables import load

HEADLINE = "gpt4_beta"
ACTIVITY_TITLES = "activity_titles"


def answer_table(questions: list[Question], answers: Answers, score: str) -> pd.DataFrame:
    """One row a question: ``dwa_id``, ``model``, ``repeat``, ``level`` and ``rating``.

    ``level`` and ``rating`` are missing where no usable answer came.
    """
    values = level_values(score)
    rows = []
    for question in questions:
        found = usable(answers.get(question.key, []))
        level = found.level if found else None
        rating = float("nan") if level is None else values[level]
        rows.append((question.dwa_id, question.model, question.repeat, level, rating))
    frame = pd.DataFrame(rows, columns=["dwa_id", "model", "repeat", "level", "rating"])
    return frame.astype({"level": "str", "rating": float})


def by_model(table: pd.DataFrame) -> pd.DataFrame:
    """Ratings of each activity by each model.

    Parameters
    ----------
    table
        From `answer_table`.

    Returns
    -------
    pandas.DataFrame
        ``dwa_id``, ``model``; ``rating`` (mean over the answers, missing without any), ``sd``
        (over the answers, missing with fewer than two), ``n_answers``, ``n_failed``, and how many
        answers chose each level (``n_none``, ``n_direct``, ``n_with_software``).
    """
    return _grouped(table, ["dwa_id", "model"])


def overall(table: pd.DataFrame) -> pd.DataFrame:
    """Ratings of each activity over all models, each model weighing alike.

    Returns
    -------
    pandas.DataFrame
        Columns of `by_model` but ``model``. ``rating`` is the mean of the models' means, so that a
        model that failed more often does not count less; ``sd`` is over all answers.
    """
    means = by_model(table).groupby("dwa_id")["rating"].mean()
    out = _grouped(table, ["dwa_id"])
    return out.assign(rating=out["dwa_id"].map(means))


def _grouped(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    chosen = {f"n_{level}": (table["level"] == level).astype(int) for level in LEVELS}
    marked = table.assign(failed=table["rating"].isna(), **chosen)
    out = marked.groupby(keys).agg(
        rating=("rating", "mean"),
        sd=("rating", "std"),
        n_answers=("rating", "count"),
        n_failed=("failed", "sum"),
        **{name: (name, "sum") for name in chosen},
    )
    return out.reset_index()


def load_ratings(source: str | Path = HEADLINE) -> pd.DataFrame:
    """Ratings of all activities: a published rating by name, or a CSV by path.

    Parameters
    ----------
    source
        One of ``exposure.measures.RATINGS`` (``gpt4_beta`` by default), or a CSV with ``dwa_id``
        and ``rating``, such as `llmexposure rate` writes.

    Returns
    -------
    pandas.DataFrame
        One row an activity of O*NET 29.3 (2,087), sorted: ``dwa_id``, ``rating`` in [0, 1], missing
        where the activity has none.

    Raises
    ------
    DataError
        If the CSV is absent or breaks its contract, or rates nothing.
    ParameterError
        If ``source`` is neither a rating nor the path of a CSV.
    """
    published = load("activities")
    if source in RATINGS:
        return published[["dwa_id", source]].rename(columns={source: "rating"})
    if Path(source).suffix.lower() != ".csv":
        raise ParameterError(
            f"ratings '{source}' are unknown, expected one of {', '.join(RATINGS)}, or the path of "
            "a CSV with dwa_id and rating"
        )
    own = read_ratings(Path(source), published["dwa_id"])
    return published[["dwa_id"]].merge(own, on="dwa_id", how="left")


def read_ratings(path: Path, known: Collection[str]) -> pd.DataFrame:
    """Ratings in a CSV, checked: known activities, each once, numbers from 0 to 1 or empty.

    Parameters
    ----------
    path
        UTF-8 CSV with ``dwa_id`` and ``rating``; further columns are passed over.
    known
        Ids that exist.

    Returns
    -------
    pandas.DataFrame
        ``dwa_id`` and ``rating``, rows as in the file; an empty cell is missing, not zero.
    """
    ids = set(known)
    exists = pa.Check(
        lambda cells: cells.isin(ids),
        error="the id of an activity of O*NET 29.3 (4.A.1.a.1.I01.D01)",
    )
    columns = {
        "dwa_id": pa.Column(str, exists),
        "rating": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
    }
    schema = pa.DataFrameSchema(columns, unique=["dwa_id"], strict=False)
    ratings = read_csv(path, schema)[list(columns)]
    if ratings["rating"].isna().all():
        raise DataError(f"{shown(path)}: no activity has a rating, expected at least one")
    return ratings


def onet_titles() -> pd.DataFrame:
    """``dwa_id`` and ``title`` of every activity of O*NET 29.3, sorted by id."""
    return load(ACTIVITY_TITLES).rename(columns={"dwa_title": "title"})


def read_titles(path: Path) -> pd.DataFrame:
    """Titles in a CSV with ``dwa_id`` and ``title`` (other columns are passed over), sorted by id.

    Ids may be of the user's own making: nothing but the comparison with published ratings needs
    those of O*NET.
    """
    written = pa.Check(lambda cells: cells.str.strip() != "", error="a title")
    columns = {"dwa_id": pa.Column(str), "title": pa.Column(str, written)}
    schema = pa.DataFrameSchema(columns, unique=["dwa_id"], strict=False)
    titles = validate(read_text(path), schema, file=path)[list(columns)]
    # A title is one line of the prompt.
    titles["title"] = titles["title"].str.split().str.join(" ")
    return titles.sort_values("dwa_id", ignore_index=True)
