"""Sources and data of the web edition, and Sphinx on them.

Everything is written anew into ``build/site-source``, from the record, the figures, the executed notebooks
and ``site/``; the same inputs give the same bytes. Data are scripts that hand over an object, not JSON files:
a page opened from a disk may load scripts but fetch nothing.
"""

import base64
import gzip
import json
import posixpath
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from llmexposure.base.errors import BuildError
from llmexposure.base.files import to_csv_text, write_text
from llmexposure.base.project import Project, shown
from llmexposure.publish import paper
from llmexposure.publish.forms.code_check import code_check
from llmexposure.publish.site import notebooks, pages, record, settings
from llmexposure.report.record import UNITS, Entry

LARGEST = 20 * 2**20  # bytes of the whole site
PACKED = 50_000  # characters of data from which on they are packed
COLOURS = 64  # of a picture: enough for a figure, at a third of its bytes
_MODULES = ("sphinx", "myst_nb", "pydata_sphinx_theme")


def source(project: Project) -> Path:
    """Where the sources are written."""
    return project.build / "site-source"


def target(project: Project) -> Path:
    """Where the site is."""
    return project.build / "site"


def build(project: Project) -> str:
    """Write the sources, run Sphinx, and say how large the site is.

    Raises
    ------
    BuildError
        When the paper was not built, a page does not fit the record, Sphinx warns, or the site is too large.
    """
    if absent := [name for name in _MODULES if find_spec(name) is None]:
        raise BuildError(
            f"{absent[0]} is not installed: run make site, which installs requirements/site.txt"
        )
    write_sources(project)
    _sphinx(project)
    files = [path for path in target(project).rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST:
        raise BuildError(
            f"{shown(target(project))} has {size:,} bytes; expected at most {LARGEST:,}"
        )
    return f"{shown(target(project))}/index.html: {len(files)} files, {size / 2**20:.1f} MB"


def _sphinx(project: Project) -> None:
    work = project.build / "site-work"
    for folder in (target(project), work):
        shutil.rmtree(folder, ignore_errors=True)
    command = [
        sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-c",
        str(settings.folder(project)), "-d", str(work), str(source(project)), str(target(project)),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", cwd=project.root
    )
    if done.returncode:
        raise BuildError(f"Sphinx: {done.stderr.strip()[-3000:]}")
    # Maps of the theme's scripts are for its own developers; the rest no page asks for.
    for path in [
        *target(project).rglob("*.map"),
        target(project) / ".buildinfo",
        target(project) / "objects.inv",
    ]:
        path.unlink(missing_ok=True)


def write_sources(project: Project) -> None:
    """Write pages, notebooks and data into ``build/site-source``."""
    given = settings.read(project)
    copies = notebooks.executed(project)
    out = source(project)
    shutil.rmtree(out, ignore_errors=True)
    content = read_content(project, given)
    check = code_check(
        [*paper.sources(project), *sorted(project.tables.glob("*.tex"))], content.entries
    )
    for name, text in page_texts(project, content, given, check).items():
        write_text(out / name, text)
    alternatives = {one.name: one.text for one in content.exhibits.values() if one.kind == "figure"}
    for path in copies:
        own = {key: item for key, item in content.entries.items() if item["notebook"] == path.stem}
        notebooks.write(path, own, alternatives, content.included, out / "notebooks" / path.name)
    for name, data in data_of(project, content, given, check).items():
        write_text(out / "_extra" / "data" / f"{name}.js", script(name, data))
    for figure in sorted(project.figures.glob("*.png")):
        picture(figure, out / "_extra" / "figures" / figure.name)
        copy(figure.with_suffix(".csv"), out / "_extra" / "figures" / f"{figure.stem}.csv")
    for table in given.tables.values():
        copy(project.root / table["file"], out / "_extra" / table["file"])
    write_text(out / "_extra" / "record.csv", to_csv_text(record.flat(content.entries)))
    for path in project.pdfs:
        copy(path, out / "_extra" / path.name)


def copy(path: Path, to: Path) -> None:
    """Copy a file into the sources."""
    if not path.is_file():
        raise BuildError(f"{shown(path)} is not there: run make paper, then make site")
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def picture(path: Path, to: Path) -> None:
    """A figure with fewer colours."""
    from PIL import Image

    to.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as image:
        fewer = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        fewer.save(to, "PNG", optimize=True)


def script(name: str, data: Any) -> str:
    """Script that hands an object to the page that asked for it; a large one is packed."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text) > PACKED:
        packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
        text = json.dumps(base64.b64encode(packed).decode())
    return f"siteData({json.dumps(name)},{text});\n"


def read_content(project: Project, given: settings.Settings) -> pages.Content:
    """What pages show, from the record."""
    from llmexposure.base.sources import load_registry
    from llmexposure.publish.steps import notebooks as names
    from llmexposure.report.tables import load

    entries = paper.entries(project)
    sources = {name: one.title for name, one in load_registry(project.sources_toml).items()}
    if (project.published / "documents.csv").is_file():
        documents = load("documents")
        sources |= dict(zip(documents["document"], documents["title_en"], strict=True))
    return pages.Content(
        project,
        entries,
        pages.exhibits(project, entries),
        sources,
        pages.findings(project.docs / "findings.md"),
        frozenset(given.charts),
        {path.stem: title_of(path) for path in names(project)},
        given.included(project),
    )


def title_of(notebook: Path) -> str:
    """First heading of a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = (line for cell in cells for line in "".join(cell["source"]).splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), notebook.stem)


