"""Notebook 17: the slopes of a panel of postings, by the keys that they are recorded under.

A `Panel` knows its evidence: what only a simulated panel has (known coefficients, the exposure that
postings were made with) is empty for a user's own. What the postings cannot give has a reason in its
place, never a number.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from llmexposure.analysis.panel.relationships import Relationships, relationships, unit_telework
from llmexposure.analysis.remote import comovement
from llmexposure.base.errors import DataError
from llmexposure.base.spans import AUTO
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.ols import Slope, cross_section
from llmexposure.estimation.resampling.family import family
from llmexposure.postings.own_counts import own_counts
from llmexposure.simulation.parameters import Parameters

# Where the slope of an outcome is recorded (relation, scope), and its row in a table of slopes.
RECORDED = {
    "share_change": ("recruitment_share", "panel", "Share of postings, change"),
    "clr_change": ("recruitment_share", "panel_clr", "... log-ratio"),
    "openings_share_change": ("recruitment_share", "panel_openings", "... of people sought"),
    "application_share_change": ("application_share", "panel", "Share of applications, change"),
    "bachelor_change": ("degree_requirement", "panel", "Share asking for a degree, change"),
    "bachelor_base": ("degree_requirement", "panel_level", "Share asking for a degree, level"),
    "three_years_change": (
        "experience_requirement", "panel", "Share asking for three years, change",
    ),
    "three_years_base": (
        "experience_requirement", "panel_level", "Share asking for three years, level",
    ),
    "remote": ("remote_work", "panel", "Remote work (level)"),
}  # fmt: skip
# The coefficient behind simulated postings, and its row in the table of recovery.
KNOWN = {
    "share_change": ("recruitment_share", "Postings"),
    "application_share_change": ("application_share", "Applications"),
    "bachelor_change": ("degree", "A degree"),
    "three_years_change": ("experience", "Three years"),
    "remote": ("remote", "Remote (level)"),
}
# The five relationships where two periods are compared, and what one period shows of them.
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
# P-values adjusted for the number of outcomes: head of a column, quantity.
ADJUSTED = {"RW p": "romano_wolf", "BH p": "benjamini_hochberg"}
RECOVERY = (
    "", "Known", "True", "Scored", "HC3 95%", "Wild 95%", "Perm.", "RW", "BH",
    "LOO min", "LOO max",
)  # fmt: skip
# Column that a unit of the panel is weighted by.
_SIZE = {"none": None, "size": "postings_base"}


class Fits(NamedTuple):
    """Slopes of some outcomes, the coefficients they should recover, and why others have none, by key."""

    slopes: dict[str, Slope]
    known: dict[str, float]
    unavailable: dict[str, str]


class Trend(NamedTuple):
    """How far the remote-work index moved between the periods, by key, or why that is not known.

    ``indices`` has one row a period (see `analysis.remote.comovement`), ``n`` is the number of occupations.
    """

    changes: dict[str, float]
    unavailable: dict[str, str]
    indices: pd.DataFrame
    n: int


@dataclass(frozen=True)
class Panel:
    """Relationships of a panel of postings.

    Attributes
    ----------
    found
        With exposure as scored from the text of the postings.
    true
        With the exposure that simulated postings were made with; None for a user's own.
    """

    found: Relationships
    true: Relationships | None = None

    @property
    def evidence(self) -> str:
        """'simulated' or 'postings'."""
        return self.found.evidence

    @property
    def scope(self) -> str:
        """Scope of the keys that say what the panel holds."""
        return f"postings_panel.{self.evidence}.panel"

    def scope_of(self, outcome: str) -> str:
        """Scope of the keys of one outcome, such as ``recruitment_share.simulated.panel``."""
        relation, scope, _ = RECORDED[outcome]
        return f"{relation}.{self.evidence}.{scope}"

    def slopes(self, *outcomes: str, weights: str = "none", **options: Any) -> Fits:
        """Slope of each outcome on exposure at the base period.

        Of simulated postings, an outcome of `KNOWN` also has its slope on true exposure (scope
        ``panel_true``) and its known coefficient.

        Parameters
        ----------
        weights
            'none', or 'size' for the postings of the base period.
        options
            ``inference``, ``draws`` and ``seed``, as for `cross_section`.
        """
        fits = Fits({}, {}, {})
        for outcome in outcomes:
            scope = self.scope_of(outcome)
            try:
                fits.slopes[f"{scope}.slope"] = _slope(self.found, outcome, weights, options)
            except DataError as error:
                fits.unavailable[f"{scope}.unavailable"] = str(error)
            if self.true is not None and outcome in KNOWN:
                relation, (name, _) = RECORDED[outcome][0], KNOWN[outcome]
                on_true = _slope(self.true, outcome, weights, options)
                fits.slopes[f"{relation}.simulated.panel_true.slope"] = on_true
                fits.known[f"{relation}.simulated.known.slope"] = getattr(Parameters(), name)
        return fits

    def comovement(self) -> Trend:
        """How far the remote-work index moved, and how far that follows from exposure's index.

        Both indices weight fixed scores of the occupations with one set of shares.
        """
        scope = self.scope_of("remote")
        reason = self.found.reasons.get("remote")
        if reason is None and self.found.comparison is None:
            reason = "the postings cover one period, so nothing changes"
        if reason is not None:
            return Trend({}, {f"{scope}.unavailable_trend": reason}, pd.DataFrame(), 0)
        units = self.found.units.dropna(subset=["exposure", "remote"])
        shares = self.found.shares.loc[units.index] / self.found.shares.loc[units.index].sum()
        indices = comovement(shares, units["exposure"], units["remote"])
        moved = indices.loc["comparison"] - indices.loc["base"]
        changes = {
            f"{scope}.remote_index_change": moved["remote_index"],
            f"{scope}.mechanical_change": moved["mechanical"],
        }
        return Trend(changes, {}, indices, len(units))

    def outcomes(self) -> dict[str, str]:
        """Outcomes that the postings give, with a label: changes, or levels of one period.

        Raises
        ------
        DataError
            When they give none; the message says why for each.
        """
        wanted, reasons = CHANGES if self.found.comparison else LEVELS, self.found.reasons
        given = {name: label for name, label in wanted.items() if name not in reasons}
        if not given:
            why = "; ".join(f"{label}: {reasons[name]}" for name, label in wanted.items())
            raise DataError(f"the postings give none of the relationships. {why}")
        return given

    def family(
        self, fitted: Container[str], *, weights: str = "none", draws: int, seed: int
    ) -> pd.DataFrame:
        """P-values of the relationships' slopes, adjusted for their number, by scope.

        The family is what the panel gives: an outcome without a slope takes no part.

        Parameters
        ----------
        fitted
            Keys of the slopes found (see `slopes`).

        Returns
        -------
        pandas.DataFrame
            Of `estimation.resampling.family.family`; no row when no outcome has a slope.
        """
        designs = {
            scope: design(self.found.units, outcome, "exposure", weights=_SIZE[weights])
            for outcome in self.outcomes()
            if f"{(scope := self.scope_of(outcome))}.slope" in fitted
        }
        return family(designs, draws=draws, seed=seed) if designs else pd.DataFrame()

    def coverage(self) -> dict[str, int]:
        """Postings in all, without a date or an occupation, in the periods; occupations compared."""
        return {**self.found.coverage, "occupations": len(self.found.units)}

    def periods(self) -> dict[str, str]:
        """Base period and the period compared with it, ``none`` where there is one period only."""
        return {"baseline": self.found.baseline, "comparison": self.found.comparison or "none"}

    def availability(self) -> dict[str, str]:
        """Whether each relationship is to be had: ``available``, or why not."""
        return {outcome: self.found.reasons.get(outcome, "available") for outcome in CHANGES}

    def coverage_rows(self) -> list[list[str]]:
        """Rows of a table of what the panel holds, cells as keys of the record."""
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
        return [[label, f"{self.scope}.{key}"] for key, label in labels.items()]

    def slope_rows(self, fitted: Container[str]) -> dict[str, str]:
        """Rows of a table of slopes, label to key: those that were found."""
        keys = {label: f"{self.scope_of(name)}.slope" for name, (*_, label) in RECORDED.items()}
        return {label: key for label, key in keys.items() if key in fitted}


def read_panel(
    postings: str,
    simulated: pd.DataFrame,
    onet: pd.DataFrame,
    rating: str,
    *,
    baseline: str = AUTO,
    comparison: str = AUTO,
) -> Panel:
    """Panel of a user's postings, or of simulated ones.

    Parameters
    ----------
    postings
        Path of postings, or of counts of them; empty for the simulated panel.
    simulated
        Table ``simulated_panel``.
    onet
        Table ``occupations_onet``, for the remote-work score of a user's occupations; simulated postings
        say themselves whether the work is remote.
    rating
        Column with the sum of exposure, such as ``gpt4_beta``.
    baseline, comparison
        Spans (`llmexposure.base.periods`) or ``auto``.

    Raises
    ------
    DataError, ParameterError
        When the postings or the periods cannot be used; the message says why.
    """
    if postings:
        counts = own_counts(postings)
        if "telework" in counts:
            remote = counts.groupby("occupation")["telework"].first()
        else:
            remote = unit_telework(pd.Index(counts["occupation"].unique()), onet)
        return Panel(
            relationships(counts, rating, baseline, comparison, evidence="postings", remote=remote)
        )
    scored, true = (
        relationships(simulated, name, baseline, comparison, evidence="simulated")
        for name in (rating, "true_exposure")
    )
    return Panel(scored, true)


def recovery_rows() -> list[list[str]]:
    """Rows of known coefficients beside those recovered with true and with scored exposure, as keys."""
    names = ("wild:ci", "permutation_p", *ADJUSTED.values(), "loo_min", "loo_max")
    rows = []
    for outcome, (_, label) in KNOWN.items():
        key = f"{RECORDED[outcome][0]}.simulated"
        slopes = (f"{key}.{scope}.slope" for scope in ("known", "panel_true", "panel"))
        others = (f"{key}.panel.{name}" for name in ("slope:ci", *names))
        rows.append([label, *slopes, *others])
    return rows


def _slope(found: Relationships, outcome: str, weights: str, options: dict[str, Any]) -> Slope:
    if outcome in found.reasons:
        raise DataError(found.reasons[outcome])
    return cross_section(found.units, outcome, "exposure", weights=_SIZE[weights], **options)
