"""Observed use of one chatbot by task, occupation, group and activity (Anthropic Economic Index).

The release gives the share of conversations by task statement of O*NET 20.1. A statement that several
occupations have gives each of them an equal part, as its authors did. Shares of occupations, groups and
activities are of the conversations that fit a task: those that fit none are left out first.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import anthropic, crosswalks, eloundou, onet
from llmexposure.data.taxonomy.groups import oews_code

RELEASE = "anthropic_economic_index_2025_02_10"
NONE = "none"
KINDS = {
    "directive": "automation",
    "feedback loop": "automation",
    "task iteration": "augmentation",
    "learning": "augmentation",
    "validation": "augmentation",
}


def statement_key(task: pd.Series) -> pd.Series:
    """Statement as the release writes it: small letters, no spaces around."""
    return task.str.lower().str.strip()


def holders(statements: pd.DataFrame, reworded: pd.DataFrame | None = None) -> pd.DataFrame:
    """Tasks that have a statement of the release: ``task`` (its key), ``onet_soc``, ``task_id``.

    Parameters
    ----------
    statements
        ``onet_soc``, ``task_id``, ``task``.
    reworded
        Statements of an earlier edition, whose task ids and text say which task of ``statements`` was
        reworded since: such a task has its earlier statement as well.
    """
    rows = statements.assign(task=statement_key(statements["task"]))
    if reworded is not None:
        earlier = reworded[["task_id"]].assign(task=statement_key(reworded["task"]))
        same_id = statements[["onet_soc", "task_id"]].merge(earlier, on="task_id")
        rows = pd.concat([rows, same_id])
    return rows[["task", "onet_soc", "task_id"]].drop_duplicates(ignore_index=True)


def split_over_statements(
    usage: pd.DataFrame, statements: pd.DataFrame, reworded: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Share of each statement of each occupation; statements without conversations are not used.

    Parameters
    ----------
    usage
        ``task`` (with the row 'none'), ``share`` (sums to one).
    statements, reworded
        As in `holders`.

    Returns
    -------
    pandas.DataFrame
        ``onet_soc``, ``task_id``, ``used`` (bool), ``task_share`` (of the statement, before it is split)
        and ``share``, which sums to one over statements if every task of ``usage`` is a statement, else
        to the matched part.

    Examples
    --------
    >>> usage = pd.DataFrame({"task": ["write.", "none"], "share": [0.8, 0.2]})
    >>> statements = pd.DataFrame({"onet_soc": ["a", "b"], "task_id": [1, 2], "task": ["Write."] * 2})
    >>> split_over_statements(usage, statements)["share"].tolist()
    [0.5, 0.5]
    """
    tasks = usage[usage["task"] != NONE].assign(task=statement_key(usage["task"]))
    tasks["task_share"] = tasks["share"] / tasks["share"].sum()
    held = holders(statements, reworded).merge(tasks[["task", "task_share"]], on="task")
    held["share"] = held["task_share"] / held.groupby("task")["task"].transform("size")
    keys = ["onet_soc", "task_id"]
    sums = held.groupby(keys)[["task_share", "share"]].sum()
    out = statements[keys].merge(sums.assign(used=True), on=keys, how="left")
    zero = {"used": False, "task_share": 0.0, "share": 0.0}
    return out.fillna(zero).astype({"used": bool})[[*keys, *zero]]


