"""Notebook 00: five relationships by kinds of evidence, each with a verdict in words.

A verdict compares a recorded slope with the direction that the source report states. It is computed from
the record and never typed.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from statsmodels.stats.multitest import multipletests

from llmexposure.report import style
from llmexposure.report.record import Entry

RELATIONSHIPS = {
    "recruitment_share": "Recruitment share",
    "application_share": "Application share",
    "degree_requirement": "Degree requirement",
    "experience_requirement": "Experience requirement",
    "remote_work": "Remote work",
}
# The direction that the source report states of each relationship.
CLAIMED = {
    "recruitment_share": -1,
    "application_share": -1,
    "degree_requirement": 1,
    "experience_requirement": 1,
    "remote_work": 1,
}
# Relationships that the Chinese postings show, as levels.
CROSS_SECTION = ("degree_requirement", "experience_requirement")
LEVEL = 0.05  # of a test


def estimated_verdict(
    slope: Entry, wild: Entry, permutation_p: Entry, claimed: int, *, change: bool = True
) -> str:
    """What a slope says of the stated direction.

    Clear when both intervals exclude zero and the permutation p-value is below 0.05. A slope of levels
    (``change`` false) says nothing of a stated change, whatever its sign.

    Examples
    --------
    >>> slope = {"value": -0.7, "ci_low": -1.0, "ci_high": -0.4}
    >>> estimated_verdict(slope, slope, {"value": 0.01}, claimed=-1)
    'as stated, clear'
    """
    if not (excludes_zero(slope) and excludes_zero(wild) and permutation_p["value"] < LEVEL):
        return "no clear sign"
    if not change:
        return f"{'positive' if slope['value'] > 0 else 'negative'} in levels"
    return "as stated, clear" if (slope["value"] > 0) == (claimed > 0) else "opposite, clear"


def published_verdict(settled: Entry) -> str:
    """Whether the printed figures alone settle the sign."""
    return "sign settled" if settled["value"] in (True, "yes") else "both signs possible"


def recovered_verdict(slope: Entry, truth: float) -> str:
    """Whether the interval of a simulated slope holds the known coefficient."""
    inside = slope["ci_low"] <= truth <= slope["ci_high"]
    return "known value recovered" if inside else "known value missed"


def excludes_zero(entry: Entry) -> bool:
    """Whether the interval of a result excludes zero; False without an interval."""
    low, high = entry.get("ci_low"), entry.get("ci_high")
    return low is not None and high is not None and (low > 0 or high < 0)


def table_rows(
    names: Mapping[str, str],
    estimated: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    assumption: str,
) -> list[list[str]]:
    """Rows of the headline table: label, slope, interval, wild interval, N, verdict, as keys.

    Parameters
    ----------
    names
        Relationship to its heading.
    estimated
        Relationship to the scopes of its open estimates.
    labels
        Label of each of those scopes.
    assumption
        Which printed set to show: ``small``, ``ordered`` or ``complete``.
    """
    rows = []
    for name, title in names.items():
        rows.append([title, "", "", "", "", ""])
        bounds = _bounds(name, assumption)
        ends = f"{bounds}.slope_min|{bounds}.slope_max"
        verdict = f"{name}.published.report.verdict"
        rows.append(["– printed figures (published)", "", ends, "", "", verdict])
        scopes = [(scope, f"– {labels[scope]} (open)") for scope in estimated[name]]
        if name in CROSS_SECTION:
            scopes.append((f"{name}.postings.cn", "– Chinese postings, level (postings)"))
        scopes.append((f"{name}.simulated.panel", "– simulated panel (simulated)"))
        rows += [_estimate_row(*scope) for scope in scopes]
    return rows


def three(
    scope: str, before: str = "before", after: str = "after", difference: str = "difference"
) -> list[str]:
    """Keys of the slopes before, after and of the difference of one scope."""
    return [f"{scope}.{name}" for name in (before, after, difference)]


def holm(entries: Mapping[str, Entry], keys: Sequence[str]) -> dict[str, float]:
    """P-values of a family of results, adjusted for being several (Holm 1979).

    Examples
    --------
    >>> found = holm({"a": {"p": 0.01}, "b": {"p": 0.04}}, ["a", "b"])
    >>> {key: round(p, 2) for key, p in found.items()}
    {'a': 0.02, 'b': 0.04}
    """
    adjusted = multipletests([entries[key]["p"] for key in keys], method="holm")[1]
    return {key: float(p) for key, p in zip(keys, adjusted, strict=True)}


def change_rows(changes: Mapping[str, Mapping[str, Sequence[str]]]) -> list[list[str]]:
    """Rows of the table of changes: label, then slope and interval before, after and of the difference, N.

    Parameters
    ----------
    changes
        Heading to label to three keys, empty where there is no such slope.

    Examples
    --------
    >>> change_rows({"Applications": {"Japan": ["", "a.after", ""]}})[1]
    ['– Japan', '', '', 'a.after', 'a.after:ci', '', '', 'a.after:n']
    """
    rows = []
    for heading, lines in changes.items():
        rows.append([heading, *[""] * 7])
        for label, keys in lines.items():
            cells = [cell for key in keys for cell in (key, f"{key}:ci" if key else "")]
            rows.append([f"– {label}", *cells, f"{keys[-1] or keys[1]}:n"])
    return rows


def _estimate_row(scope: str, label: str) -> list[str]:
    slope = f"{scope}.slope"
    return [label, slope, f"{slope}:ci", f"{scope}.wild:ci", f"{slope}:n", f"{scope}.verdict"]


def figure_rows(
    names: Mapping[str, str],
    estimated: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    assumption: str,
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Labels and keys of the figure: changes over time, then levels. Upwork and logs are left out."""
    changes, levels = [], []
    for name, title in names.items():
        of_levels = name == "remote_work"
        rows = levels if of_levels else changes
        if not of_levels:
            rows.append((f"{title}: printed", f"{_bounds(name, assumption)}.slope_min"))
        for scope in estimated[name]:
            if scope.endswith(("us_share", "us_employment_share", "occupations")):
                kind = levels if scope.endswith("occupations") else changes
                kind.append((f"{title}: {labels[scope].split(',')[0]}", f"{scope}.slope"))
        if name in CROSS_SECTION:
            levels.append((f"{title}: Chinese postings", f"{name}.postings.cn.slope"))
        rows.append((f"{title}: simulated", f"{name}.simulated.panel.slope"))
    return changes, levels


