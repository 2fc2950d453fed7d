"""Cut Chinese job texts into the short sentences that were labelled by hand, and find them again."""

import re
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv
from llmexposure.derive.hand_labels import hashed

DUTY_LABELS = "labels_duties"
# Label of a sentence that asks for no activity: a requirement, a benefit, praise of the firm.
NO_DUTY = "none"
SHORTEST, LONGEST = 8, 60

_CUT = re.compile(
    r"_x000[dD]_|[\r\n\t;；。！!]+"
    r"|(?<![\d.])\d{1,2}\s*[、.．)）,，:：](?!\d)"
    r"|[(（]\s*\d{1,2}\s*[)）]|[①-⑳⑴-⒇●•·■◆➢★▪]|(?<=\s)[-–—]\s"
)
_EDGES = " \u3000\"'“”,，、.．:：-–—*~"

_HASH = pa.Check.str_matches(r"^[0-9a-f]{16}$")
_IDS = r"(?:none|4\.A(?:\.[0-9a-z]+)+\.I\d+\.D\d+(?:\|4\.A(?:\.[0-9a-z]+)+\.I\d+\.D\d+){0,2})"

DUTY_LABELS_SCHEMA = pa.DataFrameSchema(
    {
        "sentence_id": pa.Column(str, _HASH, unique=True),
        "platform": pa.Column(str, pa.Check.str_matches(r"^[A-Z0-9_]+$")),
        "job_id_hash": pa.Column(str, _HASH),
        "position": pa.Column(int, pa.Check.ge(0)),
        "dwa_ids": pa.Column(str, pa.Check.str_matches(f"^{_IDS}$")),
        "second_pass_dwa_ids": pa.Column(str, pa.Check.str_matches(f"^{_IDS}$"), nullable=True),
    },
    strict=True,
)


def split_sentences(text: str) -> list[str]:
    """Sentences of 8 to 60 characters, cut at line ends, semicolons, full stops and numbering.

    Examples
    --------
    >>> split_sentences("1、负责客户咨询与投诉处理；2、整理每日数据并编写报告")
    ['负责客户咨询与投诉处理', '整理每日数据并编写报告']
    """
    parts = (part.strip(_EDGES) for part in _CUT.split(text))
    return [part for part in parts if SHORTEST <= len(part) <= LONGEST]


def read_duty_labels(path: Path | None = None) -> pd.DataFrame:
    """Read the sentences of Chinese job ads that were labelled by hand; ids only, no text.

    A sentence has a duty where it names something that the holder does on the job, even if it is
    worded as an ability; what only names knowledge, traits, papers, pay or the firm is 'none', and
    so is a duty that says nothing ('other tasks given'). One reader gave both passes.

    Returns
    -------
    pandas.DataFrame
        ``sentence_id`` (key, see `hashed`), ``platform``, ``job_id_hash``, ``position`` (place in
        `split_sentences` of the description, from 0), ``dwa_ids`` (one to three acceptable
        activities with '|' between them, or 'none'), ``second_pass_dwa_ids`` (the same, decided
        anew; missing where there was no second pass).

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(DUTY_LABELS)
    return read_csv(path, DUTY_LABELS_SCHEMA)


def find_duty_sentences(postings: pd.DataFrame, labels: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the labelled sentences again in postings.

    Parameters
    ----------
    postings
        ``job_id`` and ``description`` of the files that were sampled; other columns are ignored.
    labels
        From `read_duty_labels`, which is the default.

    Returns
    -------
    pandas.DataFrame
        ``sentence_id`` and ``sentence``, in the order of the labels; labelled sentences that the
        postings do not hold are left out.

    Raises
    ------
    DataError
        When a column is missing.
    """
    for name in ("job_id", "description"):
        if name not in postings.columns:
            raise DataError(f"postings: column '{name}' is missing; give the files as downloaded")
    labels = read_duty_labels() if labels is None else labels
    sampled = hashed(postings["job_id"]).isin(set(labels["job_id_hash"]))
    texts = postings.loc[sampled, "description"].dropna()
    found = pd.DataFrame({"sentence": [part for text in texts for part in split_sentences(text)]})
    found = found.drop_duplicates().assign(sentence_id=lambda table: hashed(table["sentence"]))
    return labels[["sentence_id"]].merge(found, on="sentence_id", how="inner")
