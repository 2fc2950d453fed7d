"""The codebook of the maps and word lists names their columns and true keys."""

import pandas as pd
import pytest

from llmexposure.base.project import current

CODEBOOK = pd.read_csv(current().taxonomy / "codebook.csv", dtype=str, keep_default_na=False)
TABLES = sorted(path.stem for path in current().taxonomy.glob("*.csv") if path.stem != "codebook")


def test_every_table_is_in_the_codebook():
    assert sorted(CODEBOOK["table"].unique()) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_columns_stand_in_their_order_and_the_key_is_unique(name):
    rows = CODEBOOK[CODEBOOK["table"] == name]
    table = pd.read_csv(current().taxonomy / f"{name}.csv", dtype=str, keep_default_na=False)
    assert rows["column"].tolist() == table.columns.tolist()
    key = rows.loc[rows["key"] == "yes", "column"].tolist()
    assert key
    assert not table.duplicated(key).any()
    assert (table[key] != "").all(axis=None)


@pytest.mark.parametrize("kind", ["int", "float"])
def test_columns_of_numbers_hold_numbers(kind):
    for row in CODEBOOK[CODEBOOK["type"] == kind].itertuples():
        values = pd.read_csv(current().taxonomy / f"{row.table}.csv", dtype=str)[
            row.column
        ].dropna()
        numbers = pd.to_numeric(values)
        assert kind == "float" or (numbers % 1 == 0).all(), f"{row.table}.{row.column}"


def test_every_column_says_what_it_is_and_where_it_is_from():
    assert (CODEBOOK[["row_is", "unit", "description", "source"]] != "").all(axis=None)
    registered = current().sources_toml.read_text(encoding="utf-8")
    documents = set(pd.read_csv(current().published / "documents.csv")["document"])
    for source in CODEBOOK["source"].unique():
        known = f"[source.{source}]" in registered or source in documents
        assert known or source.startswith("own judgement"), source
