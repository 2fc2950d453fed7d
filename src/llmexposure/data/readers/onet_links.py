"""O*NET's statements and links, read from checked copies of the upstream files."""

from dataclasses import dataclass

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import onet
from llmexposure.postings.match.english import activity_documents, english_matcher
from llmexposure.postings.match.lexical import LexicalMatcher

SOURCE = "onet_29_3"


@dataclass(frozen=True)
class Statements:
    """Activities, tasks and the links between them.

    Attributes
    ----------
    activities : DataFrame
        ``dwa_id``, ``dwa_title``.
    tasks : DataFrame
        ``onet_soc``, ``task_id``, ``task``; tasks with a link only.
    links : DataFrame
        ``task_id``, ``dwa_id``, no pair twice.
    """

    activities: pd.DataFrame
    tasks: pd.DataFrame
    links: pd.DataFrame


def read_statements() -> Statements:
    """Read the three files; see `base.sources.locate` for where they are looked for.

    Raises
    ------
    SourceError
        If a file is not on this machine, or has other bytes than registered.
    """
    activities = onet.read_activities(locate(SOURCE, "DWA_Reference.xlsx"))
    links = onet.read_task_links(locate(SOURCE, "Tasks_to_DWAs.xlsx"))
    tasks = onet.read_task_statements(locate(SOURCE, "Task_Statements.xlsx"))
    linked = tasks[tasks["task_id"].isin(links["task_id"])]
    return Statements(
        activities[["dwa_id", "dwa_title"]].sort_values("dwa_id", ignore_index=True),
        linked[["onet_soc", "task_id", "task"]].reset_index(drop=True),
        links[["task_id", "dwa_id"]].drop_duplicates(ignore_index=True),
    )


def onet_matcher(statements: Statements | None = None, **options: float) -> LexicalMatcher:
    """The default English matcher: titles and all linked tasks of O*NET 29.3."""
    found = read_statements() if statements is None else statements
    documents = activity_documents(found.activities, found.links, found.tasks)
    return english_matcher(documents, **options)
