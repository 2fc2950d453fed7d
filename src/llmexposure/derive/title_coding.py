"""How often the coder of English titles finds the major group of titles that it has not seen."""

import pandas as pd

from llmexposure.data.taxonomy.groups import major_group
from llmexposure.derive.hand_labels import hashed
from llmexposure.postings.occupation.english import code_major_groups, title_dictionary

FOLDS = 5


def major_group_coding(alternate_titles: pd.DataFrame) -> pd.DataFrame:
    """Coded and rightly coded titles of each major group, with the dictionary and with our terms alone.

    The dictionary is made of four fifths of the distinct titles and tried on the last fifth, five times
    over, so that no title is coded by itself. A title that O*NET gives to several groups counts once in each.

    Returns
    -------
    pandas.DataFrame
        ``major_group``; ``n_titles``; ``coded`` and ``right`` of them with the dictionary; ``coded_terms``
        and ``right_terms`` with our terms alone.

    Examples
    --------
    >>> titles = pd.DataFrame({"onet_soc": ["29-1141.00"], "alternate_title": ["Registered Nurse"]})
    >>> major_group_coding(titles)["right"].tolist()  # by our terms
    [1]
    """
    title, truth = alternate_titles["alternate_title"], major_group(alternate_titles["onet_soc"])
    fold = hashed(title).map(lambda digits: int(digits, 16) % FOLDS)
    parts = [
        code_major_groups(title[fold == k], title_dictionary(alternate_titles[fold != k]))
        for k in range(FOLDS)
    ]
    given = {"": pd.concat(parts).reindex(title.index), "_terms": code_major_groups(title)}
    out = pd.DataFrame({"n_titles": truth.groupby(truth).size()})
    for suffix, coded in given.items():
        out[f"coded{suffix}"] = coded.notna().groupby(truth).sum()
        out[f"right{suffix}"] = (coded == truth).groupby(truth).sum()
    return out.rename_axis("major_group").reset_index()
