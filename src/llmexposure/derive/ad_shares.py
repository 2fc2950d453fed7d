"""How common each term and pair of characters is in ads: the table behind the Chinese weights.

The table (``data/taxonomy/ad_shares_zh.csv``) holds our own terms and pairs with a number each, no text of
any ad. Shares are averaged over job boards, one vote each, so that one board's trade (half of the ads at hand
are for software work) does not make its words look common.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from llmexposure.postings.match.chinese import ChineseFeatures, vocabulary
from llmexposure.postings.match.segment import posting_texts

SMALLEST_SHARE = 0.0002  # rarer features are left out of the table; they count as never seen


def ad_shares(texts: pl.Series, boards: Sequence[str], features: ChineseFeatures) -> pd.Series:
    """Mean over boards of the share of a board's ads that hold each feature.

    Parameters
    ----------
    texts : polars Series of String
        Title and duties of each ad.
    boards : sequence of str
        Job board of each ad.

    Returns
    -------
    Series
        ``share`` indexed by ``kind`` and ``feature``; features with a share of 0.0002 or more.
    """
    present = features.counts(texts)
    present.data[:] = 1
    codes, names = pd.factorize(np.asarray(boards), sort=True)
    shares = [np.asarray(present[codes == code].mean(axis=0)).ravel() for code in range(len(names))]
    table = pd.Series(np.mean(shares, axis=0), index=features.names, name="share")
    return table[table >= SMALLEST_SHARE].round(4).sort_index()


def ad_shares_zh(raw: pd.DataFrame) -> pd.DataFrame:
    """The committed table: ``kind``, ``feature``, ``share``, from the Chinese postings at hand.

    Parameters
    ----------
    raw
        ``title``, ``description``, ``platform`` (`matched.read_postings_cn`). An ad that was posted
        several times in the same words counts once.
    """
    ads = raw.drop_duplicates(["title", "description"])
    titles, descriptions = (
        pl.Series(ads[name].fillna("").tolist()) for name in ("title", "description")
    )
    texts = posting_texts(titles, descriptions, "zh", as_written=True)
    return ad_shares(texts, ads["platform"].tolist(), vocabulary()).reset_index()
