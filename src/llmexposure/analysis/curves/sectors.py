"""Specifications on Indeed sectors: which columns each of them uses, and the table that holds them.

All exposure scores are divided by their standard deviation over the sectors, every outcome by its own
over the sectors that have it, so that slopes of all specifications are in the same unit: standard
deviations of the outcome per standard deviation of exposure.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from llmexposure.analysis.curves.choices import CONTROLS
from llmexposure.analysis.recruitment import latest, shares, wide
from llmexposure.base.errors import DataError
from llmexposure.estimation.curve import Units

TABLES = ("sectors", "sector_postings")
RELEASE = "2022-11"  # ChatGPT was released on 30 November 2022
YEAR = 12
HEALTH = (
    "dental", "medical_information", "medical_technician", "nursing", "personal_care_home_health",
    "pharmacy", "physicians_surgeons", "therapy",
)  # fmt: skip
_OUTCOME = ["country", "baseline", "comparison", "form"]


def standardised(values: pd.DataFrame) -> pd.DataFrame:
    """Columns divided by their standard deviation over the rows that have a value."""
    return values / values.std()


def build(
    specifications: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Units], pd.DataFrame]:
    """Sectors with all columns that the specifications need, and the columns of each specification.

    Sectors without a score or a control are left out of every specification, so that all are about the
    same sectors; those without postings in a window, out of that window.
    """
    exposure = _exposure_column(specifications["measure"], specifications["score"])
    controls = specifications["controls"].map(CONTROLS)
    sectors = tables["sectors"].set_index("sector")
    sectors = sectors.assign(log_wage=np.log(sectors["wage_2022"]))
    scores = list(exposure.unique())
    needed = list({c: None for found in controls for c in found})
    sectors = sectors.dropna(subset=[*scores, *needed])
    outcome = specifications[_OUTCOME].agg("|".join, axis=1)
    windows = specifications[_OUTCOME].assign(name=outcome).drop_duplicates()
    changes = {row["name"]: _change(row, sectors, tables) for _, row in windows.iterrows()}
    frame = pd.concat(
        [
            sectors[[*needed, "employment_2022"]],
            standardised(sectors[scores]),
            standardised(pd.DataFrame(changes, index=sectors.index)),
            _samples(sectors.index),
        ],
        axis=1,
    )
    weights = specifications["weights"].map({"none": "", "employment": "employment_2022"})
    models = pd.DataFrame(
        {
            "units": "sectors", "outcome": outcome, "exposure": exposure, "controls": controls,
            "weights": weights, "sample": specifications["sample"],
        }
    )  # fmt: skip
    blocks = pd.DataFrame({"sector": frame.index}, index=frame.index)
    return {"sectors": Units(frame, blocks)}, models


def _exposure_column(measure: pd.Series, score: pd.Series) -> pd.Series:
    return measure.where(score == "weighted", measure + "_" + score)


def _samples(sectors: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "all": True,
            "no_software": sectors != "software_development",
            "no_health": ~sectors.isin(HEALTH),
        },
        index=sectors,
    )


def _change(
    window: pd.Series, sectors: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> pd.Series:
    """Change of one window by sector; missing where a sector has no index in it."""
    postings, country = tables["sector_postings"], window["country"]
    index = wide(postings, country)
    end = window["comparison"]
    end = latest(postings, country) if end == "latest" else end
    pair = pd.DataFrame({"before": _level(index, window["baseline"]), "after": _level(index, end)})
    pair = pair.reindex(sectors.index).dropna()
    if window["form"] == "share_change":
        pair = shares(pair, sectors["employment_2022"], "before")
        return pair["after"] - pair["before"]
    return np.log(pair["after"] / pair["before"])


def _level(index: pd.DataFrame, month: str) -> pd.Series:
    """Index of a month, or the geometric mean of the twelve months that end with the release."""
    if month == "year_before":
        months = [m for m in index.columns if m <= RELEASE][-YEAR:]
        return np.exp(np.log(index[months]).mean(axis=1, skipna=False))
    if month not in index.columns:
        raise DataError(
            f"month {month} is not in the postings; expected one of {index.columns.min()} to "
            f"{index.columns.max()}"
        )
    return index[month]
