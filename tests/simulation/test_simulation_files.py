"""Files: accepted by the contract, labelled, the same bytes every time, whole or absent."""

import hashlib
import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from llmexposure.base.errors import DataError, ParameterError
from llmexposure.cli import PoliteGroup, simulate
from llmexposure.postings.clean.validation import validated_batches
from llmexposure.postings.contract import COLUMNS
from llmexposure.simulation import write as writing
from llmexposure.simulation.write import beside, write_simulation

FORMATS = ["parquet", "csv", "jsonl"]


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*words):
    group = PoliteGroup(commands={"simulate": simulate})
    return CliRunner().invoke(group, ["simulate", *map(str, words)])


@pytest.mark.parametrize("extension", FORMATS)
def test_every_row_passes_the_contract(tmp_path, extension):
    out = tmp_path / f"postings.{extension}"
    write_simulation(out, 2_000, 1)
    checked = list(validated_batches(out, keep=("evidence",)))
    valid = pd.concat([batch.valid for batch in checked], ignore_index=True)
    assert len(valid) == 2_000
    assert sum(len(batch.quarantined) for batch in checked) == 0
    assert {note: n for batch in checked for note, n in batch.notes.items() if n} == {}
    assert valid[list(COLUMNS)].notna().all().all()
    assert (valid["evidence"] == "simulated").all()


def test_formats_hold_the_same_rows(tmp_path):
    tables = []
    for extension in FORMATS:
        out = tmp_path / f"postings.{extension}"
        write_simulation(out, 500, 1)
        tables.append(pd.concat([batch.valid for batch in validated_batches(out)]))
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], other)


@pytest.mark.parametrize("extension", FORMATS)
def test_same_seed_same_bytes(tmp_path, extension):
    files = []
    for turn in ("a", "b"):
        out, truth = tmp_path / turn / f"p.{extension}", tmp_path / turn / f"t.{extension}"
        write_simulation(out, 700, 4, truth_out=truth)
        files.append([sha(p) for p in (out, truth, beside(out, "truth.csv"))])
        files[-1].append(sha(beside(out, "provenance.json")))
    assert files[0] == files[1]
    write_simulation(out, 700, 5)
    assert sha(out) != files[0][0]


def test_size_of_the_pieces_leaves_the_bytes_alone(tmp_path, monkeypatch):
    # CSV: row groups are part of a Parquet file, so there the size is fixed.
    out = tmp_path / "p.csv"
    write_simulation(out, 1_000, 4)
    before = sha(out)
    monkeypatch.setattr(writing, "GROUP", 33)
    write_simulation(out, 1_000, 4)
    assert sha(out) == before


def test_parquet_says_simulated_in_its_metadata(tmp_path):
    out, truth = tmp_path / "p.parquet", tmp_path / "t.parquet"
    write_simulation(out, 100, 9, truth_out=truth)
    for path in (out, truth):
        metadata = pq.read_schema(path).metadata
        assert metadata[b"evidence"] == b"simulated"
        record = json.loads(metadata[b"simulation"])
        assert (record["seed"], record["rows"]) == (9, 100)


@pytest.mark.parametrize("extension", FORMATS)
def test_the_record_beside_the_file(tmp_path, extension):
    out = tmp_path / f"p.{extension}"
    record = write_simulation(out, 100, 9)
    assert json.loads(beside(out, "provenance.json").read_text()) == record
    assert record["evidence"] == "simulated"
    assert record["coefficients"]["recruitment_share"] == -0.13
    assert (pd.read_csv(beside(out, "truth.csv"))["evidence"] == "simulated").all()


@pytest.mark.parametrize("extension", FORMATS)
def test_truth_has_the_same_rows(tmp_path, extension):
    out, path = tmp_path / "p.parquet", tmp_path / f"t.{extension}"
    write_simulation(out, 100, 9, truth_out=path)
    read = {
        "parquet": pd.read_parquet,
        "csv": pd.read_csv,
        "jsonl": lambda p: pd.read_json(p, lines=True),
    }[extension]
    truth = read(path)
    assert truth["posting_id"].tolist() == pd.read_parquet(out)["posting_id"].tolist()
    assert (truth["evidence"] == "simulated").all()
    assert not {"true_exposure", "activity_ids"} & set(pd.read_parquet(out))


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path):
    out = tmp_path / "p.parquet"
    write_simulation(out, 50, 1)
    before = sha(out)

    def fail(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_simulation(out, 50, 2, truth_out=tmp_path / "t.csv", progress=fail)
    assert sha(out) == before
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"p.parquet", "p.parquet.truth.csv", "p.parquet.provenance.json"}


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_simulation(tmp_path / "x" / "p.csv", 10, 1)


def test_outputs_must_be_two_files_of_known_kind(tmp_path):
    with pytest.raises(ParameterError, match=r"\.xlsx"):
        write_simulation(tmp_path / "p.xlsx", 10, 1)
    for taken in ("p.csv", "p.csv.truth.csv"):
        with pytest.raises(ParameterError, match="already"):
            write_simulation(tmp_path / "p.csv", 10, 1, truth_out=tmp_path / taken)
    assert list(tmp_path.iterdir()) == []


def test_command_writes_what_the_library_writes(tmp_path):
    out, truth = tmp_path / "p.csv", tmp_path / "t.csv"
    done = run(out, "--rows", 60, "--seed", 3, "--truth", truth, "--coefficient", "degree=0.1")
    assert done.exit_code == 0, done.output
    assert "60 simulated postings" in done.output
    record = json.loads(beside(out, "provenance.json").read_text())
    assert record["coefficients"]["degree"] == 0.1
    assert len(pd.read_csv(truth)) == 60


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--coefficient", "wage=1"], "wage"),
        (["--coefficient", "degree"], "'degree' cannot be read"),
        (["--coefficient", "degree=x"], "'degree=x' cannot be read"),
        (["--coefficient", "degree=nan"], "finite"),
        (["--coefficient", "degree=1", "--coefficient", "degree=2"], "twice"),
        (["--coefficient", "recruitment_share=9"], "nearer 0"),
        (["--rating", "nobody"], "nobody"),
    ],
)
def test_command_explains_what_is_wrong(tmp_path, words, message):
    done = run(tmp_path / "p.csv", "--rows", 10, *words)
    assert done.exit_code == 1
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []
