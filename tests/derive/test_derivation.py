"""Derivations on small tables. That upstream gives the whole of data/analysis is what `make data` checks."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.derive import core, occupation_groups, update


def test_monthly_means_leave_out_months_that_miss_a_day():
    dates = pd.date_range("2023-01-01", "2023-02-27")
    daily = pd.DataFrame({"date": dates, "country": "US", "v": np.arange(len(dates), dtype=float)})
    found = core.monthly(daily, ["country"], "v", "mean_v")
    assert found["month"].tolist() == ["2023-01"]
    assert found[["mean_v", "n_days"]].iloc[0].tolist() == [15.0, 31]


def test_weighted_means_rescale_over_what_is_known():
    table = pd.DataFrame({"soc": ["a", "b", "c"], "x": [0.0, 1.0, np.nan]})
    weights = pd.DataFrame({"sector": "s", "soc": ["a", "b", "c"], "weight": [0.2, 0.2, 0.6]})
    assert core.weighted_means(table, weights, ["x"]).loc["s", "x"] == pytest.approx(0.5)


def test_telework_is_averaged_over_the_codes_that_lead_to_one():
    scores = pd.DataFrame({"onet_soc_2010": ["a", "b"], "teleworkable": [0, 1]})
    walk = pd.DataFrame({"onet_soc_2010": ["a", "b"], "onet_soc_2019": ["n", "n"]})
    assert core.telework_2019(scores, walk)["teleworkable"].tolist() == [0.5]


def test_codes_of_two_editions_are_joined_by_the_walk():
    walk = pd.DataFrame(
        {
            "onet_soc_2010": ["11-1011.00", "11-1011.03"],
            "onet_soc_2019": ["11-1011.00", "11-1011.03"],
        }
    )
    aioe = pd.DataFrame({"soc_2010": ["11-1011"], "aioe": [1.0], "lm_aioe": [2.0]})
    assert core.soc_2018(aioe, walk).to_dict("records") == [
        {"soc": "11-1011", "aioe": 1.0, "lm_aioe": 2.0}
    ]


def test_an_occupation_is_shared_out_whole():
    ssyk = pd.DataFrame({"ssyk": ["1", "2", "2", "3"], "isco": ["7", "7", "8", "9"]})
    isco = pd.DataFrame({"isco": ["7", "8", "9"], "soc_2010": ["11-1011", "11-1011", "11-1021"]})
    walk = pd.DataFrame(
        {
            "onet_soc_2010": ["11-1011.00", "11-1021.00"],
            "onet_soc_2019": ["11-1011.00", "11-1011.00"],
        }
    )
    found = occupation_groups.official_shares(ssyk, isco, walk, pd.Series(["11-1011"]))
    # Half of it comes by 11-1021 and is group 3; of the rest, half is 7 (of 1 and 2) and half 8 (of 2).
    assert found.set_index("group")["weight"].to_dict() == {"1": 0.125, "2": 0.375, "3": 0.5}


def test_a_difference_is_shown(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")
    assert "+1,3" in update.differences({path: "a,b\n1,3\n"})[0]
    assert "not committed" in update.differences({tmp_path / "new.csv": "a\n"})[0]
