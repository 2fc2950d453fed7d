"""Observed use in four rounds of one year, by occupation, and what each holds (Anthropic Economic Index).

Statements are matched to those of O*NET 20.1 by their text in small letters, as in `derive.usage`, and split
over occupations in the same way. Rounds differ in floor and in the model that sorted conversations; the
service is the same, so that what can be compared is how conversations are spread, not how many there were.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import anthropic, crosswalks
from llmexposure.data.readers.anthropic import MODES
from llmexposure.derive import usage

MARCH, LATER = "anthropic_economic_index_2025_03_27", "anthropic_economic_index_later"
AUTOMATION = ("directive", "feedback_loop")
CHAT, WITH_API = "chat", "chat_and_api"
# The round whose tasks weigh the modes of the later ones; the first has no modes by task.
BASE = "2025-02"


@dataclass(frozen=True)
class Round:
    """One round of one service.

    Attributes
    ----------
    month
        In which its conversations begin.
    use
        ``task`` (with 'none'), ``share`` of all conversations.
    modes
        Share of conversations in each of the five modes.
    by_task
        ``task``, the five modes and ``unknown`` as parts of the task; None in the first round.
    """

    month: str
    service: str
    use: pd.DataFrame
    modes: pd.Series
    by_task: pd.DataFrame | None = None


def weighted_modes(by_task: pd.DataFrame, use: pd.DataFrame) -> pd.Series:
    """Share of the conversations that fit a task in each mode; what is left is unknown.

    Examples
    --------
    >>> by_task = pd.DataFrame({"task": ["a", "b"], "directive": [1.0, 0.0], "learning": [0.0, 0.5]})
    >>> use = pd.DataFrame({"task": ["a", "b", "none"], "share": [0.2, 0.6, 0.2]})
    >>> weighted_modes(by_task, use)[["directive", "learning"]].round(3).tolist()
    [0.25, 0.375]
    """
    share = use[use["task"] != usage.NONE].set_index("task")["share"]
    parts = by_task.set_index("task").reindex(share.index, columns=list(MODES)).fillna(0.0)
    return parts.mul(share / share.sum(), axis=0).sum()


def same_mix(base: Round, later: Round) -> float | None:
    """Automation's share of the modes in a later round, conversations spread over tasks as in the base.

    Over tasks whose modes both rounds show. None where a round has no modes by task.

    Examples
    --------
    >>> use = pd.DataFrame({"task": ["a", "b"], "share": [0.5, 0.5]})
    >>> modes = dict.fromkeys(MODES, 0.0)
    >>> rows = [{"task": "a", **modes, "directive": 1.0}, {"task": "b", **modes, "learning": 1.0}]
    >>> task = pd.DataFrame(rows)
    >>> now = Round("2025-08", "chat", use.assign(share=[0.9, 0.1]), pd.Series(), task)
    >>> same_mix(Round("2025-02", "chat", use, pd.Series(), task), now)
    0.5
    """
    if base.by_task is None or later.by_task is None:
        return None
    known = [
        t.by_task.set_index("task")[list(MODES)] for t in (base, later) if t.by_task is not None
    ]
    sizes = [parts.sum(axis=1) for parts in known]
    weight = base.use.set_index("task")["share"].drop(usage.NONE, errors="ignore") * sizes[0]
    rate = known[1][list(AUTOMATION)].sum(axis=1) / sizes[1]
    both = pd.DataFrame({"weight": weight, "rate": rate}).dropna()
    return float((both["weight"] * both["rate"]).sum() / both["weight"].sum())


def deep(use: pd.DataFrame, old: pd.DataFrame, floor: float = 0.0) -> dict[str, float]:
    """Share of occupations with at least a quarter, and three quarters, of their tasks above a floor."""
    shown = use[(use["share"] >= floor * (1 - 1e-9)) | (use["task"] == usage.NONE)]
    table = usage.by_occupation(usage.split_over_statements(shown, old))
    used = table["n_used"] / table["n_tasks"]
    return {str(x): float((used >= x / 100 - 1e-12).mean()) for x in (25, 75)}


def totals(rounds: list[Round], old: pd.DataFrame) -> pd.DataFrame:
    """Table ``usage_round_totals``: a row a round and service."""
    tasks = [r.use[r.use["task"] != usage.NONE] for r in rounds]
    floors = [float(t["share"].min()) for t in tasks]
    common = max(floors)
    base = next(r for r in rounds if r.month == BASE)
    rows = []
    for one, task, floor in zip(rounds, tasks, floors, strict=True):
        depth, same_floor = deep(one.use, old), deep(one.use, old, common)
        rows.append(
            {
                "round": one.month,
                "service": one.service,
                "tasks": len(task),
                "floor": floor,
                "none_share": 1 - task["share"].sum() / one.use["share"].sum(),
                **one.modes[list(MODES)],
                "unknown": 1 - one.modes[list(MODES)].sum(),
                "automation_same_mix": same_mix(base, one),
                **{f"occupations_{x}": v for x, v in depth.items()},
                **{f"occupations_{x}_same_floor": v for x, v in same_floor.items()},
            }
        )
    return pd.DataFrame(rows)


def by_service(tables: dict[tuple[str, str], pd.DataFrame], key: str) -> pd.DataFrame:
    """Chat, and the share with the API beside it where a round has one: a row a round and ``key``.

    Parameters
    ----------
    tables
        By month and service: indexed by ``key``, with ``share`` and ``n_used``.
    """
    parts = []
    for month in dict.fromkeys(month for month, _ in tables):
        chat, other = tables[month, CHAT], tables.get((month, WITH_API))
        both = chat["share"] * float("nan") if other is None else other["share"]
        part = chat[["share", "n_used"]].assign(share_with_api=both, round=month)
        parts.append(part.rename_axis(key).reset_index())
    return pd.concat(parts)[["round", key, "share", "n_used", "share_with_api"]]


def _later(month: str, service: str, file: str) -> Round:
    by_task = anthropic.read_modes_by_task(locate(LATER, file), shares=True)
    use = by_task[["task", "share"]]
    # Their digits end before their sum is one.
    use = use.assign(share=use["share"] / use["share"].sum())
    return Round(month, service, use, weighted_modes(by_task, use), by_task)


def rounds() -> list[Round]:
    """The rounds from the upstream files, the oldest first."""
    first = anthropic.read_usage(locate(usage.RELEASE, "onet_task_mappings.csv"))
    shipped = anthropic.read_interaction_modes(
        locate(usage.RELEASE, "automation_vs_augmentation.csv")
    )
    named = shipped.set_index(shipped["mode"].str.replace(" ", "_"))["share"]
    second = anthropic.read_usage(locate(MARCH, "task_pct_v2.csv"))
    modes = anthropic.read_modes_by_task(
        locate(MARCH, "automation_vs_augmentation_by_task.csv"), shares=False
    )
    file = "automation_vs_augmentation_by_task_{}.csv"
    return [
        Round("2024-12", CHAT, first, named),
        Round(BASE, CHAT, second, weighted_modes(modes, second), modes),
        _later("2025-08", CHAT, file.format("v2_claude")),
        _later("2025-08", WITH_API, file.format("v2")),
        _later("2025-11", CHAT, file.format("v3_claude")),
        _later("2025-11", WITH_API, file.format("v3")),
    ]


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of this topic, from the upstream files."""
    old = anthropic.read_onet20_tasks(locate(usage.RELEASE, "task_statements_v20.1.csv"))
    walk = crosswalks.read_onet_2010_to_2019(locate("crosswalks", "2010_to_2019_soc_crosswalk.csv"))
    found = rounds()
    onet = {
        (r.month, r.service): usage.by_occupation(usage.split_over_statements(r.use, old))
        for r in found
    }
    groups = {
        which: t.groupby(t["onet_soc"].str[:2])[["share", "n_used"]].sum()
        for which, t in onet.items()
    }
    soc = {which: usage.by_soc(t, walk).set_index("soc") for which, t in onet.items()}
    yield "usage_rounds", by_service(soc, "soc")
    yield "usage_round_groups", by_service(groups, "major_group")
    yield "usage_round_totals", totals(found, old)
