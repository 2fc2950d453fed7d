"""From answers to ratings: means, spread and counts, by activity and by model."""

import pandas as pd

from llmexposure.postings.rate.cache import Answers, usable
from llmexposure.postings.rate.questions import Question
from llmexposure.postings.rate.rubric import LEVELS, level_values


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
