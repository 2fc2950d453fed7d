"""What `validate` shows: ends, quartiles, shares, examples, and a mapping file that reads the same again."""

import json
import re
import tomllib
from dataclasses import asdict, replace

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from llmexposure.cli import PoliteGroup, validate
from llmexposure.postings.clean.summary import lines_of as lines_of_summary
from llmexposure.postings.profile import (
    EXAMPLES,
    QUARTILES,
    Distribution,
    as_json,
    examine,
    examples_of,
    lines_of,
    mapping_of,
)

HEAD = "编号,职位名称,职位描述,薪资,学历要求,经验要求,发布日期,date_posted,招聘人数\n"
ROWS = [
    "1,会计,负责账务处理,8k-12k,本科,3-5年,2024-05-06,x,2",
    "2,出纳,负责付款,4k-6k,大专,不限,2024-01-31,x,1",
    "3,文员,接听电话,面议,本科,,2023-11-02,x,若干",
    "4,Clerk,Answers the telephone,1万-2万,大侠,1年,,x,5",
    "5,司机,,3k,本科,1年,2022-01-01,x,9",
]
TEXT = HEAD + "".join(f"{row}\n" for row in ROWS)


@pytest.fixture
def run():
    group = PoliteGroup("llmexposure", commands={"validate": validate})
    return lambda *arguments: CliRunner().invoke(group, ["validate", *map(str, arguments)])


def test_columns_as_they_came_out(put):
    shown = as_json(examine(put("a.csv", TEXT)))
    pay = shown["numbers"]["salary_min"]
    assert (pay["lowest"], pay["quartiles"], pay["highest"]) == (4000, [4000, 8000, 10_000], 10_000)
    assert pay["wordings"] == ["4k-6k", "1万-2万"]
    assert shown["numbers"]["openings"]["highest"] == 5
    assert shown["dates"] == ["2023-11-02", "2024-05-06"]
    assert shown["degrees"] == {"college": 1, "bachelor": 2, "": 1}
    assert shown["languages"] == {"en": 1, "zh": 3}
    assert shown["columns"]["date"] == {
        "read_from": ["发布日期"], "not_read": ["date_posted"], "missing": 1,
    }  # fmt: skip
    assert shown["notes"]["unknown_degree_word"]["wordings"] == {"大侠": 1}
    read = {(one["column"], one["wording"]): one["values"] for one in shown["examples"]}
    assert read["salary", "8k-12k"] == [8000, 12_000]
    assert read["salary", "面议"] == [None, None]
    assert read["min_years", "3-5年"] == [3]
    assert read["degree", "大侠"] == [None]


def test_lines_say_the_same(put):
    text = "\n".join(lines_of(examine(put("a.csv", TEXT))))
    for told in (
        "'4k-6k' to '1万-2万'", "2023-11-02 to 2024-05-06", "bachelor 50%", "zh 75%",
        "'8k-12k' -> 8,000 to 12,000  (1)", "'面议' -> missing",
        "each row takes the first that can be read: 发布日期, date_posted",
    ):  # fmt: skip
        assert told in text


def test_large_numbers_are_not_run_together(put):
    head = "id,title,description,salary,pay_period,currency\n"
    rows = [f"{n},t,d,{n}00000000-{n}90000000,monthly,VND\n" for n in (1, 2, 3)]
    found = examine(put("a.csv", head + "".join(rows)))
    line = next(one for one in lines_of(found) if one.strip().startswith("salary_max"))
    assert line.split()[1:6] == [
        "190,000,000",
        "190,000,000",
        "290,000,000",
        "390,000,000",
        "390,000,000",
    ]
    assert any(one.split() == ["pay", "in", "VND", "100%"] for one in lines_of(found))
    columns = as_json(found)["columns"]
    assert columns["salary_period"]["read_from"] == ["pay_period"]
    summary = "\n".join(lines_of_summary(found.summary))
    assert re.search(r"salary_period +pay_period\nsalary_currency +currency", summary)


def test_no_usable_row_shows_no_columns_and_no_zero(put, run):
    result = run(put("a.csv", HEAD + ROWS[4] + "\n"))
    line = next(line for line in result.stdout.splitlines() if line.startswith("degree"))
    assert line.split()[1] == "-"
    assert "values read" not in result.stdout


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_size_of_batches_changes_nothing(put, kind):
    keys, rows = HEAD.strip().split(","), [row.split(",") for row in ROWS * 30]
    lines = [json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in rows]
    path = put(
        f"a.{kind}", "\n".join([HEAD.strip(), *ROWS * 30] if kind == "csv" else lines) + "\n"
    )
    found = [asdict(examine(path, ids="row", batch_rows=size).profile) for size in (1, 7, 1000)]
    assert found[0] == found[1] == found[2]
    assert found[0]["first"] == "2023-11-02"


