"""The recipes of docs/how-to run as written, block after block, in a copy of the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llmexposure.base.project import current
from llmexposure.publish.verify.copies import copy_tree

ROOT = current().root
BLOCK = re.compile(r"^```(sh|python|diff)\n(.*?)^```", re.M | re.S)
LONGEST = 20
PAGES = ("add", "fork")


def blocks(page: str) -> list[tuple[str, str]]:
    """Kind and text of every block of a page."""
    return BLOCK.findall((ROOT / f"docs/how-to/{page}.md").read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path):
    """The repository, with an environment that runs the code of the copy."""
    if not (Path(sys.prefix) / "pyvenv.cfg").exists():
        pytest.skip("not in a virtual environment")
    root = tmp_path / "copy"
    copy_tree(ROOT, root)
    environment, scripts = root / ".venv", root / ".venv/bin"
    scripts.mkdir(parents=True)
    (root / "build").mkdir(exist_ok=True)  # as after any make
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", environment)
    for name in ("lib", "share"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    for name in ("python", "python3"):
        (scripts / name).symlink_to(Path(sys.prefix) / "bin" / name)
    for name in ("papermill", "llmexposure"):
        text = (Path(sys.prefix) / "bin" / name).read_text(encoding="utf-8")
        (scripts / name).write_text(text.replace(sys.prefix, str(environment)))
        (scripts / name).chmod(0o755)
    return root


def follow(root: Path, kind: str, text: str) -> str:
    """Do what a block says; what a command printed."""
    if kind == "sh":
        given = {k: v for k, v in os.environ.items() if not k.startswith(("LLMEXPOSURE", "PYTHON"))}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=root,
            env=given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout
    head, _, body = text.partition("\n")
    if kind == "python":
        (root / head.removeprefix("# ")).write_text(body, encoding="utf-8")
    elif cell := re.fullmatch(r"--- cell (\w[\w-]*) of (\S+)", head):
        edit_cell(root / cell[2], cell[1], body)
    else:
        path = root / head.removeprefix("--- ")
        path.write_text(edited(path.read_text(encoding="utf-8"), body), encoding="utf-8")
    return ""


def edit_cell(notebook: Path, name: str, body: str) -> None:
    """Edit one cell of a notebook."""
    whole = json.loads(notebook.read_text(encoding="utf-8"))
    cell = next(cell for cell in whole["cells"] if cell["id"] == name)
    cell["source"] = edited("".join(cell["source"]) + "\n", body).rstrip("\n")
    notebook.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def edited(text: str, body: str) -> str:
    """Text after an edit: lines to come before all others, or in the place of those that go."""
    for gone, come in re.findall(r"((?:^-.*\n)*)((?:^\+.*\n)+)", body, re.M):
        old, new = (re.sub(r"^.", "", part, flags=re.M) for part in (gone, come))
        assert not old or text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new) if old else new + text
    return text


@pytest.mark.parametrize("page", PAGES)
def test_blocks_are_short(page):
    found = blocks(page)
    assert len(found) >= 3
    assert max(text.count("\n") for _, text in found) < LONGEST


def test_measure_source_notebook_outcome_and_country_are_added_as_written(copy):
    said = [follow(copy, kind, text) for kind, text in blocks("add")]
    assert "my_survey" in said[0]
    record = copy / "build/manual/30_mine/30_mine.json"
    found = json.loads(record.read_text(encoding="utf-8"))
    assert "mine.open.germany.slope" in found
    assert int(said[-1]) > 3
    assert "my_measure" in (copy / "data/analysis/codebook.csv").read_text(encoding="utf-8")


def test_a_fork_takes_its_own_name_data_and_question_as_written(copy):
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    subprocess.run(["git", "add", "-A"], cwd=copy, check=True)
    said = [follow(copy, kind, text) for kind, text in blocks("fork")]
    assert "3 passed" in said[0]
    assert re.search(r"\(\d+, 4\)", said[1])
    assert '"notebook": "01_tightness"' in said[2]
