"""Employees in Sweden by occupation, age and year, as Statistics Sweden's interface answers (JSON-stat 2).

Table YREG54BAS, official statistics. From 2023 the publisher also counts people of 65 to 69 years and gives
those without an occupation one, by a model; what it writes as 0 for ages of 65 to 69 before was not counted.
"""

import json
from math import prod
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError
from llmexposure.base.project import shown
from llmexposure.base.tables.schema import keyed, validate
from llmexposure.base.tables.text import LINE
from llmexposure.data.readers import columns as c

_NAMES = {"Yrke2012": "group", "Alder": "age", "Tid": "year"}
_OLDEST, _OLDEST_FROM = "65-69", 2023


def read_employees(path: Path) -> pd.DataFrame:
    """Employees by occupation, age and year.

    Returns
    -------
    pandas.DataFrame
        ``group`` (SSYK 2012, four digits; ``0002`` are those without an occupation), ``age`` (ten groups,
        '16-24' to '65-69'), ``year``, together the key; ``employees``.

    Raises
    ------
    DataError
        When the file is no JSON-stat table of these dimensions with a number in every cell.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        labels = {
            name: _codes(table["dimension"][name]["category"]["index"]) for name in table["id"]
        }
        sizes, values = table["size"], table["value"]
        whole = sizes == [len(v) for v in labels.values()] and len(values) == prod(sizes)
        if not whole or not set(_NAMES) <= set(labels):
            raise ValueError(f"dimensions {table['id']} of sizes {sizes}, {len(values)} values")
        if any(size != 1 for name, size in zip(labels, sizes, strict=True) if name not in _NAMES):
            raise ValueError("another dimension with more than one value")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{shown(path)}: expected a JSON-stat table with the dimensions {', '.join(_NAMES)} ({error!r}). "
            "Get the file again from where it came."
        ) from None
    index = pd.MultiIndex.from_product(labels.values(), names=list(labels))
    rows = pd.DataFrame({"employees": values}, index=index).reset_index()[[*_NAMES, "employees"]]
    rows = rows.rename(columns=_NAMES).astype({"year": int})
    rows["age"] = rows["age"].str.removeprefix("0")
    rows.index = pd.RangeIndex(1, len(rows) + 1, name=LINE)
    counted = (rows["age"] != _OLDEST) | (rows["year"] >= _OLDEST_FROM)
    columns = {
        "group": c.text(pa.Check.str_matches(r"^\d{4}$")),
        "age": c.text(pa.Check.str_matches(r"^\d{2}-\d{2}$")),
        "year": c.whole(2000, 2100),
        "employees": c.whole(0),
    }
    return validate(rows[counted], keyed(columns, ["group", "age", "year"]), file=path)


def _codes(index: dict[str, int]) -> list[str]:
    """Codes of a dimension in the order of its values."""
    return sorted(index, key=index.__getitem__)
