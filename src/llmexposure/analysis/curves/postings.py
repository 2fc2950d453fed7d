"""Specifications on postings: Indeed's sectors and US minor groups, the columns and tables of each.

Exposures are divided by their standard deviation over sectors (or minor groups), outcomes by their own, and
so they stay for families, so that all slopes are in one unit: standard deviations of the outcome per
standard deviation of exposure.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from llmexposure.analysis.adverts.counts import exposures, named_windows, windows
from llmexposure.analysis.curves.choices import CONTROLS
from llmexposure.analysis.recruitment import latest, log_change, wide
from llmexposure.analysis.timing.release import families, thirds
from llmexposure.base.errors import ParameterError
from llmexposure.data.taxonomy.sectors import read_sector_occupations
from llmexposure.estimation.curve import Units
from llmexposure.exposure.groups import group_means

TABLES = ("sectors", "sector_postings", "us_minor_windows", "group_exposures", "occupations")
RELEASE = "2022-11"  # ChatGPT was released on 30 November 2022
YEARS = ("2021-11", RELEASE, "2023-11")
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
BOOM = ("2020-02", "2021-11")  # it ends where the first window begins
COUNTED_BOOM = ("2019", "year to 2021-11")
COMPUTING, HEALTH = "15", ("29", "31")
SIZE = "size"
_OUTCOME = ["change", "window"]
_HELD = ["controls", "boom", "family"]


def build(
    specifications: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Units], pd.DataFrame]:
    """Units of every source, country and level that is chosen, and the columns of each specification.

    Units without a score or a control are left out of every specification, so that all are about the
    same units; those without postings in a window, out of that window.
    """
    place = specifications["source"] + "/" + specifications["country"]
    models = pd.DataFrame(
        {
            "units": place + "/" + specifications["unit"],
            "outcome": "y:" + specifications["change"] + ":" + specifications["window"],
            "exposure": "x:" + specifications["measure"]
            + specifications["shape"].map({"linear": "", "quadratic": "", "thirds": ":thirds"}),
            "bend": ("x:" + specifications["measure"] + ":squared").where(
                specifications["shape"] == "quadratic", ""
            ),
            "clusters": specifications["family"].map(lambda how: "family" if how == "clustered" else ""),
            "weights": specifications["weights"].map({"none": "", "size": SIZE}),
            "sample": specifications["sample"],
        }
    )  # fmt: skip
    found = {}
    for name, part in specifications.groupby(place, sort=False):
        fine = _fine(str(name), part, tables)
        found |= {f"{name}/{kind}": _units(fine, kind) for kind in part["unit"].unique()}
    held = zip(models["units"], *(specifications[c] for c in _HELD), strict=True)
    models["controls"] = [_controls(found[unit].frame, *chosen) for unit, *chosen in held]
    return found, models


def _controls(frame: pd.DataFrame, controls: str, boom: str, family: str) -> tuple[str, ...]:
    effects = (c for c in frame.columns if c.startswith("family:")) if family == "within" else ()
    return (*CONTROLS[controls], *(("boom",) if boom == "given" else ()), *effects)


def _fine(place: str, chosen: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Sectors or minor groups of one source and country: scores, controls, outcomes, size and family."""
    source, country = place.split("/")
    read = {"indeed": _indeed, "counts": _minor_groups}[source]
    frame, changes = read(country, chosen[_OUTCOME].drop_duplicates(), tables)
    frame = frame.assign(log_wage=np.log(frame["wage_2022"])) if "wage_2022" in frame else frame
    measures = list(chosen["measure"].unique())
    needed = list({c: None for how in chosen["controls"].unique() for c in CONTROLS[how]})
    frame = frame[[*measures, *needed, "boom", SIZE, "family"]].dropna()
    scores = frame[measures] / frame[measures].std()
    shapes = pd.concat(
        [
            scores,
            ((scores - scores.mean()) ** 2).add_suffix(":squared"),
            pd.DataFrame({f"{m}:thirds": _by_thirds(scores, m) for m in measures}),
        ],
        axis=1,
    )
    outcomes = pd.DataFrame(changes).reindex(frame.index)
    return pd.concat(
        [
            frame[[*needed, "boom", SIZE, "family"]],
            shapes.add_prefix("x:"),
            (outcomes / outcomes.std()).add_prefix("y:"),
        ],
        axis=1,
    ).sort_index()


