"""AI share of postings by country and month, and skills that postings of AI roles name."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers.indeed import read_ai_postings
from llmexposure.derive.core import monthly
from llmexposure.derive.seed import SEED
from llmexposure.postings.skills.count import count_skills
from llmexposure.simulation.generate import simulate

ROWS = 60_000


def skills_cn(raw: pd.DataFrame) -> pd.DataFrame:
    """Skills by role in real postings: title, description and the site's own skill tags."""
    text = raw["description"].fillna("") + "\n" + raw["skills"].fillna("")
    return count_skills(raw["title"], text)


def skills_simulated(rows: int = ROWS, seed: int = SEED) -> pd.DataFrame:
    """Skills by role in simulated postings."""
    batches = [b.postings.select(["title", "description"]) for b in simulate(rows, seed)]
    frame = pd.concat([b.to_pandas() for b in batches], ignore_index=True)
    return count_skills(frame["title"], frame["description"])


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of this topic that need no posting texts."""
    daily = read_ai_postings(locate("indeed_ai_tracker", "AI_posting.csv"))
    yield "ai_postings", monthly(daily, ["country"], "ai_share", "ai_share")
    yield "skills_simulated", skills_simulated()
