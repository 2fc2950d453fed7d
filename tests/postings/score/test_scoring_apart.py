"""A run replaces nothing that it reads, and writes nothing that the next run would read."""

import shutil

import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.postings.score.run import Job, run


@pytest.fixture
def folder(ads, tmp_path):
    """Folder ``inn`` with a file of ads, and copies of it under names that outputs have."""
    (tmp_path / "inn").mkdir()
    first = tmp_path / "inn" / "a.csv"
    ads(30).write_csv(first)
    names = ("z.quarantine.csv", "z.failed.quarantine.csv", "z.provenance.jsonl", "mine.csv")
    for name in names:
        shutil.copy(first, tmp_path / name)
    (tmp_path / "z.partial").mkdir()
    shutil.copy(first, tmp_path / "z.partial" / "a.csv")
    (tmp_path / "linked.csv").symlink_to(first)
    return tmp_path


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("address", "out"),
    [
        ("z.quarantine.csv", "z.parquet"),
        ("z.failed.quarantine.csv", "z.parquet"),
        ("z.partial/a.csv", "z.csv"),
        ("inn/a.csv", "linked.csv"),
        ("linked.csv", "inn/a.csv"),
        ("inn", "inn/scores.csv"),
        ("inn", "inn/deep/scores"),
        ("inn/a.csv", "inn"),
        ("inn/*.csv", "inn/scores.csv"),
        ("inn/*.csv", "inn/scores.parquet"),
    ],
)
def test_an_output_among_the_postings_is_refused(folder, address, out):
    before = contents(folder)
    with pytest.raises(ParameterError, match=r"--out .*(would|holds other things)"):
        run(Job(str(folder / address), folder / out, "zh"))
    assert contents(folder) == before


@pytest.mark.parametrize("out", ["mine.csv", "link/../mine.csv"])
def test_ratings_are_not_replaced(folder, out):
    (folder / "link").mkdir()
    job = Job(str(folder / "inn"), folder / out, "zh", ratings=folder / "mine.csv")
    with pytest.raises(ParameterError, match=r"mine.csv would replace the ratings"):
        run(job)


def test_the_mapping_is_not_replaced(folder):
    mapping = folder / "z.provenance.json"
    mapping.write_text('title = "title"\n')
    job = Job(str(folder / "inn"), folder / "z.csv", "zh", mapping=mapping)
    with pytest.raises(ParameterError, match="would replace the mapping file"):
        run(job)
    assert mapping.read_text() == 'title = "title"\n'


@pytest.mark.parametrize("address", ["inn", "inn/a.csv", "inn/*.csv"])
def test_an_output_outside_is_written(folder, address):
    run(Job(str(folder / address), folder / "scores.csv", "zh"))
    assert (folder / "scores.csv").exists()
