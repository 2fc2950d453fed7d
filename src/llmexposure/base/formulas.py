"""Cells that a spreadsheet would run as a formula, made text."""

import pandas as pd

# First characters that make a spreadsheet take a cell for a formula, in both widths.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Table whose text cells begin with an apostrophe where they would else be a formula.

    Numbers, dates and missing cells stay; so does the rest of each text, but that its lines end as
    on Unix. Headings are treated alike.

    Examples
    --------
    >>> escape_formulas(pd.DataFrame({"a": ["=1+1", "x"], "b": [-1, 2]})).to_dict("list")
    {'a': ["'=1+1", 'x'], 'b': [-1, 2]}
    """
    escaped = frame.copy()
    for place, kind in enumerate(frame.dtypes):
        if _is_text(kind):
            cells = frame.iloc[:, place].astype(object)
            escaped.isetitem(place, cells.map(_escaped, na_action="ignore"))
    escaped.columns = [_escaped(name) for name in frame.columns]
    return escaped


def _is_text(kind: object) -> bool:
    category = isinstance(kind, pd.CategoricalDtype)
    return category or pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind)


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    # Writers of CSV leave a bare carriage return unquoted, and spreadsheets begin a row there.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