@pytest.mark.parametrize("seed", [1, 2])
def test_quartiles_are_right_to_three_digits_and_take_little_memory(seed):
    values = np.random.default_rng(seed).lognormal(9, 1, 100_000)
    one = Distribution()
    for part in np.array_split(values, 7):
        one.add(pl.Series(part), pl.Series(["x"]).new_from_index(0, len(part)))
    exact = np.quantile(values, QUARTILES, method="inverted_cdf")
    assert [one.quantile(share) for share in QUARTILES] == pytest.approx(exact, rel=0.005)
    assert (one.low, one.high) == (values.min(), values.max())
    assert len(one.counts) < 6_000


def test_examples_are_twenty_and_from_every_column(put):
    rows = [f"{n},t,d,{n}k,本科,{n % 40}年,2024-01-{n % 28 + 1:02},x,{n}" for n in range(1, 300)]
    profile = examine(put("a.csv", HEAD + "\n".join(rows))).profile
    examples = examples_of(profile)
    assert len(examples) == EXAMPLES
    assert {name for name, *_ in examples} == {"salary", "degree", "min_years", "date", "openings"}
    assert all(len(words) <= 500 for words in profile.words.values())


MAPPED = {"salary_period": "year", "date_order": "dmy", "degree": ""}


def test_mapping_file_reads_the_same_again(put):
    path = put("a.csv", TEXT)
    first = examine(path, MAPPED)
    mapping = put("m.toml", mapping_of(first))
    again = examine(path, mapping)
    assert replace(again.summary, offered={}) == replace(first.summary, offered={})
    assert again.profile == first.profile
    assert {name: tomllib.loads(mapping_of(first))[name] for name in MAPPED} == MAPPED


def test_mapping_file_leaves_open_what_is_not_the_same_everywhere(put):
    put("x/a.csv", "id,title,description\n1,t,d\n")
    folder = put("x/b.csv", "id,title,text\n2,t,d\n").parent
    lines = mapping_of(examine(folder)).splitlines()
    assert lines[1] == 'title = "title"'
    assert lines[2].startswith('# description = "?"  # not the same in all files')
    assert "description, text" in lines[2]


def test_mapping_file_is_written(put, run, tmp_path):
    out = tmp_path / "m.toml"
    assert run(put("a.csv", TEXT), "--write-mapping", out).exit_code == 0
    assert tomllib.loads(out.read_text(encoding="utf-8"))["title"] == "职位名称"
    assert run(put("a.csv", TEXT), "--write-mapping", out).exit_code == 0
    out.write_text("title = 'mine'\n", encoding="utf-8")
    assert run(put("a.csv", TEXT), "--write-mapping", out).exit_code == 1
    assert out.read_text(encoding="utf-8") == "title = 'mine'\n"


@pytest.mark.parametrize("target", ["a.csv", "in.toml"])
def test_mapping_file_is_not_written_over_what_is_read(put, run, tmp_path, target):
    path, mapping = put("a.csv", TEXT), put("in.toml", 'title = "职位名称"\n')
    given = ("--columns", mapping, "--write-mapping", tmp_path / target, "--overwrite")
    result = run(path, *given)
    assert result.exit_code == 1
    assert "would be replaced. Name another file." in result.stderr
    assert path.read_text(encoding="utf-8") == TEXT


def test_refused_file_leaves_the_guesses_behind(put, run, tmp_path):
    out = tmp_path / "m.toml"
    result = run(put("a.csv", "Job Titel,job_descr\nt,d\n"), "--write-mapping", out)
    assert result.exit_code == 1
    assert "correct it there" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    path = put("a.csv", "Job Titel,job_descr\nt,d\n")
    assert run(path, "--columns", out).exit_code == 0


def test_json_is_json_and_nothing_else(put, run):
    result = run(put("a.csv", TEXT), "--json")
    assert json.loads(result.stdout)["usable"] == 4


def test_ids_and_repeats_are_options(put, run):
    path = put("a.csv", "id,title,description\n1,t,d\n1,u,d\n2,u,d\n")
    assert "2    usable" in run(path).stdout
    numbered = run(path, "--ids", "row").stdout
    assert "3    usable" in numbered
    assert "1 usable row(s) repeat an earlier one" in numbered
    assert "1    repeated_posting" in run(path, "--ids", "row", "--repeats", "drop").stdout
