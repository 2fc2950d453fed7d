"""Official occupation codes of postings to the exposure published for their occupations.

Three codings are known: SOC 2018, SOC 2010 and ISCO-08; any other is a CSV of the user. How a cell is read:

- What stands before a bar is left out ('RPd057|251401'), so are dots, hyphens and spaces: '15-1252.00' is
  151252.
- A longer code counts by its first digits: six of SOC, four of ISCO-08. In a CSV, codes are taken whole.
- A shorter code is a group: the mean of the occupations below it. So is a full code of a known coding that is
  no occupation and ends in zeros ('15-0000').
- Whatever is not found is missing. Nothing is filled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import polars as pl

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.base.files import sha256_of
from llmexposure.base.project import current, shown
from llmexposure.base.tables.schema import keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.taxonomy.groups import OEWS_JOINT_CODES
from llmexposure.exposure.measures import RATINGS
from llmexposure.report.tables import load

CODINGS = ("soc2018", "soc2010", "isco08")
CODES, OCCUPATIONS = "occupation_codes", "occupations_onet"
TELEWORK = "teleworkable"
# Digits of an occupation, and of the smallest group that is told from a stray number.
_DIGITS = {"soc2018": (6, 2), "soc2010": (6, 2), "isco08": (4, 1)}
_LONGEST = 8
# Headings of a user's CSV that say where a code leads, and the coding that they are of.
_LEADS = {"soc": "soc2018", "soc2010": "soc2010", "isco08": "isco08"}
_SUM = 1e-6
# Military occupations: of SOC, but without a score.
_MILITARY = "55-"


@dataclass(frozen=True)
class Coding:
    """Codes with the occupations that they lead to.

    Attributes
    ----------
    name
        One of `CODINGS`, or the name of the user's file.
    links
        ``code`` (plain, as `_plain` writes it), ``soc`` and ``weight``, which sums to one by code.
    scores
        By SOC 2018 code: the six ratings and ``teleworkable``.
    tables
        sha256 by file name of what it rests on.
    """

    name: str
    links: pd.DataFrame
    scores: pd.DataFrame
    tables: Mapping[str, str]

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this coding from another, for the record of a run."""
        return {"coding": self.name, "files": dict(self.tables)}

    @cached_property
    def values(self) -> pd.DataFrame:
        """Scores by plain code: weighted mean of its occupations that have one, weights rescaled."""
        rows = self.links.join(self.scores, on="soc")
        weight = rows["weight"]
        return pd.DataFrame(
            {
                name: (rows[name] * weight).groupby(rows["code"]).sum(min_count=1)
                / weight.where(rows[name].notna()).groupby(rows["code"]).sum()
                for name in self.scores
            }
        )

    def lookup(self, cells: pl.Series) -> pl.DataFrame:
        """Scores of codes as they stand in postings.

        Returns
        -------
        polars.DataFrame
            One row a cell: ``occupation`` (the code in its usual form, a cell that is not found as it is),
            ``occupation_known`` (whether it, or its group, is of the coding; missing where nothing is
            stated), the six ratings and ``teleworkable``.

        Examples
        --------
        >>> links = pd.DataFrame({"code": ["151251", "151252"], "soc": ["a", "b"], "weight": 1.0})
        >>> scores = pd.DataFrame({"gpt4_beta": [0.5, 0.7]}, index=["a", "b"])
        >>> coding = Coding("soc2018", links, scores, {})
        >>> coding.lookup(pl.Series(["15-1252.00", "15-1250", "clerk", None])).rows()
        [('15-1252', True, 0.7), ('15-1250', True, 0.6), ('clerk', False, None), (None, None, None)]
        """
        stated = cells.drop_nulls().unique(maintain_order=True).to_list()
        found = [(cell, *self._found(cell)) for cell in stated]
        kinds = {"cell": pl.String, "occupation": pl.String, "occupation_known": pl.Boolean}
        kinds |= dict.fromkeys(self.scores, pl.Float64)
        table = pl.DataFrame(found, schema=kinds, orient="row")
        asked = pl.DataFrame({"cell": cells.cast(pl.String)})
        return asked.join(table, on="cell", how="left", maintain_order="left").drop("cell")

    def _found(self, cell: str) -> tuple[str | bool | float | None, ...]:
        key = self._key(cell)
        nothing = (None,) * self.scores.shape[1]
        if key is None:
            return cell, False, *nothing
        if key in self.values.index:
            row = self.values.loc[key]
        else:
            inside = self.values.index.str.startswith(key) & ~self._joint
            row = self.values[inside].mean()
        values = (None if np.isnan(value) else float(value) for value in row)
        return self._written(key), True, *values

    @cached_property
    def _joint(self) -> np.ndarray:
        """Codes that OEWS publishes for several occupations: no part of the mean of a group."""
        joint = {_plain(code) for code in OEWS_JOINT_CODES} if self.name == "soc2018" else set()
        return self.values.index.isin(joint)

    def _key(self, cell: str) -> str | None:
        """Plain code of an occupation, or what the codes of a group begin with; None: not known."""
        key = _plain(cell)
        if self.name in CODINGS:
            full, least = _DIGITS[self.name]
            if not re.fullmatch(rf"\d{{{least},{_LONGEST}}}", key):
                return None
            key = key[:full]
            if len(key) == full and key not in self.values.index:
                key = key.rstrip("0")
                if len(key) < least:
                    return None
        return key if key and self.values.index.str.startswith(key).any() else None

    def _written(self, key: str) -> str:
        if not self.name.startswith("soc"):
            return key
        return f"{key[:2]}-{key[2:].ljust(4, '0')}"


