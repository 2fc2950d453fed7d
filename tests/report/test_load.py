"""A committed table that breaks its contract stops with one message: file, column, row, value."""

import pytest

from llmexposure.base import project
from llmexposure.base.errors import DataError
from llmexposure.base.files import to_csv_text
from llmexposure.base.tables.schema import read_csv
from llmexposure.data import schemas
from llmexposure.data.schemas import TABLES
from llmexposure.data.schemas.freelance import US_SECTORS
from llmexposure.data.taxonomy.sectors import read_sectors
from llmexposure.publish.paper import citations
from llmexposure.report.tables import codebook, load

SMALL = "usage_labels"


@pytest.fixture
def edited(tmp_path):
    """Save an edited copy of a small table; returns how to read it."""
    text = project.current().table_file(SMALL).read_text(encoding="utf-8")

    def read(change, encoding="utf-8"):
        path = tmp_path / f"{SMALL}.csv"
        path.write_bytes(change(text).encode(encoding))
        return read_csv(path, TABLES[SMALL].schema)

    return read


@pytest.mark.parametrize("name", TABLES)
def test_every_committed_table_keeps_its_contract(name):
    table = load(name)
    assert not table.empty
    assert not table.duplicated(list(TABLES[name].key)).any()


def first_row(text, old, new):
    head, row, rest = text.split("\n", 2)
    assert old in row
    return "\n".join([head, row.replace(old, new), rest])


CASES = {
    "missing column": (lambda t: t.replace(",n_tasks", ",count", 1), ["n_tasks"]),
    "duplicate key": (lambda t: t + t.split("\n")[1] + "\n", ["human", "E0"]),
    "negative": (lambda t: first_row(t, "E0,E0,", "E0,E0,-"), ["n_tasks", "line 2", "-"]),
    "text in a number": (
        lambda t: first_row(t, "E0,E0,", "E0,E0,many"), ["n_tasks", "line 2", "many"],
    ),
    "unknown label": (lambda t: first_row(t, "E0,E0", "E7,E0"), ["human", "line 2", "E7"]),
    "empty key": (lambda t: first_row(t, "E0,E0", ",E0"), ["human", "line 2"]),
    "ragged line": (lambda t: first_row(t, "E0,E0", "E0,E0,,"), ["line 2"]),
    "empty file": (lambda t: "", ["no rows found"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_broken_table_is_named(edited, case):
    change, expected = CASES[case]
    with pytest.raises(DataError) as error:
        edited(change)
    message = str(error.value)
    assert f"{SMALL}.csv" in message
    assert "\n" not in message
    for part in expected:
        assert part in message


def test_a_wrong_encoding_is_named(edited):
    with pytest.raises(DataError, match=rf"{SMALL}.csv.*UTF-8"):
        edited(lambda t: first_row(t, "E0,E0", "É0,E0"), "latin-1")


def test_a_negative_share_is_named(tmp_path):
    lines = project.current().table_file("remote_postings").read_text().split("\n")
    country, month, _, days = lines[5].split(",")
    lines[5] = f"{country},{month},-0.02,{days}"
    path = tmp_path / "remote_postings.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(
        DataError, match=r"remote_postings.csv, line 6, column 'remote_share'.*-0.02"
    ):
        read_csv(path, TABLES["remote_postings"].schema)


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(DataError, match="expected one of activities"):
        load("activites")


each_folder = pytest.mark.parametrize(
    ("folder", "tables"),
    [
        (project.current().analysis, schemas.ANALYSIS),
        (project.current().published, schemas.PUBLISHED),
    ],
    ids=["analysis", "published"],
)


@each_folder
def test_the_codebook_is_the_committed_one_and_complete(folder, tables):
    book = codebook(tables)
    assert folder.joinpath("codebook.csv").read_text(encoding="utf-8") == to_csv_text(book)
    assert (book["description"].str.len() >= 4).all()
    assert set(" ".join(book["source"]).split()) <= set(citations())


@each_folder
def test_every_committed_table_has_a_schema(folder, tables):
    files = {p.stem for p in folder.glob("*.csv")} - {"codebook"}
    assert files == set(tables)


def test_five_activities_have_no_rating():
    table = load("activities")
    assert len(table) == 2087
    unrated = table[table["gpt4_beta"].isna()]
    assert len(unrated) == 5
    assert (unrated["n_tasks"] == 0).all()


def test_the_daily_table_has_a_column_for_each_us_sector():
    sectors = read_sectors()
    assert sorted(sectors.loc[sectors["in_us"] == 1, "sector"]) == US_SECTORS
