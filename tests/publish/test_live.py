"""Notebooks in a live kernel, as JupyterLab runs them: cells again, after an edit, in any order."""

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from llmexposure.base.project import current

NAMES = sorted(path.stem for path in current().notebooks.glob("*.ipynb"))
PYTHON = KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])


class Kernel:
    """A kernel and what cells say: text of a result, or of an error after ``ERROR``."""

    def __init__(self, client) -> None:
        self.client = client

    def run(self, code: str, cell: str | None = None) -> str:
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        metadata = {} if cell is None else {"cellId": cell, "deletedCells": []}
        request = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(request)
        said = ""
        while True:
            message = self.client.get_iopub_msg(timeout=300)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            if message["msg_type"] == "execute_result":
                said = message["content"]["data"]["text/plain"]
            if message["msg_type"] == "error":
                said = "ERROR " + "\n".join(message["content"]["traceback"])
            if message["content"].get("execution_state") == "idle":
                return said


@contextmanager
def kernel(root: Path, folder: Path):
    manager = KernelManager()
    manager._kernel_spec = PYTHON
    manager.start_kernel(cwd=str(folder), env={**os.environ, "LLMEXPOSURE_ROOT": str(root)})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def code(path: Path) -> dict[str, str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {c["id"]: "".join(c["source"]) for c in cells if c["cell_type"] == "code"}


class Live:
    """The throwaway notebook in a kernel."""

    def __init__(self, root: Path, kernel: Kernel) -> None:
        self.root, self.kernel = root, kernel

    def cell(self, name: str, text: str | None = None, sent: str | None = "same") -> str:
        text = code(self.root / "notebooks/01_small.ipynb")[name] if text is None else text
        return self.kernel.run(text, name if sent == "same" else sent)

    def all(self, **how) -> str:
        names = code(self.root / "notebooks/01_small.ipynb")
        said = [self.cell(name, **how) for name in names]
        assert not [s for s in said if s.startswith("ERROR")]
        return said[-1]

    @property
    def entries(self) -> dict:
        self.finish()
        path = self.root / "build/manual/01_small/01_small.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def finish(self) -> str:
        return self.cell("finish")

    def files(self) -> set[str]:
        folder = self.root / "build/manual/01_small"
        return {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}


@pytest.fixture(scope="module")
def _kernel(_built):
    with kernel(_built.root, _built.root / "notebooks") as found:
        yield found


@pytest.fixture
def live(built, _kernel):
    found = Live(built.root, _kernel)
    found.all()
    return found


COUNT = "small.open.tasks.count"
SAME = "As in the record: 3 results."


@pytest.mark.parametrize("sent", ["same", None], ids=["with ids", "without ids"])
def test_run_all_twice_is_as_in_the_record(live, sent):
    before = live.files()
    assert live.all(sent=sent) == SAME
    assert live.all(sent=sent) == SAME
    assert live.files() == before
    assert live.entries[COUNT]["cell"] == "count"


@pytest.mark.parametrize("sent", ["same", None], ids=["with ids", "without ids"])
def test_a_cell_edited_and_run_again_replaces_what_it_recorded(live, sent):
    edited = 'run.record("small.open.tasks.sum", 5, "count", 0, source=["onet_29_3"])'
    assert live.cell("count", edited, sent=sent) == "5"
    if sent:  # without ids nobody can know that it is the same cell
        assert COUNT not in live.entries
        assert "small.open.tasks.count" in live.finish()
    assert live.entries["small.open.tasks.sum"]["value"] == 5
    assert live.cell("count", edited.replace("5", "6"), sent=sent) == "6"
    assert live.entries["small.open.tasks.sum"]["value"] == 6
    assert live.cell("count", "None", sent="count") == ""
    assert live.all() == SAME or not sent


def test_a_figure_that_its_cell_makes_no_more_is_gone(live):
    figure = code(live.root / "notebooks/01_small.ipynb")["figure"]
    assert "figures/tasks.pdf" in live.files()
    live.cell("figure", figure.replace('figure("tasks"', 'figure("others"'))
    live.finish()
    assert "figures/tasks.pdf" not in live.files()
    assert {"figures/others.pdf", "figures/others.csv", "tables/counts.tex"} <= live.files()


def test_cells_run_in_any_order(live):
    for name in ("table", "figure", "count"):
        assert not live.cell(name).startswith("ERROR")
    assert live.finish() == SAME


def test_a_changed_parameter_starts_a_run_of_its_own(live):
    live.cell("parameters", 'exposure: str = "alpha"')
    assert live.cell("count").startswith(
        "ERROR ParameterError: 01_small: parameter exposure is 'al"
    )
    assert "run from there again" in live.finish()
    for name in ("start", "imports", "data", "count"):
        assert not live.cell(name).startswith("ERROR")
    assert live.entries[COUNT]["parameters"] == {"exposure": "alpha"}


def test_two_cells_that_record_one_key_are_both_named_at_the_end(live):
    count = code(live.root / "notebooks/01_small.ipynb")["count"]
    assert live.cell("another", count) == "19265"
    said = live.finish()
    assert said == (
        "ERROR ParameterError: 01_small: small.open.tasks.count is recorded by two cells, 'count' and "
        "'another'; give one of them another name and run it again (of a deleted cell: run from the "
        "parameters cell again)"
    )
    assert live.cell("another", "None") == ""
    assert live.finish() == SAME


def test_two_cells_that_make_one_figure_are_both_named(live):
    figure = code(live.root / "notebooks/01_small.ipynb")["figure"]
    live.cell("another", figure.replace('source=["onet', 'evidence="published", source=["onet'))
    assert "recorded by two cells, 'figure' and 'another'" in live.finish()


def test_a_table_before_its_numbers_says_which_cell_is_missing(live):
    live.cell("count", "None")
    said = live.cell("table")
    assert said == (
        "ERROR ParameterError: 01_small: small.open.tasks.count is not recorded yet; run its cell first"
    )


def independent(cells: dict[str, str]) -> list[str]:
    """Cells that record something, and no table of what others recorded, in reverse order."""
    first = list(cells)[3:]
    return [n for n in reversed(first) if "run.record(" in cells[n] or "run.slope(" in cells[n]]


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_runs_twice_and_backwards_in_one_kernel(name, pytestconfig):
    """Once whole and once backwards; with --slow also twice whole."""
    root, cells = current().root, code(current().notebooks / f"{name}.ipynb")
    record = json.loads((root / f"results/{name}.json").read_text(encoding="utf-8"))
    with kernel(root, root) as found:
        again = [list(cells)] if pytestconfig.getoption("--slow") else []
        for order in (list(cells), *again, [*independent(cells), list(cells)[-1]]):
            said = {cell: found.run(cells[cell], cell) for cell in order}
            assert {c: s for c, s in said.items() if s.startswith("ERROR")} == {}
            assert said[order[-1]] == f"As in the record: {len(record)} results."
            made = json.loads((root / f"build/manual/{name}/{name}.json").read_text("utf-8"))
            assert made == record
            found.run(f"import os; os.chdir({str(root / 'notebooks')!r})")