def usage_tasks(usage: pd.DataFrame, old: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Share of all conversations by task, and in how many occupations its statement stands.

    Parameters
    ----------
    old
        Statements of O*NET 20.1, which the release uses.
    labels
        Labelled tasks with their statements.

    Returns
    -------
    pandas.DataFrame
        ``task``: the lowest task id of O*NET 20.1 with this statement, or 'none'; ``share``;
        ``n_statements`` and ``n_labelled`` (labelled tasks with the same text or the same task id).
    """
    key = statement_key(usage["task"])
    first = old["task_id"].groupby(statement_key(old["task"])).agg(["min", "size"])
    copies = holders(labels, old)["task"].value_counts()
    table = pd.DataFrame(
        {
            "task": key.map(first["min"].astype(str)).fillna(NONE),
            "share": usage["share"],
            "n_statements": key.map(first["size"]).fillna(0).astype(int),
            "n_labelled": key.map(copies).fillna(0).astype(int),
        }
    )
    return table.sort_values(["share", "task"], ascending=[False, True], ignore_index=True)


def by_occupation(tasks: pd.DataFrame) -> pd.DataFrame:
    """Tasks, used tasks and share of conversations by occupation of O*NET 20.1.

    ``n_used_double`` and ``n_used_tenfold`` count tasks with at least two and ten times the fewest
    conversations that the release shows.
    """
    floor = tasks.loc[tasks["used"], "task_share"].min() * (1 - 1e-9)
    rows = tasks.assign(
        double=tasks["task_share"] >= 2 * floor, tenfold=tasks["task_share"] >= 10 * floor
    )
    groups = rows.groupby("onet_soc")
    return groups.agg(
        n_tasks=("used", "size"),
        n_used=("used", "sum"),
        share=("share", "sum"),
        n_used_double=("double", "sum"),
        n_used_tenfold=("tenfold", "sum"),
    ).reset_index()


def by_soc(occupations: pd.DataFrame, walk: pd.DataFrame) -> pd.DataFrame:
    """The same by SOC 2018 code as OEWS publishes it.

    An occupation that leads to several codes gives each an equal part of its tasks and conversations,
    so counts of tasks need not be whole.
    """
    pairs = pd.DataFrame(
        {"onet_soc": walk["onet_soc_2010"], "soc": oews_code(walk["onet_soc_2019"].str[:7])}
    ).drop_duplicates()
    parts = pairs.groupby("onet_soc")["soc"].transform("size")
    moved = pairs.assign(part=1 / parts).merge(occupations, on="onet_soc")
    values = ["n_tasks", "n_used", "share"]
    moved[values] = moved[values].mul(moved["part"], axis=0)
    return moved.groupby("soc")[values].sum().reset_index()


def by_group(
    occupations: pd.DataFrame, employment: pd.DataFrame, structure: pd.DataFrame
) -> pd.DataFrame:
    """Share of conversations, tasks and jobs by SOC major group.

    Parameters
    ----------
    employment
        ``group_title``, ``employment`` (jobs, not a share).
    structure
        ``code``, ``level``, ``title``: gives each title its code.
    """
    code = structure[structure["level"] == "major"].set_index("title")["code"].str[:2]
    jobs = employment.set_index(employment["group_title"].map(code))["employment"]
    groups = occupations.groupby(occupations["onet_soc"].str[:2].rename("major_group"))
    out = groups[["n_tasks", "n_used", "share"]].sum()
    return out.join(jobs.rename_axis("major_group"), how="inner").reset_index()


def by_activity(tasks: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Linked tasks of O*NET 29.3, used ones, and share of conversations by activity.

    A task that involves several activities gives each an equal part of its conversations.
    """
    involved = links.groupby(["onet_soc", "task_id"])["dwa_id"].transform("size")
    rows = links.assign(part=1 / involved).merge(tasks, on=["onet_soc", "task_id"])
    rows["share"] *= rows["part"]
    groups = rows.groupby("dwa_id")
    return groups.agg(
        n_tasks=("used", "size"), n_used=("used", "sum"), share=("share", "sum")
    ).reset_index()


def by_label(tasks: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Labelled tasks, used ones, and share of conversations by the two raters' labels."""
    rows = labels.merge(tasks, on=["onet_soc", "task_id"])
    groups = rows.groupby(["human", "gpt4"])
    return groups.agg(
        n_tasks=("used", "size"), n_used=("used", "sum"), share=("share", "sum")
    ).reset_index()


def modes(shipped: pd.DataFrame) -> pd.DataFrame:
    """Modes of interaction with their kind; shares as shipped and over the five modes alone."""
    kind = shipped["mode"].map(KINDS).fillna(NONE)
    known = shipped["share"].where(kind != NONE)
    out = shipped.assign(kind=kind, share_of_modes=known / known.sum())
    return out[["mode", "kind", "share", "share_of_modes"]]


def _release(file: str) -> Path:
    return locate(RELEASE, file)


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of this topic, from the upstream files."""
    usage = anthropic.read_usage(_release("onet_task_mappings.csv"))
    old = anthropic.read_onet20_tasks(_release("task_statements_v20.1.csv"))
    new = onet.read_task_statements(locate("onet_29_3", "Task_Statements.xlsx"))
    links = onet.read_task_links(locate("onet_29_3", "Tasks_to_DWAs.xlsx"))
    labels = eloundou.read_task_labels(locate("eloundou_gpts_are_gpts", "full_labelset.tsv"))
    walk = crosswalks.read_onet_2010_to_2019(locate("crosswalks", "2010_to_2019_soc_crosswalk.csv"))
    jobs = anthropic.read_bls_employment(_release("bls_employment_may_2023.csv"))
    structure = anthropic.read_soc_structure(_release("soc_structure_2019.csv"))
    occupations = by_occupation(split_over_statements(usage, old))
    yield "usage_tasks", usage_tasks(usage, old, labels)
    yield "usage_occupations", occupations
    yield "usage_soc", by_soc(occupations, walk)
    yield "usage_groups", by_group(occupations, jobs, structure)
    yield "usage_activities", by_activity(split_over_statements(usage, new, old), links)
    yield "usage_labels", by_label(split_over_statements(usage, labels, old), labels)
    yield (
        "usage_modes",
        modes(anthropic.read_interaction_modes(_release("automation_vs_augmentation.csv"))),
    )
