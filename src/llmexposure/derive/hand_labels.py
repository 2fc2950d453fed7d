"""Categories of postings read by hand: how the postings were drawn, the labels, how well a coder agrees.

The draw took the categories of a first draft of the coder, which was then improved on the half 'tuning'.
"""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.data.taxonomy.categories import OTHER, category_keys
from llmexposure.postings.occupation.chinese import code_categories

CATEGORY_LABELS = "labels_categories"
HALVES = ("tuning", "test")
# Postings drawn of each category, and of 'other'.
DRAWN, DRAWN_OTHER = 23, 31
# Least share of the labelled postings that the draw gives again with today's coder.
AGAIN = 0.75

_KEY = pa.Check.str_matches(r"^[a-z]+(_[a-z]+)*$")

CATEGORY_LABELS_SCHEMA = pa.DataFrameSchema(
    {
        "job_id_hash": pa.Column(str, pa.Check.str_matches(r"^[0-9a-f]{16}$"), unique=True),
        "platform": pa.Column(str, pa.Check.str_matches(r"^[A-Z0-9_]+$")),
        "half": pa.Column(str, pa.Check.isin(HALVES)),
        "weight": pa.Column(float, pa.Check.ge(1)),
        "label_pass1": pa.Column(str, _KEY),
        "label_pass2": pa.Column(str, _KEY),
        "label_final": pa.Column(str, _KEY),
    },
    strict=True,
)


def hashed(text: pd.Series) -> pd.Series:
    """First 16 hexadecimal digits of the SHA-256 of each text, in UTF-8.

    Examples
    --------
    >>> hashed(pd.Series(["a"])).tolist()
    ['ca978112ca1bbdca']
    """
    digests = [hashlib.sha256(str(value).encode()).hexdigest()[:16] for value in text]
    return pd.Series(digests, index=text.index, dtype="str")


def stratified_sample(
    postings: pd.DataFrame, sizes: dict[str, int], seed: int = 2024
) -> pd.DataFrame:
    """Draw ``sizes[category]`` postings of each category, platforms taking turns.

    Parameters
    ----------
    postings
        ``job_id`` (unique), ``platform``, ``category``.
    sizes
        Postings to draw of each category; fewer where there are not as many.
    seed
        Of the random order. The order of the rows does not matter, only their ids.

    Returns
    -------
    pandas.DataFrame
        The rows drawn with ``weight``, the number of postings of the same category and platform
        that each stands for, and ``half``: 'tuning' and 'test' taking turns within a category.
    """
    rows = postings.sort_values("job_id", ignore_index=True)
    rows["_random"] = np.random.default_rng(seed).random(len(rows))
    rows = rows.sort_values("_random", ignore_index=True)
    stratum = rows.groupby(["category", "platform"])
    rows = rows.assign(_turn=stratum.cumcount(), _size=stratum["job_id"].transform("size"))
    rows = rows.sort_values(["category", "_turn", "_random"], ignore_index=True)
    place = rows.groupby("category").cumcount()
    drawn = rows[place < rows["category"].map(sizes).fillna(0)].copy()
    drawn["weight"] = drawn["_size"] / drawn.groupby(["category", "platform"])["job_id"].transform(
        "size"
    )
    # Platforms take turns in the order of the draw, so halves are dealt at random, not in turn.
    shuffled = drawn.sample(frac=1, random_state=seed)
    dealt = shuffled.groupby("category").cumcount() % 2
    drawn["half"] = dealt.map({0: "tuning", 1: "test"})
    return drawn.drop(columns=["_random", "_turn", "_size"]).reset_index(drop=True)


