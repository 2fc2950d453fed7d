"""The known coefficients come back out of the postings."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from llmexposure.estimation.regression.ols import cross_section
from llmexposure.simulation.generate import simulate
from llmexposure.simulation.levels import known_levels, truth
from llmexposure.simulation.panel import changes, panel
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.roles import SLOPES, with_slope
from llmexposure.simulation.tables import table

OTHER = Parameters(
    recruitment_share=0.05,
    application_share=-0.02,
    degree=-0.03,
    experience=0.0,
    remote=0.5,
    degree_within=-0.05,
    experience_within=0.05,
    salary_within=-0.5,
)


def slope(frame, outcome):
    return cross_section(frame, outcome, "exposure_2022", draws=9, seed=1).estimate


@pytest.mark.parametrize("parameters", [Parameters(), OTHER], ids=["default", "other"])
def test_known_levels_have_exactly_the_known_slopes(parameters):
    levels = known_levels(parameters)
    for outcome, name in SLOPES.items():
        assert slope(levels, outcome).value == pytest.approx(getattr(parameters, name), abs=1e-9), (
            name
        )


# Sampling errors of the slopes at half a million postings: spread over twelve other samples.
_ERRORS = {
    "share_change": 0.0019,
    "application_share_change": 0.0019,
    "bachelor_change": 0.0069,
    "three_years_change": 0.0100,
    "remote": 0.0050,
}


@pytest.mark.parametrize("outcome", list(_ERRORS))
def test_sample_recovers_the_default_slopes(found, outcome):
    estimate = slope(found, outcome).value
    assert abs(estimate - getattr(Parameters(), SLOPES[outcome])) < 4 * _ERRORS[outcome]


def test_sample_recovers_other_slopes():
    sample = changes(panel(simulate(200_000, 5, OTHER, text=False)))
    for outcome, error in _ERRORS.items():
        distance = slope(sample, outcome).value - getattr(OTHER, SLOPES[outcome])
        assert abs(distance) < 4 * error * np.sqrt(2.5), outcome


def _within(rows: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Slope and standard error on exposure, category and month effects taken out."""
    group = [rows["role"], rows["date"].astype("datetime64[s]").dt.to_period("M")]
    y = rows[outcome] - rows.groupby(group)[outcome].transform("mean")
    x = rows["true_exposure"] - rows.groupby(group)["true_exposure"].transform("mean")
    value = (x @ y) / (x @ x)
    return value, np.sqrt(((x * (y - value * x)) ** 2).sum()) / (x @ x)


@pytest.mark.parametrize("parameters", [Parameters(), OTHER], ids=["default", "other"])
def test_slopes_within_categories_come_back(parameters):
    batch = next(simulate(150_000, 3, parameters, batch_rows=150_000, text=False))
    rows = batch.postings.to_pandas().join(batch.truth.to_pandas()[["role", "true_exposure"]])
    rows["degree_within"] = rows["degree"].isin(["bachelor", "master", "doctor"]).astype(float)
    rows["experience_within"] = (rows["min_years"] >= 3).astype(float)
    for name in ("degree_within", "experience_within"):
        value, error = _within(rows, name)
        assert abs(value - getattr(parameters, name)) < 4.5 * error
    # Pay rises with degree and years as well: only what remains is the coefficient.
    middle = np.log((rows["salary_min"] + rows["salary_max"]) / 2)
    steps = {"degree": [0, 0, 0.10, 0.25, 0.45, 0.60], "min_years": [0, 0.10, 0.30, 0.50, 0.75]}
    degrees = ["none", "high_school", "college", "bachelor", "master", "doctor"]
    effects = rows["degree"].map(dict(zip(degrees, steps["degree"], strict=True)))
    effects += rows["min_years"].map(dict(zip([0, 1, 3, 5, 10], steps["min_years"], strict=True)))
    rows["salary_within"] = middle - effects
    value, error = _within(rows, "salary_within")
    assert abs(value - parameters.salary_within) < 4.5 * error


def test_truth_lists_coefficients_and_levels():
    rows = truth(OTHER)
    slopes = rows[rows["category"].isna()].set_index(["relation", "quantity"])["value"]
    assert slopes["recruitment_share", "slope_across"] == 0.05
    assert slopes["salary", "slope_within"] == -0.5
    assert len(slopes) == 8
    assert not rows.duplicated(["relation", "quantity", "category"]).any()
    assert rows["value"].notna().all()
    assert set(rows["evidence"]) == {"simulated"}
    change = rows[(rows["relation"] == "degree") & (rows["quantity"] == "change")]
    assert len(change) == 13


def test_with_slope_keeps_mean_and_residuals():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(size=13), rng.normal(size=13)
    new = with_slope(y, x, 2.0)
    design = np.column_stack([np.ones(13), x])
    residuals = [v - design @ np.linalg.lstsq(design, v, rcond=None)[0] for v in (y, new)]
    np.testing.assert_allclose(*residuals, atol=1e-12)
    assert new.mean() == pytest.approx(y.mean())


@pytest.fixture(scope="module")
def pay():
    """Middle of the range by role, postings of 2024 among a million."""
    found = []
    for batch in simulate(1_000_000, 11, text=False, batch_rows=100_000):
        rows = batch.postings.select(["date", "salary_min", "salary_max"]).to_pandas()
        rows["role"] = batch.truth["role"].to_numpy(zero_copy_only=False)
        found.append(rows[rows["date"].astype("datetime64[s]") >= "2024-01-01"])
    rows = pd.concat(found)
    return ((rows["salary_min"] + rows["salary_max"]) / 2).groupby(rows["role"])


def test_mean_pay_is_that_of_the_tables(pay):
    wanted = pd.concat(
        [
            table("categories").set_index("category")["pay_2024"],
            table("ai_roles").set_index("role")["pay_2024"],
        ]
    )
    summary = pay.agg(["mean", "std", "count"]).loc[wanted.index]
    error = summary["std"] / np.sqrt(summary["count"])
    assert ((summary["mean"] - wanted) / error).abs().max() < 4.5
    assert (error / wanted).min() < 0.003


def test_ai_applicants_are_spread_over_cities_as_printed():
    counts = pd.Series(0.0, index=table("cities")["city"])
    roles = set(table("ai_roles")["role"])
    for batch in simulate(1_000_000, 12, text=False, batch_rows=100_000):
        role = pd.Series(batch.truth["role"].to_numpy(zero_copy_only=False))
        rows = batch.postings.select(["city", "applications"]).to_pandas()[role.isin(roles)]
        counts = counts.add(rows.groupby("city")["applications"].sum(), fill_value=0)
    share = counts / counts.sum()
    printed = table("cities").set_index("city")["ai_applicant_share"].dropna()
    # About 3,400 postings with geometric counts.
    error = np.sqrt(2 * printed / 3_400)
    assert ((share[printed.index] - printed) / error).abs().max() < 4.5
    assert share["北京"] < 0.165


def test_impossible_slopes_are_refused():
    from llmexposure.base.errors import ParameterError
    from llmexposure.simulation.model import build_model

    for change in ({"recruitment_share": 3.0}, {"remote": 5.0}, {"degree_within": 2.0}):
        with pytest.raises(ParameterError, match=next(iter(change))):
            build_model(replace(Parameters(), **change))
