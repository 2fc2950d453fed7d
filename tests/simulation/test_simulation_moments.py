"""The printed moments hold in what is drawn from, and the draws follow it."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.data.taxonomy.categories import read_report_categories
from llmexposure.simulation.calendar import BASE, LATEST, MONTHS, VOLUME
from llmexposure.simulation.levels import OUTCOMES, known_levels
from llmexposure.simulation.model import build_model
from llmexposure.simulation.moments import moments
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.tables import table


def test_every_printed_moment_holds():
    rows = moments()
    assert len(rows) == 68
    assert rows["holds"].all(), rows[~rows["holds"]].to_string()


def test_a_moment_that_does_not_hold_is_reported():
    rows = moments(Parameters(recruitment_share=0.0)).set_index("moment")
    assert not rows.loc["share_slope", "holds"]
    assert not rows.loc["share_sales", "holds"]


def test_moments_repeat_the_printed_table_of_categories():
    printed = read_report_categories().set_index("category")
    rows = moments().set_index(["subject", "quantity"])
    for category, row in printed.iterrows():
        ours = rows.loc[(category, "exposure_2022")]
        if pd.notna(row["exposure_2024"]):
            assert rows.loc[(category, "exposure_2024"), "value"] == pytest.approx(
                row["exposure_2024"]
            )
            assert ours["value"] == pytest.approx(row["exposure_2022"])
        elif pd.notna(row["printed_lower_2022"]):
            assert ours["lower"] == row["printed_lower_2022"]
        else:
            assert ours["upper"] == row["printed_upper_2022"]


def test_categories_stand_in_the_printed_order():
    levels = known_levels(Parameters())["exposure_2022"]
    assert list(levels.index) == list(read_report_categories()["category"])
    assert levels.is_monotonic_decreasing


def test_shares_sum_to_one_in_every_month():
    model = build_model(Parameters())
    np.testing.assert_allclose(model.roles.share.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(model.cities.share.sum(axis=1), 1, atol=1e-12)
    levels = known_levels(Parameters())
    for name in ("share", "application_share"):
        assert levels[f"{name}_2022"].sum() == pytest.approx(1)
        assert levels[f"{name}_change"].sum() == pytest.approx(0)


def test_sampled_shares_sum_to_one(found, counts):
    assert counts["postings"].sum() == 500_000
    for name in ("share_2022", "share_2024", "application_share_2024"):
        assert found[name].sum() == pytest.approx(1)


def _standard_errors(levels: pd.DataFrame, counts: pd.DataFrame, year: str) -> dict[str, pd.Series]:
    months = MONTHS[BASE if year == "2022" else LATEST]
    part = counts[counts["month"].isin(months)]
    n = part.groupby("category")["postings"].sum().loc[levels.index]
    share = levels[f"share_{year}"]
    own = levels[f"application_share_{year}"]
    return {
        "share": np.sqrt(share * (1 - share) / n.sum()),
        # Geometric counts: the coefficient of variation of a category's total is about sqrt(2 / n).
        "application_share": own * np.sqrt(2 / n),
        "bachelor": np.sqrt(levels[f"bachelor_{year}"] * (1 - levels[f"bachelor_{year}"]) / n),
        "three_years": np.sqrt(
            levels[f"three_years_{year}"] * (1 - levels[f"three_years_{year}"]) / n
        ),
        # Ratings lie in [0, 1] and a posting averages four or more.
        "exposure": np.sqrt(0.25 / 4 / n),
    }


@pytest.mark.parametrize("year", ["2022", "2024"])
def test_sample_follows_the_known_levels(found, counts, year):
    known = known_levels(Parameters())
    for name, error in _standard_errors(known, counts, year).items():
        z = (found[f"{name}_{year}"] - known[f"{name}_{year}"]) / error
        assert z.abs().max() < 4.5, f"{name}: {z.to_string()}"
        assert z.abs().max() > 0.1, f"{name}: too good to be a sample"


def test_printed_moments_hold_in_the_sample(found, counts):
    known = known_levels(Parameters())
    errors = {year: _standard_errors(known, counts, year) for year in ("2022", "2024")}
    checked = 0
    for row in table("moments").itertuples():
        if row.quantity not in found or row.subject not in found.index:
            continue
        name = row.quantity.rsplit("_", 1)[0]
        slack = 4.5 * np.hypot(*(errors[year][name][row.subject] for year in errors))
        value = found.loc[row.subject, row.quantity]
        assert np.isnan(row.lower) or value > row.lower - slack, row.moment
        assert np.isnan(row.upper) or value < row.upper + slack, row.moment
        checked += 1
    assert checked == 32


def test_remote_index_is_drawn_with_its_probability(found, counts):
    known = known_levels(Parameters())["remote"]
    n = counts.groupby("category")["postings"].sum().loc[known.index]
    z = (found["remote"] - known) / np.sqrt(known * (1 - known) / n)
    assert z.abs().max() < 4.5


def test_nothing_happens_before_2023_and_everything_by_2024():
    model = build_model(Parameters())
    before = model.exposure[BASE]
    after = model.exposure[LATEST]
    assert (before == before[0]).all()
    assert (after == after[0]).all()
    assert (np.diff(model.exposure[~BASE, 0]) >= 0).all()


def test_months_follow_the_season(counts):
    n = counts.groupby("month")["postings"].sum().to_numpy()
    expected = n.sum() * VOLUME / VOLUME.sum()
    assert (np.abs(n - expected) / np.sqrt(expected)).max() < 4.5


def test_outcomes_are_all_in_the_levels():
    assert {f"{name}_change" for name in OUTCOMES} <= set(known_levels(Parameters()))


def test_service_centres_and_factory_towns_have_the_mix_that_the_report_describes():
    model = build_model(Parameters())
    keys, names = list(model.categories["category"]), model.cities.names
    overall = model.cities.share[keys.index("education_training_research")]
    for category, cities, factor in (
        ("sales_business_development", ("成都", "郑州", "西安"), 1.2),
        ("customer_service_operations", ("成都", "郑州", "西安"), 1.2),
        ("manufacturing", ("苏州", "无锡", "东莞"), 1.5),
        ("logistics_procurement", ("苏州", "无锡", "东莞"), 1.5),
    ):
        share = model.cities.share[keys.index(category)]
        for city in cities:
            assert share[names.index(city)] > factor * overall[names.index(city)], (category, city)
