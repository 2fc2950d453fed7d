"""A whole run: same bytes however the work is cut, quarantine as validate writes it, clear errors."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from scoring_runs import outputs

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.cli import PoliteGroup, score
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings import validate_file
from llmexposure.postings.score import engines
from llmexposure.postings.score.provenance import account
from llmexposure.postings.score.run import Job, run
from llmexposure.postings.score.work import give_back, one_allocator
from llmexposure.report.tables import load


@pytest.fixture(scope="module")
def table(ads):
    return ads(700)


@pytest.fixture
def source(table, tmp_path):
    path = tmp_path / "in.csv"
    table.write_csv(path)
    return path


@pytest.fixture
def done(source, tmp_path):
    """Run and return what it wrote."""

    def go(name="out.parquet", address=None, **options):
        out = tmp_path / name
        run(Job(str(address or source), out, **{"language": "zh", **options}))
        return outputs(out)

    return go


def test_processes_change_no_byte(done):
    assert done("one.parquet") == done("two.parquet", workers=2, batch_rows=90)


@pytest.mark.parametrize("rows", [23, 64, 699, 700, 5000])
def test_batch_size_changes_no_byte(done, rows):
    assert done("a.parquet", batch_rows=rows) == done("b.parquet", batch_rows=100)


def test_quarantine_is_the_one_of_validate(done, source, tmp_path):
    found = done(batch_rows=50)
    summary = validate_file(source, quarantine=tmp_path / "expected.csv")
    assert found["quarantine.csv"] == (tmp_path / "expected.csv").read_bytes()
    assert summary.by_reason["duplicate_id"] > 20
    counts = json.loads(found["provenance.json"])["counts"]
    assert counts["by_reason"] == summary.by_reason
    assert (counts["read"], counts["usable"]) == (summary.rows, summary.valid)
    assert counts["read"] == counts["usable"] + counts["quarantined"] == 700
    assert len(counts["stated"]) == 9
    for name, rows in counts["stated"].items():
        assert rows == summary.valid - summary.missing.get(name, 0)
    assert len(pl.read_parquet(tmp_path / "out.parquet")) == summary.valid


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_folder_gives_what_one_file_gives(done, table, tmp_path, kind):
    """Repeated ids are found across files, which workers read, and their values read again."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number, first in enumerate(range(0, 700, 150)):
        piece = table[first : first + 150]
        path = folder / f"{number}.{kind}"
        {"csv": piece.write_csv, "parquet": piece.write_parquet, "jsonl": piece.write_ndjson}[kind](
            path
        )
    one, two = done("a.parquet"), done("b.parquet", folder, workers=2, batch_rows=40)
    assert one["scores"] == two["scores"]
    validate_file(folder, quarantine=tmp_path / "expected.csv")
    assert two["quarantine.csv"] == (tmp_path / "expected.csv").read_bytes()
    assert two["quarantine.csv"].count(b"duplicate_id") == one["quarantine.csv"].count(
        b"duplicate_id"
    )


def test_csv_and_folder_hold_the_same_table(done, tmp_path):
    done("a.parquet")
    done("b.csv")
    done("c")
    parquet = pl.read_parquet(tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "c" / "part-00000.parquet").equals(parquet)
    csv = pd.read_csv(tmp_path / "b.csv", dtype={"date": str})
    assert csv["posting_id"].tolist() == parquet["posting_id"].to_list()
    assert csv["degree"].value_counts().to_dict() == dict(
        parquet["degree"].drop_nulls().value_counts().iter_rows()
    )
    assert set(csv["date"].dropna()) == {"2024-03-01", "2023-11-30"}
    pd.testing.assert_series_equal(csv["gpt4_beta"], parquet["gpt4_beta"].to_pandas())
    assert set(csv["openings"].dropna()) == {3}
    lines = (tmp_path / "b.csv").read_text(encoding="utf-8-sig").split("\n")[1:]
    assert {line.split(",")[8] for line in lines if line} == {"3", ""}


