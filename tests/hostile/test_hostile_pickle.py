"""No pickle is ever loaded from a file: by reading the source, and by planting one that would run."""

import ast
import pickle
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.base.errors import DataError, ParameterError, ProjectError
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers.sheet import read_sheet
from llmexposure.postings import validate_file
from llmexposure.postings.rate.summary import load_ratings
from llmexposure.postings.score.output import kind_of

SOURCE = Path(__file__).parents[2] / "src"
MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "joblib",
    "dill",
    "cloudpickle",
    "shelve",
    "marshal",
    "yaml",
}
CALLS = {"eval", "exec", "compile", "__import__", "input"}
METHODS = {"read_pickle", "to_pickle", "system", "popen", "unsafe_load", "query", "eval", "mktemp"}
# Workers of one run get the scorer as bytes that the same run has just made; no file is involved.
OWN_BYTES = {"llmexposure/postings/score/engines.py"}


def faults(tree):
    """What the source must not do, as (line, name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
            yield from ((node.lineno, name) for name in names if name in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, name) for name in calls(node))


def calls(node):
    name = getattr(node.func, "id", None)
    method = getattr(node.func, "attr", None)
    platform = ast.unparse(node.func) == "platform.system"
    if name in CALLS or (method in METHODS and not platform):
        yield name or method
    for word in node.keywords:
        value = getattr(word.value, "value", None)
        if word.arg in ("shell", "allow_pickle") and value is not False:
            yield word.arg
        if word.arg == "engine" and value == "python" and method in ("query", "eval"):
            yield "engine"


FILES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))


def test_source_runs_no_text_and_loads_no_pickle():
    found = {
        f"{name}:{line}: {what}"
        for name in FILES
        for line, what in faults(ast.parse((SOURCE / name).read_text("utf-8")))
        if name not in OWN_BYTES
    }
    assert not found


def test_the_workers_load_only_what_the_run_has_made():
    for name in OWN_BYTES:
        text = (SOURCE / name).read_text("utf-8")
        loads = [
            n for n in ast.walk(ast.parse(text)) if getattr(n, "attr", "") in ("load", "loads")
        ]
        assert {ast.unparse(node) for node in loads} <= {"pickle.loads"}
        assert "open(" not in text.replace("open_", "")
        assert {what for _, what in faults(ast.parse(text))} == {"pickle"}


BAD = [
    "import pickle",
    "from joblib import load",
    "import yaml",
    "pd.read_pickle(a)",
    "np.load(a, allow_pickle=True)",
    "eval(a)",
    "exec(a)",
    "os.system(a)",
    "os.popen(a)",
    "subprocess.run(a, shell=True)",
    "subprocess.run(a, shell=b)",
    "frame.query(a)",
    "__import__(a)",
]


@pytest.mark.parametrize("text", BAD)
def test_the_reading_of_the_source_would_find_it(text):
    assert list(faults(ast.parse(text)))


@pytest.fixture
def planted(tmp_path):
    """A pickle that makes a file when it is loaded; the fixture fails the test if that happens."""
    mark = tmp_path / "pwned"

    class Planted:
        def __reduce__(self):
            return Path.touch, (mark,)

    yield pickle.dumps(Planted())
    assert not mark.exists()


def test_the_planted_pickle_would_run(tmp_path):
    class Planted:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    pickle.loads(pickle.dumps(Planted()))
    assert (tmp_path / "ran").exists()


KINDS = {
    **dict.fromkeys(
        ["pkl", "pickle", "joblib", "npy", "npz", "p", "sav", "pkl.gz", "pkl.xz", "h5", "feather", "dta",
         "rds", "RData", "sqlite", "html", "xlsm", "xlsx", "ods", "zip", "csv.zip", "tar", "tar.gz", "tgz",
         "7z", "rar", "py", "sh", "exe", ""],
        "unknown kind of file",
    ),
    "csv": "no delimiter|cannot be read|no column",
    "tsv": "no delimiter|cannot be read|no column",
    "csv.gz": "cannot be read",
    "csv.bz2": "cannot be read",
    "csv.xz": "cannot be read",
    "parquet": "cannot be read",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickle_given_as_postings_is_refused(kind, planted, tmp_path):
    path = tmp_path / f"a.{kind}".rstrip(".")
    path.write_bytes(planted)
    with pytest.raises(DataError, match=KINDS[kind]):
        validate_file(path)


def test_a_pickle_given_as_json_lines_is_quarantined(planted, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(planted)
    assert validate_file(tmp_path / "a.jsonl").by_reason.keys() <= {"bad_json", "bad_encoding"}


READERS = {
    "ratings": (lambda path: load_ratings(str(path)), ".csv", DataError),
    "ratings by kind": (lambda path: load_ratings(str(path)), ".pkl", ParameterError),
    "text": (read_text, ".csv", DataError),
    "workbook": (read_sheet, ".xlsx", DataError),
    "old workbook": (read_sheet, ".xls", DataError),
    "scores": (kind_of, ".pkl", ParameterError),
    "scores as numpy": (kind_of, ".npy", ParameterError),
}


@pytest.mark.parametrize("case", READERS)
def test_a_pickle_given_as_another_file_is_refused(case, planted, tmp_path):
    read, ending, error = READERS[case]
    (tmp_path / f"a{ending}").write_bytes(planted)
    with pytest.raises(error):
        read(tmp_path / f"a{ending}")


def columns(**changed):
    return {"posting_id": ["1"], "title": ["t"], "description": ["d"]} | changed


PARQUET = ["extension type", "pandas metadata", "arrow schema"]


@pytest.mark.parametrize("case", PARQUET)
def test_metadata_of_parquet_is_not_run(case, planted, tmp_path):
    table = pa.table(columns())
    if case == "extension type":
        meta = {
            "ARROW:extension:name": "arrow.py_extension_type",
            "ARROW:extension:metadata": planted,
        }
        schema = pa.schema([f.with_metadata(meta) for f in table.schema])
    else:
        key = {"pandas metadata": "pandas", "arrow schema": "ARROW:schema"}[case]
        schema = table.schema.with_metadata({key: planted})
    pq.write_table(table.cast(schema), tmp_path / "a.parquet")
    try:
        assert validate_file(tmp_path / "a.parquet").valid == 1
    except ProjectError as error:
        assert "cannot be read" in str(error)  # noqa: PT017 - either is fine, running it is not


@pytest.mark.parametrize("name", ["posting_id", "title", "description"])
def test_objects_in_parquet_are_refused(name, planted, tmp_path):
    pd.DataFrame(columns(**{name: [planted]})).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=f"column '{name}'.*holds binary"):
        validate_file(tmp_path / "a.parquet")
