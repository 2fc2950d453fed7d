"""Weighting schemes against examples worked by hand."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.estimation.bounds import scaling
from llmexposure.report.tables import load

COMPONENTS = ["job_share", "patents", "applicant_share", "schools"]


def test_entropy_by_hand():
    # p = (1/4, 3/4) and (1/5, 4/5); entropies 0.562335 and 0.500402; over ln 2: 0.811278, 0.721928.
    values = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 8.0]})
    assert scaling.entropy(values).tolist() == pytest.approx([0.404294, 0.595706], abs=1e-6)


def test_critic_by_hand():
    # Deviations are all 0.5; correlations ab -1, ac 0.5, bc -0.5; information 1.25, 1.75, 1.00.
    scaled = pd.DataFrame({"a": [0, 0.5, 1], "b": [1, 0.5, 0], "c": [0, 1, 0.5]})
    assert scaling.critic(scaled).tolist() == pytest.approx([0.3125, 0.4375, 0.25])


def test_equal_correlations_give_equal_loadings():
    scaled = pd.DataFrame({"a": [0, 0.5, 1.0], "b": [0, 0.5, 1.0]})
    assert scaling.first_component(scaled).tolist() == pytest.approx([0.5, 0.5])


def test_first_component_is_that_of_the_correlation_matrix():
    rng = np.random.default_rng(2)
    common = rng.normal(size=200)
    frame = pd.DataFrame(
        {c: common + rng.normal(size=200) * s for c, s in zip("abc", (0.3, 1, 2), strict=True)}
    )
    w = scaling.first_component(frame).to_numpy()
    r = frame.corr().to_numpy()
    assert r @ w == pytest.approx(np.linalg.eigvalsh(r)[-1] * w)
    assert w[0] > w[1] > w[2] > 0


@pytest.mark.parametrize("name", scaling.SCHEMES)
def test_weights_sum_to_one(name):
    frame = pd.DataFrame(np.random.default_rng(1).uniform(size=(10, 4)), columns=list("abcd"))
    assert scaling.SCHEMES[name](frame).sum() == pytest.approx(1)


def test_tau_of_the_printed_order_is_one():
    assert scaling.kendall(pd.Series([3.0, 2.0, 1.0]), pd.Series([1, 2, 3])) == pytest.approx(1)


def test_weights_of_the_printed_table_are_those_of_pymcdm():
    # Output of pymcdm 1.3.1: entropy_weights and critic_weights of the printed values.
    values = load("city_index")[COMPONENTS].astype(float)
    scaled = (values - values.min()) / (values.max() - values.min())
    entropy = [0.30702256, 0.31264774, 0.24911925, 0.13121044]
    critic = [0.16754346, 0.16087946, 0.21526786, 0.45630922]
    assert scaling.entropy(values).tolist() == pytest.approx(entropy, abs=1e-8)
    assert scaling.critic(scaled).tolist() == pytest.approx(critic, abs=1e-8)
