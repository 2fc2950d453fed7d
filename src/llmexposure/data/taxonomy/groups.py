"""Groups of SOC 2018 codes: major groups, minor groups, and codes that OEWS publishes together.

Source of the rules: the structure of the Standard Occupational Classification (SOC), 2018 edition;
the joint codes follow from comparing it with the codes that the Occupational Employment and Wage
Statistics (OEWS) published for May 2021 to May 2023.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv

MAJOR_GROUPS = "soc_major_groups"
MAJOR_GROUPS_SCHEMA = pa.DataFrameSchema(
    {
        "major_group": pa.Column(str, pa.Check.str_matches(r"^\d{2}$"), unique=True),
        "label": pa.Column(str, pa.Check.str_matches(r"^\S(.*\S)?$"), unique=True),
    },
    strict=True,
)

# The digits "10" were kept for older editions, so three minor groups do not end in 000.
MINOR_EXCEPTIONS = {"15-1000": "15-1200", "31-1000": "31-1100", "51-5000": "51-5100"}

# OEWS publishes employment for the code on the left only; the SOC has the codes on the right.
OEWS_JOINT_CODES = {
    "13-1020": ("13-1021", "13-1022", "13-1023"),
    "13-2020": ("13-2022", "13-2023"),
    "21-1018": ("21-1011", "21-1014"),
    "25-2052": ("25-2055", "25-2056"),
    "25-9045": ("25-9042", "25-9043", "25-9049"),
    "29-2010": ("29-2011", "29-2012"),
    "31-1120": ("31-1121", "31-1122"),
    "39-7010": ("39-7011", "39-7012"),
    "47-4090": ("47-4091", "47-4099"),
    "51-2028": ("51-2022", "51-2023"),
    "51-2090": ("51-2092", "51-2099"),
    "53-1047": ("53-1042", "53-1043", "53-1044", "53-1049"),
}
_OEWS_CODE = {code: joint for joint, codes in OEWS_JOINT_CODES.items() for code in codes}

ANY_CODE = r"\d{2}-\d{4}(?:\.\d{2})?"
# A major group (such as 15-0000) has no minor group.
CODE_IN_MINOR = r"\d{2}-[1-9]\d{3}(?:\.\d{2})?"
DETAILED_CODE = r"\d{2}-[1-9]\d{3}"


def read_major_groups(path: Path | None = None) -> pd.DataFrame:
    """Read the short labels of the 23 major groups.

    Returns
    -------
    pandas.DataFrame
        ``major_group`` (two digits, text) and ``label``.

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(MAJOR_GROUPS)
    return read_csv(path, MAJOR_GROUPS_SCHEMA)


def major_group(soc: pd.Series) -> pd.Series:
    """Two digits of the major group of SOC or O*NET-SOC codes.

    Parameters
    ----------
    soc
        Codes such as ``15-1252`` or ``15-1252.00``; missing stays missing.

    Raises
    ------
    DataError
        When a code has another form.

    Examples
    --------
    >>> major_group(pd.Series(["15-1252", "29-1141.00"])).tolist()
    ['15', '29']
    """
    return _checked(soc, ANY_CODE).str[:2].rename("major_group")


def minor_group(soc: pd.Series) -> pd.Series:
    """Minor group (SOC 2018) of SOC or O*NET-SOC codes.

    Parameters
    ----------
    soc
        Codes below the major group, of the 2018 edition; missing stays missing.

    Returns
    -------
    pandas.Series
        Codes of the form ``xx-x000``, but ``15-1200``, ``31-1100`` and ``51-5100``.

    Raises
    ------
    DataError
        When a code has another form, or is a major group.

    Examples
    --------
    >>> minor_group(pd.Series(["13-2011", "15-1252", "15-2051"])).tolist()
    ['13-2000', '15-1200', '15-2000']
    """
    first = _checked(soc, CODE_IN_MINOR).str[:4] + "000"
    return first.replace(MINOR_EXCEPTIONS).rename("minor_group")


def oews_code(soc: pd.Series) -> pd.Series:
    """Code under which OEWS (May 2021 to May 2023) publishes the employment of a SOC 2018 code.

    Parameters
    ----------
    soc
        Seven-character codes; missing stays missing.

    Returns
    -------
    pandas.Series
        The joint code where OEWS has one, otherwise the code itself.

    Raises
    ------
    DataError
        When a code has another form.

    Examples
    --------
    >>> oews_code(pd.Series(["31-1121", "31-1122", "29-1141"])).tolist()
    ['31-1120', '31-1120', '29-1141']
    """
    return _checked(soc, DETAILED_CODE).replace(_OEWS_CODE).rename("soc")


def _checked(soc: pd.Series, pattern: str) -> pd.Series:
    wrong = soc.notna() & ~soc.astype("str").str.fullmatch(pattern).fillna(False).astype(bool)
    if wrong.any():
        row, value = soc.index[wrong][0], soc[wrong].iloc[0]
        raise DataError(
            f"column '{soc.name or 'soc'}', row {row}: {value!r} is not an occupation code of the "
            f"form {pattern}; write codes as text, such as '15-1252'"
        )
    return soc.astype("str")
