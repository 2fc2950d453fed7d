"""Remote share of postings by occupation group: known answers, and the published total."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import remote
from llmexposure.analysis.adverts import counts
from llmexposure.estimation.regression.breaks import break_slopes
from llmexposure.report.tables import load

ENDS = [f"quarter to {year}-11" for year in (2021, 2022, 2023)]


def test_one_factor_for_all_has_a_slope_in_points_and_none_in_log_odds():
    exposure = pd.Series(np.linspace(0.1, 0.9, 40))
    odds = 0.02 + 0.3 * exposure
    share = pd.DataFrame(
        {p: f * odds / (1 + f * odds) for p, f in zip(counts.PERIODS, (1, 2, 1), strict=True)}
    )
    changed = {
        log: remote.changes(share, share, log_odds=log).assign(beta=exposure)
        for log in (False, True)
    }
    points = break_slopes(changed[False], "beta", draws=99, seed=1)
    assert points["before"].estimate.ci_low > 0
    assert points["after"].estimate.ci_high < 0
    assert np.allclose(changed[True]["before"], np.log(2))
    assert np.allclose(changed[True]["after"], -np.log(2))


def test_a_group_without_remote_postings_has_no_log_odds():
    share = pd.DataFrame({"early": [0.0, 0.2], "base": [0.1, 0.2], "late": [0.1, 0.2]})
    assert remote.changes(share, share, log_odds=True)["before"].isna().tolist() == [True, False]


def test_within_and_between_add_up_to_the_change_of_all_postings():
    windows = load("us_minor_windows")
    share = counts.named_windows(windows, ENDS, "remote_share")
    postings = counts.named_windows(windows, ENDS)
    of_all = (share * postings).sum() / postings.sum()
    parts = remote.within_between(share, postings)
    assert parts["total"].tolist() == pytest.approx(of_all.diff().dropna().tolist())
    assert (parts["within"] + parts["between"]).tolist() == pytest.approx(parts["total"].tolist())
