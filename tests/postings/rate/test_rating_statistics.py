"""Agreement of model raters: tables whose answers are known by hand, and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from llmexposure.postings.rate.compare import agreement, nearest_level
from llmexposure.report.tables import load

N = float("nan")


def table(levels_by_model, published):
    rows = [
        (dwa, model, 1, "x", rating)
        for model, ratings in levels_by_model.items()
        for dwa, rating in zip(published["dwa_id"], ratings, strict=True)
    ]
    return pd.DataFrame(rows, columns=["dwa_id", "model", "repeat", "level", "rating"])


def found(result, rater, against, statistic):
    keys = result.set_index(["rater", "against", "statistic"])["value"]
    return keys.loc[(rater, against, statistic)]


def test_a_rater_that_repeats_the_published_levels_agrees_perfectly():
    published = load("activities").dropna()
    ours = nearest_level(published["gpt4_beta"], "beta")
    result = agreement(table({"copy": ours}, published), published, "beta")
    for statistic in ("kappa", "kappa_linear", "kappa_quadratic"):
        assert found(result, "copy", "gpt4_beta", statistic) == pytest.approx(1)
    assert 0.8 < found(result, "copy", "gpt4_beta", "pearson") < 1
    assert found(result, "copy", "human_beta", "kappa") < 0.9


def test_kappas_equal_those_of_scikit_learn():
    published = load("activities").dropna().head(400)
    ours = np.random.default_rng(0).choice([0, 0.5, 1], 400, p=[0.5, 0.3, 0.2])
    result = agreement(table({"m": ours}, published), published, "beta")
    for rater in ("human_beta", "gpt4_beta"):
        theirs = nearest_level(published[rater], "beta")
        for statistic, weights in (("kappa", None), ("kappa_quadratic", "quadratic")):
            expected = cohen_kappa_score(ours * 2, theirs * 2, weights=weights, labels=[0, 1, 2])
            assert found(result, "m", rater, statistic) == pytest.approx(expected)


def test_a_random_rater_does_not_agree():
    published = load("activities").dropna()
    ours = np.random.default_rng(0).choice([0, 0.5, 1], len(published))
    result = agreement(table({"m": ours}, published), published, "beta").set_index("statistic")
    assert result["value"].abs().max() < 0.06


def test_models_are_compared_with_each_other():
    published = load("activities").dropna().head(100)
    one = nearest_level(published["gpt4_beta"], "beta").to_numpy()
    result = agreement(table({"a": one, "b": one, "c": one}, published), published, "beta")
    assert found(result, "all models", "other models", "alpha_nominal") == 1
    opposite = agreement(table({"a": one, "b": 1 - one}, published), published, "beta")
    assert found(opposite, "all models", "other models", "alpha_interval") < 0


@pytest.mark.filterwarnings("error")
def test_too_little_to_compare_is_missing_not_an_error():
    published = load("activities").dropna().head(6)
    for ratings in ([0] * 6, [N] * 6, [0, 1, N, N, N, N], [1] * 6):
        result = agreement(table({"a": ratings, "b": ratings}, published), published, "beta")
        assert np.isnan(found(result, "a", "gpt4_beta", "pearson"))


def test_nearest_levels_of_each_score():
    ratings = pd.Series([0, 0.24, 0.25, 0.5, 0.74, 0.75, 1])
    assert nearest_level(ratings, "beta").tolist() == [0, 0, 0.5, 0.5, 0.5, 1, 1]
    assert nearest_level(ratings, "alpha").tolist() == [0, 0, 0, 1, 1, 1, 1]
