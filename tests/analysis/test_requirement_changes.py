"""Changes of requirements: published totals of Canada, who counts as surveyed again, known slopes."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from llmexposure.analysis import requirement_changes as changes
from llmexposure.base.errors import DataError
from llmexposure.data.readers.vacancies import EDUCATION, EXPERIENCE
from llmexposure.report.tables import load

ROUNDING = 5  # the publisher rounds vacancies to five


@pytest.mark.parametrize(("kind", "levels"), [("education", EDUCATION), ("experience", EXPERIENCE)])
def test_levels_of_canada_sum_to_the_total_in_every_quarter(kind, levels):
    canada = load("canada_requirements")
    rows = canada[canada["kind"] == kind]
    wide = rows.pivot(index="quarter", columns="level", values="vacancies")
    assert len(wide) == 34
    parts = wide[list(levels.values())]
    assert parts.notna().all(axis=None)
    assert (parts.sum(axis=1) - wide["total"]).abs().max() <= ROUNDING * (len(levels) + 1) / 2
    shares = rows.pivot(index="quarter", columns="level", values="share")
    assert (parts.div(wide["total"], axis=0) - shares[parts.columns]).abs().max(axis=None) < 0.00051


def test_bachelor_and_three_years_leave_out_the_lower_levels():
    lower = {
        "education": ("none", "high_school", "certificate", "below_bachelor"),
        "experience": ("under_1", "1_to_3"),
    }
    canada = load("canada_requirements")
    for kind, up in (("education", changes.BACHELOR), ("experience", changes.THREE_YEARS)):
        known = set(canada.loc[canada["kind"] == kind, "level"]) - {"total"}
        assert set(up) == known - set(lower[kind])


def test_a_year_without_all_quarters_is_refused():
    quarters = changes.asking(load("canada_requirements"), "education", changes.BACHELOR)
    with pytest.raises(DataError, match="year 2020: 2 quarters in the table, expected 4"):
        changes.of_year(quarters, 2020)


def survey(*rows):
    columns = ["release", "onet_soc", "month", "respondents", "y"]
    return pd.DataFrame(rows, columns=columns)


def test_only_a_later_survey_of_the_same_kind_of_people_counts():
    first = [("27.0", code, "2015-06", "incumbents", 0.5) for code in "abcd"]
    second = [
        ("29.3", "a", "2023-06", "incumbents", 0.7),
        ("29.3", "b", "2023-06", "experts", 0.7),  # other people
        ("29.3", "c", "2015-06", "incumbents", 0.5),  # the same survey, carried on
        ("29.3", "d", "2022-06", "incumbents", 0.7),  # too early
    ]
    found = changes.resurveyed(survey(*first, *second), "y", ("27.0", "29.3"), "2023-01")
    assert found["onet_soc"].tolist() == ["a"]
    assert found.loc[0, "span"] == pytest.approx(8)
    assert found.loc[0, "after"] == pytest.approx(7 / 12)


def test_no_change_of_the_placebo_reaches_past_the_release():
    found = changes.resurveyed(load("onet_resurvey"), "bachelor_share", ("18.1", "27.0"))
    assert len(found) > 600
    assert (found["after"] == 0).all()


def test_the_difference_of_slopes_is_that_of_two_regressions():
    rng = np.random.default_rng(3)
    codes = [f"o{i}" for i in range(80)]
    frames = []
    for slope in (-0.3, 0.2):
        x = rng.uniform(size=80)
        y = slope * x + rng.normal(scale=0.05, size=80)
        frames.append(pd.DataFrame({"onet_soc": codes, "beta": x, "change": y}))
    found = changes.difference(*frames, "beta", draws=99, seed=1)
    one, two = (smf.ols("change ~ beta", frame).fit().params["beta"] for frame in frames)
    assert found.estimate.value == pytest.approx(one - two)
    assert found.estimate.value == pytest.approx(-0.5, abs=0.1)


def test_the_gap_of_zones_is_a_log_ratio_of_weighted_means():
    zones = pd.DataFrame({"2022-01": [1.0] * 5, "2022-02": [1, 1, 1, 2, 2.0]}, index=range(1, 6))
    gap = changes.zone_gap(zones, pd.Series([1.0, 2, 3, 4, 5], index=range(1, 6)))
    assert gap.tolist() == pytest.approx([0, np.log(2)])
