"""README, CONTRIBUTING and docs/ agree with the program: commands, options, paths, limits, defaults."""

import re
import shlex

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
    *sorted((current().root / "docs").glob("*.md")),
]
TEXT = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
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
    name, *words = shlex.split(line)
    command = main.get_command(CONTEXT, name)
    assert command is not None, f"{page}: llmexposure {name}"
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
    folders = "benchmarks|data|docs|figures|notebooks|paper|scripts|src|tests"
    spans = re.findall(rf"`((?:{folders})/[\w./*-]*)`", TEXT[page])
    docs = current().root / "docs"
    folder = docs if (docs / page).exists() else current().root
    links = [folder / p for p in _links(TEXT[page])]
    lost = [str(p) for p in links if not p.exists()]
    lost += [p for p in spans if "NN" not in p and not list(current().root.glob(p))]
    assert lost == []


def _links(text: str) -> list[str]:
    return [p for p in re.findall(r"\]\(([\w./-]+)\)", text) if not p.startswith("http")]


def default(command: click.Command, name: str) -> object:
    """Default of an option."""
    return next(p.default for p in command.params if p.name == name)


MB = 2**20
SAID = {
    "posting_id": ("postings.md", f"text, up to {contract.MAX_ID} characters"),
    "title": ("postings.md", f"A title is cut at {contract.MAX_LABEL} characters"),
    "description": ("postings.md", f"a description at {contract.MAX_DESCRIPTION:,}."),
    "line": ("postings.md", f"longer than {contract.MAX_LINE // MB} MiB"),
    "raw": ("postings.md", f"raw values beyond {contract.MAX_RAW:,} characters are cut"),
    "years": ("postings.md", f"above {contract.MAX_YEARS:.0f} is not believed"),
    "many years": ("postings.md", f"one above {contract.MANY_YEARS:.0f} is noted"),
    "pay believed": (
        "postings.md",
        f"below {salary.LEAST_BELIEVED:.0f} or above {salary.MOST_BELIEVED:,.0f} in money worth about a "
        f"dollar, above {salary.MOST_UNSTATED:,.0f} where",
    ),
    "head": ("postings.md", f"The first {settle.HEAD:,} rows of a file"),
    "salary": ("postings.md", f"above {contract.MAX_SALARY / 1e6:.0f} million a month"),
    "ids": ("postings.md", f"on disk beyond {batches._IN_MEMORY / 1e6:.0f} million"),
    "top_k": ("scoring.md", f"at most `--top-k` ({default(score, 'top_k')})"),
    "batch": ("scoring.md", f"`--batch-rows` ({default(score, 'batch_rows'):,})"),
    "small": (
        "scoring.md",
        f"files of up to {work.SMALL[0] // MB} MB ({work.SMALL[1] // MB} MB packed)",
    ),
    "small on a cluster": (
        "scoring.md",
        "({} MB of text, {} MB packed)".format(*(s // MB for s in work.SMALL_ON_CLUSTER)),
    ),
    "digits": ("scoring.md", f"have {['', *'12345', 'six'][scorer.DIGITS]} digits"),
    "score": ("rating.md", f"`{default(rate, 'score')}` (default)"),
    "minor": ("verify.md", f"at most {LARGEST_MINOR:.0%} of the results and files"),
    "partial": ("verify.md", f"over {LARGEST_MINOR:.0%} of the results and files"),
}
SAID |= {
    name: ("simulation.md", rf"| `{name}` |.*| {value:{'.2f' if 'within' in name else 'g'}} |")
    for name, value in Parameters().coefficients().items()
}


@pytest.mark.parametrize("what", SAID)
def test_numbers_in_the_docs_are_those_of_the_code(what):
    page, said = SAID[what]
    pattern = r"\s+".join(re.escape(word) for word in said.split()).replace(r"\.\*", ".*")
    assert re.search(pattern, TEXT[page]), f"{page}: expected {said!r}"
