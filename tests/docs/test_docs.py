"""README, CONTRIBUTING and docs/ agree with the program: commands, options, paths, limits, defaults."""

import re
import shlex
import subprocess
import sys

import click
import pytest

from llmexposure.base.project import current
from llmexposure.cli import main, rate, score
from llmexposure.postings import contract
from llmexposure.postings.clean import salary, settle
from llmexposure.postings.read import batches
from llmexposure.postings.score import scorer, work
from llmexposure.publish.verify.compare import LARGEST_MINOR
from llmexposure.simulation.parameters import Parameters

PAGES = [
    current().root / "README.md",
    current().root / "CONTRIBUTING.md",
    *sorted((current().root / "docs").rglob("*.md")),
]
TEXT = {p.relative_to(current().root).as_posix(): p.read_text(encoding="utf-8") for p in PAGES}
TARGETS = set(
    re.findall(r"^([a-z-]+):", (current().root / "Makefile").read_text(encoding="utf-8"), re.M)
)
CONTEXT = click.Context(main)


def commands(program: str) -> list[tuple[str, str]]:
    """Page and rest of the line of each command, in a code span or a block of code."""
    start = rf"(?:`|^ {{4}}|^)(?:\.venv/bin/|scripts/run\.sh )?{program} "
    found = [(n, m) for n, t in TEXT.items() for m in re.findall(rf"{start}([^`#\n]+)", t, re.M)]
    return [(name, rest.strip()) for name, rest in found]


def long_options(command: click.Command) -> set[str]:
    """``--options`` of a command, and ``--help``."""
    given = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    return {o for o in given if o.startswith("-")} | {"--help"}


@pytest.mark.parametrize(("page", "line"), commands("llmexposure"))
def test_a_command_in_the_docs_exists_with_its_options(page, line):
    words = shlex.split(line)
    command: click.Command | None = main
    while isinstance(command, click.Group) and words:
        name, *words = words
        command = command.get_command(CONTEXT, name)
    assert command is not None, f"{page}: llmexposure {line}"
    options = {word.split("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
    real = command.make_context(name, ["--help"], resilient_parsing=True).command
    assert options <= long_options(real), f"{page}: llmexposure {line}"


@pytest.mark.parametrize(("page", "line"), commands("make"))
def test_a_target_in_the_docs_exists(page, line):
    assert line.split()[0] in TARGETS, f"{page}: make {line}"


def test_there_are_commands_to_look_at():
    assert len(commands("llmexposure")) > 20
    assert len(commands("make")) > 10


@pytest.mark.parametrize("page", TEXT)
def test_files_in_the_docs_exist(page):
    folders = "benchmarks|data|docs|examples|figures|notebooks|paper|scripts|src|tests"
    spans = re.findall(rf"`((?:{folders})/[\w./*-]*)`", TEXT[page])
    links = [(current().root / page).parent / p for p in _links(TEXT[page])]
    lost = [str(p) for p in links if not p.exists()]
    lost += [p for p in spans if "NN" not in p and not list(current().root.glob(p))]
    assert lost == []


@pytest.mark.parametrize(
    "notebook", sorted(current().notebooks.glob("*.ipynb")), ids=lambda p: p.stem
)
def test_files_that_a_notebook_links_to_exist(notebook):
    found = _links(notebook.read_text(encoding="utf-8"))
    assert [p for p in found if not (notebook.parent / p).exists()] == []


def test_every_page_is_in_the_index():
    index = current().root / "docs" / "README.md"
    linked = {(index.parent / p).resolve() for p in _links(TEXT["docs/README.md"])}
    pages = {path for path in PAGES if path.is_relative_to(index.parent)} - {index}
    assert sorted(path.name for path in pages - linked) == []


def test_the_page_of_the_library_is_what_the_docstrings_say():
    script = current().root / "scripts" / "api.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def _links(text: str) -> list[str]:
    return [p for p in re.findall(r"\]\(([\w./-]+)\)", text) if not p.startswith("http")]


def default(command: click.Command, name: str) -> object:
    """Default of an option."""
    return next(p.default for p in command.params if p.name == name)


MB = 2**20
POSTINGS, SIMULATION = "docs/reference/postings.md", "docs/reference/simulation.md"
SCORING, RATING, VERIFY = (f"docs/how-to/{name}.md" for name in ("scoring", "rating", "verify"))
SAID = {
    "posting_id": (POSTINGS, f"text, up to {contract.MAX_ID} characters"),
    "title": (POSTINGS, f"A title is cut at {contract.MAX_LABEL} characters"),
    "description": (POSTINGS, f"a description at {contract.MAX_DESCRIPTION:,}."),
    "line": (POSTINGS, f"longer than {contract.MAX_LINE // MB} MiB"),
    "raw": (POSTINGS, f"raw values beyond {contract.MAX_RAW:,} characters are cut"),
    "years": (POSTINGS, f"above {contract.MAX_YEARS:.0f} is not believed"),
    "many years": (POSTINGS, f"one above {contract.MANY_YEARS:.0f} is noted"),
    "pay believed": (
        POSTINGS,
        f"below {salary.LEAST_BELIEVED:.0f} or above {salary.MOST_BELIEVED:,.0f} in money worth about a "
        f"dollar, above {salary.MOST_UNSTATED:,.0f} where",
    ),
    "head": (POSTINGS, f"The first {settle.HEAD:,} rows of a file"),
    "salary": (POSTINGS, f"above {contract.MAX_SALARY / 1e6:.0f} million a month"),
    "ids": (POSTINGS, f"on disk beyond {batches._IN_MEMORY / 1e6:.0f} million"),
    "top_k": (SCORING, f"at most `--top-k` ({default(score, 'top_k')})"),
    "batch": (SCORING, f"`--batch-rows` ({default(score, 'batch_rows'):,})"),
    "small": (
        SCORING,
        f"files of up to {work.SMALL[0] // MB} MB ({work.SMALL[1] // MB} MB packed)",
    ),
    "small on a cluster": (
        SCORING,
        "({} MB of text, {} MB packed)".format(*(s // MB for s in work.SMALL_ON_CLUSTER)),
    ),
    "digits": (SCORING, f"have {['', *'12345', 'six'][scorer.DIGITS]} digits"),
    "score": (RATING, f"`{default(rate, 'score')}` (default)"),
    "minor": (VERIFY, f"at most {LARGEST_MINOR:.0%} of the results and files"),
    "partial": (VERIFY, f"over {LARGEST_MINOR:.0%} of the results and files"),
}
SAID |= {
    name: (SIMULATION, rf"| `{name}` |.*| {value:{'.2f' if 'within' in name else 'g'}} |")
    for name, value in Parameters().coefficients().items()
}


@pytest.mark.parametrize("what", SAID)
def test_numbers_in_the_docs_are_those_of_the_code(what):
    page, said = SAID[what]
    pattern = r"\s+".join(re.escape(word) for word in said.split()).replace(r"\.\*", ".*")
    assert re.search(pattern, TEXT[page]), f"{page}: expected {said!r}"
