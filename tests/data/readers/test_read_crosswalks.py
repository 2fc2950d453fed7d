"""Crosswalk of O*NET codes: documented counts, splits and merges."""

import pytest

from llmexposure.data.readers import crosswalks

SOURCE = "crosswalks"


@pytest.mark.mirror
def test_walk_from_2010_to_2019(folder):
    walk = crosswalks.read_onet_2010_to_2019(folder / "2010_to_2019_soc_crosswalk.csv")
    assert len(walk) == 1_164
    assert walk["onet_soc_2010"].nunique() == 1_110
    assert walk["onet_soc_2019"].nunique() == 1_012


def test_split_code_is_no_repeat_but_the_same_pair_is(write, refusal):
    heading = "O*NET-SOC 2010 Code,O*NET-SOC 2019 Code\n"
    pairs = "13-1199.00,13-1082.00\n13-1199.00,13-1199.00\n"
    walk = crosswalks.read_onet_2010_to_2019(write(heading + pairs))
    assert walk["onet_soc_2019"].tolist() == ["13-1082.00", "13-1199.00"]
    message = refusal(
        crosswalks.read_onet_2010_to_2019, write(heading + pairs + "13-1199.00,13-1082.00\n")
    )
    assert "line 4: column 'O*NET-SOC 2010 Code' = '13-1199.00'" in message
    assert "is already on line 2" in message
