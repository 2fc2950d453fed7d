"""Specifications on US occupations and SOC groups: their columns, and the tables that hold them.

Exposure scores and outcomes are divided by their standard deviation over detailed occupations, at every
level, so that a slope over group means answers the same question as a slope over occupations (a
correlation would rise with aggregation by itself).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from llmexposure.analysis.curves.choices import CONTROLS
from llmexposure.data.taxonomy.groups import major_group, minor_group, oews_code
from llmexposure.estimation.curve import Units
from llmexposure.exposure.groups import group_means
from llmexposure.exposure.measures import RATINGS

TABLES = ("occupations", "occupations_onet")
COMPUTING = "15"
LARGE = 10_000  # jobs
JOBS = "employment_2022"
_LEVELS = ("major", "minor", "detailed")


def build(
    specifications: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Units], pd.DataFrame]:
    """Occupations and groups with all columns needed, and the columns of each specification.

    Occupations that miss a score, a control or an outcome of any specification are left out of all, so
    that every specification is about the same occupations.
    """
    task = specifications["route"] == "tasks"
    exposure = specifications["measure"].where(~task, specifications["measure"] + "_task")
    controls = specifications["controls"].map(CONTROLS)
    outcomes = list(specifications["outcome"].unique())
    needed = list({c: None for found in controls for c in found})
    columns = list(dict.fromkeys([*exposure.unique(), *needed, *outcomes]))
    occupations = _occupations(tables, columns)
    spread = occupations[[*exposure.unique(), *outcomes]].std()
    weights = specifications["weights"].map({"none": "", "employment": JOBS})
    models = pd.DataFrame(
        {
            "units": _kind(specifications["level"], specifications["weights"]),
            "outcome": "y:" + specifications["outcome"],
            "exposure": "x:" + exposure,
            "controls": controls,
            "weights": weights,
            "sample": specifications["sample"],
        }
    )
    kinds = models["units"].unique()
    return {kind: _units(occupations, kind, columns, outcomes, spread) for kind in kinds}, models


def _kind(level: pd.Series, weights: pd.Series) -> pd.Series:
    """Name of the units: weights change a group's means, not an occupation's own values."""
    return level.where(level == "detailed", level + "/" + weights)


def _occupations(tables: Mapping[str, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Detailed occupations that have all of the columns, with their groups."""
    onet = tables["occupations_onet"]
    extra = [f"{rating}_task" for rating in RATINGS] + ["job_zone"]
    means = onet.groupby(oews_code(onet["onet_soc"].str[:7]))[extra].mean()
    out = tables["occupations"].set_index("soc").join(means)
    out = out.assign(log_wage=np.log(out["wage_2022"]))
    out = out.assign(**{c: _growth(out, c) for c in columns if c.startswith("growth_")})
    out = out.dropna(subset=[*columns, JOBS])
    soc = out.index.to_series()
    return out.assign(detailed=soc, minor=minor_group(soc), major=major_group(soc))


def _growth(frame: pd.DataFrame, outcome: str) -> pd.Series:
    """Log growth of employment; ``growth_2022_2024`` says between which years."""
    _, before, after = outcome.split("_")
    return np.log(frame[f"employment_{after}"] / frame[f"employment_{before}"])


def _units(
    occupations: pd.DataFrame,
    kind: str,
    columns: list[str],
    outcomes: list[str],
    spread: pd.Series,
) -> Units:
    """One level of aggregation under one weighting, scaled."""
    level, _, weights = kind.partition("/")
    frame = _aggregate(occupations, level, columns, JOBS if weights == "employment" else None)
    y = frame[outcomes] / spread[outcomes]
    scores = spread.index.difference(outcomes, sort=False)
    x = frame[scores] / spread[scores]
    controls = frame[[c for c in columns if c in _control_columns()]]
    blocks = frame[list(_LEVELS[: _LEVELS.index(level) + 1])]
    samples = {
        "all": True,
        "no_computing": frame["major"] != COMPUTING,
        "large": frame[JOBS] >= LARGE,
    }
    parts = [controls, x.add_prefix("x:"), y.add_prefix("y:"), frame[[JOBS]]]
    return Units(pd.concat(parts, axis=1).assign(**samples), blocks)


def _control_columns() -> set[str]:
    return {c for found in CONTROLS.values() for c in found}


def _aggregate(
    occupations: pd.DataFrame, level: str, columns: list[str], weights: str | None
) -> pd.DataFrame:
    """Group means of the columns; employment is summed, and growth is that of the sum."""
    if level == "detailed":
        return occupations
    out = group_means(occupations, level, columns, weights)
    jobs = [c for c in occupations if c.startswith("employment_")]
    out = out.join(occupations.groupby(level)[jobs].sum())
    out = out.assign(**{c: _growth(out, c) for c in columns if c.startswith("growth_")})
    groups = occupations.groupby(level)[list(_LEVELS[: _LEVELS.index(level)])].first()
    return out.join(groups).assign(**{level: out.index})
