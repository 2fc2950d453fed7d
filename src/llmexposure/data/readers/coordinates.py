"""Coordinates of Chinese places (pyecharts, MIT)."""

import json
from pathlib import Path

import pandas as pd

from llmexposure.base.errors import DataError
from llmexposure.base.tables.schema import keyed, validate
from llmexposure.data.readers import columns as c

# Land of China, in degrees: a pair outside is swapped or wrong.
LONGITUDE, LATITUDE = (73, 136), (3, 54)

_SCHEMA = keyed(
    {"city": c.text(), "longitude": c.number(*LONGITUDE), "latitude": c.number(*LATITUDE)}, ["city"]
)


def read_coordinates(path: Path, cities: list[str]) -> pd.DataFrame:
    """Coordinates of the given cities.

    The upstream file does not say which system it uses; differences between those in use in China are
    below 0.02 degrees, which a map of the country does not show.

    Returns
    -------
    pandas.DataFrame
        ``city`` (key), ``longitude``, ``latitude`` (degrees), in the order of ``cities``.

    Raises
    ------
    DataError
        When the file is no JSON object of pairs or lacks a city.
    """
    try:
        places = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name}: not JSON ({error}); get the file again") from None
    if not isinstance(places, dict):
        raise DataError(f"{path.name}: expected an object of places; get the file again")
    absent = [city for city in cities if city not in places]
    if absent:
        raise DataError(f"{path.name}: no place called {absent[0]}; use the spelling of the file")
    for city in cities:
        if not isinstance(places[city], list) or len(places[city]) != 2:
            raise DataError(f"{path.name}: {city} has no pair of numbers; get the file again")
    rows = [(city, *places[city]) for city in cities]
    frame = pd.DataFrame(rows, columns=["city", "longitude", "latitude"])
    return validate(frame, _SCHEMA, file=path)
