"""Exposure of groups: against a second implementation, and what reassigning may and may not change."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.exposure.groups import overlap, reassigned, target_means

SOC = [f"11-{k}" for k in range(1011, 1031)]


@pytest.fixture
def drawn() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Targets of five groups and twenty occupations, a third of them without a score."""
    rng = np.random.default_rng(3)
    pairs = [(g, soc) for g in "abcde" for soc in rng.choice(SOC, 6, replace=False)]
    targets = pd.DataFrame(pairs, columns=["group", "soc"]).assign(
        weight=rng.choice([0.25, 0.5, 1.0], 30)
    )
    score = np.where(rng.random(20) < 1 / 3, np.nan, rng.random(20))
    jobs = rng.integers(0, 900, 20).astype(float)
    jobs[0] = np.nan
    return targets, pd.DataFrame({"employment": jobs, "score": score}, index=SOC)


def test_means_are_those_of_a_loop(drawn):
    targets, occupations = drawn
    found = target_means(targets, occupations, ["score"], ["group"])
    for group, rows in targets.groupby("group"):
        total, parts, jobs = 0.0, 0.0, 0.0
        for soc, weight in zip(rows["soc"], rows["weight"], strict=True):
            employment, score = occupations.loc[soc]
            if employment > 0:
                jobs += weight * employment
            if employment > 0 and not np.isnan(score):
                total += weight * employment * score
                parts += weight * employment
        assert found.loc[group, "score"] == pytest.approx(total / parts)
        assert found.loc[group, "employment"] == pytest.approx(jobs)


def test_a_grouped_score_is_never_that_of_one_occupation():
    targets = pd.DataFrame({"group": ["a", "a", "b"], "soc": ["x", "y", "z"], "weight": 1.0})
    occupations = pd.DataFrame(
        {"employment": 10.0, "open": [0.1, 0.2, 0.3], "closed": [0.1, np.nan, 0.3]},
        index=["x", "y", "z"],
    )
    found = target_means(targets, occupations, ["open", "closed"], ["group"], grouped=["closed"])
    assert found["open"].tolist() == pytest.approx([0.15, 0.3])
    assert found["closed"].isna().all()


def test_overlap_is_whole_for_equal_codings_and_nothing_for_disjoint_ones():
    one = pd.DataFrame({"group": ["a", "b"], "soc": ["x", "y"], "weight": [1.0, 0.5]})
    other = pd.DataFrame({"group": ["a", "b"], "soc": ["y", "x"], "weight": [1.0, 0.5]})
    jobs = pd.Series({"x": 10.0, "y": 20.0})
    same, none = overlap(one, one, jobs), overlap(one, other, jobs)
    assert same["shared"].tolist() == same["either"].tolist() == [10.0, 10.0]
    assert none["shared"].tolist() == [0.0, 0.0]


def test_only_what_is_uncertain_is_reassigned():
    both = pd.DataFrame(
        {"first": [0.1, 0.2, 0.3, 0.4], "second": [0.1, 0.2, 0.3, 0.5]}, index=list("abcd")
    )
    sure = pd.Series(["high", "low", "medium", "high"], index=list("abcd"))
    values = reassigned(both, sure, 4000, 1)
    assert values.shape == (4000, 4)
    assert set(values[:, 0]) == {0.1}
    assert set(values[:, 2]) == {0.3}
    assert np.mean(values[:, 1] == 0.3) == pytest.approx(0.5, abs=0.03)
    assert np.mean(values[:, 3] == 0.5) == pytest.approx(0.5, abs=0.03)
    # Never from a group that is sure.
    assert set(values[:, 1]) == {0.2, 0.3}
