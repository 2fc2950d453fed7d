"""The report's formula for city exposure and the size-free one: what each does not depend on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmexposure.analysis.cities import city_exposure, exposure_by_category, ranks
from llmexposure.base.errors import DataError

SCORE = pd.Series({"sales": 0.77, "manufacturing": 0.36, "software": 0.72})
CITIES = ["a", "b", "c", "d"]


def counts(seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.integers(1, 200, size=(4, 3)), index=CITIES, columns=SCORE.index)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_reports_formula_shares_out_a_constant(seed):
    assert city_exposure(counts(seed), SCORE)["report"].sum() == pytest.approx(SCORE.sum())


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 50))
def test_size_moves_the_reports_formula_and_not_the_size_free_index(seed, times):
    small, large = counts(seed), counts(seed)
    large.loc["a"] *= times
    before, after = city_exposure(small, SCORE), city_exposure(large, SCORE)
    assert after.loc["a", "size_free"] == pytest.approx(before.loc["a", "size_free"])
    assert after.loc["a", "report"] > before.loc["a", "report"]


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_size_free_index_is_a_mean(seed):
    found = city_exposure(counts(seed), SCORE)["size_free"]
    assert found.between(SCORE.min(), SCORE.max()).all()


def test_with_the_same_mix_everywhere_the_reports_formula_is_size():
    size = np.array([1, 2, 5, 10])
    same = pd.DataFrame(np.outer(size, [30, 20, 50]), index=CITIES, columns=SCORE.index)
    found = city_exposure(same, SCORE)
    assert found["report"].to_numpy() == pytest.approx(size / size.sum() * SCORE.sum())
    assert found["size_free"].nunique() == 1 or np.ptp(found["size_free"]) < 1e-12


def test_splitting_a_category_changes_the_reports_formula_only():
    whole = counts()
    half = whole.assign(sales=whole["sales"] / 2, sales_two=whole["sales"] / 2)
    score = pd.concat([SCORE, pd.Series({"sales_two": SCORE["sales"]})])
    before, after = city_exposure(whole, SCORE), city_exposure(half, score)
    assert after["size_free"].to_numpy() == pytest.approx(before["size_free"].to_numpy())
    assert after["report"].sum() > before["report"].sum()


def test_what_cannot_be_weighted_is_named():
    with pytest.raises(DataError, match="software has postings but no exposure"):
        city_exposure(counts(), SCORE.drop("software"))
    with pytest.raises(DataError, match="city b has no postings"):
        city_exposure(counts().mul(pd.Series([1, 0, 1, 1], index=CITIES), axis=0), SCORE)
    with pytest.raises(DataError, match="category sales has no postings"):
        city_exposure(counts().assign(sales=0), SCORE)


def test_exposure_by_category_is_a_mean_over_postings():
    rows = pd.DataFrame(
        {
            "category": ["x", "x"],
            "period": ["p", "p"],
            "postings": [1, 3],
            "exposure_sum": [0.4, 0.6],
        }
    )
    assert exposure_by_category(rows).loc["x", "p"] == pytest.approx(0.25)


def test_rank_one_is_the_highest():
    assert ranks(pd.DataFrame({"x": [0.1, 0.9]}))["x"].tolist() == [2, 1]
