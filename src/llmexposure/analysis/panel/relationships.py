"""The five relationships on counts of postings: one row an occupation, exposure frozen at the base period.

A change of a share is a fraction of one (0.01 is one percentage point). What the postings do not state is
missing and takes no part: degrees over the postings that state one, applications over those that state them.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.spans import AUTO, UNDATED, auto_spans, months_of
from llmexposure.data.taxonomy.categories import OTHER, UNKNOWN
from llmexposure.simulation.tables import table

# An occupation with fewer postings in either period says nothing: its shares are noise.
SMALLEST = 10
FEWEST = 4
# What is no occupation: its postings are counted, and take part in no share.
RESIDUAL = (UNKNOWN, OTHER)
OUTCOMES = (
    "share_change", "clr_change", "openings_share_change", "application_share_change",
    "bachelor_base", "bachelor_change", "three_years_base", "three_years_change", "remote",
)  # fmt: skip
# What each outcome needs, in the words of the reason when it is absent.
_NEEDS = {
    "openings_share_change": ("openings_stated", "openings"),
    "application_share_change": ("applications_stated", "applications"),
    "bachelor_base": ("degree_stated", "a degree"),
    "bachelor_change": ("degree_stated", "a degree"),
    "three_years_base": ("years_stated", "years of experience"),
    "three_years_change": ("years_stated", "years of experience"),
}
_CODE = re.compile(r"\d{2}-\d{4}(?:\.\d{2})?")


@dataclass(frozen=True)
class Relationships:
    """Occupations with their exposure at the base period and the outcomes.

    Attributes
    ----------
    evidence
        'simulated' or 'postings'.
    units
        Indexed by occupation: ``exposure``, ``postings_base``, ``postings_comparison``,
        ``share_base``, ``share_change``, ``clr_change``, ``openings_share_change``,
        ``application_share_change``, ``bachelor_base``, ``bachelor_change``, ``three_years_base``,
        ``three_years_change``, ``remote`` (level), each missing where it cannot be known.
    reasons
        Why an outcome is missing for every occupation, by outcome.
    baseline, comparison
        Spans; ``comparison`` is None when the data cover one period.
    coverage
        Postings of all the data: ``postings``; ``undated``; ``no_occupation`` (none stated, or in none
        of the categories); ``in_periods``; ``in_units`` (of the occupations in ``units``).
    shares
        Share of each occupation of ``units`` in the postings of these occupations, one column a span:
        ``base`` and, where there is one, ``comparison``; each adds to one.
    """

    evidence: str
    units: pd.DataFrame
    reasons: dict[str, str]
    baseline: str
    comparison: str | None
    coverage: dict[str, int] = field(default_factory=dict)
    shares: pd.DataFrame = field(default_factory=pd.DataFrame)


def relationships(
    counts: pd.DataFrame,
    rating: str,
    baseline: str = AUTO,
    comparison: str = AUTO,
    *,
    evidence: str,
    remote: pd.Series | None = None,
    smallest: int = SMALLEST,
) -> Relationships:
    """Exposure, changes and levels by occupation.

    Parameters
    ----------
    counts
        Of `posting_counts.count_postings`.
    rating
        Column with the sum of exposure, such as ``gpt4_beta``.
    baseline, comparison
        Spans (`llmexposure.base.periods`) or ``auto``.
    remote
        Score of each occupation, between 0 and 1: work that can be done from home. Without it the
        column ``remote`` of ``counts`` is used, or there is none.
    smallest
        Occupations with fewer postings in either period are left out, after shares have been taken.

    Raises
    ------
    DataError
        When no occupation is left.
    ParameterError
        When a period or the rating is not in the data.
    """
    if rating not in counts:
        raise ParameterError(f"rating {rating!r} is not in the counts of postings")
    first, last = chosen_spans(counts, baseline, comparison)
    before = period_sums(counts, first)
    after = period_sums(counts, last) if last else None
    units = _levels(before, rating)
    if after is not None:
        units = units.join(_changes(before, after))
    units["remote"] = _remote(counts, remote).reindex(units.index)
    kept = units[(units[_sizes(units)] >= smallest).all(axis=1)]
    if kept.empty:
        raise DataError(_no_units(counts, smallest))
    columns = ["exposure", "postings_base", "postings_comparison", "share_base", *OUTCOMES]
    kept = kept.reindex(columns=columns)
    spans = (first, last) if last else (first,)
    return Relationships(
        evidence,
        kept,
        _reasons(counts, kept, last),
        first,
        last,
        _coverage(counts, spans, kept.index),
        span_shares(before, after, kept.index),
    )


def chosen_spans(counts: pd.DataFrame, baseline: str, comparison: str) -> tuple[str, str | None]:
    """Spans to compare; ``auto`` leaves the choice to `auto_spans`, over the months with enough postings.

    Raises
    ------
    ParameterError
        When only one of the two is ``auto``, or a period has no month in the data.
    """
    months = sorted(set(counts["month"]) - {UNDATED})
    if (baseline == AUTO) != (comparison == AUTO):
        raise ParameterError(
            f"baseline {baseline!r} and comparison {comparison!r}: give both, or leave both to auto"
        )
    if not months:
        return UNDATED, None
    if baseline == AUTO:
        return auto_spans(_filled(counts, months))
    for span in (baseline, comparison):
        if not set(months_of(span)) & set(months):
            raise ParameterError(
                f"period {span} has no postings; the data cover {months[0]} to {months[-1]}"
            )
    return baseline, comparison


def _filled(counts: pd.DataFrame, months: list[str]) -> list[str]:
    """Months with a tenth of the mean month's postings or more: old dates of renewed ads are no period."""
    totals = counts.groupby("month")["postings"].sum().reindex(months)
    return totals.index[totals >= totals.mean() / 10].tolist()


