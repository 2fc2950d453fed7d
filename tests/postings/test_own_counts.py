"""Counts of a user's postings from within a notebook."""

import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings.own_counts import own_counts


def test_postings_that_need_options_are_to_be_counted_first(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("number,name,duties\n1,clerk,books\n")
    with pytest.raises(DataError, match=r"no column for .*llmexposure panel POSTINGS --columns"):
        own_counts(str(path))
