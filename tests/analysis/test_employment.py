"""Employees by age: a change of a few is missing, and the break of 2023 is where the publisher says."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import employment
from llmexposure.estimation.regression.ols import regress
from llmexposure.report.tables import load

STAFF = load("sweden_employees")


def test_a_change_needs_enough_employees_before_and_somebody_after():
    rows = pd.DataFrame(
        {"group": ["1111"] * 3 + ["0002"] * 3, "age": "16-24", "year": [1, 2, 3] * 2}
    )
    rows["employees"] = [49, 50, 100, 500, 600, 700]
    found = employment.changes_by_year(rows, "16-24", least=50)
    assert found.index.tolist() == ["1111"]
    assert np.isnan(found.loc["1111", "change_2"])
    assert found.loc["1111", "change_3"] == pytest.approx(np.log(2))
    assert found.loc["1111", "base_3"] == 50


def test_nearly_a_quarter_of_the_youngest_lack_an_occupation_until_the_break():
    share = employment.without_occupation(STAFF).loc["16-24"]
    assert (share[[2020, 2021, 2022]] > 0.22).all()
    assert (share[[2023, 2024]] < 0.001).all()
    assert np.isnan(employment.without_occupation(STAFF).loc["65-69", 2022])


def test_slope_of_the_young_is_that_of_a_second_program():
    groups = load("group_exposures").query("scheme == 'sweden' and coding == 'adopted'")
    exposure = groups.set_index("group")["gpt4_beta"]
    cells = employment.changes_by_year(STAFF, "25-29", least=50).join(exposure)
    found = regress("change_2024 ~ gpt4_beta", cells, draws=99, seed=1).estimate
    counts = STAFF.query("age == '25-29' and group != '0002'")
    wide = counts.pivot(index="group", columns="year", values="employees")
    kept = wide[(wide[2023] >= 50) & (wide[2024] > 0)].index.intersection(exposure.dropna().index)
    change = np.log(wide.loc[kept, 2024].to_numpy() / wide.loc[kept, 2023].to_numpy())
    slope = np.polyfit(exposure[kept].to_numpy(), change, 1)[0]
    assert found.n == len(kept)
    assert found.value == pytest.approx(slope)