def _bounds(name: str, assumption: str) -> str:
    """Scope of the printed set; remote work has one set only, since nothing numeric is printed."""
    return f"{name}.published.report" + ("" if name == "remote_work" else f"_{assumption}")


def sources(entries: Mapping[str, Entry], rows: Sequence[Sequence[str]]) -> list[str]:
    """Sources behind the results of a table, each once, in order."""
    keys = [cell.split("|")[0].split(":")[0] for row in rows for cell in row[1:]]
    return list(dict.fromkeys(s for key in keys if key in entries for s in entries[key]["source"]))


def plotted(entries: Mapping[str, Entry], rows: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Rows of the headline figure from results.

    Parameters
    ----------
    rows
        Label and key of a slope, or of a set of slopes given as ``<scope>.slope_min`` (its partner
        ``slope_max`` is found).

    Returns
    -------
    pandas.DataFrame
        ``label``, ``evidence``, ``value`` (missing for a set), ``low``, ``high``, ``n``.
    """
    return pd.DataFrame([_row(entries, label, key) for label, key in rows])


def _row(entries: Mapping[str, Entry], label: str, key: str) -> dict[str, object]:
    entry = entries[key]
    base = {"label": label, "evidence": entry["evidence"], "n": entry.get("n")}
    if key.endswith(".slope_min"):
        high = entries[key.removesuffix("min") + "max"]["value"]
        return {**base, "value": None, "low": entry["value"], "high": high}
    return {**base, "value": entry["value"], "low": entry["ci_low"], "high": entry["ci_high"]}


def evidence_forest(
    panels: dict[str, pd.DataFrame], *, x_labels: list[str], scale: float = 1.0
) -> Figure:
    """Slopes with 95% intervals, sets of slopes as bars, one panel a kind of outcome.

    Parameters
    ----------
    panels
        Title to rows of `headline.plotted`, in the order to draw from top to bottom.
    scale
        Factor on values, such as 100 for percentage points.
    """
    rows = [len(frame) for frame in panels.values()]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(style.TEXT_WIDTH, 1.0 + 0.25 * sum(rows)),
        height_ratios=[n + 1 for n in rows],
    )  # fmt: skip
    for ax, (title, frame), label in zip(
        np.atleast_1d(axes), panels.items(), x_labels, strict=True
    ):
        _panel(ax, frame, scale)
        ax.set_title(title, loc="left")
        ax.set_xlabel(label)
    _legend(figure, panels)
    return figure


def _panel(ax: Axes, frame: pd.DataFrame, scale: float) -> None:
    y = np.arange(len(frame))[::-1]
    ax.axvline(0, color="0.6", lw=0.6)
    for height, row in zip(y, frame.itertuples(), strict=True):
        colour = style.EVIDENCE_COLOUR[row.evidence]
        is_set = pd.isna(row.value)
        ax.hlines(height, row.low * scale, row.high * scale, color=colour,
                  lw=4 if is_set else 1.4, alpha=0.45 if is_set else 1)  # fmt: skip
        if not is_set:
            ax.plot(
                row.value * scale, height, style.EVIDENCE_MARKER[row.evidence], color=colour, ms=4
            )
    labels = [
        f"{row.label}" + (f" (N = {row.n:,.0f})" if pd.notna(row.n) else "")
        for row in frame.itertuples()
    ]
    ax.set_yticks(y, labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, len(frame) - 0.3)


def _legend(figure: Figure, panels: dict[str, pd.DataFrame]) -> None:
    kinds = dict.fromkeys(kind for frame in panels.values() for kind in frame["evidence"])
    handles = [
        plt.Line2D(
            [], [], color=style.EVIDENCE_COLOUR[k], marker=style.EVIDENCE_MARKER[k], ms=4, label=k
        )
        for k in kinds
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
