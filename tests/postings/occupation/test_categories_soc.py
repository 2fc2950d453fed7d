"""English titles to SOC major groups, with our terms alone and with the O*NET dictionary."""

import pandas as pd
import pytest

from llmexposure.data.readers.onet import read_alternate_titles
from llmexposure.data.taxonomy.groups import major_group, read_major_groups
from llmexposure.postings.occupation.english import (
    ALTERNATE_TITLES,
    code_major_groups,
    read_major_group_terms,
    title_dictionary,
)
from llmexposure.report.tables import load

TITLES = {
    "11": "Regional Sales Manager",
    "13": "Senior Accountant",
    "15": "Full Stack Developer (Remote)",
    "17": "Mechanical Engineer II",
    "19": "Research Scientist",
    "21": "Licensed Clinical Social Worker",
    "23": "Paralegal",
    "25": "High School Math Teacher",
    "27": "Graphic Designer",
    "29": "RN - Emergency Department",
    "31": "Certified Nursing Assistant",
    "33": "Security Guard",
    "35": "Line Cook",
    "37": "Night Janitor",
    "39": "Hair Salon Cosmetologist",
    "41": "Retail Sales Associate",
    "43": "Administrative Assistant",
    "45": "Farm Laborer",
    "47": "Journeyman Electrician",
    "49": "HVAC Technician",
    "51": "CNC Operator",
    "53": "CDL Truck Driver",
    "55": "Infantry",
}


@pytest.fixture(scope="module")
def alternate_titles() -> pd.DataFrame:
    return load(ALTERNATE_TITLES)


@pytest.mark.mirror
def test_the_committed_titles_are_those_of_upstream(mirror, alternate_titles):
    upstream = read_alternate_titles(mirror / "onet_29_3" / "Alternate_Titles.xlsx")
    in_order = upstream.sort_values(list(upstream), ignore_index=True)
    pd.testing.assert_frame_equal(alternate_titles, in_order, check_dtype=False)


def test_one_title_of_each_major_group():
    assert list(TITLES) == read_major_groups()["major_group"].tolist()
    assert code_major_groups(pd.Series(TITLES.values())).tolist() == list(TITLES)


def test_terms_cover_the_major_groups_and_code_themselves():
    terms = read_major_group_terms()
    assert set(terms["major_group"]) == set(read_major_groups()["major_group"])
    coded = code_major_groups(terms["term"])
    wrong = terms[coded.ne(terms["major_group"])]
    assert wrong.empty, wrong


def test_what_fits_nothing_is_missing_and_the_index_is_kept():
    coded = code_major_groups(pd.Series(["Xyzzy", None, "Baker"], index=[3, 4, 5], dtype="str"))
    assert coded.isna().tolist() == [True, True, False]
    assert coded.index.tolist() == [3, 4, 5]


def test_rank_and_case_do_not_matter():
    coded = code_major_groups(pd.Series(["SR. SOFTWARE ENGINEER III", "junior lead dentist"]))
    assert coded.tolist() == ["15", "29"]


def test_the_dictionary_outranks_our_terms_and_adds_to_them():
    titles = pd.DataFrame(
        {
            "onet_soc": ["53-7065.00", "53-7065.00", "27-1022.00"],
            "alternate_title": ["Sales Zorbler", "Night Zorbler", "Cloud Costume Wizard"],
        }
    )
    asked = pd.Series(["Sales Zorbler", "Chief Zorbler", "Cloud Costume Wizard", "Dentist"])
    assert code_major_groups(asked, title_dictionary(titles)).tolist() == ["53", "53", "27", "29"]
    assert code_major_groups(asked).tolist()[0] == "41"


def test_our_terms_alone_on_the_titles_of_the_dictionary(alternate_titles):
    coded = code_major_groups(alternate_titles["alternate_title"])
    right = coded == major_group(alternate_titles["onet_soc"])
    assert right[coded.notna()].mean() > 0.68
    assert coded.notna().mean() > 0.5


def test_dictionary_on_titles_that_it_does_not_hold(alternate_titles):
    names = alternate_titles["alternate_title"].drop_duplicates()
    held_out = set(names.sample(frac=0.2, random_state=1))
    test = alternate_titles["alternate_title"].isin(held_out)
    rows = alternate_titles[test]
    coded = code_major_groups(rows["alternate_title"], title_dictionary(alternate_titles[~test]))
    right = coded == major_group(rows["onet_soc"])
    assert right.mean() > 0.58
    assert right[coded.notna()].mean() > 0.70
