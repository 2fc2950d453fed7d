"""Text that LaTeX would run is printed instead, wherever a value, label or note reaches a .tex file."""

import json
import os
import re
import shutil
import subprocess

import pytest

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, current
from llmexposure.publish.environment import FIXED
from llmexposure.publish.paper import exhibits
from llmexposure.report import latex, latex_table, record

# Text to a word that must be seen in print, or nothing where none of it can be seen.
TEXTS = {
    r"\input{/etc/passwd}": "passwd",
    r"\include{../../secret}": "secret",
    r"\immediate\write18{touch pwned}": "pwned",
    r"\openout5=pwned.txt \write5{x}\closeout5": "closeout5",
    r"\directlua{os.execute('touch pwned')}": "directlua",
    r"\catcode`\%=12": "catcode",
    r"\csname end\endcsname{document}": "endcsname",
    r"\end{document}": "document",
    r"\def\result#1{0}": "result",
    r"\loop\iftrue\repeat": "iftrue",
    r"^^5cinput{/etc/passwd}": "5cinput",
    r"^^^^005cwrite18{x}": "write18",
    "100% of it": "100%",
    "$x^2$": "x",
    "$$": "",
    "{unbalanced": "unbalanced",
    "unbalanced}": "unbalanced",
    "a & b \\\\ c": "a",
    "#1 ~ _x_ <y>": "y",
    "one\n\ntwo": "two",
    "tab\there": "here",
    "nul\x00byte": "byte",
    "escape\x1b[31m": "31m",
    "delete\x7fit": "it",
    "turn\u202eed": "ed",
    "isolate\u2066d": "d",
    "line\u2028end": "end",
    "\\": "",
}
KEY = "matching.postings.cn.left_out"
HARMLESS = re.compile(
    r"\\text(?:backslash|asciitilde|asciicircum)\{\}|\\[&%$#_{}]|\$[<>-]\$"
)  # what `escape` writes for a special character


def entry(value):
    return record.entry(KEY, value, "label", 0, source=["postings_cn"], notebook="02_x", cell="a")


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_that_tex_acts_on_is_left(text):
    shown = latex.escape(text)
    assert not re.search(r"[\\{}%$&#^_~]", HARMLESS.sub("", shown))
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("text", TEXTS)
def test_label_is_one_escaped_argument_of_one_definition(text):
    lines = latex.macros({KEY: entry(text)}).splitlines()
    assert lines[2:] == [rf"\resultdef{{{KEY}}}{{value}}{{{latex.escape(text)}}}{{02_x}}"]


@pytest.mark.parametrize("text", TEXTS)
def test_table_keeps_its_cells_and_rows(text):
    made = latex_table.table([text, "N"], [[text, KEY], ["last", ""]])
    head, row = [line for line in made.splitlines() if line.endswith(r"\\")][:2]
    assert head == f"{latex.escape(text)} & N " + r"\\"
    assert row == rf"{latex.escape(text)} & \result{{{KEY}}} \\"


FIELDS = {
    "also input": {"also": r"open, \input{x}"},
    "of input": {"of": r"\input{/etc/passwd}"},
    "of percent": {"of": "sectors % the rest"},
    "of line": {"of": "sectors\n\\relax"},
    "of carets": {"of": "^^5cinput"},
    "of markup": {"of": "<script>alert(1)</script>"},
    "of turned": {"of": "sec\u202etors"},
    "of empty": {"of": ""},
    "notebook macro": {"notebook": r"x}\input{y"},
    "notebook path": {"notebook": "../../x"},
    "notebook letters": {"notebook": "02_\u0445"},
    "cell code": {"cell": "a`b"},
    "cell link": {"cell": "a](javascript:x)"},
    "source macro": {"source": [r"a}\write18{x}"]},
    "source path": {"source": ["../x y"]},
    "evidence": {"evidence": r"\x"},
    "digits": {"digits": 10**6},
    "digits text": {"digits": "2"},
    "unit": {"unit": r"\x"},
    "field": {r"\x": 1},
}