def _by_thirds(scores: pd.DataFrame, measure: str) -> pd.Series:
    """Each unit's score replaced by the mean of its third: a slope is still per standard deviation."""
    third = thirds(scores, measure)
    return scores[measure].groupby(third, observed=True).transform("mean")


def _indeed(
    country: str, chosen: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    index = wide(tables["sector_postings"], country)
    jobs = tables["occupations"].set_index("soc")["employment_2022"]
    frame = tables["sectors"].set_index("sector").join(families(read_sector_occupations(), jobs))
    frame = frame.assign(boom=log_change(index, *BOOM), **{SIZE: frame["employment_2022"]})
    end = latest(tables["sector_postings"], country)
    return frame, {
        f"{change}:{window}": _indeed_change(index, change, window, end)
        for change, window in chosen.itertuples(index=False)
    }


def _indeed_change(index: pd.DataFrame, change: str, window: str, end: str) -> pd.Series:
    if window in LENGTHS:
        return _of(change, windows(index, YEARS, LENGTHS[window]))
    if change != "after":
        raise ParameterError(
            f"window {window}: only the change after the release has it, not {change}"
        )
    if window == "last_year":
        ends = {name: [str(pd.Period(m, "M") - lag) for lag in range(12)]
                for name, m in {"base": RELEASE, "late": end}.items()}  # fmt: skip
        means = {name: index[months].mean(axis=1, skipna=False) for name, months in ends.items()}
        return np.log(means["late"] / means["base"])
    return log_change(index, RELEASE, window)


def _minor_groups(
    country: str, chosen: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    if country != "US" or not set(chosen["window"]) <= {"quarter", "year"}:
        raise ParameterError(
            "source counts: only country US and the windows quarter and year are in us_minor_windows; "
            "exclude the others"
        )
    means = tables["us_minor_windows"]
    three = {w: named_windows(means, [f"{w} to {m}" for m in YEARS]) for w in ("quarter", "year")}
    by_window = means.pivot(index="minor_group", columns="window", values="postings")
    frame = exposures(tables["group_exposures"], "us_minor").assign(
        boom=np.log(by_window[COUNTED_BOOM[1]] / by_window[COUNTED_BOOM[0]]),
        family=lambda d: d.index.str[:2],
        **{SIZE: three["year"]["base"]},
    )
    return frame, {
        f"{change}:{window}": _of(change, three[window])
        for change, window in chosen.itertuples(index=False)
    }


def _of(change: str, three: pd.DataFrame) -> pd.Series:
    """Log change before or after the release, or the second less the first, over three periods."""
    logs = np.log(three)
    found = {"before": logs["base"] - logs["early"], "after": logs["late"] - logs["base"]}
    return found["after"] - found["before"] if change == "difference" else found[change]


def _units(fine: pd.DataFrame, kind: str) -> Units:
    """Sectors or minor groups, or means of families weighted by size; with samples and effects."""
    frame = fine
    if kind == "families":
        values = [c for c in fine if c not in (SIZE, "family")]
        parts = {c: group_means(fine, "family", [c], SIZE)[c] for c in values}
        frame = pd.DataFrame(parts).assign(**{SIZE: fine.groupby("family")[SIZE].sum()})
        frame["family"] = frame.index
    effects = pd.get_dummies(frame["family"], prefix="family", prefix_sep=":", dtype=float)
    samples = {
        "all": True,
        "no_computing": frame["family"] != COMPUTING,
        "no_health": ~frame["family"].isin(HEALTH),
    }
    blocks = {"family": frame["family"]}
    if kind == "fine":
        blocks[_level(frame.index)] = frame.index.to_series()
    return Units(
        pd.concat([frame.drop(columns="family"), effects.iloc[:, 1:]], axis=1).assign(**samples),
        pd.DataFrame(blocks, index=frame.index),
    )


def _level(index: pd.Index) -> str:
    """Minor groups are no sectors: their own deviations are permuted by themselves."""
    return "minor group" if index.str.match(r"\d\d-").all() else "sector"
