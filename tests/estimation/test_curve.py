"""Specification curves: the same numbers as one regression at a time, and a joint test that is valid."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from llmexposure.analysis.curves import figures, summary
from llmexposure.analysis.curves.choices import CHOICES, MEASURES
from llmexposure.analysis.curves.run import BUILDERS, read_sweeps, run, together
from llmexposure.analysis.recruitment import changes, wide
from llmexposure.base.errors import DataError
from llmexposure.estimation.curve import (
    Curve,
    Units,
    _among,
    curve,
    joint,
    one_signed,
    stouffer,
    variance_shares,
)
from llmexposure.estimation.regression.ols import cross_section
from llmexposure.estimation.resampling.slope import components, draw_orders, permuted
from llmexposure.exposure.measures import LABELS
from llmexposure.report import style
from llmexposure.report.sweeps import expand
from llmexposure.report.tables import load

SWEEPS = read_sweeps().relationship


@pytest.fixture(scope="module")
def tables():
    return {name: load(name) for builder in BUILDERS.values() for name in builder.TABLES}


def drawn(units, models, draws=1, seed=1):
    return curve(units, models, models[[]], draws=draws, seed=seed)


BUILT = {}


def built(name, tables):
    if name not in BUILT:
        specifications = expand(SWEEPS[name])
        found = BUILDERS[SWEEPS[name].units].build(specifications, tables)
        BUILT[name] = (specifications, *found)
    return BUILT[name]


@pytest.mark.parametrize("name", ["recruitment_share", "recruitment_share_abroad", "remote_work"])
def test_each_specification_is_the_regression_that_ols_gives(tables, name):
    _, units, models = built(name, tables)
    plain = models[models["controls"].map(lambda c: not any(k.startswith("family:") for k in c))]
    if "bend" in models:
        plain = plain[(plain["bend"] == "") & (plain["clusters"] == "")]
    some = plain.sample(8, random_state=1)
    table = drawn(units, some).table
    for number in some.index:
        model = models.loc[number]
        frame = units[model["units"]].frame
        found = cross_section(
            frame[frame[model["sample"]]], model["outcome"], model["exposure"],
            model["controls"], weights=model["weights"] or None, draws=1, seed=1,
        ).estimate  # fmt: skip
        ours = table.loc[number]
        assert ours["n"] == found.n
        for field, value in {"slope": found.value, "se": found.se, "p": found.p,
                             "ci_low": found.ci_low, "ci_high": found.ci_high}.items():  # fmt: skip
            assert ours[field] == pytest.approx(value, rel=1e-10, abs=1e-10), field


@pytest.mark.parametrize("family", ["clustered", "within", "none"])
def test_shapes_and_families_are_the_regressions_that_statsmodels_gives(tables, family):
    specifications, units, models = built("recruitment_share_break", tables)
    chosen = (specifications["family"] == family) & (specifications["unit"] == "fine")
    if family == "within":
        chosen &= specifications["shape"] == "linear"
    else:
        chosen &= specifications["shape"] == "quadratic"
    some = models[chosen].sample(4, random_state=2)
    table = drawn(units, some).table
    for number in some.index:
        model = models.loc[number]
        one = units[model["units"]]
        frame = one.frame[one.frame[model["sample"]]]
        groups = one.blocks["family"][frame.index]
        if family == "within":  # a family of one has nothing to compare
            frame = frame[groups.map(groups.value_counts()) > 1]
        frame = frame.dropna(subset=[model["outcome"]])
        names = [model["exposure"], *filter(None, [model["bend"]]), *model["controls"]]
        design = frame[names].loc[:, frame[names].std() > 0].assign(constant=1.0)
        weights = frame[model["weights"]] if model["weights"] else 1.0
        fit = sm.WLS(frame[model["outcome"]], design, weights=weights).fit(cov_type="HC3")
        assert table.loc[number, "n"] == len(frame)
        assert table.loc[number, "slope"] == pytest.approx(fit.params[names[0]], rel=1e-8)
        if family == "none":
            assert table.loc[number, "se"] == pytest.approx(fit.bse[names[0]], rel=1e-8)


def test_clustered_errors_are_the_jackknife_over_clusters():
    units = sample(np.random.default_rng(3))
    some = MODELS[(MODELS["controls"].map(len) == 0) & (MODELS["sample"] == "all")]
    found = drawn({"u": units}, some.assign(clusters="group")).table.iloc[0]
    y, x, group = units.frame["y0"], units.frame["x1"], units.blocks["group"]
    centred = x - x.mean()
    without = [
        (centred * y)[group != g].sum() - y.mean() * centred[group != g].sum() for g in range(8)
    ] / np.array([(centred**2)[group != g].sum() for g in range(8)])
    expected = np.sqrt(7 / 8 * ((without - found["slope"]) ** 2).sum())
    assert found["df"] == 7
    assert found["se"] == pytest.approx(expected, rel=1e-9)


def test_an_order_of_families_serves_kinds_that_lack_some():
    orders = draw_orders({"family": 6}, 200, np.random.default_rng(1))["family"]
    present = np.array([0, 2, 5])
    part = _among(orders, present)
    assert np.array_equal(np.sort(part, axis=1), np.tile(np.arange(3), (200, 1)))
    # Who comes first among all comes first among those present.
    assert present[part].tolist() == [
        [o for o in order if o in present] for order in orders.tolist()
    ]
    assert np.array_equal(_among(orders, np.arange(6)), orders)


def test_curves_that_share_draws_are_the_curves_alone(tables):
    names = ["recruitment_share_before", "recruitment_share_break"]
    few = [
        replace(
            whole := SWEEPS[name],
            choices={**whole.choices, "measure": ["gpt4_beta"], "source": ["indeed"]},
            exclude=whole.exclude[:3],
        )
        for name in names
    ]
    both = together(few, tables, draws=9, seed=1)
    for one in few:
        alone = run(one, tables, draws=9, seed=1)
        assert np.allclose(both[one.name].null_t, alone.null_t, rtol=1e-7)
        assert np.allclose(both[one.name].table["slope"], alone.table["slope"], rtol=1e-9)
        # An axis of one value has one part, the whole.
        (part,) = summary.parts(one, alone, ["source"])
        assert part[:2] == ("joint_p_source_indeed", joint(alone).median_p)


def test_the_headline_is_the_slope_of_the_recruitment_section(tables):
    sweep = SWEEPS["recruitment_share"]
    specifications, units, models = built("recruitment_share", tables)
    own = summary.is_headline(sweep, specifications)
    ours = drawn(units, models[own]).table.iloc[0]
    sectors = tables["sectors"].dropna(subset=["teleworkable", "lm_aioe"])
    frame = changes(tables["sector_postings"], sectors, "US", "2022-11", "2025-06")
    index = wide(tables["sector_postings"], "US")
    sectors = sectors[sectors["sector"].isin(index[["2020-02", "2021-11"]].dropna().index)]
    plain = cross_section(frame, "change", "gpt4_beta", draws=1, seed=1).estimate
    scale = sectors["gpt4_beta"].std() / frame["change"].std()
    assert ours["slope"] == pytest.approx(plain.value * scale, rel=1e-9)


def test_groups_are_weighted_means_scaled_by_the_spread_of_occupations(tables):
    _, units, _ = built("degree_requirement", tables)
    fine, coarse = (units[kind].frame for kind in ("detailed", "major/employment"))
    column = fine["x:gpt4_beta"]
    assert column.std() == pytest.approx(1)
    group = fine.index.str[:2]
    jobs = fine["employment_2022"]
    expected = (column * jobs).groupby(group).sum() / jobs.groupby(group).sum()
    assert np.allclose(coarse["x:gpt4_beta"], expected.to_numpy())
    assert coarse["employment_2022"].sum() == pytest.approx(jobs.sum())


def test_growth_of_a_group_is_growth_of_its_sum(tables):
    _, units, _ = built("application_share", tables)
    coarse = units["minor/none"].frame["y:growth_2022_2024"]
    jobs = tables["occupations"].set_index("soc").loc[units["detailed"].frame.index]
    spread = np.log(jobs["employment_2024"] / jobs["employment_2022"]).std()
    one = jobs[jobs.index.str.startswith("13-2")][["employment_2022", "employment_2024"]].sum()
    expected = np.log(one["employment_2024"] / one["employment_2022"]) / spread
    assert coarse["13-2000"] == pytest.approx(expected)


def test_the_order_of_rows_changes_nothing(tables):
    sweep = replace(
        SWEEPS["recruitment_share_abroad"],
        choices={
            **SWEEPS["recruitment_share_abroad"].choices,
            "country": ["DE"],
            "measure": ["lm_aioe"],
        },
    )
    shuffled = {k: v.sample(frac=1, random_state=2) for k, v in tables.items()}
    first, second = (run(sweep, some, draws=19, seed=3) for some in (tables, shuffled))
    assert np.allclose(first.table["slope"], second.table["slope"], rtol=1e-9)
    assert np.allclose(first.null_t, second.null_t, rtol=1e-7)


def test_every_measure_and_axis_has_a_printed_name():
    assert set(MEASURES) <= set(LABELS)
    for units, axes in CHOICES.items():
        assert set(axes) <= set(summary.AXES), units


# Blocks


def nested(groups, each):
    return [np.repeat(np.arange(groups), each), np.arange(groups * each)]


def test_parts_add_up_and_the_identity_changes_nothing():
    codes = nested(4, 3)
    values = np.random.default_rng(1).normal(size=(2, 12))
    identity = [np.arange(4)[None], np.arange(12)[None]]
    assert permuted(components(values, codes), codes, identity)[:, 0] == pytest.approx(values)


def test_group_means_move_as_a_whole_and_alike_at_both_levels():
    codes = nested(5, 8)
    values = np.random.default_rng(1).normal(size=(3, 40)) + codes[0]
    orders = draw_orders({"group": 5, "unit": 40}, 6, np.random.default_rng(2))
    fine = permuted(components(values, codes), codes, [orders["group"], orders["unit"]])
    means = values.reshape(3, 5, 8).mean(axis=2)
    coarse = permuted(components(means, [np.arange(5)]), [np.arange(5)], [orders["group"]])
    assert np.sort(coarse, axis=2) == pytest.approx(
        np.broadcast_to(np.sort(means)[:, None], (3, 6, 5))
    )
    # Own deviations do not cancel within a group after permutation: what is left is their mean.
    assert np.abs(fine.reshape(3, 6, 5, 8).mean(axis=3) - coarse).max() < 1.5
    assert np.corrcoef(fine.reshape(18, 5, 8).mean(axis=2).ravel(), coarse.ravel())[0, 1] > 0.95


# Joint test


def sample(rng, outcomes=1, effect=0.0, groups=8, each=6):
    """Two measures, alike within groups and correlated with a rival; pairs of outcomes of the same kind."""
    group = np.repeat(np.arange(groups), each)
    n = len(group)
    shared = rng.normal(size=(3 + outcomes, groups))[:, group] + rng.normal(size=(3 + outcomes, n))
    rival, x1, x2, *ys = shared
    x1 = x1 + 0.7 * rival
    columns = {"x1": x1, "x2": x1 + 0.5 * x2, "rival": rival, "all": True}
    for number, y in enumerate(ys):
        columns[f"y{number}"] = y + effect * x1
        columns[f"z{number}"] = y + effect * x1 + 0.5 * rng.normal(size=n)
    frame = pd.DataFrame(columns).assign(some=np.arange(n) % 7 != 0)
    return Units(frame, pd.DataFrame({"group": group, "unit": np.arange(n)}))


def models(outcomes=1, samples=("all", "some")):
    return pd.DataFrame(
        [
            {"units": "u", "outcome": y, "exposure": x, "controls": c, "weights": "", "sample": s}
            for k in range(outcomes)
            for y in (f"y{k}", f"z{k}")
            for x in ("x1", "x2")
            for c in ((), ("rival",))
            for s in samples
        ]
    )


MODELS = models()


def joints(units, outcomes=1, draws=99, seed=1):
    """Joint test of the curve of each pair of outcomes."""
    table = models(outcomes, ["all"])
    size = len(table) // outcomes
    found = curve({"u": units}, table, table[["outcome"]], draws=draws, seed=seed)
    return [
        joint(Curve(found.table[part], found.null_slope[:, part], found.null_t[:, part]))
        for part in (slice(k * size, (k + 1) * size) for k in range(outcomes))
    ]


def simulated(blocks, exposures, outcomes):
    """Joint tests of curves without any effect: so many draws of exposure, of outcomes for each."""
    found = []
    for seed in range(exposures):
        units = sample(np.random.default_rng(seed), outcomes)
        found += joints(Units(units.frame, units.blocks[blocks]), outcomes, seed=seed)
    return found


@pytest.fixture(scope="module")
def null_joints():
    return simulated(["group", "unit"], exposures=30, outcomes=6)


@pytest.mark.parametrize("field", ["median_p", "stouffer_p"])
def test_joint_p_is_uniform_under_the_null(null_joints, field):
    p = np.array([getattr(one, field) for one in null_joints])
    assert p.min() >= 0.01
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert 0.05 <= (p <= 0.1).mean() <= 0.15


def test_joint_p_of_the_significant_share_never_rejects_too_often(null_joints):
    # The share takes few values here, so ties keep the test below its level.
    assert np.mean([one.significant_p <= 0.1 for one in null_joints]) <= 0.13


def test_permuting_single_units_would_reject_too_often():
    # Why groups are respected: the same data, treated as independent units.
    found = simulated(["unit"], exposures=12, outcomes=8)
    assert np.mean([one.median_p <= 0.1 for one in found]) > 0.2


def test_with_the_real_families_and_their_shocks_the_joint_test_holds_its_level(tables):
    # Most of each outcome is a shock of its family, the same for sectors and for minor groups.
    specifications, units, models = built("recruitment_share", tables)
    wanted = {"measure": "gpt4_beta", "unit": "fine", "shape": "linear", "window": "quarter"}
    wanted |= {"sample": "all"} | dict.fromkeys(["weights", "boom", "controls", "family"], "none")
    model = models[(specifications[list(wanted)] == list(wanted.values())).all(axis=1)]
    rng, outcomes = np.random.default_rng(1), [f"y{k}" for k in range(100)]
    families = pd.Index(
        sorted({f for name in model["units"] for f in units[name].blocks["family"]})
    )
    shocks = rng.normal(scale=2, size=(len(families), len(outcomes)))
    made = {}
    for name in model["units"]:
        one = units[name]
        y = shocks[families.get_indexer(one.blocks["family"])]
        y = pd.DataFrame(y + rng.normal(size=y.shape), one.frame.index, outcomes)
        made[name] = Units(one.frame[["x:gpt4_beta", "all"]].join(y), one.blocks)
    rows = pd.concat([model.assign(outcome=y) for y in outcomes], ignore_index=True)
    found = curve(made, rows, rows[["outcome"]], draws=199, seed=2)
    p = []
    for y in outcomes:
        own = (found.table["outcome"] == y).to_numpy()
        part = Curve(found.table[own], found.null_slope[:, own], found.null_t[:, own])
        p.append(joint(part).median_p)
    assert np.mean(np.array(p) <= 0.1) <= 0.16
    assert (found.table["p"] <= 0.05).mean() > 0.15  # one by one, HC3 rejects far too often


def test_joint_p_is_small_under_a_planted_effect():
    (found,) = joints(sample(np.random.default_rng(4), effect=1.5, groups=14), draws=199)
    assert found.median > 1
    assert found.significant == 1
    assert found.median_p == found.stouffer_p == 1 / 200
    assert found.null_low < 0 < found.null_high < found.median


def test_a_draw_is_the_curve_of_permuted_exposure():
    units = sample(np.random.default_rng(5))
    plain = Units(units.frame, units.blocks[["unit"]])
    some = MODELS[MODELS["controls"].map(len) == 0]
    found = drawn({"u": plain}, some, draws=3, seed=8)
    slope, t = found.null_slope, found.null_t
    order = draw_orders({"unit": 48}, 3, np.random.default_rng(8))["unit"][1]
    moved = plain.frame.assign(**{x: plain.frame[x].to_numpy()[order] for x in ("x1", "x2")})
    expected = drawn({"u": Units(moved, plain.blocks)}, some).table
    assert slope[1] == pytest.approx(expected["slope"].to_numpy(), rel=1e-9)
    assert t[1] == pytest.approx(expected["t"].to_numpy(), rel=1e-9)


def test_permutation_keeps_what_controls_predict():
    # Smith's method: x on the rival is as steep in every draw, so standard errors do not shrink.
    units = sample(np.random.default_rng(6))
    frame = units.frame.assign(x1=units.frame["rival"] * 3 + units.frame["x1"])
    some = MODELS[(MODELS["exposure"] == "x1") & (MODELS["controls"].map(len) == 1)]
    one = Units(frame, units.blocks)
    found = drawn({"u": one}, some, draws=200, seed=1)
    slope, t, observed = found.null_slope, found.null_t, found.table["se"].to_numpy()
    assert np.median(np.abs(slope / t), axis=0) == pytest.approx(observed, rel=0.35)


def test_statistics_of_known_curves():
    df = np.full(4, 1e6)
    t = np.array([[2.5, 2.5, -2.5, 0.0], [-3.0, -3.0, -3.0, 1.0]])
    assert one_signed(t, df).tolist() == [0.5, 0.75]
    assert stouffer(t, df) == pytest.approx(t.sum(axis=1) / 2, abs=1e-4)
    assert np.isfinite(stouffer(np.full((1, 4), 1e3), df)).all()


def test_variance_shares_find_the_axis_that_matters():
    choices = pd.DataFrame({"a": list("ppqqrr") * 2, "b": list("xy") * 6, "c": [0] * 12})
    slope = choices["a"].map({"p": 0.0, "q": 1.0, "r": 5.0}) + 0.01 * (choices["b"] == "y")
    found = variance_shares(choices, slope)
    assert found["a"] > 0.99
    assert found.index.tolist() == ["a", "b", "together"]
    assert found.sum() == pytest.approx(1)


def test_missing_exposure_is_an_error():
    units = sample(np.random.default_rng(1))
    units.frame.loc[3, "x2"] = np.nan
    with pytest.raises(DataError, match="x2 is missing for 1 of 48"):
        drawn({"u": units}, MODELS)


def test_too_small_a_sample_is_an_error():
    units = sample(np.random.default_rng(1))
    units.frame["some"] = np.arange(48) < 3
    with pytest.raises(DataError, match="3 units are too few for 0"):
        drawn({"u": units}, MODELS)


def test_a_month_without_postings_is_named(tables):
    sweep = SWEEPS["recruitment_share"]
    specifications = expand(sweep).head(4).assign(window="2031-01")
    with pytest.raises(DataError, match="month 2031-01 is not in the data"):
        BUILDERS["postings"].build(specifications, tables)


def test_the_figure_has_a_line_for_every_choice(tables):
    sweep = SWEEPS["recruitment_share_abroad"]
    few = {**sweep.choices, "country": ["DE", "FR"], "measure": ["lm_aioe", "gpt4_beta"]}
    found = run(sweep := replace(sweep, choices=few), tables, draws=19, seed=1)
    rows = summary.sorted_rows(sweep, found)
    assert rows["slope"].is_monotonic_increasing
    assert (rows["null_low"] <= rows["null_high"]).all()
    legend = summary.legend(sweep, rows)
    figure = figures.specification_curve(rows, legend, y_label="Slope")
    printed = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert printed == [label for *_, values in legend for label in values.values()]
    assert "Source" not in [name for _, name, _ in legend]  # one value only: no choice
    # The PDF is the first drawing: what the layout has not settled by then is cut off in print.
    with mpl.rc_context():
        style.use()
        figure = figures.specification_curve(rows, legend, y_label="Slope")
        figure.draw_without_rendering()
    box = figure.bbox
    for text in figure.axes[1].texts:
        extent = text.get_window_extent()
        assert box.x0 <= extent.x0 <= extent.x1 <= box.x1, text.get_text()
