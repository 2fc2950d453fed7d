"""What is recorded and drawn of a curve: its numbers by name, and its rows in the order of slopes."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from llmexposure.analysis.curves.choices import AXES, value_label
from llmexposure.estimation.curve import (
    ALPHA,
    Curve,
    joint,
    medians,
    null_band,
    variance_shares,
    varying,
)
from llmexposure.estimation.resampling.draws import resampling_p
from llmexposure.report.sweeps import Sweep

if TYPE_CHECKING:
    from llmexposure.report.run import Run

Quantity = tuple[str, float, str, int]  # name, value, unit, digits


def quantities(sweep: Sweep, curve: Curve) -> Iterator[Quantity]:
    """Numbers of one curve: name, value, unit and digits.

    ``median_<axis>_<value>`` is the median slope among the specifications with that choice, and
    ``variance_<axis>`` the axis's share of the variance of slopes.
    """
    table, tests = curve.table, joint(curve)
    slope, significant = table["slope"], table["p"] < ALPHA
    choices = table[list(sweep.choices)]
    yield from [
        ("n_specifications", len(table), "count", 0),
        ("n_units_min", table["n"].min(), "count", 0),
        ("n_units_max", table["n"].max(), "count", 0),
        ("median_slope", tests.median, "slope", 2),
        ("null_median_low", tests.null_low, "slope", 2),
        ("null_median_high", tests.null_high, "slope", 2),
        ("slope_min", slope.min(), "slope", 2),
        ("slope_max", slope.max(), "slope", 2),
        ("share_negative", (slope < 0).mean(), "share", 1),
        ("share_significant", tests.significant, "share", 1),
        ("share_significant_negative", (significant & (slope < 0)).mean(), "share", 1),
        ("share_significant_positive", (significant & (slope > 0)).mean(), "share", 1),
        ("stouffer_z", tests.stouffer, "statistic", 1),
        ("joint_p", tests.median_p, "p", 3),
        ("joint_p_significant", tests.significant_p, "p", 3),
        ("joint_p_stouffer", tests.stouffer_p, "p", 3),
    ]
    if sweep.headline:
        own = slope[is_headline(sweep, table)].item()
        yield "headline_slope", own, "slope", 2
        yield "share_below_headline", (slope < own).mean(), "share", 0
    for axis, share in variance_shares(choices, slope).items():
        yield f"variance_{axis}", share, "share", 0
    for (axis, value), median in medians(choices, slope).items():
        name = str(value).lower().replace("-", "_")
        yield f"median_{axis}_{name}", median, "slope", 2


def parts(sweep: Sweep, curve: Curve, axes: Sequence[str]) -> Iterator[Quantity]:
    """Joint p of the median slope among the specifications with each choice on some axes.

    Named ``joint_p_<axis>_<value>``. Where parts of a curve differ, the p of the whole averages answers.
    """
    for axis in axes:
        for value in sweep.choices[axis]:
            own = (curve.table[axis] == value).to_numpy()
            drawn = np.median(curve.null_slope[:, own], axis=1)
            found = resampling_p(float(curve.table["slope"][own].median()), drawn)
            yield f"joint_p_{axis}_{str(value).lower().replace('-', '_')}", found, "p", 3


def is_headline(sweep: Sweep, table: pd.DataFrame) -> pd.Series:
    """Which row is the specification that the paper prints first; none where the sweep names none."""
    if not sweep.headline:
        return pd.Series(False, index=table.index)
    return (table[list(sweep.headline)] == pd.Series(sweep.headline)).all(axis=1)


def record(
    run: "Run",
    sweep: Sweep,
    curve: Curve,
    *,
    by: Sequence[str] = (),
    source: Sequence[str] | None = None,
) -> pd.Series:
    """Record a curve's numbers under ``robustness.open.<relationship>``; returns those of all axes.

    ``by`` names axes whose choices get a joint test of their own (see `parts`).
    """
    found = {}
    for name, value, unit, digits in [*quantities(sweep, curve), *parts(sweep, curve, by)]:
        key = f"robustness.open.{sweep.name}.{name}"
        found[name] = run.record(key, value, unit, digits, source=source, n=len(curve.table))
    return pd.Series(found, name=sweep.name)


def sorted_rows(sweep: Sweep, curve: Curve) -> pd.DataFrame:
    """Specifications from the smallest slope to the largest, with the permuted curve at each rank.

    Returns
    -------
    pandas.DataFrame
        The columns of the curve's table without ``se``, ``t`` and ``df``; ``headline``; ``null_low``
        and ``null_high``, the middle 95% at that rank. Rounded to five decimals, enough to draw.
    """
    rows = curve.table.assign(headline=is_headline(sweep, curve.table))
    rows = rows.sort_values("slope", kind="stable").drop(columns=["se", "t", "df"])
    low, high = null_band(curve)
    return rows.assign(null_low=low, null_high=high).round(5).reset_index()


def legend(sweep: Sweep, rows: pd.DataFrame) -> list[tuple[str, str, dict[str, str]]]:
    """Axes that vary, as a figure names them: column, printed name, printed values in their order."""
    return [
        (axis, AXES[axis], {v: value_label(sweep.units, axis, v) for v in sweep.choices[axis]})
        for axis in varying(rows[list(sweep.choices)])
    ]


def summary_rows(titles: Mapping[str, str]) -> list[list[str]]:
    """Cells of the table of all curves: one row a relationship (name to printed name)."""
    names = (
        "n_specifications", "median_slope", "slope_min", "slope_max", "share_negative",
        "share_significant", "joint_p", "joint_p_significant", "joint_p_stouffer",
    )  # fmt: skip
    return [
        [title, *(f"robustness.open.{relationship}.{name}" for name in names)]
        for relationship, title in titles.items()
    ]


def variance_rows(titles: Mapping[str, str], recorded: Container[str]) -> list[list[str]]:
    """Cells of the table of variance shares: one row an axis, one column a relationship."""
    rows = []
    for axis, label in {**AXES, "together": "Together"}.items():
        keys = [f"robustness.open.{relationship}.variance_{axis}" for relationship in titles]
        cells = [key if key in recorded else "" for key in keys]
        if any(cells):
            rows.append([label, *cells])
    return rows