def test_large_output_is_cut_by_rows_only(done, tmp_path, monkeypatch):
    monkeypatch.setattr("llmexposure.postings.score.output.GROUP_ROWS", 60)
    monkeypatch.setattr("llmexposure.postings.score.output.PART_ROWS", 180)
    one, two = done("a", batch_rows=33), done("b", batch_rows=500)
    assert one == two
    parts = sorted((tmp_path / "a").iterdir())
    sizes = [pq.read_metadata(path).num_rows for path in parts]
    assert len(sizes) > 2
    assert set(sizes[:-1]) == {180}
    done("whole.parquet")
    whole = pl.read_parquet(tmp_path / "whole.parquet")
    assert pl.concat([pl.read_parquet(path) for path in parts]).equals(whole)


def test_provenance_says_what_and_nothing_of_where(done, source, tmp_path, monkeypatch):
    import hashlib
    import socket

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    text = done()["provenance.json"].decode()
    record = json.loads(text)
    assert record["input"] == [
        {
            "name": "in.csv",
            "partition": {},
            "bytes": source.stat().st_size,
            "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        }
    ]
    scores = (tmp_path / "out.parquet").read_bytes()
    assert record["outputs"]["scores"][0]["sha256"] == hashlib.sha256(scores).hexdigest()
    assert set(record["lexicons"]) == {"zh"}
    assert record["ratings"]["columns"] == RATINGS
    assert record["versions"]["polars"] == pl.__version__
    assert "date" not in record
    for secret in (str(tmp_path), str(Path.home()), socket.gethostname()):
        assert secret not in text
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert json.loads(done("later.parquet")["provenance.json"])["date"] == "2026-01-01"


def test_own_ratings_are_used(done, tmp_path):
    done("six.parquet")
    own = load("activities")[["dwa_id", "gpt4_beta"]].rename(columns={"gpt4_beta": "rating"})
    own.to_csv(tmp_path / "mine.csv", index=False)
    done("mine.parquet", ratings=tmp_path / "mine.csv")
    mine, six = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("mine", "six"))
    assert mine["exposure"].equals(six["gpt4_beta"], null_equal=True)
    assert not set(RATINGS) & set(mine.columns)


def test_exposures_that_the_ratings_do_not_cover_are_counted_apart(done, tmp_path):
    own = load("activities")[["dwa_id", "gpt4_beta"]].rename(columns={"gpt4_beta": "rating"})
    own.dropna().head(100).to_csv(tmp_path / "mine.csv", index=False)
    record = json.loads(done(ratings=tmp_path / "mine.csv")["provenance.json"])
    scores = pl.read_parquet(tmp_path / "out.parquet")
    unmatched, missing = (scores["n_activities"] == 0).sum(), scores["exposure"].null_count()
    assert missing > unmatched
    assert (
        f"of the scored: {unmatched:,} matched no activity, {missing:,} have no exposure "
        "(mine.csv rates 100 of 2,087 activities)"
    ) in account(record)


def test_top_k_bounds_the_activities(done, tmp_path):
    done("few.parquet", top_k=2)
    assert pl.read_parquet(tmp_path / "few.parquet")["n_activities"].max() == 2


def test_mapping_is_followed(done, table, tmp_path):
    table.rename({"title": "岗", "posting_id": "号"}).write_csv(tmp_path / "other.csv")
    mapping = tmp_path / "columns.toml"
    mapping.write_text('title = "岗"\nposting_id = "号"\nepoch_zone = "+08:00"\n', encoding="utf-8")
    found = done("mapped.parquet", tmp_path / "other.csv", mapping=mapping)
    assert found["scores"] == done("plain.parquet")["scores"]
    parameters = json.loads(found["provenance.json"])["parameters"]
    assert (parameters["columns"]["title"], parameters["epoch_zone"]) == ("岗", "+08:00")


def test_no_usable_row_is_an_error_that_counts(done, table, tmp_path):
    table.with_columns(title=pl.lit("")).write_csv(tmp_path / "bad.csv")
    with pytest.raises(DataError, match=r"no usable rows of 700 read \(700 empty_title\)"):
        done("none.parquet", tmp_path / "bad.csv", batch_rows=300)
    assert not (tmp_path / "none.parquet").exists()
    assert not (tmp_path / "none.partial").exists()
    assert len(pd.read_csv(tmp_path / "none.failed.quarantine.csv")) == 700