def page_texts(
    project: Project, content: pages.Content, given: settings.Settings, check: Any
) -> dict[str, str]:
    """Every page but the notebooks: path below the sources to Markdown."""
    top = settings.folder(project) / "pages"
    texts = {}
    for path in sorted(top.rglob("*.md")):
        name = path.relative_to(top)
        up = "../" * (len(name.parts) - 1)
        texts[name.as_posix()] = pages.fill(path.read_text(encoding="utf-8"), path, content, up)
    printed = record.printed_at(check)
    for name, one in content.exhibits.items():
        texts[f"exhibits/{name}.md"] = pages.exhibit_page(content, one, printed.get(name, []))
    return texts | included_texts(project, content.included)


def included_texts(project: Project, included: Mapping[str, str]) -> dict[str, str]:
    """Pages made of texts and notebooks of other folders; notebooks as they are, without outputs."""
    texts = {}
    for name, to in included.items():
        path, folder = project.root / name, posixpath.dirname(name)
        if path.suffix == ".ipynb":
            texts[to] = notebooks.plain(path, folder, included)
        else:
            texts[to] = pages.relinked(path.read_text(encoding="utf-8"), folder, included)
        if posixpath.basename(to) == "index.md":
            top = posixpath.dirname(to)
            below = [one for one in included.values() if one.startswith(f"{top}/") and one != to]
            texts[to] += "\n" + pages.toctree(below, "hidden:")
    return texts


def data_of(
    project: Project, content: pages.Content, given: settings.Settings, check: Any
) -> dict[str, Any]:
    """Every object that a page loads, by name."""
    found: dict[str, Any] = {"record": _record(project, content, check)}
    for name, chart in given.charts.items():
        table = record.values(project.figures / f"{name}.csv")
        item = content.exhibits[f"figure_{name}"]
        found[f"chart_{name}"] = {
            **chart, "title": item.title, "n": pages.counted(item),
            "columns": record.columns(table, settings.used_columns(chart)),
        }  # fmt: skip
    for name, given_table in given.tables.items():
        table = record.values(project.root / given_table["file"], dtype=str, keep_default_na=False)
        found[f"table_{name}"] = {
            **given_table,
            "columns": record.columns(table, given_table["show"]),
        }
    for name, maker in given.data.items():
        module, function = maker["make"].split(":")
        found[name] = getattr(import_module(module), function)()
    return found


def _record(project: Project, content: pages.Content, check: Any) -> Mapping[str, Any]:
    from llmexposure.base.sources import load_registry

    titles = {name: one.title for name, one in content.exhibits.items()}
    entries: Mapping[str, Entry] = content.entries
    numbers = record.numbers(entries, titles, check, UNITS)
    registry = load_registry(project.sources_toml)
    used = sorted({name for item in entries.values() for name in item["source"]})
    sources = {
        name: [content.sources.get(name, name), registry[name].page, registry[name].licence]
        if name in registry
        else [content.sources.get(name, name), "", "printed document"]
        for name in used
    }
    return {**numbers, "sources": sources, "notebooks": dict(content.titles)}
