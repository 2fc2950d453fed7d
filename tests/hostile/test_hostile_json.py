"""JSON and TOML that no program of ours writes: one message for people, never a trace."""

import json
from functools import partial

import pytest

from llmexposure.analysis.curves.choices import AXES_OF_CURVES
from llmexposure.base.errors import BuildError, ParameterError, ProjectError, SourceError
from llmexposure.base.sources.registry import load_registry
from llmexposure.data.readers.coordinates import read_coordinates
from llmexposure.postings import validate_file
from llmexposure.postings.rate.cache import read_answers
from llmexposure.postings.rate.endpoint import TransientError, UnusableError
from llmexposure.postings.rate.transport import Reply, read_level, read_reply
from llmexposure.postings.read.column_map import load_mapping
from llmexposure.report import record, sweeps

DEEP = 100_000
KEY = "a.open.b.c"
ENTRY = {"value": 1, "unit": "count", "digits": 0}
# Text that is no record, whatever file it stands in.
JSON = {
    "empty": "",
    "word": "x",
    "list": "[]",
    "text": '"x"',
    "null": "null",
    "number": "1",
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "huge integer": f'{{"{KEY}": {{"value": {"1" * 5000}}}}}',
    "NaN": f'{{"{KEY}": {{"value": NaN}}}}',
    "Infinity": f'{{"{KEY}": {{"value": -Infinity}}}}',
    "overflow": f'{{"{KEY}": {{"value": 1e999}}}}',
    "key twice": f'{{"{KEY}": {{"value": 1}}, "{KEY}": {{"value": 2}}}}',
    "field twice": f'{{"{KEY}": {{"value": 1, "value": 2}}}}',
    "byte order mark": '\ufeff{"a.open.b.c": {"value": 1}}',
    "half a pair": f'{{"{KEY}": {{"value": "\\ud800"}}}}',
    "half a pair in a key": '{"a.open.b.\\udc00": {"value": 1}}',
    "cut": f'{{"{KEY}": {{"value": 1',
    "comment": f'{{"{KEY}": {{"value": 1}}}} // x',
    "single quotes": "{'a.open.b.c': {'value': 1}}",
    "entry is a list": f'{{"{KEY}": [1]}}',
    "no value": f'{{"{KEY}": {{}}}}',
    "not UTF-8": b"\xff\xfe{",
    "NUL": "\x00",
    "prototype": '{"__proto__": {"value": 1}}',
}


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("case", JSON)
def test_record_refuses(case, tmp_path):
    with pytest.raises(BuildError, match=r"a\.json"):
        record.load(written(tmp_path / "a.json", JSON[case]))


def test_record_reads_what_is_one(tmp_path):
    path = written(tmp_path / "a.json", json.dumps({KEY: ENTRY}))
    assert record.load(path) == {KEY: ENTRY}


TOML = {
    "word": "x",
    "deep lists": "a = " + "[" * DEEP + "]" * DEEP,
    "deep tables": "a = " + "{a=" * 20_000 + "1" + "}" * 20_000,
    "key twice": "a = 1\na = 2",
    "table twice": "[a]\n[a]",
    "byte order mark twice": "\ufeff\ufeffa = 1",
    "not UTF-8": b"a = '\xff'",
    "NUL": "a = '\x00'",
    "half a pair": 'a = "\\ud800"',
    "cut": 'a = "',
    "huge integer": f"a = {'1' * 5000}",
    "unknown": "unknown = 1",
    "list": "source = []\ntitle = []\nnotebook = []",
    "nan": "title = nan\nsource = nan\nnotebook = nan",
    "date": "title = 2024-01-01\nsource = 2024-01-01\nnotebook = 2024-01-01",
}
FILES = {
    "sources.toml": (load_registry, SourceError),
    "sweeps.toml": (partial(sweeps.read, AXES_OF_CURVES), ParameterError),
    "columns.toml": (load_mapping, ProjectError),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("case", TOML)
def test_toml_refused(case, name, tmp_path):
    read, error = FILES[name]
    with pytest.raises(error, match=r"\.toml"):
        read(written(tmp_path / name, TOML[case]))


@pytest.mark.parametrize("name", FILES)
def test_a_folder_and_an_absent_file_are_no_toml(name, tmp_path):
    read, error = FILES[name]
    (tmp_path / "x.toml").mkdir()
    for path in (tmp_path / "x.toml", tmp_path / "y.toml"):
        with pytest.raises(error, match=r"[xy]\.toml"):
            read(path)


VALUES = [
    "[nan]",
    "[inf]",
    "[-inf]",
    "[[1]]",
    "[{a=1}]",
    "[2024-01-01]",
    "[12:00:00]",
    "[]",
    "1",
    "['a', 'a']",
]


@pytest.mark.parametrize("values", VALUES)
def test_values_that_no_sweep_can_have(values, tmp_path):
    text = f'[notebook.a]\nnotebook = "02_x"\nreason = "r"\nparameters.x = {values}\n'
    with pytest.raises(ParameterError, match=r"parameters\.x"):
        sweeps.read(AXES_OF_CURVES, written(tmp_path / "s.toml", text))


MAPPINGS = ["title = 1", "title = ['a']", "title = {a='b'}", "salary_unit = 'x; ls'", "__class__ = 'a'",
            "date_order = '../..'", "'' = 'a'", "title = nan"]  # fmt: skip


@pytest.mark.parametrize("text", MAPPINGS)
def test_mappings_that_are_refused(text, tmp_path):
    with pytest.raises(ParameterError, match=r"m\.toml"):
        load_mapping(written(tmp_path / "m.toml", text))


PLACES = ["", "x", "[" * DEEP, "[]", '{"a": 1}', '{"a": [1]}', '{"a": ["x", "y"]}', '{"a": [NaN, 1]}',
          '{"a": [1e999, 1]}', '{"a": [500, 1]}', "null", "1"]  # fmt: skip


@pytest.mark.parametrize("text", PLACES, ids=lambda t: t[:16] or "empty")
def test_coordinates_refused(text, tmp_path):
    with pytest.raises(ProjectError):
        read_coordinates(written(tmp_path / "c.json", text), ["a"])


BODIES = ["", "x", "null", "1", "[]", "{}", '{"choices": {}}', '{"choices": [1]}',
          '{"choices": [{"message": 1}]}', "[" * DEEP, '{"a":' * DEEP, "1" * 5000, "<html>",
          "\x00"]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda t: t[:16] or "empty")
