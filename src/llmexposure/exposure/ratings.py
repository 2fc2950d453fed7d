"""Ratings of tasks, of activities, and the occupation index that activities give."""

import pandas as pd

from llmexposure.exposure.measures import RATERS, RATINGS, SCORES

# The authors' occupation scores count only core tasks in full: a supplemental task, and one without a
# type, counts half. With these weights their file is reproduced to the last digit.
CORE_WEIGHT, OTHER_WEIGHT = 1.0, 0.5


def task_ratings(labels: pd.DataFrame, weight_e2: float = SCORES["beta"]["E2"]) -> pd.DataFrame:
    """Score every task label six ways.

    Parameters
    ----------
    labels
        One row a task: ``onet_soc``, ``task_id``, ``task_type``, ``human`` and ``gpt4`` (E0, E1, E2).
    weight_e2
        What beta counts E2 for, against one for E1.

    Returns
    -------
    pandas.DataFrame
        The keys, ``task_type`` and one column a rating (``human_alpha`` ... ``gpt4_gamma``) in [0, 1].

    Examples
    --------
    >>> labels = pd.DataFrame({"onet_soc": ["a"], "task_id": [1], "task_type": ["Core"],
    ...                        "human": ["E2"], "gpt4": ["E1"]})
    >>> task_ratings(labels)[["human_beta", "gpt4_beta"]].iloc[0].tolist()
    [0.5, 1.0]
    """
    out = labels[["onet_soc", "task_id", "task_type"]].copy()
    for rater in RATERS:
        for score, values in SCORES.items():
            weights = values | ({"E2": weight_e2} if score == "beta" else {})
            out[f"{rater}_{score}"] = labels[rater].map(weights)
    return out


def activity_ratings(
    activities: pd.Series, links: pd.DataFrame, tasks: pd.DataFrame
) -> pd.DataFrame:
    """Rating of each activity: the mean over the rated tasks linked to it.

    An activity without a rated task has no rating: missing, never zero.

    Parameters
    ----------
    activities
        Every activity id.
    links
        ``onet_soc``, ``task_id``, ``dwa_id``: which task involves which activity.
    tasks
        From `task_ratings`.

    Returns
    -------
    pandas.DataFrame
        ``dwa_id``, ``n_tasks``, ``n_occupations`` (of rated tasks) and the six ratings.
    """
    rated = links.merge(tasks, on=["onet_soc", "task_id"])
    groups = rated.groupby("dwa_id")
    counts = groups["onet_soc"].agg(n_tasks="size", n_occupations="nunique")
    out = counts.join(groups[RATINGS].mean()).reindex(sorted(activities))
    out[["n_tasks", "n_occupations"]] = out[["n_tasks", "n_occupations"]].fillna(0).astype(int)
    return out.rename_axis("dwa_id").reset_index()


def occupation_index(links: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Occupation index through activities: mean rating over the occupation's task-activity links.

    This is the index that a posting gets when it names the occupation's activities, so it is the one
    that text matching is compared with.

    Examples
    --------
    >>> links = pd.DataFrame({"onet_soc": ["a", "a"], "dwa_id": [1, 2]})
    >>> ratings = pd.DataFrame({"dwa_id": [1, 2], **{name: [0.0, 1.0] for name in RATINGS}})
    >>> occupation_index(links, ratings)["gpt4_beta"].tolist()
    [0.5]
    """
    linked = links.merge(ratings[["dwa_id", *RATINGS]], on="dwa_id")
    return linked.groupby("onet_soc")[RATINGS].mean().reset_index()


def occupation_task_index(tasks: pd.DataFrame) -> pd.DataFrame:
    """Occupation index straight from task labels, tasks that are not core counted half (Eloundou et al.).

    Each rating is averaged over the tasks that have it; an occupation without any is missing in it.

    Parameters
    ----------
    tasks
        From `task_ratings`.

    Returns
    -------
    pandas.DataFrame
        ``onet_soc`` and the six ratings.
    """
    weight = tasks["task_type"].eq("Core").map({True: CORE_WEIGHT, False: OTHER_WEIGHT})
    ratings, occupation = tasks[RATINGS], tasks["onet_soc"]
    total = ratings.mul(weight, axis=0).groupby(occupation).sum(min_count=1)
    rated = ratings.notna().mul(weight, axis=0).groupby(occupation).sum()
    return (total / rated).reset_index()


def label_counts(labels: pd.DataFrame) -> pd.DataFrame:
    """Tasks by major group and by the two raters' labels, zero cells left out."""
    keys = labels.assign(major_group=labels["onet_soc"].str[:2])
    return (
        keys.groupby(["major_group", "human", "gpt4"], observed=True)
        .size()
        .rename("n_tasks")
        .reset_index()
    )