def period_sums(counts: pd.DataFrame, span: str) -> pd.DataFrame:
    """Counts of a period added up by occupation, residual rows left out."""
    months = [UNDATED] if span == UNDATED else months_of(span)
    inside = counts["month"].isin(months) & ~counts["occupation"].isin(RESIDUAL)
    return counts[inside].drop(columns="month").groupby("occupation").sum()


def _levels(sums: pd.DataFrame, rating: str) -> pd.DataFrame:
    scored = sums["postings"] if rating == "true_exposure" else sums["scored"]
    return pd.DataFrame(
        {
            "exposure": _share(sums[rating], scored),
            "postings_base": sums["postings"],
            "share_base": _part(sums["postings"]),
            "bachelor_base": _share(sums["bachelor"], sums["degree_stated"]),
            "three_years_base": _share(sums["three_years"], sums["years_stated"]),
        }
    )


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Changes by occupation; an occupation absent from a period has no postings in it."""
    names = before.index.union(after.index)
    before, after = (table.reindex(names, fill_value=0) for table in (before, after))
    changes = {
        f"{name}_change": _share(after[part], after[whole]) - _share(before[part], before[whole])
        for name, part, whole in (
            ("bachelor", "bachelor", "degree_stated"),
            ("three_years", "three_years", "years_stated"),
        )
    }
    for name, column in (
        ("share_change", "postings"),
        ("openings_share_change", "openings"),
        ("application_share_change", "applications"),
    ):
        changes[name] = _part(after[column]) - _part(before[column])
    logs = [np.log(table["postings"].where(table["postings"] > 0)) for table in (before, after)]
    growth = logs[1] - logs[0]
    changes["clr_change"] = growth - growth.mean()
    return pd.DataFrame(changes).assign(postings_comparison=after["postings"])


def _remote(counts: pd.DataFrame, score: pd.Series | None) -> pd.Series:
    if score is not None:
        return score
    if "remote" not in counts:
        return pd.Series(dtype=float)
    sums = counts.groupby("occupation")[["remote", "postings"]].sum()
    return sums["remote"] / sums["postings"]


def _sizes(units: pd.DataFrame) -> list[str]:
    return [name for name in ("postings_base", "postings_comparison") if name in units]


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _part(values: pd.Series) -> pd.Series:
    """Each value as a share of the sum; missing throughout when the sum is zero."""
    total = values.sum()
    return values / total if total > 0 else values * np.nan


def span_shares(
    before: pd.DataFrame, after: pd.DataFrame | None, occupations: pd.Index
) -> pd.DataFrame:
    """Share of each occupation in the postings of these occupations, by span; columns add to one.

    Parameters
    ----------
    before, after
        Of `period_sums`; ``after`` is None when the data cover one period.
    """
    sums = {"base": before} if after is None else {"base": before, "comparison": after}
    postings = pd.DataFrame({name: table["postings"] for name, table in sums.items()})
    postings = postings.reindex(occupations)
    return postings / postings.sum()


def _reasons(counts: pd.DataFrame, units: pd.DataFrame, last: str | None) -> dict[str, str]:
    """Why an outcome is known of fewer than four occupations."""
    reasons = {}
    for outcome in OUTCOMES:
        stated, word = _NEEDS.get(outcome, ("postings", ""))
        known = int(units[outcome].notna().sum())
        if not counts[stated].sum():
            reasons[outcome] = f"no posting states {word}"
        elif outcome.endswith("_change") and last is None:
            reasons[outcome] = "the postings cover one period, so nothing changes"
        elif outcome == "remote" and not known:
            reasons[outcome] = "no occupation has a known telework score"
        elif known < FEWEST:
            reasons[outcome] = f"{known} occupation(s) have it, at least {FEWEST} are needed"
    return reasons


def _no_units(counts: pd.DataFrame, smallest: int) -> str:
    named = sorted(set(counts["occupation"]) - set(RESIDUAL))
    return (
        f"no occupation has {smallest} postings in each period compared; {len(named)} occupations are "
        f"named in {counts['postings'].sum():,} postings. Compare longer periods, or use more postings."
    )


def _coverage(counts: pd.DataFrame, spans: tuple[str, ...], kept: pd.Index) -> dict[str, int]:
    months = {UNDATED} if UNDATED in spans else {m for span in spans for m in months_of(span)}
    inside = counts["month"].isin(months)
    masks = {
        "postings": counts["postings"].notna(),
        "undated": counts["month"] == UNDATED,
        "no_occupation": counts["occupation"].isin(RESIDUAL),
        "in_periods": inside,
        "in_units": inside & counts["occupation"].isin(kept),
    }
    return {name: int(counts.loc[mask, "postings"].sum()) for name, mask in masks.items()}


def unit_telework(occupations: pd.Index, onet: pd.DataFrame) -> pd.Series:
    """Share of an occupation's work that can be done from home (Dingel and Neiman 2020).

    The score of a category of the source report is the plain mean over the O*NET occupations that
    ``simulation_occupations.csv`` files under it; of a SOC or O*NET-SOC code, over the occupations of that
    code, which may be a group (``15-1250``, ``15-0000``). Any other name has no score: it stays missing.

    Parameters
    ----------
    onet
        Table ``occupations_onet``.

    Examples
    --------
    >>> onet = pd.DataFrame({"onet_soc": ["27-3041.00", "27-3042.00"], "teleworkable": [1.0, 0.5]})
    >>> unit_telework(pd.Index(["editing_translation", "27-3042", "clerk"]), onet).tolist()
    [0.75, 0.5, nan]
    """
    categories = table("occupations").groupby("category")["onet_soc_prefix"].apply(tuple)
    scores = {}
    for name in occupations:
        code = _CODE.fullmatch(str(name))
        prefixes = (_stem(name),) if code else categories.get(name, ())
        inside = onet["onet_soc"].str.startswith(prefixes) if prefixes else []
        scores[name] = onet.loc[inside, "teleworkable"].mean()
    return pd.Series(scores, dtype=float)


def _stem(code: str) -> str:
    """What the codes of a group have in common: group codes end in zeros, detailed ones never do."""
    return code if "." in code else code.rstrip("0")