def test_bodies_that_are_no_completion(body):
    with pytest.raises(TransientError):
        read_reply(body)


CONTENTS = {
    "deep": "{" + '"a":{' * DEEP + "}" * DEEP + "}",
    "huge integer": '{"level": ' + "1" * 5000 + "}",
    "NaN": '{"level": NaN, "reason": "r"}',
    "list": '{"level": ["direct"], "reason": "r"}',
    "twice": '{"level": "direct", "level": "none", "reason": "r"}',
    "two objects": '{"level": "direct"} {"level": "none"}',
    "look-alike": '{"level": "d\u0456rect", "reason": "r"}',
    "macro": '{"level": "\\\\input{x}", "reason": "r"}',
    "formula": '{"level": "=1+1", "reason": "r"}',
    "no reason": '{"level": "direct", "reason": {}}',
    "backwards": "} {",
    "only a brace": "{",
}


@pytest.mark.parametrize("case", CONTENTS)
def test_contents_that_are_no_level(case):
    with pytest.raises(UnusableError):
        read_level(Reply(CONTENTS[case], None, 1, 1, 0, "m"))


ANSWERS = [
    "x\n",
    "{}\n",
    "[]\n",
    "null\n",
    '{"key": 1}\n',
    "[" * DEEP + "\n",
    '{"__class__": 1}\n',
    "\xff\n",
]


@pytest.mark.parametrize("text", ANSWERS, ids=lambda t: ascii(t[:16]))
def test_caches_of_answers_that_are_none(text, tmp_path):
    with pytest.raises(ProjectError, match="line 1"):
        read_answers(written(tmp_path / "a.jsonl", text))


GOOD = '"posting_id": "1", "title": "t", "description": "d"'
LINES = {
    "deep value": (f'{{{GOOD}, "a": {"[" * DEEP}{"]" * DEEP}}}', "bad_json"),
    "deep object": (f'{{{GOOD}, "a": {"{" * DEEP}', "bad_json"),
    "huge integer": (f'{{{GOOD}, "openings": {"1" * 5000}}}', "bad_json"),
    "twice": (f'{{{GOOD}, "title": "u"}}', "bad_json"),
    "half a pair": (f'{{{GOOD}, "city": "\\ud800"}}', "bad_encoding"),
    "half a pair in a key": (f'{{{GOOD}, "\\udfff": 1}}', "bad_encoding"),
    "list": ("[1]", "not_an_object"),
    "nested title": ('{"posting_id": "1", "title": {"a": 1}, "description": "d"}', "nested_value"),
}


@pytest.mark.parametrize("case", LINES)
def test_lines_of_postings_quarantined(case, tmp_path):
    line, reason = LINES[case]
    good = GOOD.replace('"1"', '"2"')
    path = written(tmp_path / "a.jsonl", f"{{{good}}}\n{line}\n")
    summary = validate_file(path)
    assert (summary.rows, summary.valid, summary.by_reason) == (2, 1, {reason: 1})


def test_deep_objects_take_no_time_that_grows_with_their_square(tmp_path):
    from llmexposure.postings.read.json_lines import flatten

    value = 1
    for _ in range(500):
        value = {"a": value}
    assert max(key.count(".") for key in flatten(value)) == 8
