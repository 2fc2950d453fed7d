"""Committed tables: consistent with each other, and derived as they say."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.data.readers.onet import read_task_links
from llmexposure.data.taxonomy.categories import category_keys
from llmexposure.derive.simulation import pools
from llmexposure.report.tables import load
from llmexposure.simulation.model import build_model, tilted
from llmexposure.simulation.parameters import RATINGS, Parameters
from llmexposure.simulation.tables import lexicon, table


@pytest.mark.mirror
def test_activities_are_those_of_the_occupations(mirror):
    links = read_task_links(mirror / "onet_29_3" / "Tasks_to_DWAs.xlsx")
    rated = pd.Index(load("activities").dropna()["dwa_id"])
    pd.testing.assert_frame_equal(pools(table("occupations"), links, rated), table("activities"))


def test_tables_speak_of_the_same_categories_and_roles():
    keys = category_keys()
    assert list(table("categories")["category"]) == keys
    for name in ("activities", "occupations"):
        assert list(table(name)["category"].unique()) == keys
    assert list(table("titles")["role"]) == [*keys, *table("ai_roles")["role"]]
    assert set(table("ai_roles")["category"]) <= set(keys)


def test_every_activity_has_two_terms_or_more():
    terms = lexicon()
    assert (terms[table("activities")["dwa_id"].unique()].str.len() >= 2).all()


def test_phrases_hold_no_characters_that_would_break_lines():
    assert not table("phrases")["text"].str.contains(r"[\n\r|\"]").any()


@pytest.mark.parametrize("rating", RATINGS)
def test_every_rating_reaches_the_printed_levels(rating):
    model = build_model(Parameters(rating=rating))
    np.testing.assert_allclose(model.activity_p @ model.ratings, model.exposure, atol=1e-9)


def test_categories_mix_many_activities():
    p = build_model(Parameters()).activity_p
    entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)
    assert np.exp(entropy).min() > 10


def test_tilt_is_the_nearest_distribution_with_that_mean():
    rng = np.random.default_rng(1)
    weights, ratings = rng.uniform(1, 5, 8), rng.uniform(size=8)
    p = tilted(weights, ratings, 0.6, "x")
    assert p.sum() == pytest.approx(1)
    assert p @ ratings == pytest.approx(0.6)
    q = weights / weights.sum()
    nearest = (p * np.log(p / q)).sum()
    # Any other direction that keeps the sum and the mean leads further away from the weights.
    _, _, basis = np.linalg.svd(np.vstack([np.ones(8), ratings]))
    for direction in basis[2:]:
        for step in (1e-3, -1e-3):
            other = p + step * direction
            assert (other * np.log(other / q)).sum() > nearest


def test_a_mean_out_of_reach_is_refused():
    with pytest.raises(ParameterError, match="no mix"):
        tilted(np.ones(3), np.array([0.1, 0.2, 0.3]), 0.5, "x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.1", True, None])
def test_coefficients_must_be_numbers(value):
    with pytest.raises(ParameterError, match="degree"):
        Parameters(degree=value)