@pytest.mark.parametrize("case", FIELDS)
def test_fields_that_are_printed_raw_are_refused_when_the_record_is_read(case, tmp_path):
    path = tmp_path / "02_x.json"
    path.write_text(json.dumps({KEY: entry("fine") | FIELDS[case]}))
    with pytest.raises(BuildError, match=r"02_x\.json: result"):
        record.load(path)


KEYS = [
    r"a.open.b.c}\input{x}",
    "a.open.b",
    "a.open.b.C",
    "../a.open.b.c",
    "a.open.b.c\n",
    "a.open.b.\u0441",
    "",
]


@pytest.mark.parametrize("key", KEYS)
def test_keys_that_are_no_keys_are_refused(key, tmp_path):
    path = tmp_path / "02_x.json"
    path.write_text(json.dumps({key: entry("fine")}))
    with pytest.raises(BuildError, match="the key is not"):
        record.load(path)


def test_record_as_written_is_read(tmp_path):
    item = entry(r"\input{x}") | {"of": "categories (2022), of the report's"}
    (tmp_path / "a.json").write_text(record.dump({KEY: item}))
    assert record.load(tmp_path / "a.json") == {KEY: item}


def paper(folder, texts):
    """A paper that prints every text as a result, in a table and as a heading."""
    (folder / "generated/tables").mkdir(parents=True)
    shutil.copy(current().paper / "llmexposure.sty", folder)
    keys = [f"a.open.b.c{number}" for number in range(len(texts))]
    entries = {key: entry(text) for key, text in zip(keys, texts, strict=True)}
    exhibit = record.entry("exhibit.open.t.table", 3, "count", 0, source=["x"], notebook="02_x")
    entries["exhibit.open.t.table"] = exhibit | {"of": "rows"}
    rows = [[text, key] for text, key in zip(texts, keys, strict=True)]
    (folder / "generated/tables/t.tex").write_text(latex_table.table(["x", "y"], rows), "utf-8")
    (folder / "generated/results.tex").write_text(latex.macros(entries), "utf-8")
    (folder / "generated/exhibits.tex").write_text(exhibits(entries), "utf-8")
    printed = "\n".join(rf"\setbox0=\hbox{{\result{{{key}}}}}\showbox0" for key in keys)
    (folder / "paper.tex").write_text(
        "\\documentclass{article}\\usepackage{natbib,llmexposure}\\begin{document}\n"
        "\\showboxbreadth=999 \\showboxdepth=9\n"
        f"{printed}\n\\papertable{{t}}{{All.}}\\typeout{{ENDS}}\\end{{document}}\n"
    )


@pytest.mark.skipif(not shutil.which("xelatex"), reason="xelatex is not installed")
def test_a_paper_prints_them_all_and_runs_none(tmp_path):
    paper(tmp_path, list(TEXTS))
    done = subprocess.run(
        ["xelatex", "-no-shell-escape", "-no-pdf", "-interaction=scrollmode", "paper.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace",
        env={**os.environ, **FIXED, "max_print_line": "10000"}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    log = (tmp_path / "paper.log").read_text("utf-8", "replace")
    assert "ENDS" in done.stdout
    assert "runsystem(" not in log
    assert not (tmp_path / "pwned").exists()
    assert not (tmp_path / "pwned.txt").exists()
    assert "root:" not in log
    errors = [line for line in log.splitlines() if line.startswith("! ")]
    assert all(line.startswith("! OK") for line in errors)  # \showbox is one
    boxes = log.split("> \\box0=")[1:]
    assert len(boxes) == len(TEXTS)
    for word, box in zip(TEXTS.values(), boxes, strict=True):
        letters = re.sub(r"\s|\.+\\\S+ ?", "", box)
        assert word in letters, (word, box[:800])


def test_tex_runs_without_a_shell(monkeypatch, tmp_path):
    from llmexposure.publish import paper as built

    asked = []

    def run(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(built.subprocess, "run", run)
    with pytest.raises(BuildError):
        built.compile_pdf(Project(tmp_path))
    assert "-no-shell-escape" in asked[0]
    assert not any("shell-escape" in word and word != "-no-shell-escape" for word in asked[0])
