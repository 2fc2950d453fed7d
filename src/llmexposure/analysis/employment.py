"""Notebook 02: employees by occupation and age, in Sweden, over years that one definition covers."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from llmexposure.report import style

# Those for whom no occupation is known.
UNKNOWN = "0002"
_PLACES = {"entry": style.BLUE, "early": style.ORANGE, "experienced": style.GREEN}


def changes_by_year(employees: pd.DataFrame, age: str, *, least: int) -> pd.DataFrame:
    """Log change of employees of one age from each year to the next, by occupation.

    Parameters
    ----------
    employees
        ``group``, ``age``, ``year``, ``employees``.
    least
        Employees that an occupation must have in the earlier year; a change of fewer is missing, as a few
        people more or less are large in logs. So is one to or from nobody.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``group`` without those of unknown occupation: ``change_2021`` is that from 2020 to 2021,
        and so on, ``base_2021`` the employees in 2020; ``family``, the first two digits of the group.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": "1111", "age": "16-24", "year": [2020, 2021, 2022]})
    >>> found = changes_by_year(rows.assign(employees=[50, 100, 0]), "16-24", least=50)
    >>> found.loc["1111", ["change_2021", "change_2022"]].astype(float).round(2).tolist()
    [0.69, nan]
    """
    rows = employees[(employees["age"] == age) & (employees["group"] != UNKNOWN)]
    counts = rows.pivot(index="group", columns="year", values="employees")
    base = counts.shift(axis=1).iloc[:, 1:]
    logs = np.log(counts.where(counts > 0))
    change = logs.diff(axis=1).iloc[:, 1:].where(base >= least)
    wide = change.add_prefix("change_").join(base.add_prefix("base_"))
    return wide.assign(family=counts.index.str[:2])


def without_occupation(employees: pd.DataFrame) -> pd.DataFrame:
    """Share of the employees whose occupation is unknown, ages by years; missing where none are counted."""
    sums = employees.pivot_table(index="age", columns="year", values="employees", aggfunc="sum")
    rows = employees[employees["group"] == UNKNOWN]
    return rows.pivot(index="age", columns="year", values="employees") / sums


def slopes_by_age(
    rows: pd.DataFrame, ages: Mapping[str, str], windows: Mapping[str, str], broken: Sequence[str]
) -> Figure:
    """Slope of a year's change on exposure, a panel an age; years that cross a break are hollow.

    Parameters
    ----------
    rows
        ``age`` and ``window`` (keys of the next two), ``value``, ``ci_low``, ``ci_high``.
    ages, windows
        To titles and labels, in the order to draw.
    broken
        Windows that cross the break.
    """
    figure, axes = plt.subplots(1, len(ages), figsize=(style.TEXT_WIDTH, 2.3), sharey=True)
    place = {window: i for i, window in enumerate(windows)}
    for ax, (age, title) in zip(axes, ages.items(), strict=True):
        for row in rows[rows["age"] == age].itertuples():
            crossing = row.window in broken
            colour = style.GREY if crossing else _PLACES[age]
            ax.errorbar(place[row.window], row.value, fmt="o", ms=5, color=colour, lw=1.2,
                        yerr=[[row.value - row.ci_low], [row.ci_high - row.value]],
                        mfc="white" if crossing else colour)  # fmt: skip
        ax.axhline(0, color="0.6", lw=0.8, zorder=0)
        ax.set_title(title)
        ax.set_xticks(range(len(windows)), list(windows.values()), fontsize=style.SMALL)
        ax.margins(x=0.15)
    axes[0].set_ylabel("Slope on exposure\n(log points per unit)")
    return figure
