"""Adverts by occupation: windows, known slopes, steps of a source, and a gap that is accounted for."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis.adverts import counts, figures, sources, steps
from llmexposure.base.errors import DataError
from llmexposure.report.tables import load

MONTHS = pd.period_range("2020-12", "2024-12", freq="M").astype(str)
OPTIONS = {"draws": 99, "seed": 1}


def levels(groups=200, seed=1, before=-0.1, after=-0.4):
    """Adverts whose log moves with exposure by ``before`` a year to November 2022, then by ``after``."""
    rng = np.random.default_rng(seed)
    x = pd.Series(rng.uniform(size=groups), [f"{1000 + i}" for i in range(groups)], name="beta")
    year = (np.arange(len(MONTHS)) - list(MONTHS).index("2022-11")) / 12
    slope = np.where(year < 0, before, after) * year
    start = rng.uniform(3, 8, size=(groups, 1))
    season = 0.2 * np.sin(2 * np.pi * year) + rng.normal(scale=0.02, size=(groups, len(MONTHS)))
    table = np.exp(start + np.outer(x, slope) + season)
    return pd.DataFrame(table, index=x.index, columns=MONTHS), x.to_frame()


@pytest.mark.parametrize("kind", ["log", "clr"])
def test_the_known_slopes_before_and_after_are_found(kind):
    table, scores = levels()
    three = counts.windows(table, ("2021-11", "2022-11", "2023-11"))
    found = counts.breaks(three, scores, "beta", kind, **OPTIONS)
    values = {name: slope.estimate.value for name, slope in found.items()}
    assert values == pytest.approx({"before": -0.1, "after": -0.4, "difference": -0.3}, abs=0.03)
    by_counts = counts.poisson(three, scores, "beta")
    assert by_counts["difference"].value == pytest.approx(-0.3, abs=0.04)


def test_a_mean_over_years_books_after_the_event_what_came_before_it():
    # A fall that ends with the event: nothing happens after it.
    table, scores = levels(before=-1.0, after=0.0)
    ends = ("2021-11", "2022-11", "2023-11")
    by_month, by_year = (
        counts.breaks(counts.windows(table, ends, n), scores, "beta", **OPTIONS)["after"]
        for n in (1, 12)
    )
    assert by_month.estimate.value == pytest.approx(0, abs=0.03)
    assert by_year.estimate.value < -0.4


def test_shares_sum_to_one_with_the_unassigned_and_their_changes_to_zero():
    three = counts.windows(
        counts.by_month(load("england_adverts"), "adverts"), ("2021-08", "2022-08", "2023-08")
    )
    changed = counts.changes(three, "share")
    assert changed[["before", "after"]].sum().to_numpy() == pytest.approx([0, 0], abs=1e-12)
    assert "Unknown" in changed.index
    assert counts.changes(three, "clr")[["before", "after"]].sum().to_numpy() == pytest.approx(
        [0, 0], abs=1e-9
    )


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        (("2021-11", "2022-11", "2023-10"), "equally far apart"),
        (("2020-11", "2022-11", "2024-11"), "month 2020-11 is not in the data"),
    ],
)
def test_windows_that_differ_or_are_not_there_are_refused(ends, message):
    with pytest.raises(DataError, match=message):
        counts.windows(levels()[0], ends)


def test_a_path_is_zero_in_its_base_month_and_finds_the_slope_of_a_later_one():
    table, scores = levels()
    found = counts.path(table, scores["beta"], "2022-11").set_index("month")
    assert found.loc["2022-11", ["slope", "ci_low"]].tolist() == [0, 0]
    assert found.loc["2023-11", "slope"] == pytest.approx(-0.4, abs=0.03)
    assert found.index.is_monotonic_increasing


def test_countries_are_stacked_with_families_of_their_own():
    table, scores = levels(groups=20)
    three = counts.windows(table, ("2021-11", "2022-11", "2023-11"))
    us = three.set_axis([f"{11 + i % 3}-{i}000" for i in range(20)])
    pairs = {"england": (three, scores), "us": (us, scores.set_axis(us.index))}
    found = counts.stacked(pairs, "beta")
    assert set(found["family"]) == {"england 1", "us 11", "us 12", "us 13"}
    assert found.groupby("country")["base"].sum().to_numpy() == pytest.approx([1, 1])
    sizes = found.groupby("country")["size"].agg(["sum", "count"])
    assert sizes["sum"].to_numpy() == pytest.approx(sizes["count"].to_numpy())


def test_a_step_in_every_code_is_unusual_and_a_season_is_not():
    table, scores = levels(before=0, after=0)
    table.loc[:, "2023-09":] *= np.exp(-0.3)
    found = steps.quarter_changes(table, scores["beta"])
    assert found["total_unusual"].idxmin() in ("2023-09", "2023-10", "2023-11")
    assert found.loc["2023-09", "total_unusual"] == pytest.approx(-0.3, abs=0.02)
    assert found.loc["2023-09", "slope"] == pytest.approx(0, abs=0.05)
    assert found.loc["2022-03", "total_unusual"] == pytest.approx(0, abs=0.02)
    families = steps.by_family(table, "2023-09")
    assert families["fell"].tolist() == [1.0]
    assert families["codes"].sum() == 200


def test_englands_step_of_2023_is_in_all_major_groups_and_that_of_2024_turns_the_mix():
    table = counts.by_month(load("england_adverts"), "adverts")
    first, second = (steps.by_family(table, month)["unusual"] for month in ("2023-09", "2024-05"))
    assert len(first) == 9
    assert first.max() < -0.15
    assert second["9"] > 0.05 > -0.1 > second["2"]


def test_jobs_in_no_sector_are_in_no_column_and_starts_of_codes_count():
    targets = pd.DataFrame(
        {"group": ["a", "a", "b"], "soc": ["11-10xx", "15-1252", "15-1252"], "weight": 1.0}
    )
    sector_map = pd.DataFrame(
        {"sector": ["s", "none", "t"], "soc": ["11-1011", "11-1021", "15-1252"]}
    )
    jobs = pd.Series({"11-1011": 10.0, "11-1021": 20.0, "15-1252": 70.0})
    found = sources.sector_shares(targets, sector_map, jobs)
    assert found.loc["a"].to_dict() == pytest.approx({"s": 0.1, "t": 0.7})
    assert found.loc["b"].to_dict() == {"s": 0.0, "t": 1.0}


def ladder(own_change=0.0):
    table, scores = levels(groups=60)
    three = counts.windows(table, ("2021-11", "2022-11", "2023-11"))
    names = [f"s{i % 12}" for i in range(60)]
    shares = pd.get_dummies(pd.Series(names, scores.index)).astype(float)
    sectors = shares.T @ scores / shares.sum().to_numpy()[:, None]
    index = 100 * (shares.T @ three).div((shares.T @ three)["base"], axis=0)
    own = np.log(index["late"] / index["base"]) + own_change * sectors["beta"]
    return sources.ladder(three, scores, shares, index, own, sectors, "beta", seed=1)


def test_an_index_made_of_the_counts_leaves_no_gap_to_the_source_the_coverage_or_the_window():
    gap = sources.gap(ladder())
    for part in ("source", "coverage", "window"):
        assert gap[part] == pytest.approx(0, abs=1e-9)
    assert gap["total"] == pytest.approx(gap["weights"] + gap["map"])


def test_what_the_own_window_adds_is_the_windows_part():
    rungs = ladder(own_change=-0.25)
    gap = sources.gap(rungs)
    assert gap["window"] == pytest.approx(-0.25)
    first, last = (rungs[name].estimate.value for name in ("groups", "own_window"))
    assert gap["total"] == pytest.approx(last - first)


def test_figures_say_which_source_counts_by_occupation():
    path = pd.DataFrame({"month": ["2022-11"], "slope": [0.0], "ci_low": [0.0], "ci_high": [0.0]})
    shown = figures.together({"US, Indeed": path, "England, unit groups": path})
    assert shown.set_index("source")["occupations"].to_dict() == {
        "US, Indeed": False,
        "England, unit groups": True,
    }
