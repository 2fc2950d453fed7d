"""What students get: no solution, no hidden seed, a kit that runs alone; the lab in two languages."""

import json
import re
import subprocess
import sys
import tomllib

import pytest


def code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]


def prose(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {c["id"]: "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"}


def test_students_get_no_solution_and_no_hidden_seed(exported, course):
    settings = tomllib.loads((course / "instructor" / "hidden.toml").read_text())
    hidden = re.compile(
        "|".join(rf"(?<![0-9a-f]){seed}(?![0-9a-f])" for seed in settings["seeds"].values())
    )
    solved = {
        line.strip()
        for path in (course / "instructor").glob("e*.ipynb")
        for _, source in code(path)
        for region in re.findall(r"BEGIN SOLUTION\n(.*?)### END", source, re.S)
        for line in region.splitlines()
        if 'answers["' in line
    }
    assert len(solved) > 20
    files = [p for p in exported.rglob("*") if p.is_file()]
    assert not [p for p in files if {"instructor", "staff"} & set(p.relative_to(exported).parts)]
    assert not [p for p in files if p.name in ("reference.py", "hidden.toml", "__main__.py")]
    small = [p for p in files if p.parent.name != "data"]
    for path in small:
        text = path.read_text(encoding="utf-8")
        assert "SOLUTION" not in text, path
        assert not hidden.search(text), path
        if path.suffix == ".ipynb":
            lines = {line.strip() for _, source in code(path) for line in source.splitlines()}
            assert not (lines & solved) - {'answers["after"] = after.params[v.measure]'}, path


def test_pages_of_an_export_stand_alone(exported):
    for page in ("README.md", "README.zh.md"):
        text = (exported / page).read_text(encoding="utf-8")
        links = [p for p in re.findall(r"\]\(([\w./-]+)\)", text) if not p.startswith("http")]
        assert len(links) > 12
        assert [p for p in links if not (exported / p).exists()] == []
        assert "course-grade" not in text


def test_an_export_does_not_write_over_other_files(tmp_path):
    from staff.export import export

    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds other files"):
        export(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_the_exported_kit_runs_without_the_project(exported):
    program = (
        "import sys; sys.modules['llmexposure'] = None; sys.path.insert(0, '..')\n"
        "from kit import check, paper, table, variant\n"
        "print(len(table('sectors')), paper('recruitment_share.open.us.slope')['n'])\n"
        "check('e5', {'slope': None}, '2100012345')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=exported / "exercises", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "answers['slope'] is empty" in done.stdout


LAB = ("0_setup", "1_data", "2_regression", "3_event_study", "4_curve", "5_discussion")


@pytest.mark.parametrize("name", LAB)
def test_the_lab_has_the_same_code_in_both_languages(course, name):
    english, chinese = (course / folder / f"{name}.ipynb" for folder in ("lab", "lab_zh"))
    assert code(english) == code(chinese)
    there, here = prose(english), prose(chinese)
    assert there.keys() == here.keys()
    assert [i for i, text in here.items() if not re.search(r"[\u4e00-\u9fff]", text)] == []
    assert [i for i, text in there.items() if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_minutes_of_the_lab_add_up_to_ninety(course):
    heads = [prose(course / "lab" / f"{name}.ipynb")["title"].splitlines()[0] for name in LAB]
    minutes = [int(m) for head in heads for m in re.findall(r"\((\d+) minutes\)", head)]
    assert minutes == [10, 15, 20, 20, 15, 10]
    rows = re.findall(
        r"^\| \[\d [^|]*lab/[^|]*\| (\d+) \|", (course / "README.md").read_text(), re.M
    )
    assert [int(m) for m in rows] == minutes


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "instructor/README.md"])
def test_links_and_commands_of_the_pages_exist(course, page):
    text = (course / page).read_text(encoding="utf-8")
    links = [p for p in re.findall(r"\]\(([\w./-]+)\)", text) if not p.startswith("http")]
    assert [p for p in links if not ((course / page).parent / p).exists()] == []
    makefile = (course.parent / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", makefile, re.M)
    assert [t for t in re.findall(r"^make ([a-z-]+)", text, re.M) if t not in targets] == []


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("course-student",), "python course export build/course"),
        (("course-student", "OUT=a b"), "python course export 'a b'"),
        (("course-grade", "SUBMISSIONS=in"), "python course grade 'in'"),
        (
            ("course-grade", "SUBMISSIONS=in", "OUT=g.csv", "INSTRUCTOR=../p"),
            "python course grade 'in' --out='g.csv' --instructor='../p'",
        ),
    ],
)
def test_the_targets_hand_their_folders_on(course, words, command):
    done = subprocess.run(
        ["make", "-n", *words], cwd=course.parent, capture_output=True, text=True, check=True
    )
    assert command in done.stdout


def test_both_indexes_name_every_notebook(course):
    for page in ("README.md", "README.zh.md"):
        text = (course / page).read_text(encoding="utf-8")
        for path in (course / "exercises").glob("*.ipynb"):
            assert f"exercises/{path.name}" in text
