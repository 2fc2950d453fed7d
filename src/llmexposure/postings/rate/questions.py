"""Every question of a run, word for word, each with the key under which its answer is cached.

Changing one character changes `prompt_hash`, and with it the cache key of every answer.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from llmexposure.exposure.measures import SCORES

# Our level -> the label of Eloundou et al. (2024) that means the same.
LEVELS = {"none": "E0", "direct": "E1", "with_software": "E2"}

SYSTEM = """\
You rate how far a large language model could speed up one work activity.

Picture someone who is good at the activity and does it today without such a model. Compare the \
time this person needs now with the time needed with help, for a result that is just as good.

Choose one level:
- "direct": with nothing but a chat window the time falls by half or more. The worker types or \
pastes a few pages of text and gets text back. The model sees no files, pictures, web pages or \
current figures, and operates no program or machine.
- "with_software": the chat window alone is not enough, but software built on the model would \
bring the time down by half or more. Such software may search documents and the web, look up \
current figures, read long files, read and draw pictures, transcribe speech, and carry out steps \
in other computer programs. It moves no physical objects.
- "none": neither of the two halves the time, or the result would be worse. This is so where most \
of the time goes into handling things, being present, moving, caring for people's bodies, or \
where a person has to decide or be spoken to for the result to count.

Judge the activity as a whole, not its easiest part. If the chat window is enough, the level is \
"direct" even where software would help too. If you waver, take the level with less exposure; \
from less to more these are "none", "with_software", "direct".

Reply with one JSON object and nothing else:
{"reason": "<one line of at most 25 words>", "level": "<none, direct or with_software>"}"""

TEMPLATE = "Work activity: {title}"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "level": {"type": "string", "enum": list(LEVELS)},
    },
    "required": ["reason", "level"],
    "additionalProperties": False,
}

# Ways to ask for JSON, strictest first: a server that refuses one is asked in the next.
FORMATS: dict[str, dict[str, Any] | None] = {
    "json_schema": {
        "type": "json_schema",
        "json_schema": {"name": "exposure_level", "strict": True, "schema": SCHEMA},
    },
    "json_object": {"type": "json_object"},
    "text": None,
}


def messages(title: str) -> list[dict[str, str]]:
    """Chat messages that ask for the level of one activity."""
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": TEMPLATE.format(title=title)},
    ]


def prompt_hash() -> str:
    """Fingerprint of everything that a model is told except the activity: 64 hexadecimal digits."""
    told = json.dumps([SYSTEM, TEMPLATE, SCHEMA], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def level_values(score: str) -> dict[str, float]:
    """Rating in [0, 1] of each level: ``alpha``, ``beta`` or ``gamma`` of Eloundou et al. (2024).

    Examples
    --------
    >>> level_values("beta")
    {'none': 0.0, 'direct': 1.0, 'with_software': 0.5}
    """
    return {level: SCORES[score][label] for level, label in LEVELS.items()}


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
        named = [self.model, prompt_hash(), self.dwa_id, self.title]
        parts = [*named, self.repeat, float(self.temperature), self.host]
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
