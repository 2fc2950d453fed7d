"""Indeed Hiring Lab sectors, the occupations that belong to each, and employment weights.

Indeed sorts postings by normalised job title and publishes two example titles a sector, no list of
occupations. The map is our own reading of the sector names and examples: ``core`` where they
plainly name the occupation, ``wide`` where it is a plausible member by title.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.project import current
from llmexposure.base.tables.schema import read_csv

SECTORS = "indeed_sectors"
SECTOR_OCCUPATIONS = "indeed_sector_occupations"
SECOND = "indeed_sector_second"
HOWISON = "indeed_sector_howison"
COUNTRIES = ("us", "gb", "ca", "au", "de", "fr", "jp")
FITS = ("core", "wide")
# Sector and fit of an occupation that belongs to no published sector.
NO_SECTOR = "none"

_KEY = pa.Check.str_matches(r"^[a-z]+(_[a-z]+)*$")
_WORDS = pa.Check.str_matches(r"^\S(.*\S)?$")

SECTORS_SCHEMA = pa.DataFrameSchema(
    {
        "sector": pa.Column(str, _KEY, unique=True),
        "label": pa.Column(str, _WORDS, unique=True),
        **{f"in_{country}": pa.Column(int, pa.Check.isin([0, 1])) for country in COUNTRIES},
    },
    strict=True,
)
SECTOR_OCCUPATIONS_SCHEMA = pa.DataFrameSchema(
    {
        "sector": pa.Column(str, _KEY),
        "soc": pa.Column(str, pa.Check.str_matches(r"^\d{2}-[1-9]\d{3}$"), unique=True),
        "fit": pa.Column(str, pa.Check.isin([*FITS, NO_SECTOR])),
        "reason": pa.Column(str, _WORDS),
    },
    checks=pa.Check(
        lambda table: (table["sector"] == NO_SECTOR) == (table["fit"] == NO_SECTOR),
        name="no_sector",
        error="sector is 'none' where, and only where, fit is 'none'",
    ),
    strict=True,
)


def read_sectors(path: Path | None = None) -> pd.DataFrame:
    """Read the sectors and the countries that Indeed publishes each of them for.

    Returns
    -------
    pandas.DataFrame
        ``sector`` (key), ``label`` (as Indeed prints it) and ``in_us`` ... ``in_jp`` (0 or 1).

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(SECTORS)
    return read_csv(path, SECTORS_SCHEMA)


def read_sector_occupations(path: Path | None = None) -> pd.DataFrame:
    """Read the sector of every detailed occupation of OEWS, May 2022.

    Returns
    -------
    pandas.DataFrame
        ``sector`` ('none' where no published sector fits), ``soc`` (each once), ``fit``
        ('core', 'wide' or 'none') and ``reason``.

    Raises
    ------
    DataError
        When the table breaks its contract.
    """
    path = path or current().table_file(SECTOR_OCCUPATIONS)
    return read_csv(path, SECTOR_OCCUPATIONS_SCHEMA)


def read_second_sectors() -> pd.DataFrame:
    """Read the sectors that a second coder gave 100 occupations, drawn at random, without sight of the map.

    Returns
    -------
    pandas.DataFrame
        As `read_sector_occupations` gives them.

    Examples
    --------
    >>> len(read_second_sectors())
    100
    """
    return read_sector_occupations(current().table_file(SECOND))


def read_howison_sectors() -> pd.DataFrame:
    """Read the sector of every occupation by the map of Howison (2026).

    Returns
    -------
    pandas.DataFrame
        ``sector`` (our key; 'none': no such series here), ``soc`` (key), ``label`` (his name).

    Examples
    --------
    >>> read_howison_sectors().shape
    (831, 3)
    """
    columns = {"sector": pa.Column(str, _KEY), "soc": pa.Column(str, unique=True)}
    schema = pa.DataFrameSchema({**columns, "label": pa.Column(str, _WORDS)}, strict=True)
    return read_csv(current().table_file(HOWISON), schema)


def sector_weights(
    sector_map: pd.DataFrame, employment: pd.Series, fits: Sequence[str] = FITS
) -> pd.DataFrame:
    """Weight each occupation of a sector by its share of the sector's employment.

    Occupations without employment (absent, missing or zero) are dropped, and so is a sector of
    which none is left.

    Parameters
    ----------
    sector_map
        From `read_sector_occupations`.
    employment
        Number of jobs, indexed by ``soc``, each code once.
    fits
        Which rows count: ``("core", "wide")`` is the broad map, ``("core",)`` the strict one.

    Returns
    -------
    pandas.DataFrame
        ``sector``, ``soc``, ``weight`` in (0, 1], sorted; weights sum to one in each sector.

    Raises
    ------
    ParameterError
        When ``fits`` holds anything but 'core' and 'wide'.
    DataError
        When employment repeats a code or is negative.

    Examples
    --------
    >>> codes = pd.DataFrame({"sector": ["legal"] * 2, "soc": ["23-1011", "23-2011"],
    ...                       "fit": ["core", "wide"]})
    >>> jobs = pd.Series({"23-1011": 300, "23-2011": 100})
    >>> sector_weights(codes, jobs)["weight"].tolist()
    [0.75, 0.25]
    """
    _check_weights(employment, fits)
    rows = sector_map.loc[sector_map["fit"].isin(fits), ["sector", "soc"]]
    # Sorted before summing, so that the order of the rows cannot change the last digit.
    rows = rows.sort_values(["sector", "soc"], ignore_index=True)
    jobs = rows["soc"].map(employment).astype(float)
    kept = rows.assign(weight=jobs)[jobs > 0].reset_index(drop=True)
    return kept.assign(weight=kept["weight"] / kept.groupby("sector")["weight"].transform("sum"))


def _check_weights(employment: pd.Series, fits: Sequence[str]) -> None:
    unknown = sorted(set(fits) - set(FITS))
    if unknown or not fits:
        raise ParameterError(
            f"fits is {list(fits)!r}; expected one or more of {', '.join(map(repr, FITS))}"
        )
    repeated = employment.index[employment.index.duplicated()]
    if len(repeated):
        raise DataError(
            f"employment: code {repeated[0]!r} occurs more than once; give each code one number"
        )
    negative = employment[employment < 0]
    if len(negative):
        raise DataError(
            f"employment: code {negative.index[0]!r} has {negative.iloc[0]} jobs; expected 0 or "
            "more, or missing where it is not known"
        )
