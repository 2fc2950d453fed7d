"""Pages written from the record: the data editor's forms, and the parts of the README that hold results."""

from collections.abc import Callable, Mapping
from pathlib import Path

from llmexposure.base.errors import BuildError
from llmexposure.base.files import write_text
from llmexposure.base.project import Project, shown

Texts = Mapping[Path, str]


def findings(project: Project) -> Path:
    """Template of what the README says was found."""
    return project.docs / "findings.md"


def measured(project: Project) -> Path:
    """Run time, memory and disk as measured last."""
    return project.docs / "measured.json"


def site_pages(project: Project) -> list[Path]:
    """Pages of the web edition that are written by hand."""
    return sorted((project.root / "site" / "pages").rglob("*.md"))


def inputs(project: Project) -> list[Path]:
    """Files written by hand or by a benchmark that the pages rest on, besides record and paper."""
    asked = [findings(project), measured(project), *site_pages(project)]
    found = [path for path in asked if path.exists()]
    return [*found, project.sources_toml] if found else []


def outputs(project: Project) -> list[Path]:
    """The pages: those whose inputs are there."""
    readme = [project.readme] if findings(project).exists() else []
    names = ("code_check.csv", "sentences.csv", "replication.md", "how-to/scoring.md")
    return [*readme, *([project.docs / n for n in names] if measured(project).exists() else [])]


def texts(project: Project) -> Texts:
    """Every page as it follows from the record now."""
    makers: dict[str, Callable[[Project], Texts]] = {"README.md": _readme, "code_check.csv": _forms}
    wanted = {path.name for path in outputs(project)}
    return {p: t for n, make in makers.items() if n in wanted for p, t in make(project).items()}


def _readme(project: Project) -> Texts:
    from llmexposure.publish import paper
    from llmexposure.publish.forms import readme

    blocks = readme.blocks(findings(project).read_text(encoding="utf-8"), paper.entries(project))
    page = project.readme.read_text(encoding="utf-8")
    return {project.readme: readme.replace_blocks(page, blocks)}


def _forms(project: Project) -> Texts:
    from llmexposure.base.files import to_csv_text
    from llmexposure.base.sources.registry import load_registry
    from llmexposure.publish import paper
    from llmexposure.publish.forms.code_check import code_check, sentences
    from llmexposure.publish.forms.readme import replace_blocks, tied_words
    from llmexposure.publish.forms.replication import replication_form
    from llmexposure.publish.steps import notebooks
    from llmexposure.report import latex
    from llmexposure.report.measured import measured_table, read_measured

    written = [*paper.sources(project), *sorted(project.tables.glob("*.tex"))]
    check = code_check(written, paper.entries(project))
    took = read_measured(measured(project))
    scoring = project.docs / "how-to" / "scoring.md"
    page = scoring.read_text(encoding="utf-8")
    text = findings(project)
    tied = latex.tied_words(written)
    for page_by_hand in [*([text] if text.exists() else []), *site_pages(project)]:
        tied += tied_words(page_by_hand.read_text(encoding="utf-8"), page_by_hand)
    form = replication_form(load_registry(project.sources_toml), notebooks(project), check, took)
    return {
        project.docs / "code_check.csv": to_csv_text(check),
        project.docs / "sentences.csv": to_csv_text(sentences(tied)),
        project.docs / "replication.md": form,
        scoring: replace_blocks(page, {"measured": measured_table(took["score"])}, shown(scoring)),
    }


def stale(project: Project) -> Texts:
    """Pages that are not what the record gives, with what it gives."""
    fresh = texts(project)
    return {p: t for p, t in fresh.items() if not p.exists() or p.read_text("utf-8") != t}


def refresh(project: Project, *, check: bool = False) -> str:
    """Write the pages that are out of date; what was done, in words.

    Raises
    ------
    BuildError
        With ``check``, which writes nothing, when one is out of date.
    """
    found = stale(project)
    if check and found:
        raise BuildError(
            f"out of date: {', '.join(map(shown, found))}; run `llmexposure forms` and commit them"
        )
    write(project)
    return f"{len(outputs(project))} forms, {len(found)} written"


def write(project: Project) -> None:
    """Write every page anew."""
    for path, text in texts(project).items():
        write_text(path, text)