def test_no_usable_row_leaves_older_outputs_as_they_were(done, table, tmp_path):
    before = done("out.parquet")
    table.with_columns(title=pl.lit("")).write_csv(tmp_path / "bad.csv")
    with pytest.raises(DataError, match=r"see .*out\.failed\.quarantine\.csv"):
        done("out.parquet", tmp_path / "bad.csv")
    assert outputs(tmp_path / "out.parquet") == before


def test_rows_in_another_encoding_are_told_with_what_to_do(done, tmp_path):
    """Texts of Western Europe in cp1252 are neither UTF-8 nor Chinese."""
    good = [f"p{n},会计,负责记账和报税。\n".encode() for n in range(9)]
    bad = [f"q{n},Bürokraft,Führt die Bücher für\n".encode("cp1252") for n in range(3)]
    head = b"posting_id,title,description\n"
    (tmp_path / "some.csv").write_bytes(head + b"".join(good + bad))
    record = json.loads(done("some.parquet", tmp_path / "some.csv")["provenance.json"])
    assert account(record)[0].startswith(
        "12 rows read: 9 scored, 3 in quarantine (3 bad_encoding; for bad_encoding give --encoding"
    )
    (tmp_path / "all.csv").write_bytes(head + b"".join(bad))
    with pytest.raises(DataError, match=r"\(3 bad_encoding; .* give --encoding .* cp1252"):
        done("all.parquet", tmp_path / "all.csv", encoding="utf-8")


def test_heading_without_rows_is_an_error(done, tmp_path):
    (tmp_path / "empty.csv").write_text("posting_id,title,description\n")
    with pytest.raises(DataError, match="no usable rows of 0 read"):
        done("none.parquet", tmp_path / "empty.csv")


def test_old_scores_stay_until_new_ones_are_complete(done, tmp_path, table):
    done("out.parquet")
    before = (tmp_path / "out.parquet").read_bytes()
    (tmp_path / "cut.csv.gz").write_bytes(_cut_gzip(table))
    with pytest.raises(DataError, match="ends too early"):
        done("out.parquet", tmp_path / "cut.csv.gz", batch_rows=100)
    assert (tmp_path / "out.parquet").read_bytes() == before


def test_a_run_that_finished_nothing_is_in_nobodys_way(done, table, tmp_path):
    table.rename({"description": "Aufgaben"}).write_csv(tmp_path / "w.csv")
    with pytest.raises(DataError, match="no column for description"):
        done("o.parquet", tmp_path / "w.csv")
    assert not (tmp_path / "o.partial").exists()
    killed = tmp_path / "o.partial"
    killed.mkdir()
    (killed / "manifest.jsonl").write_text('{"parameters": "others"}\n')
    mapping = tmp_path / "w.toml"
    mapping.write_text('description = "Aufgaben"\n')
    assert done("o.parquet", tmp_path / "w.csv", mapping=mapping)["scores"]
    assert not killed.exists()


