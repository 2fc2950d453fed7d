"""AKM errors reduce to known ones in special cases; Rotemberg weights add up to the slope."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS

from llmexposure.base.errors import DataError
from llmexposure.base.estimate import Z95
from llmexposure.estimation.regression.cr2 import cr2
from llmexposure.estimation.regression.design import design
from llmexposure.estimation.regression.shift_share import akm, rotemberg


def sample(n=40, s=12, slope=0.0, seed=3):
    rng = np.random.default_rng(seed)
    cities, jobs = [f"c{i:03d}" for i in range(n)], [f"o{k:02d}" for k in range(s)]
    shares = pd.DataFrame(rng.dirichlet(np.full(s, 0.5), size=n), cities, jobs)
    shocks = pd.Series(rng.normal(size=s), jobs)
    frame = pd.DataFrame({"x": shares @ shocks, "z": rng.normal(size=n)}, index=cities)
    # Residuals share the occupations' own shocks: what AKM is for.
    error = shares @ rng.normal(size=s) + 0.05 * rng.normal(size=n)
    frame["y"] = slope * frame["x"] + 0.2 * frame["z"] + error
    return frame, shares, shocks


def by_definition(frame, shares, null=0.0):
    """AKM in loops over shocks and units; the statistic of ``null`` with that null imposed."""
    controls = np.column_stack([np.ones(len(frame)), frame["z"]])
    x = sm.OLS(frame["x"], controls).fit().resid.to_numpy()
    y = sm.OLS(frame["y"], controls).fit().resid.to_numpy()
    size = (x * x).sum()
    slope = (x * y).sum() / size
    g = sm.OLS(x, shares.to_numpy()).fit().params
    meat = [0.0, 0.0]
    for s in range(shares.shape[1]):
        for k, error in enumerate((y - slope * x, y - null * x)):
            total = sum(shares.iloc[i, s] * error[i] for i in range(len(x)))
            meat[k] += g[s] ** 2 * total**2
    return slope, np.sqrt(meat[0]) / size, (slope - null) * size / np.sqrt(meat[1])


def test_agrees_with_the_definition():
    frame, shares, _ = sample()
    ours = akm(design(frame, "y", "x", ["z"]), shares)
    slope, se, _ = by_definition(frame, shares)
    assert ours.akm.value == pytest.approx(slope, rel=1e-9)
    assert ours.akm.se == pytest.approx(se, rel=1e-9)
    for end in (ours.akm0.ci_low, ours.akm0.ci_high):
        assert abs(by_definition(frame, shares, end)[2]) == pytest.approx(Z95, rel=1e-6)
    assert ours.akm0.ci_low < slope < ours.akm0.ci_high


def test_a_shock_of_its_own_for_every_unit_gives_hc0():
    frame, _, _ = sample()
    own = pd.DataFrame(np.eye(len(frame)), frame.index, frame.index)
    fit = sm.OLS(frame["y"], sm.add_constant(frame[["x", "z"]])).fit(cov_type="HC0")
    assert akm(design(frame, "y", "x", ["z"]), own).akm.se == pytest.approx(fit.bse["x"], rel=1e-9)


def test_units_wholly_in_one_occupation_give_the_clustered_error():
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(8), 5)
    shares = pd.get_dummies(pd.Series(group)).astype(float)
    frame = pd.DataFrame({"x": rng.normal(size=8)[group], "y": rng.normal(size=40)})
    fit = sm.OLS(frame["y"], sm.add_constant(frame["x"])).fit(
        cov_type="cluster", cov_kwds={"groups": group, "use_correction": False}
    )
    assert akm(design(frame, "y", "x"), shares).akm.se == pytest.approx(fit.bse["x"], rel=1e-9)


def test_given_shocks_it_is_the_shock_level_regression():
    # More shocks than units, so that only this form exists.
    frame, shares, shocks = sample(n=25, s=60)
    found = design(frame, "y", "x", ["z"])
    with pytest.raises(DataError, match="collinear"):
        akm(found, shares)
    ours = akm(found, shares, shocks=shocks.sample(frac=1, random_state=1))
    weight = shares.sum()
    x, y = (shares.T @ found.residual(v) / weight for v in (found.x, found.y))
    theirs = IV2SLS(y, np.ones(60), x, shocks, weights=weight).fit(cov_type="robust")
    assert ours.akm.value == pytest.approx(theirs.params.iloc[1], rel=1e-6)
    assert ours.akm.se == pytest.approx(theirs.std_errors.iloc[1], rel=1e-6)


def test_covers_where_errors_that_ignore_occupations_do_not():
    covered = {"akm": 0, "akm0": 0, "cr2": 0}
    for seed in range(300):
        frame, shares, _ = sample(n=120, s=40, slope=1.0, seed=seed)
        found = design(frame, "y", "x", ["z"])
        ours = akm(found, shares)
        for name, one in (("akm", ours.akm), ("akm0", ours.akm0), ("cr2", cr2(found).estimate)):
            covered[name] += one.ci_low < 1 < one.ci_high
    assert covered["cr2"] / 300 < 0.85
    assert covered["akm"] / 300 > covered["cr2"] / 300 + 0.05
    assert 0.91 <= covered["akm0"] / 300 <= 0.99


def test_akm0_interval_excludes_zero_exactly_when_its_p_is_below_five_percent():
    decided = []
    for seed in range(60):
        frame, shares, _ = sample(slope=0.6, seed=seed)
        found = akm(design(frame, "y", "x"), shares).akm0
        if np.isfinite(found.se):
            assert found.excludes_zero == (found.p < 0.05)
            decided.append(found.excludes_zero)
    assert len(decided) > 30
    assert 0 < sum(decided) < len(decided)


def test_effective_number_of_shocks():
    equal = pd.DataFrame(np.eye(20))
    frame = pd.DataFrame({"x": np.arange(20.0), "y": np.random.default_rng(1).normal(size=20)})
    assert akm(design(frame, "y", "x"), equal).effective_shocks == pytest.approx(20)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(40)), st.permutations(range(12)), st.floats(0.01, 100))
def test_order_of_units_and_shocks_and_units_of_measurement(rows, columns, scale):
    frame, shares, _ = sample()
    first = akm(design(frame, "y", "x", ["z"]), shares)
    other = frame.assign(y=scale * frame["y"]).iloc[list(rows)]
    second = akm(design(other, "y", "x", ["z"]), shares.iloc[:, list(columns)])
    assert second.akm.se == pytest.approx(first.akm.se * scale, rel=1e-6)
    assert second.akm0.ci_low == pytest.approx(first.akm0.ci_low * scale, rel=1e-6)


def test_shares_with_unequal_sums_are_an_error_until_their_sum_is_controlled_for():
    frame, shares, _ = sample()
    part = shares.drop(columns="o00")
    with pytest.raises(DataError, match="add their sum as a control"):
        akm(design(frame, "y", "x"), part)
    frame["total"] = part.sum(axis=1)
    assert akm(design(frame, "y", "x", ["total"]), part).akm.se > 0


def test_a_unit_without_shares_is_an_error_that_names_it():
    frame, shares, _ = sample()
    with pytest.raises(DataError, match="c003 lacks shares"):
        akm(design(frame, "y", "x"), shares.drop("c003"))


def test_rotemberg_weights_give_back_the_slope():
    frame, shares, shocks = sample(slope=1.0)
    found = design(frame, "y", "x", ["z"])
    table = rotemberg(found, shares, shocks)
    slope = cr2(found).estimate.value
    assert table["alpha"].sum() == pytest.approx(1)
    assert (table["alpha"] * table["beta"]).sum() == pytest.approx(slope, rel=1e-9)
    assert table["alpha"].abs().is_monotonic_decreasing
    assert table["shock"].to_dict() == shocks.to_dict()


def test_rotemberg_beta_is_iv_with_one_share():
    frame, shares, shocks = sample()
    table = rotemberg(design(frame, "y", "x", ["z"]), shares, shocks)
    exog = sm.add_constant(frame[["z"]])
    one = IV2SLS(frame["y"], exog, frame["x"], shares["o05"]).fit()
    assert table.loc["o05", "beta"] == pytest.approx(one.params["x"], rel=1e-6)


def test_rotemberg_weights_do_not_depend_on_the_level_of_shocks():
    frame, shares, shocks = sample()
    lifted = frame.assign(x=shares @ (shocks + 5))
    first = rotemberg(design(frame, "y", "x"), shares, shocks)["alpha"]
    second = rotemberg(design(lifted, "y", "x"), shares, shocks + 5)["alpha"]
    assert second.loc[first.index].to_numpy() == pytest.approx(first.to_numpy(), rel=1e-8)


def test_a_regressor_that_is_not_the_sum_is_an_error():
    frame, shares, shocks = sample()
    with pytest.raises(DataError, match="not the sum of these shares"):
        rotemberg(design(frame, "y", "z"), shares, shocks)
