"""Telework score of the occupations that a user's postings name, where one is known."""

import re

import pandas as pd

from llmexposure.simulation.tables import table

_CODE = re.compile(r"\d{2}-\d{4}(?:\.\d{2})?")


def unit_telework(occupations: pd.Index, onet: pd.DataFrame) -> pd.Series:
    """Share of an occupation's work that can be done from home (Dingel and Neiman 2020).

    The score of a category of the source report is the plain mean over the O*NET occupations that
    ``simulation_occupations.csv`` files under it; of a SOC or O*NET-SOC code, over the occupations of that
    code, which may be a group (``15-1250``, ``15-0000``). Any other name has no score: it stays missing.

    Parameters
    ----------
    onet
        Table ``occupations_onet``.

    Examples
    --------
    >>> onet = pd.DataFrame({"onet_soc": ["27-3041.00", "27-3042.00"], "teleworkable": [1.0, 0.5]})
    >>> unit_telework(pd.Index(["editing_translation", "27-3042", "clerk"]), onet).tolist()
    [0.75, 0.5, nan]
    """
    categories = table("occupations").groupby("category")["onet_soc_prefix"].apply(tuple)
    scores = {}
    for name in occupations:
        code = _CODE.fullmatch(str(name))
        prefixes = (_stem(name),) if code else categories.get(name, ())
        inside = onet["onet_soc"].str.startswith(prefixes) if prefixes else []
        scores[name] = onet.loc[inside, "teleworkable"].mean()
    return pd.Series(scores, dtype=float)


def _stem(code: str) -> str:
    """What the codes of a group have in common: group codes end in zeros, detailed ones never do."""
    return code if "." in code else code.rstrip("0")