def read_category_labels(path: Path | None = None) -> pd.DataFrame:
    """Read the labelled postings; ids and labels only, no text.

    Drawn with `stratified_sample` (seed 2024) by category of the first draft of the coder: 23 of
    each of the 13, 31 of 'other'. One reader gave both passes, in two orders, so their agreement
    is the consistency of that reader and no measure between people.

    Returns
    -------
    pandas.DataFrame
        ``job_id_hash`` (key, see `hashed`), ``platform``, ``half`` ('tuning': the rules of the
        coder were written with it in view; 'test': they were not), ``weight`` (postings of the
        same draft category and platform that this one stands for), ``label_pass1``,
        ``label_pass2`` and ``label_final`` (a category or 'other').

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(CATEGORY_LABELS)
    return read_csv(path, CATEGORY_LABELS_SCHEMA)


def match_labels(postings: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``postings`` that have a label, with the columns of ``labels`` beside them.

    Parameters
    ----------
    postings
        ``job_id`` and any other columns, but none of the names of ``labels`` except ``platform``.
    labels
        From `read_category_labels`.

    Raises
    ------
    DataError
        When ``job_id`` is missing.
    """
    if "job_id" not in postings.columns:
        raise DataError("postings: column 'job_id' is missing; give the files as downloaded")
    keyed = postings.drop(columns="platform", errors="ignore").drop_duplicates("job_id")
    keyed = keyed.assign(job_id_hash=hashed(keyed["job_id"]))
    return labels.merge(keyed, on="job_id_hash", how="inner", validate="one_to_one")


def check_sample(postings: pd.DataFrame) -> None:
    """Check that the labels are of a sample of these postings, drawn by `stratified_sample`.

    Where today's coder and the draft put a posting into different categories, another one is drawn; so the
    same draw gives most of the labelled postings again, and not all.

    Parameters
    ----------
    postings
        ``job_id``, ``platform``, ``title``, ``description``.

    Raises
    ------
    DataError
        When a labelled posting is not among them, or too few are drawn again.
    """
    labels = read_category_labels()
    found = match_labels(postings, labels)
    if len(found) < len(labels):
        raise DataError(
            f"{CATEGORY_LABELS}.csv: {len(labels) - len(found)} of {len(labels)} labelled postings are "
            "not among the postings; get the files again from where they came"
        )
    coded = postings.assign(category=code_categories(postings["title"], postings["description"]))
    sizes = {**dict.fromkeys(category_keys(), DRAWN), OTHER: DRAWN_OTHER}
    again = labels["job_id_hash"].isin(hashed(stratified_sample(coded, sizes)["job_id"])).mean()
    if again < AGAIN:
        raise DataError(
            f"{CATEGORY_LABELS}.csv: the draw gives {again:.0%} of the labelled postings again, expected "
            f"{AGAIN:.0%}; is the seed or the order of the draw another one?"
        )


def category_accuracy(label: pd.Series, coded: pd.Series) -> pd.DataFrame:
    """Precision and recall of each category.

    Parameters
    ----------
    label, coded
        Right and assigned category of the same postings, same index.

    Returns
    -------
    pandas.DataFrame
        13 categories and 'other': ``category``, ``n_labelled``, ``n_coded``, ``precision`` (share
        of ``n_coded`` that is right; missing where none is coded), ``recall`` (share of
        ``n_labelled`` that is found; missing where none is labelled).

    Examples
    --------
    >>> right, assigned = pd.Series(["other", "other"]), pd.Series(["other", "manufacturing"])
    >>> category_accuracy(right, assigned).set_index("category").loc["other", "recall"]
    np.float64(0.5)
    """
    keys = [*category_keys(), OTHER]
    hits = label[label == coded].value_counts().reindex(keys, fill_value=0)
    labelled = label.value_counts().reindex(keys, fill_value=0)
    assigned = coded.value_counts().reindex(keys, fill_value=0)
    return pd.DataFrame(
        {
            "category": keys,
            "n_labelled": labelled.to_numpy(),
            "n_coded": assigned.to_numpy(),
            "precision": (hits / assigned.where(assigned > 0)).to_numpy(),
            "recall": (hits / labelled.where(labelled > 0)).to_numpy(),
        }
    )
