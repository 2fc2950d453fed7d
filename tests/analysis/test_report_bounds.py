"""The polytopes of the report are those of its text; what they imply, by hand and by a second program."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from llmexposure.analysis.bounds import readings, rebuilt, signs
from llmexposure.analysis.bounds.frontier import FREE, frontiers
from llmexposure.analysis.bounds.readings import ASSUMPTIONS, exposure_2022, outcomes, unnamed
from llmexposure.base.errors import DataError
from llmexposure.data.schemas.printed import RELATIONSHIPS
from llmexposure.data.taxonomy.categories import read_report_categories
from llmexposure.estimation.bounds.sets import OutcomeSet
from llmexposure.estimation.bounds.slopes import sign
from llmexposure.report.tables import load
from llmexposure.simulation.tables import table as simulation_table

CATEGORIES, STATEMENTS = load("report_exposure"), load("report_statements")
PLACE = {name: i for i, name in enumerate(CATEGORIES["category"])}
PRINTED = ASSUMPTIONS["report"]


def test_both_transcriptions_of_the_categories_agree():
    other = read_report_categories().set_index("category")
    ours = CATEGORIES.set_index("category")
    pairs = {
        "name_zh": "name_zh",
        "place_2022": "order_2022",
        "block": "block",
        "index_2024": "exposure_2024",
        "change_2022_2024": "change",
        "block_low_2022": "printed_lower_2022",
        "block_high_2022": "printed_upper_2022",
    }
    for mine, theirs in pairs.items():
        assert ours[mine].equals(other[theirs].rename(mine)), mine


def test_statements_carry_the_printed_values_with_half_a_digit():
    for kind, column in (("index", "index_2024"), ("index_change", "change_2022_2024")):
        rows = STATEMENTS[STATEMENTS["quantity"].eq(kind) & STATEMENTS["period"].ne("2022")]
        rows = rows.set_index("subject")
        printed = CATEGORIES.set_index("category")[column].dropna()
        assert set(rows.index) == set(printed.index)
        assert ((rows["lower"] + rows["upper"]) / 2).round(9).to_dict() == printed.to_dict()
        assert np.allclose(rows["upper"] - rows["lower"], 0.01)


def test_printed_changes_agree_with_the_moments_of_the_simulation():
    moments = simulation_table("moments").set_index(["subject", "quantity"])
    names = {
        "recruitment_share": "share_change",
        "application_share": "application_share_change",
        "degree_requirement": "bachelor_change",
        "experience_requirement": "three_years_change",
    }
    printed = STATEMENTS[STATEMENTS["reading"].eq("printed") & STATEMENTS["subject"].isin(PLACE)]
    changes = printed[printed["relationship"].isin(names)]
    assert len(changes) == 15
    for row in changes.itertuples():
        moment = moments.loc[(row.subject, names[row.relationship])]
        # The simulation reads "1 to 4 points" without the half point at either end.
        slack = 0.0051 if row.relationship == "degree_requirement" else 1e-9
        assert row.upper == pytest.approx(moment["upper"], abs=slack)
        if row.relationship != "recruitment_share":
            assert row.lower == pytest.approx(moment["lower"], abs=slack)


def test_index_of_2022_by_hand():
    table = readings.index_intervals(CATEGORIES, STATEMENTS).set_index(["category", "year"])
    ends = ["printed_low", "printed_high", "ordered_low", "ordered_high"]
    assert table.loc[("editing_translation", 2022), ends].tolist() == pytest.approx(
        [0.79, 0.81] * 2
    )
    assert table.loc[("customer_service_operations", 2022), ends].tolist() == pytest.approx(
        [0.78, 0.80] * 2
    )
    assert table.loc[("software_hardware_rd", 2022), ends].tolist() == pytest.approx(
        [0.71, 0.73] * 2
    )
    # The sixth to tenth are below the fifth, which is at most customer service.
    assert table.loc[("education_training_research", 2022), ends].tolist() == pytest.approx(
        [0.6, 0.8, 0.6, 0.65]
    )
    assert table.loc[("life_services", 2022), ends].tolist() == pytest.approx([0, 0.4] * 2)
    assert table.loc[("life_services", 2024), ends].tolist() == pytest.approx([0, 1, 0, 0.895])


def test_the_exact_values_fit_the_order_of_the_text():
    found = exposure_2022(CATEGORIES, STATEMENTS, ("printed", "order"))
    assert (found.low <= found.high).all()


def test_small_moves_cannot_close_the_shares():
    both = (*ASSUMPTIONS["report_small"], "closure")
    assert outcomes("recruitment_share", CATEGORIES, STATEMENTS, both).empty
    assert not outcomes(
        "recruitment_share", CATEGORIES, STATEMENTS, ASSUMPTIONS["report_closure"]
    ).empty
    totals = readings.recruitment_totals(CATEGORIES, STATEMENTS)
    assert totals["fall_min"] == pytest.approx(0.02 + 0.05 + 3 * 0.01)
    assert totals["fall_max"] == pytest.approx(0.03 + 0.06 + 3 * 0.02)
    assert totals["gain_mean"] == pytest.approx(0.10 / 8)
    assert totals["small_possible"] == 0


def test_named_categories():
    counts = {name: int((~unnamed(name, CATEGORIES, STATEMENTS)).sum()) for name in RELATIONSHIPS}
    assert list(counts.values()) == [5, 2, 5, 3, 0]


def draw(rng, scope, relationship, n=4000):
    """Admissible pairs, by rejection from intervals: no vertices, no closed forms."""
    readings = ASSUMPTIONS[scope]
    x = exposure_2022(CATEGORIES, STATEMENTS, readings)
    y = outcomes(relationship, CATEGORIES, STATEMENTS, readings)
    share = rng.integers(0, 3, (n, 13))
    points = np.where(
        share == 0, x.low, np.where(share == 1, x.high, rng.uniform(x.low, x.high, (n, 13)))
    )
    for i, j in sorted(x.above, reverse=True):
        points[:, j] = np.minimum(points[:, i], points[:, j]).clip(x.low[j])
    keep = np.all([points[:, i] >= points[:, j] - 1e-12 for i, j in x.above], axis=0)
    share = rng.integers(0, 3, (n, 13))
    values = np.where(
        share == 0, y.low, np.where(share == 1, y.high, rng.uniform(y.low, y.high, (n, 13)))
    )
    return points[keep], values[keep]


@pytest.fixture(scope="module")
def found():
    names = ["recruitment_share", "experience_requirement"]
    return signs.all_bounds(CATEGORIES, STATEMENTS, names)


@pytest.mark.parametrize("scope", ["report_small", "report_ordered"])
def test_draws_lie_inside_the_bounds_which_are_not_far_away(found, scope):
    rng = np.random.default_rng(4)
    names = ["recruitment_share", "experience_requirement"]
    for name in names:
        x, y = draw(rng, scope, name)
        assert len(x) > 100
        x = x - x.mean(axis=1, keepdims=True)
        slopes = (x * y).sum(axis=1) / (x**2).sum(axis=1)
        item = found[name, scope]
        assert item.slope_min - 1e-4 <= slopes.min() < slopes.max() <= item.slope_max + 1e-4
        assert slopes.max() - slopes.min() > 0.4 * (item.slope_max - item.slope_min)
        assert not item.settled


def test_a_witness_for_each_sign_of_the_recruitment_slope():
    """Two tables of thirteen numbers that keep to every printed figure, with slopes of either sign."""
    x = exposure_2022(CATEGORIES, STATEMENTS, ASSUMPTIONS["report_ordered"])
    y = outcomes("recruitment_share", CATEGORIES, STATEMENTS, ASSUMPTIONS["report_ordered"])
    signs = set()
    for weights in (x.vertices, -x.vertices):
        centred = weights - weights.mean(axis=1, keepdims=True)
        best = int(y.largest(centred).argmax())
        point, change = x.vertices[best], y.maximiser(centred[best])
        assert y.holds(change)
        assert change[PLACE["sales_business_development"]] <= -0.05
        signs.add(np.sign(np.polyfit(point, change, 1)[0]))
    assert signs == {-1.0, 1.0}


def test_sets_of_assumptions_are_nested(found):
    order = ["report", "report_complete", "report_small", "report_ordered"]
    for wide, narrow in zip(order[:-1], order[1:], strict=True):
        a, b = found["recruitment_share", wide], found["recruitment_share", narrow]
        assert a.slope_min <= b.slope_min + 1e-4
        assert b.slope_max <= a.slope_max + 1e-4


def test_the_breakdown_point_is_reached_from_both_sides():
    item = signs.breakdowns("recruitment_share", CATEGORIES, STATEMENTS)["report_ordered"]
    points = exposure_2022(CATEGORIES, STATEMENTS, ASSUMPTIONS["report_ordered"]).vertices
    base = outcomes("recruitment_share", CATEGORIES, STATEMENTS, ASSUMPTIONS["report_complete"])
    free = unnamed("recruitment_share", CATEGORIES, STATEMENTS)
    for bound, expected in ((item.bound - 2e-5, "negative"), (item.bound + 2e-5, "unsettled")):
        low = np.where(free, np.maximum(base.low, -bound), base.low)
        high = np.where(free, np.minimum(base.high, bound), base.high)
        centred = points - points.mean(axis=1, keepdims=True)
        most = (np.maximum(centred * low, centred * high)).sum(axis=1).max()
        assert ("negative" if most < 0 else "unsettled") == expected


def test_a_gain_of_life_services_would_settle_recruitment():
    by_outcome, by_index = signs.single_numbers("recruitment_share", CATEGORIES, STATEMENTS)
    best = by_outcome.iloc[0]
    assert (best["category"], best["sign"]) == ("life_services", "negative")
    readings = ASSUMPTIONS["report_ordered"]
    points = exposure_2022(CATEGORIES, STATEMENTS, readings).vertices
    here = outcomes("recruitment_share", CATEGORIES, STATEMENTS, readings)
    unit = PLACE["life_services"]
    assert sign(points, here.known(unit, best["nearest"] + 1e-6)) == "negative"
    assert sign(points, here.known(unit, best["nearest"] - 1e-6)) == "unsettled"
    assert by_index["sign"].isna().all()


def test_with_printed_figures_alone_no_single_number_settles():
    assert signs.settling_under_printed("recruitment_share", CATEGORIES, STATEMENTS) == []


def test_known_scores_and_how_far_they_may_be_off():
    printed = exposure_2022(CATEGORIES, STATEMENTS, PRINTED)
    scores = pd.Series(printed.low, index=CATEGORIES["category"])
    found = rebuilt.correlation_with(CATEGORIES, scores, printed, starts=4)
    assert found["r_sign"] == "positive"
    assert found["r_high"] == pytest.approx(1, abs=1e-3)
    # With a sign that is settled the lowest correlation is at a vertex.
    assert found["r_low"] == pytest.approx(
        min(np.corrcoef(x, printed.low)[0, 1] for x in printed.vertices[::7]), abs=0.02
    )
    for step, expected in ((0.99, "positive"), (1.01, "unsettled")):
        off = step * found["r_tolerance"]
        either = OutcomeSet(printed.low - off, printed.low + off)
        assert sign(printed.vertices, either) == expected
    with pytest.raises(DataError, match="manufacturing has none"):
        rebuilt.correlation_with(CATEGORIES, scores.drop("manufacturing"), printed)


def test_categories_count_each_occupation_once_or_by_its_jobs():
    onet = pd.DataFrame(
        {
            "onet_soc": ["27-3043.00", "27-3043.05", "43-9081.00", "27-3041.00"],
            "x": [0.2, 0.4, 0.9, np.nan],
        }
    )
    plain = rebuilt.category_scores(onet, ["x"]).loc["editing_translation", "x"]
    assert plain == pytest.approx((0.3 + 0.9) / 2)
    jobs = pd.Series({"27-3043": 3.0, "43-9081": 1.0, "27-3041": 9.0})
    weighted = rebuilt.category_scores(onet, ["x"], weights=jobs).loc["editing_translation", "x"]
    assert weighted == pytest.approx((3 * 0.3 + 0.9) / 4)


def test_order_within_groups_against_draws_and_scipy():
    onet = load("occupations_onet")
    scores = rebuilt.category_scores(onet, ["human_beta"])["human_beta"]
    found = rebuilt.order_agreement(CATEGORIES, scores)
    place = CATEGORIES.set_index("category")["place_2022"]
    assert found["rank_r"] == pytest.approx(-stats.spearmanr(scores[place.index], place)[0])
    rng, block = np.random.default_rng(3), CATEGORIES.set_index("category")["block"]
    draws = [
        -stats.spearmanr(scores[place.index], place.groupby(block).transform(rng.permutation))[0]
        for _ in range(400)
    ]
    assert np.mean(draws) == pytest.approx(found["groups_rank_r"], abs=0.01)
    assert np.mean(np.array(draws) >= found["rank_r"] - 1e-9) == pytest.approx(
        found["within_groups_p"], abs=0.04
    )


def test_scores_are_put_on_the_scale_of_the_report():
    printed = exposure_2022(CATEGORIES, STATEMENTS, PRINTED)
    inside = (printed.low + printed.high) / 2
    scaled, gap = rebuilt.report_scale(3 * inside - 2, printed)
    assert gap == pytest.approx(0, abs=1e-9)
    off = inside.copy()
    off[0] += 0.2  # far above what is printed, and no straight line brings all back
    scaled, gap = rebuilt.report_scale(off, printed)
    beyond = np.maximum(printed.low - scaled, scaled - printed.high).max()
    assert 0 < beyond <= gap + 1e-9


@pytest.mark.parametrize("relationship", ["recruitment_share", "experience_requirement"])
def test_frontiers_are_where_the_sign_is_lost(relationship):
    """Against a second program: intervals written down by hand, the sign at all vertices."""
    ordered = exposure_2022(CATEGORIES, STATEMENTS, ("printed", "order"))
    table = frontiers(CATEGORIES, STATEMENTS, [relationship], {"order": ordered}, [0.0, 0.01])
    rows = table[~table["closed"] & table["lists"].eq("complete")]
    assert rows["bound"].is_monotonic_decreasing
    base = outcomes(relationship, CATEGORIES, STATEMENTS, ASSUMPTIONS["report_complete"])
    blue = CATEGORIES["block"].eq("bottom3").to_numpy()
    white = unnamed(relationship, CATEGORIES, STATEMENTS) & ~blue
    falls = relationship == "recruitment_share"
    for row in rows.itertuples():
        for step, expected in ((-2e-5, "negative" if falls else "positive"), (2e-5, "unsettled")):
            low, high = base.low.copy(), base.high.copy()
            if falls:
                high[white], low[blue] = row.bound + step, -row.move
            else:
                low[white], high[blue] = -(row.bound + step), row.move
            assert sign(ordered.vertices, OutcomeSet(low, high, base.whole)) == expected


def test_where_the_thirteen_are_all_postings_small_gains_elsewhere_settle_recruitment():
    """An independent search found 1.0 points for the groups and 1.5 for the order of the text."""
    exposures = {"order": exposure_2022(CATEGORIES, STATEMENTS, ("printed", "order"))}
    table = frontiers(CATEGORIES, STATEMENTS, ["recruitment_share"], exposures, [FREE])
    row = table[table["closed"] & table["lists"].eq("complete")].iloc[0]
    assert row["bound"] == pytest.approx(0.015, abs=0.001)


def test_a_group_is_borne_out_by_all_raters_or_left_open():
    place = CATEGORIES.set_index("category")["place_2022"]
    one, other = -place, -place.replace({5: 6, 6: 5})
    found = rebuilt.group_met(CATEGORIES, {"one": one, "other": other})
    fifth = place.index[place == 5][0]
    assert [name for name, word in found.items() if word != "positive"] == [fifth]
