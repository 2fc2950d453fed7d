"""The panel part of a notebook: occupations by period, from simulated or from a user's own postings."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from llmexposure.analysis.panel.relationships import Relationships, relationships
from llmexposure.analysis.remote import unit_telework
from llmexposure.analysis.shares import comovement as split
from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Estimate
from llmexposure.data.schemas.columns import LABEL_SOURCES
from llmexposure.estimation.regression.design import Design, design
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.resampling.family import family
from llmexposure.postings.own_counts import own_counts
from llmexposure.report.run import Run

# Nothing but the ratings is cited: the postings are simulated, or the user's own.
SOURCE = tuple(LABEL_SOURCES)
CHANGES = {
    "share_change": "Share of postings (change)",
    "application_share_change": "Share of applications (change)",
    "bachelor_change": "Asking for a degree (change)",
    "three_years_change": "Asking for three years (change)",
    "remote": "Remote work (level)",
}
LEVELS = {
    "bachelor_base": "Asking for a degree (level)",
    "three_years_base": "Asking for three years (level)",
    "remote": "Remote work (level)",
}
# Where the slope of an outcome is recorded; ``{}`` takes the evidence.
SCOPES = {
    "share_change": "recruitment_share.{}.panel",
    "application_share_change": "application_share.{}.panel",
    "bachelor_change": "degree_requirement.{}.panel",
    "three_years_change": "experience_requirement.{}.panel",
    "bachelor_base": "degree_requirement.{}.panel_level",
    "three_years_base": "experience_requirement.{}.panel_level",
    "remote": "remote_work.{}.panel",
}
# P-values adjusted for the number of outcomes: head of a column, quantity.
ADJUSTED = {"RW p": "romano_wolf", "BH p": "benjamini_hochberg"}
# What one unit of a panel weighs.
SIZE = {"none": None, "size": "postings_base"}


def panel(
    run: Run, simulated: pd.DataFrame, rating: str, telework: pd.DataFrame | None = None
) -> Relationships:
    """Relationships by occupation, for the evidence and the periods of the run's parameters.

    Parameters
    ----------
    simulated
        Table ``simulated_panel``; used unless ``evidence`` is 'postings'.
    telework
        Table ``occupations_onet``, for the remote-work score of a user's occupations; without it, and
        for simulated postings, remote work is what the counts say.

    Raises
    ------
    DataError, ParameterError
        When the postings or the periods cannot be used; the message says why.
    """
    own = run.parameters["evidence"] == "postings"
    counts = own_counts(run.parameters["postings"]) if own else simulated
    score = None
    if own and telework is not None:
        score = unit_telework(pd.Index(counts["occupation"].unique()), telework)
    spans = run.parameters["baseline"], run.parameters["comparison"]
    evidence = "postings" if own else "simulated"
    return relationships(counts, rating, *spans, evidence=evidence, remote=score)


def slope(
    run: Run,
    key: str,
    found: Relationships,
    outcome: str,
    unit: str = "slope",
    digits: int = 3,
    **options: Any,
) -> Estimate | str:
    """Record the slope of an outcome on exposure at the base period; ``{}`` in the key takes the evidence.

    An outcome that the postings cannot give is recorded as ``<scope>.unavailable``, with the reason as its
    value, never as a number.

    Parameters
    ----------
    options
        ``weights`` ('none' or 'size'), ``inference``, ``draws`` and ``seed``.
    """
    key = key.format(found.evidence)
    reason = found.reasons.get(outcome)
    if reason is None:
        weights = SIZE[options.pop("weights", "none")]
        try:
            fit = cross_section(found.units, outcome, "exposure", weights=weights, **options)
        except DataError as error:
            reason = str(error)
        else:
            return run.slope(key, fit, unit, digits, source=SOURCE)
    scope, quantity = key.rsplit(".", 1)
    suffix = quantity.removeprefix("slope")
    return str(run.result(f"{scope}.unavailable{suffix}", reason, "label", 0, source=SOURCE))


def comovement(run: Run, scope: str, found: Relationships) -> pd.DataFrame | str:
    """Record how far the remote-work index moved, and how far that follows from exposure's index.

    Both indices weight fixed scores of the occupations with one set of shares (see
    `analysis.shares.comovement`); recorded between the two spans that the relationships compare.
    """
    scope = scope.format(found.evidence)
    reason = found.reasons.get("remote")
    if reason is None and found.comparison is None:
        reason = "the postings cover one period, so nothing changes"
    if reason is not None:
        return str(run.result(f"{scope}.unavailable_trend", reason, "label", 0, source=SOURCE))
    units = found.units.dropna(subset=["exposure", "remote"])
    shares = found.shares.loc[units.index] / found.shares.loc[units.index].sum()
    trend = split(shares, units["exposure"], units["remote"])
    n = len(units)
    for name, column in (
        ("remote_index_change", "remote_index"),
        ("mechanical_change", "mechanical"),
    ):
        change = trend.loc["comparison", column] - trend.loc["base", column]
        run.result(f"{scope}.{name}", change, "share_change", 2, source=SOURCE, n=n)
    return trend


def known(run: Run, key: str, value: float, unit: str = "slope", digits: int = 3) -> float | str:
    """Record a coefficient that the simulated postings were made with."""
    return run.result(key, value, unit, digits, source=SOURCE)


def outcomes(found: Relationships) -> dict[str, str]:
    """Outcomes that the postings give, with a label: changes, or levels when they cover one period.

    Raises
    ------
    DataError
        When they give none; the message says why for each.
    """
    wanted = CHANGES if found.comparison else LEVELS
    given = {name: label for name, label in wanted.items() if name not in found.reasons}
    if not given:
        why = "; ".join(f"{label}: {found.reasons[name]}" for name, label in wanted.items())
        raise DataError(f"the postings give none of the relationships. {why}")
    return given


def family_p(
    run: Run, found: Relationships, *, weights: str = "none", draws: int, seed: int
) -> pd.DataFrame:
    """Record p-values of the slopes of `outcomes`, adjusted for their number (`estimation.resampling`).

    The family is what the panel gives: an outcome without a slope (see `slope`) takes no part.

    Parameters
    ----------
    weights
        'none' or 'size', as for `slope`.

    Returns
    -------
    pandas.DataFrame
        Of `estimation.resampling.family.family`; no row when no outcome has a slope.
    """
    designs = {
        outcome: made
        for outcome in outcomes(found)
        if (made := _design(found.units, outcome, SIZE[weights])) is not None
    }
    if not designs:
        return pd.DataFrame()
    table = family(designs, draws=draws, seed=seed)
    for outcome, row in table.iterrows():
        scope = SCOPES[outcome].format(found.evidence)
        for name in ADJUSTED.values():
            p, n = row[f"p_{name}"], int(row["n"])
            run.result(f"{scope}.{name}", p, "p", 3, source=SOURCE, n=n)
    return table


def _design(units: pd.DataFrame, outcome: str, weights: str | None) -> Design | None:
    """Regression of an outcome on exposure; None where it has no slope or nothing to draw from."""
    try:
        made = design(units, outcome, "exposure", weights=weights)
        family({outcome: made}, draws=1, seed=0)
    except DataError:
        return None
    return made


def coverage(run: Run, found: Relationships) -> pd.Series:
    """Record what the panel holds: postings, occupations, periods."""
    scope = f"postings_panel.{found.evidence}.panel"
    for name, value in found.coverage.items():
        run.result(f"{scope}.{name}", value, "count", 0, source=SOURCE)
    run.result(f"{scope}.occupations", len(found.units), "count", 0, source=SOURCE)
    run.result(f"{scope}.baseline", found.baseline, "label", 0, source=SOURCE)
    run.result(f"{scope}.comparison", found.comparison or "none", "label", 0, source=SOURCE)
    return pd.Series({**found.coverage, "occupations": len(found.units)})


def coverage_rows(run: Run, found: Relationships) -> list[list[str]]:
    """Rows of a table of what `coverage` recorded, and of whether each relationship is to be had."""
    scope = f"postings_panel.{found.evidence}.panel"
    for outcome in CHANGES:
        said = found.reasons.get(outcome, "available")
        run.result(f"{scope}.{outcome}", said, "label", 0, source=SOURCE)
    labels = {
        "postings": "Usable postings",
        "undated": "... without a date",
        "no_occupation": "... without an occupation, or in none of the categories",
        "baseline": "Base period",
        "comparison": "Compared with",
        "in_periods": "Postings of these periods",
        "occupations": "Occupations compared",
        "in_units": "... their postings in these periods",
        **CHANGES,
    }
    return [[label, f"{scope}.{key}"] for key, label in labels.items()]


RECOVERY = (
    "", "Known", "True exp.", "Scored exp.", "HC3 95%", "Wild 95%", "Perm. p", *ADJUSTED,
    "LOO min", "LOO max",
)  # fmt: skip


def recovery_rows(keys: Mapping[str, str]) -> list[list[str]]:
    """Rows of known coefficients beside those recovered with true and with scored exposure.

    Parameters
    ----------
    keys
        Label to a key with ``{}`` for the scope: ``known``, ``panel_true`` or ``panel``.
    """
    rows = []
    for label, key in keys.items():
        scored = key.format("panel")
        scope = scored.rsplit(".", 1)[0]
        names = ("wild:ci", "permutation_p", *ADJUSTED.values(), "loo_min", "loo_max")
        rows.append(
            [label, key.format("known"), key.format("panel_true"), scored, f"{scored}:ci",
             *(f"{scope}.{name}" for name in names)]
        )  # fmt: skip
    return rows


def available(entries: Mapping[str, Any], rows: Mapping[str, str]) -> dict[str, str]:
    """Rows (label to key) whose key was recorded."""
    return {label: key for label, key in rows.items() if key in entries}