def _plain(cell: str) -> str:
    """Code without what surrounds it.

    >>> _plain("15-1252.00"), _plain("RPd057|251401"), _plain(" A1.b ")
    ('151252', '251401', 'a1b')
    """
    code = cell.rpartition("|")[2].strip()
    # '2512.0' is a spreadsheet's number, '15-1252.00' an occupation of O*NET.
    return re.sub(r"[\s.\-]", "", re.sub(r"\.0+$", "", code)).casefold()


def load_coding(coding: str) -> Coding:
    """One of `CODINGS`, or that of a CSV with the columns ``code``, ``soc`` (SOC 2018) and ``weight``.

    Instead of ``soc`` the CSV may have ``soc2010`` or ``isco08``: the committed crosswalk leads on.

    Raises
    ------
    DataError
        Naming file, row and value, when the CSV breaks its contract.
    ParameterError
        When it is no coding and no file.
    """
    tables = {f"{name}.csv": sha256_of(current().table_file(name)) for name in (CODES, OCCUPATIONS)}
    scores = soc_scores(load(OCCUPATIONS))
    known = _known_links(scores)
    if coding in CODINGS:
        return Coding(coding, known[coding], scores, tables)
    path = Path(coding)
    if not path.is_file():
        raise ParameterError(
            f"--coding {coding}: expected {', '.join(CODINGS)}, or a CSV file with the columns code, soc and "
            "weight; there is no such file"
        )
    return Coding(
        path.name, read_links(path, known), scores, {**tables, path.name: sha256_of(path)}
    )


def soc_scores(onet: pd.DataFrame) -> pd.DataFrame:
    """Published ratings and telework by SOC 2018 code: plain means over its O*NET occupations."""
    columns = {f"{name}_published": name for name in RATINGS} | {TELEWORK: TELEWORK}
    scores = onet[list(columns)].rename(columns=columns)
    return scores.groupby(onet["onet_soc"].str[:7].rename("soc")).mean()


def _known_links(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Links of each of `CODINGS`, codes plain."""
    table = load(CODES)
    socs = sorted({*scores.index, *table["soc"]})
    own = [(soc, soc, 1.0) for soc in socs]
    own += [
        (joint, soc, 1 / len(parts)) for joint, parts in OEWS_JOINT_CODES.items() for soc in parts
    ]
    found = {"soc2018": pd.DataFrame(own, columns=["code", "soc", "weight"])}
    for name in ("soc2010", "isco08"):
        found[name] = table.loc[table["coding"] == name, ["code", "soc", "weight"]]
    return {name: links.assign(code=links["code"].map(_plain)) for name, links in found.items()}


def read_links(path: Path, known: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Links of a user's CSV, codes plain, led on to SOC 2018.

    Parameters
    ----------
    known
        Links by name of the coding.

    Raises
    ------
    DataError
        When a column lacks, a pair stands there twice, a weight is not above 0 and up to 1, the weights of
        a code do not sum to one, or a code leads to what is no occupation.
    """
    table = read_text(path)
    leads = next((name for name in _LEADS if name in table.columns), "soc")
    code = pa.Column(str, pa.Check.str_matches(r"\w"))
    weight = pa.Column(float, [pa.Check.gt(0), pa.Check.le(1)])
    schema = keyed({"code": code, leads: pa.Column(str), "weight": weight}, ["code", leads])
    rows = validate(table, schema, file=path)
    lines = np.asarray(table.index)
    _check_sums(rows, lines, path)
    steps = known[_LEADS[leads]].rename(columns={"code": "lead", "weight": "step"})
    rows = rows.assign(code=rows["code"].map(_plain), lead=rows[leads].map(_plain))
    lost = ~rows["lead"].isin(steps["lead"])
    military = rows[leads].str.startswith(_MILITARY)
    _check_leads(rows[leads], lines, (lost & ~military).to_numpy(), leads, path)
    own = rows[["code", "lead", "weight"]]
    led = own.merge(steps, on="lead")
    led["weight"] *= led["step"]
    # A military occupation without a score keeps its code known: missing where it leads nowhere else.
    rest = own[lost.to_numpy()].rename(columns={"lead": "soc"})
    links = pd.concat([led[["code", "soc", "weight"]], rest[["code", "soc", "weight"]]])
    return links.groupby(["code", "soc"], as_index=False)["weight"].sum()


def _check_sums(rows: pd.DataFrame, lines: np.ndarray, path: Path) -> None:
    total = rows.groupby("code")["weight"].transform("sum")
    wrong = np.flatnonzero((total - 1).abs() > _SUM)
    if wrong.size:
        first = int(wrong[0])
        raise DataError(
            f"{shown(path)}, line {lines[first]}: the weights of code '{rows['code'].iloc[first]}' sum to "
            f"{total.iloc[first]:g}, expected 1. Add the occupations that lack, or correct the weights."
        )


def _check_leads(
    cells: pd.Series, lines: np.ndarray, lost: np.ndarray, leads: str, path: Path
) -> None:
    if lost.any():
        first = int(np.flatnonzero(lost)[0])
        raise DataError(
            f"{shown(path)}, line {lines[first]}: {leads} '{cells.iloc[first]}' is no occupation of "
            f"{_LEADS[leads]}, such as {'2512' if leads == 'isco08' else '15-1252'}. Correct it; a column of "
            "SOC 2010 is headed soc2010, one of ISCO-08 isco08."
        )
