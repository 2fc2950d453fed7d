"""Rounds of use: the first is the one that the other tables hold, and what the later ones add up to."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import usage_rounds
from llmexposure.report.tables import load

ROUNDS = load("usage_rounds")
GROUPS = load("usage_round_groups")
TOTALS = load("usage_round_totals")
# Conversations of the chat service in each round, from the whole numbers behind its shares.
CONVERSATIONS = {"2024-12": 767_510, "2025-02": 973_636, "2025-08": 941_242, "2025-11": 972_146}


@pytest.mark.parametrize(
    ("table", "key", "rounds"),
    [("usage_soc", "soc", ROUNDS), ("usage_groups", "major_group", GROUPS)],
)
def test_the_first_round_is_the_release_of_the_other_tables(table, key, rounds):
    first = rounds[rounds["round"] == "2024-12"].set_index(key)
    release = load(table).set_index(key)
    assert first.index.equals(release.index)
    for column in ("share", "n_used"):
        np.testing.assert_allclose(first[column], release[column], atol=1e-7)


def test_shares_of_every_round_sum_to_one_and_of_the_modes_to_one_less_none():
    for table in (ROUNDS, GROUPS):
        np.testing.assert_allclose(table.groupby("round")["share"].sum(), 1, atol=1e-6)
        later = table.dropna(subset="share_with_api").groupby("round")["share_with_api"].sum()
        assert later.index.tolist() == ["2025-08", "2025-11"]
        np.testing.assert_allclose(later, 1, atol=1e-6)
    modes = TOTALS[[*usage_rounds.AUTOMATION, *usage_rounds.AUGMENTATION, "unknown"]]
    np.testing.assert_allclose(modes.sum(axis=1), 1, atol=1e-7)


def test_the_rarest_task_shown_has_fifteen_conversations_in_every_round():
    floor = TOTALS.query("service == 'chat'").set_index("round")["floor"]
    fewest = floor * pd.Series(CONVERSATIONS)
    np.testing.assert_allclose(fewest, 15, atol=1e-3)


def test_smallest_rank_correlation_is_that_of_ranks_correlated():
    rng = np.random.default_rng(3)
    base = rng.normal(size=300)
    rounds = pd.DataFrame({k: base + rng.normal(scale=s, size=300) for k, s in
                           {"a": 0.1, "b": 0.2, "c": 1.0}.items()})  # fmt: skip
    found = usage_rounds.smallest_rank_r(rounds, draws=199, seed=1)
    assert found.value == pytest.approx(rounds.rank().corr().to_numpy().min())
    assert found.ci_low < found.value < found.ci_high
    assert found.ci_high - found.ci_low < 0.2
    shuffled = usage_rounds.smallest_rank_r(
        rounds.sample(frac=1, random_state=1), draws=199, seed=1
    )
    assert shuffled == found
