"""Tables of observed use (Anthropic Economic Index)."""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import (
    LABEL_SOURCES,
    ONET_SOC,
    SOC,
    choice,
    count,
    number,
    table,
    text,
)

USE = "anthropic_economic_index_2025_02_10"
ROUNDS = (USE, "anthropic_economic_index_2025_03_27", "anthropic_economic_index_later")
ROUND = r"^20\d{2}-\d{2}$"
ONET = "onet_29_3"
MODES = ("directive", "feedback_loop", "task_iteration", "learning", "validation")


def _share(of: str) -> pa.Column:
    return number(f"share of {of}", "share", USE, high=1, nullable=False)


def _use(what: str, *source: str, kind: type = int) -> dict[str, pa.Column]:
    """Tasks, tasks with conversations, and share of the conversations that fit a task."""
    return {
        "n_tasks": number(f"tasks {what}", "count", *source, kind=kind, nullable=False),
        "n_used": number(
            "those with conversations in the release", "count", USE, *source, kind=kind,
            nullable=False,
        ),
        "share": _share("the conversations that fit a task"),
    }  # fmt: skip


def _of_round(description: str, *, nullable: bool = False) -> pa.Column:
    return number(description, "share", *ROUNDS, high=1, nullable=nullable)


TABLES = {
    t.name: t
    for t in (
        table(
            "usage_tasks",
            "task statement with conversations",
            ("task",),
            {
                "task": text(
                    "lowest O*NET 20.1 task id with the statement; none: fits no task",
                    r"^(none|\d+)$", USE,
                ),
                "share": _share("all conversations"),
                "n_statements": count("occupations' tasks with it, O*NET 20.1", USE),
                "n_labelled": count(
                    "labelled tasks with it, by text or by task id", USE, LABEL_SOURCES[0]),
            },
        ),
        table(
            "usage_occupations",
            "occupation of O*NET 20.1",
            ("onet_soc",),
            {
                "onet_soc": text("O*NET-SOC 2010 code", ONET_SOC, USE),
                **_use("of the occupation", USE),
                "n_used_double": count(
                    "tasks with at least twice the fewest conversations shown", USE),
                "n_used_tenfold": count(
                    "tasks with at least ten times the fewest conversations shown", USE),
            },
        ),
        table(
            "usage_soc",
            "SOC 2018 occupation as OEWS publishes it",
            ("soc",),
            {
                "soc": text("SOC 2018 code", SOC, USE, "crosswalks"),
                **_use("of its O*NET occupations", USE, "crosswalks", kind=float),
            },
        ),
        table(
            "usage_groups",
            "SOC major group",
            ("major_group",),
            {
                "major_group": text("SOC major group", r"^\d{2}$", USE),
                **_use("of its occupations", USE),
                "employment": number("employment, May 2023", "jobs", USE, kind=int),
            },
        ),
        table(
            "usage_activities",
            "O*NET Detailed Work Activity with linked tasks",
            ("dwa_id",),
            {
                "dwa_id": text("activity", r"^4\.A\.\d\.[a-z]\.\d\.I\d{2}\.D\d{2}$", ONET),
                **_use("linked to it", ONET),
            },
        ),
        table(
            "usage_labels",
            "pair of task labels",
            ("human", "gpt4"),
            {
                "human": text("label by human annotators", r"^E[012]$", LABEL_SOURCES[0]),
                "gpt4": text("label by GPT-4", r"^E[012]$", LABEL_SOURCES[0]),
                **_use("with these labels", *LABEL_SOURCES),
            },
        ),
        table(
            "usage_modes",
            "mode of interaction",
            ("mode",),
            {
                "mode": text("mode, as the release names it", r"^[a-z ]+$", USE),
                "kind": choice(
                    "whether the mode counts as automation", ("automation", "augmentation", "none"),
                    USE,
                ),
                "share": _share("conversations as shipped; does not sum to one"),
                "share_of_modes": number("share among the five modes", "share", USE, high=1),
            },
        ),
        table(
            "usage_rounds",
            "round and SOC 2018 occupation as OEWS publishes it",
            ("round", "soc"),
            {
                "round": text("month in which its conversations begin", ROUND, *ROUNDS),
                "soc": text("SOC 2018 code", SOC, *ROUNDS, "crosswalks"),
                "share": _of_round("share of the conversations on the chat service that fit a task"),
                "n_used": number(
                    "tasks with conversations in the release", "count", *ROUNDS, "crosswalks",
                    nullable=False,
                ),
                "share_with_api": _of_round(
                    "the same with use through the API; empty: not released", nullable=True),
            },
        ),
        table(
            "usage_round_groups",
            "round and SOC major group",
            ("round", "major_group"),
            {
                "round": text("month in which its conversations begin", ROUND, *ROUNDS),
                "major_group": text("major group of O*NET-SOC 2010, as in the report", r"^\d{2}$", *ROUNDS),
                "share": _of_round("share of the conversations on the chat service that fit a task"),
                "n_used": count("tasks of its occupations with conversations", *ROUNDS),
                "share_with_api": _of_round(
                    "the same with use through the API; empty: not released", nullable=True),
            },
        ),
        table(
            "usage_round_totals",
            "round and service",
            ("round", "service"),
            {
                "round": text("month in which its conversations begin", ROUND, *ROUNDS),
                "service": choice("what is counted", ("chat", "chat_and_api"), *ROUNDS),
                "tasks": count("task statements with conversations", *ROUNDS),
                "floor": _of_round("share of all conversations of the rarest task that is shown"),
                "none_share": _of_round("share of all conversations that fit no task"),
                **{
                    mode: _of_round(f"share of conversations in the mode {mode.replace('_', ' ')}")
                    for mode in MODES
                },
                "unknown": _of_round("share in none of the five modes, or too few to show"),
                "automation_same_mix": _of_round(
                    "directive and feedback loop among the five modes, tasks weighted as in 2025-02",
                    nullable=True,
                ),
                **{
                    f"occupations_{x}{suffix}": _of_round(
                        f"share of O*NET occupations with at least {x}% of their tasks {used}")
                    for suffix, used in (
                        ("", "shown"),
                        ("_same_floor", "above the highest floor of the rounds"),
                    )
                    for x in (25, 75)
                },
            },
        ),
    )
}  # fmt: skip