def test_files_of_a_folder_that_are_not_read_are_named(done, table, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    table[:50].write_csv(folder / "A.CSV")
    for name in ("b.txt", "c.json", "d.doc", "e.doc", "f.doc", "g.doc"):
        (folder / name).write_text("x")
    record = json.loads(done("out.csv", folder)["provenance.json"])
    assert [part["name"] for part in record["input"]] == ["A.CSV"]
    assert record["ignored"] == ["b.txt", "c.json", "d.doc", "e.doc", "f.doc", "g.doc"]
    said = "not read, by the ending of the name: b.txt, c.json, d.doc, e.doc, f.doc and 1 more"
    assert account(record)[-1] == said


def test_error_in_a_worker_process_is_one_line(table, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    table[:50].write_csv(folder / "0.csv")
    (folder / "1.csv").write_text("编号,别的\n1,2\n")
    line = ["score", str(folder), "--out", str(tmp_path / "o.parquet"), "--language", "zh"]
    group = PoliteGroup("main", commands=[score])
    found = CliRunner().invoke(group, [*line, "--workers", "2"], catch_exceptions=False)
    assert found.exit_code == 1
    assert "1.csv: no column for" in found.output
    assert len(found.output.strip().split("\n")) == 1


def _cut_gzip(table):
    import gzip

    return gzip.compress(table.write_csv().encode())[:-2000]


def test_folder_of_scores_is_replaced_but_nothing_else(done, tmp_path):
    done("scores")
    assert [path.name for path in (tmp_path / "scores").iterdir()] == ["part-00000.parquet"]
    done("scores", top_k=3)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("x")
    with pytest.raises(ParameterError, match="holds other things"):
        done("precious")


@pytest.mark.parametrize(
    ("out", "options", "error", "told"),
    [
        ("scores.xlsx", {}, ParameterError, "ends in .parquet or .csv"),
        ("in.csv", {}, ParameterError, "replace the postings themselves"),
        ("out.parquet", {"address": "nowhere.csv"}, DataError, "does not exist"),
        ("out.parquet", {"encoding": "klingon"}, DataError, "unknown encoding"),
        ("out.parquet", {"ratings": Path("absent.csv")}, DataError, "absent.csv"),
    ],
)
def test_errors_come_before_any_work(done, tmp_path, out, options, error, told):
    with pytest.raises(error, match=told):
        done(out, **options)
    assert not (tmp_path / "out.partial").exists()


@pytest.fixture
def nothing_fetched(monkeypatch, tmp_path):
    monkeypatch.delenv("LLMEXPOSURE_MIRROR", raising=False)
    monkeypatch.setattr("llmexposure.base.project.Project.upstream", tmp_path / "nothing")


POSTINGS_OF_FIVE = pl.DataFrame(
    {
        "posting_id": ["zh", "tw", "en", "de", "id"],
        "title": ["会计", "會計", "Accountant", "Buchhalter", "Akuntan"],
        "description": [
            "负责总账核算和财务报表的编制。",
            "負責總帳核算和財務報表的編製。",
            "Prepare financial statements and reports for the auditors.",
            "Sie prüfen Rechnungen und erstellen die Abschlüsse der Gesellschaft.",
            "Menyusun laporan keuangan dan memeriksa faktur pelanggan setiap bulan.",
        ],
    }
)


@pytest.mark.usefixtures("nothing_fetched")
@pytest.mark.parametrize("workers", [1, 2])
def test_any_language_needs_no_upstream_file(tmp_path, workers):
    POSTINGS_OF_FIVE.write_csv(tmp_path / "five.csv")
    job = Job(str(tmp_path / "five.csv"), tmp_path / "o.parquet", code_occupations=True)
    record = run(replace(job, workers=workers))
    found = pl.read_parquet(job.out)
    assert found["language"].to_list() == ["zh", "zh", "en", "de", "id"]
    assert found["gpt4_beta"].is_null().to_list() == [False, False, False, True, True]
    assert found["n_activities"].is_null().to_list() == [False, False, False, True, True]
    categories = ["hr_admin_finance_legal"] * 2
    assert found["occupation"].to_list() == [*categories, "13-0000", None, None]
    assert found["occupation_coded"].to_list() == [True, True, True, False, False]
    assert record["counts"]["stated"]["occupation"] == 0
    assert record["counts"]["by_language"] == {"de": 1, "en": 1, "id": 1, "zh": 2}
    assert set(record["lexicons"]) == {"zh", "en"}
    told = "\n".join(account(record))
    assert "by language: 2 zh, 1 de, 1 en, 1 id (2 neither Chinese nor English" in told
    assert "0 matched no activity, 2 have no exposure" in told


@pytest.mark.usefixtures("nothing_fetched")
def test_chinese_postings_score_alike_whether_the_language_is_told(done):
    auto, zh = done("auto.csv", language="auto"), done("zh.csv")
    assert auto["scores"] == zh["scores"]
    assert set(json.loads(auto["provenance.json"])["lexicons"]) == {"zh"}


def test_command_tells_what_it_did(source, tmp_path):
    group = PoliteGroup("main", commands=[score])
    line = ["score", str(source), "--out", str(tmp_path / "o.parquet"), "--language", "zh"]
    found = CliRunner().invoke(group, [*line, "--workers", "1"], catch_exceptions=False)
    assert found.exit_code == 0
    rows = len(pl.read_parquet(tmp_path / "o.parquet"))
    assert f"700 rows read: {rows} scored, {700 - rows} in quarantine" in found.output


@pytest.mark.parametrize(
    "options",
    [["--engine", "dask"], ["--scheduler", "tcp://127.0.0.1:1"]],
)
def test_engine_and_scheduler_go_together(source, options):
    found = CliRunner().invoke(score, [str(source), "--out", "o.parquet", *options])
    assert found.exit_code == 2
    assert "--engine dask and --scheduler go together" in found.output


def test_a_coded_occupation_is_not_a_stated_one(done):
    plain, coded = (
        json.loads(done(f"{number}.parquet", code_occupations=bool(number))["provenance.json"])
        for number in range(2)
    )
    assert coded["counts"]["stated"] == plain["counts"]["stated"]
    said = account(plain)
    assert said[0].startswith("700 rows read: ")
    assert f"date {plain['counts']['stated']['date']:,}, degree " in said[2]


def test_a_run_leaves_the_allocator_of_the_process_as_it_was(done):
    before = pa.default_memory_pool().backend_name
    with one_allocator():
        assert pa.default_memory_pool().backend_name == "system"
    done()
    give_back()
    assert pa.default_memory_pool().backend_name == before


def test_an_address_may_be_spelled_in_any_way(done, source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mapping = tmp_path / "m.toml"
    mapping.write_text('posting_id = "@row"')
    spelled = [source, f"./{source.name}", source.name, f"file://{source}"]
    first, *others = [done(f"out{n}.csv", a, mapping=mapping) for n, a in enumerate(spelled)]
    assert others == [first] * 3
    assert str(tmp_path).encode() not in b"".join(first.values())


def test_an_input_replaced_midway_is_noticed(done, source, table, tmp_path, monkeypatch):
    def replacing(*given):
        table.with_columns(pl.lit("x").alias("title")).write_csv(tmp_path / "new")
        (tmp_path / "new").replace(source)
        return work(*given)

    work = engines.score_unit
    monkeypatch.setattr(engines, "score_unit", replacing)
    with pytest.raises(DataError, match="changed while it was read"):
        done()
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


@pytest.fixture
def twice(table, tmp_path):
    """Files with the same postings under other ids, in another order, beside ids that come again."""
    folder = tmp_path / "twice"
    folder.mkdir()
    table.write_csv(folder / "a.csv")
    again = table.with_columns(pl.col("posting_id").replace("p3", "p5") + "x").reverse()
    pl.concat([again, table.head(9)]).write_csv(folder / "b.csv")
    return folder


@pytest.mark.parametrize("repeats", ["keep", "drop"])
def test_repeated_postings_are_those_of_validate_however_the_work_is_cut(
    done, twice, tmp_path, monkeypatch, repeats
):
    summary = validate_file(twice, quarantine=tmp_path / "expected.csv", repeats=repeats)
    found = [
        done(f"{rows}.parquet", twice, repeats=repeats, batch_rows=rows) for rows in (31, 700, 5000)
    ]
    monkeypatch.setattr("llmexposure.postings.score.work.SMALL", (1, 1))
    found.append(done("large.parquet", twice, repeats=repeats, batch_rows=31))
    assert all(one == found[0] for one in found)
    counts = json.loads((tmp_path / "31.provenance.json").read_text())["counts"]
    assert counts["repeated"] == summary.repeated
    assert counts["by_reason"] == summary.by_reason
    assert counts["usable"] == summary.valid
    assert (summary.repeated > 500) == (repeats == "keep")
    assert (summary.by_reason.get("repeated_posting", 0) > 500) == (repeats == "drop")
    expected = (tmp_path / "expected.csv").read_bytes()
    assert (tmp_path / "31.quarantine.csv").read_bytes() == expected


def test_repeated_postings_are_told(done, twice, tmp_path):
    done(address=twice)
    record = json.loads((tmp_path / "out.provenance.json").read_text())
    assert "repeat an earlier posting" in " ".join(account(record))


def test_rows_can_be_numbered(done, source):
    assert len(pd.read_parquet(source.parent / "out.parquet") if done(ids="row") else []) > 600
