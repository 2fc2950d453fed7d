"""Every question of a run, each with the key under which its answer is cached."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from llmexposure.postings.rate.rubric import prompt_hash


@dataclass(frozen=True)
class Question:
    """One activity put to one model, for the ``repeat``-th time (from 1)."""

    model: str
    dwa_id: str
    title: str
    repeat: int
    temperature: float
    host: str

    @cached_property
    def key(self) -> str:
        """Cache key: 64 hexadecimal digits.

        Hash of model, prompt, activity (its id and its title, so that a reworded activity is a new
        question), repeat, temperature and host of the endpoint.
        """
        parts = [self.model, prompt_hash(), self.dwa_id, self.title]
        parts += [self.repeat, float(self.temperature), self.host]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def plan(
    activities: pd.DataFrame, models: tuple[str, ...], repeats: int, temperature: float, host: str
) -> list[Question]:
    """Questions in the order in which they are asked: the first repeat of everything first.

    Parameters
    ----------
    activities
        ``dwa_id`` and ``title``.
    """
    return [
        Question(model, row.dwa_id, row.title, repeat, temperature, host)
        for repeat in range(1, repeats + 1)
        for row in activities.itertuples(index=False)
        for model in models
    ]


def spread(activities: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    """At most ``limit`` activities, evenly spaced over the table.

    The first rows would all be one kind of work. Answers of a trial serve the full run again.

    Examples
    --------
    >>> spread(pd.DataFrame({"dwa_id": list("abcdef")}), 3)["dwa_id"].tolist()
    ['a', 'c', 'e']
    """
    if limit is None or limit >= len(activities):
        return activities
    return activities.iloc[[place * len(activities) // limit for place in range(limit)]]
