"""Pages written by hand, filled from the record, and one page for each exhibit.

In a page of ``site/pages`` stand ``{{KEY}}``, ``{{KEY:ci}}`` and ``{{words|sign|KEY}}`` as in
``docs/findings.md``; ``[[figure NAME]]``, ``[[table NAME]]``, ``[[finding N]]``, ``[[exhibits figure]]``,
``[[notebooks]]``, ``[[documents]]`` or ``[[included zh]]`` (texts of other folders that `site.toml` names).
"""

import html
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, shown
from llmexposure.publish.forms.readme import tied_words
from llmexposure.publish.site import typeset
from llmexposure.report.latex import check_says, printed_field
from llmexposure.report.record import Entry, kinds, nearest

_KEY = re.compile(r"\{\{([\w.]+)(?::(\w+))?\}\}")
_SAYS = re.compile(r"\{\{([^{}|]+)\|([^{}|]+)\|([\w.,*]+)\}\}")
_BLOCK = re.compile(r"\[\[(\w+)(?: (\w+))?\]\]")
_TO_FILE = re.compile(r"(?<!!)\[([^\]\[]+)\]\((?!https?:|mailto:|#|/)([^)\s]+)\)")
BROWSER = "exhibits/index.html"


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table of the paper.

    Attributes
    ----------
    name, kind, entry
        Name, 'figure' or 'table', entry of the record.
    title
        First sentence of the caption.
    caption, text
        The caption as HTML and as plain text.
    """

    name: str
    kind: str
    entry: Entry
    title: str
    caption: str
    text: str

    @property
    def id(self) -> str:
        """Kind and name: a figure and a table may share a name."""
        return f"{self.kind}_{self.name}"


@dataclass(frozen=True)
class Content:
    """What pages show.

    Attributes
    ----------
    project, entries, exhibits
        Exhibits by kind and name.
    sources
        Title of each source, by id.
    findings
        The numbered findings, as written by hand.
    charts
        Names of figures that can be handled.
    titles
        Title of each notebook, by name.
    included
        Pages made of texts of other folders: path of the text in the project to path of the page.
    """

    project: Project
    entries: Mapping[str, Entry]
    exhibits: Mapping[str, Exhibit]
    sources: Mapping[str, str]
    findings: tuple[str, ...]
    charts: frozenset[str]
    titles: Mapping[str, str]
    included: Mapping[str, str] = field(default_factory=dict)


def exhibits(project: Project, entries: Mapping[str, Entry]) -> dict[str, Exhibit]:
    """Every exhibit of the record that the paper prints, by kind and name."""
    captions = typeset.captions(project)
    found = {}
    for key, item in sorted(entries.items()):
        if not key.startswith("exhibit."):
            continue
        _, _, own, kind = key.split(".")
        if (name := f"{kind}_{own}") not in captions:
            continue
        text = typeset.as_text(captions[name], entries)
        title = re.split(r"(?<=[a-z0-9)])[.:](?= [A-Z])", text)[0].rstrip(".")
        caption = typeset.as_html(captions[name], entries)
        found[name] = Exhibit(own, kind, item, title, caption, text)
    return found


def findings(path: Path) -> tuple[str, ...]:
    """The numbered sentences of ``docs/findings.md``, without their numbers; none without the file."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(re.sub(r"^\d+\. ", "", line) for line in lines if re.match(r"\d+\. ", line))


def fill(template: str, file: Path, content: Content, up: str) -> str:
    """A page with its numbers, each a link to all that is known of it, and its blocks.

    Parameters
    ----------
    template
        Markdown.
    file
        Where it stands, for messages.
    content
        What pages show.
    up
        From the page to the top of the site, such as ``../``.

    Raises
    ------
    BuildError
        When a key or an exhibit does not exist, or words are not borne out.
    """
    blocks = _blocks(content, up)

    def block(match: re.Match[str]) -> str:
        if match[1] not in blocks:
            raise BuildError(f"{shown(file)}: {match[0]} is not one of {', '.join(blocks)}")
        try:
            return blocks[match[1]](match[2])
        except (KeyError, IndexError, TypeError):
            raise BuildError(f"{shown(file)}: {match[0]}: there is no such {match[1]}") from None

    def number(match: re.Match[str]) -> str:
        key, field = match[1], match[2] or "value"
        if key not in content.entries:
            raise BuildError(f"{shown(file)}: no result {key}{nearest(key, content.entries)}")
        return linked(key, field, content.entries[key], up)

    template = _BLOCK.sub(block, template)
    for one in tied_words(template, file):
        check_says(
            f"{shown(one.file)}:{one.line}: '{one.words}'", one.sign, one.keys, content.entries
        )
    return _KEY.sub(number, _SAYS.sub(r"\1", template))


def linked(key: str, field: str, item: Entry, up: str) -> str:
    """A printed field as a link to its number; ``ci`` is the interval."""
    fields = ("ci_low", "ci_high") if field == "ci" else (field,)
    values = ", ".join(printed_field(item, name) for name in fields)
    text = html.escape(f"[{values}]" if field == "ci" else values)
    return f'<a class="number" href="{up}{BROWSER}#{key}">{text}</a>'


def _blocks(content: Content, up: str) -> dict[str, Callable[[Any], str]]:
    return {
        "figure": lambda name: figure(content, content.exhibits[f"figure_{name}"], up),
        "table": lambda name: table(content, content.exhibits[f"table_{name}"], up),
        "finding": lambda number: content.findings[int(number) - 1],
        "exhibits": lambda kind: gallery(content, kind, up),
        "notebooks": lambda _: "\n".join(
            f"- [{title}](/notebooks/{name})" for name, title in content.titles.items()
        ),
        "documents": lambda _: ", ".join(
            f'<a href="{up}{path.name}">{path.stem.replace("_", " ")}</a>'
            for path in content.project.pdfs
        ),
        "included": lambda folder: included(content, folder),
    }


def relinked(text: str, folder: str, included: Mapping[str, str]) -> str:
    """Markdown of the repository whose links lead to pages of the site, or else name the file.

    Parameters
    ----------
    text
        Markdown.
    folder
        Folder of the repository in which it stands.
    included
        Texts that the site has: path in the repository to path of the page.

    Examples
    --------
    >>> relinked("[slopes](../src/a.py), [terms](../docs/b.md#x)", "notebooks", {"docs/b.md": "b.md"})
    'slopes (`src/a.py`), [terms](/b.md#x)'
    """

    def one(match: re.Match[str]) -> str:
        words, (path, _, place) = match[1], match[2].partition("#")
        target = posixpath.normpath(posixpath.join(folder, path))
        if target in included:
            return f"[{words}](/{included[target]}{f'#{place}' if place else ''})"
        if target.startswith("notebooks/"):
            return f"[{words}](/{target})"
        return f"`{target}`" if words.strip("`") in (target, path) else f"{words} (`{target}`)"

    return _TO_FILE.sub(one, text)


def included(content: Content, folder: str) -> str:
    """Contents of a folder's texts from elsewhere, or its index, which then has them."""
    names = [name for name in content.included.values() if name.startswith(f"{folder}/")]
    if f"{folder}/index.md" in names:
        return f"```{{toctree}}\n:hidden:\n\n{folder.capitalize()} </{folder}/index>\n```\n"
    return toctree(names, "maxdepth: 1")


def toctree(names: Sequence[str], option: str) -> str:
    """Contents that lead to pages; nothing where there are none."""
    lines = "\n".join(f"/{posixpath.splitext(name)[0]}" for name in names)
    return f"```{{toctree}}\n:{option}\n\n{lines}\n```\n" if names else ""


def figure(content: Content, exhibit: Exhibit, up: str) -> str:
    """A figure: the picture with its text, which a script turns into a chart, and where it comes from."""
    chart = f' data-chart="{exhibit.name}"' if exhibit.name in content.charts else ""
    alternative = html.escape(f"{exhibit.text} {counted(exhibit)}.")
    picture = f'<img src="{up}figures/{exhibit.name}.png" alt="{alternative}" loading="lazy" class="plain">'
    return (
        f'<figure class="exhibit" id="figure-{exhibit.name}"{chart} data-up="{up}">\n{picture}\n'
        f"<figcaption>{exhibit.caption} {origin(content, exhibit, up)}</figcaption>\n</figure>\n"
    )


def titles_of(content: Content, item: Entry) -> str:
    """Titles of an entry's sources, as HTML; two of one title stand once."""
    titles = [html.escape(content.sources.get(name, name)) for name in item["source"]]
    return "; ".join(dict.fromkeys(titles))


def counted(exhibit: Exhibit) -> str:
    """What an exhibit shows how many of."""
    return f"N = {exhibit.entry['value']} {exhibit.entry['of']}"


def origin(content: Content, exhibit: Exhibit, up: str) -> str:
    """Line below an exhibit: kind of evidence, sources, N, cell, values."""
    item = exhibit.entry
    sources = titles_of(content, item)
    cell = f"{up}notebooks/{item['notebook']}.html#cell-{item['cell']}"
    links = [f'<a href="{cell}">Notebook {item["notebook"][:2]}, cell {item["cell"]}</a>']
    if exhibit.kind == "figure":
        links.append(f'<a href="{up}figures/{exhibit.name}.csv">Values (CSV)</a>')
    links.append(f'<a href="{up}exhibits/{exhibit.id}.html">All about it</a>')
    shows = "".join(
        f'<span class="evidence {kind}">{kind}</span>' for kind in kinds(item).split(", ")
    )
    return (
        f'<small class="origin">Evidence: {shows}. Source: {sources}. {html.escape(counted(exhibit))}. '
        f"{' · '.join(links)}</small>"
    )


def table(content: Content, exhibit: Exhibit, up: str) -> str:
    """A table whose numbers are links; one over several pages says where it is."""
    path = content.project.tables / f"{exhibit.name}.tex"
    head, rows = typeset.table(path, content.entries, lambda key: f"{up}{BROWSER}#{key}")
    caption = f'<p class="caption">{exhibit.caption}</p>\n'
    note = f"<p>{origin(content, exhibit, up)}</p>\n"
    if not rows:
        return f"<p>{exhibit.caption} The table runs over several pages: see the paper.</p>\n{note}"
    first = "".join(f'<th scope="col">{cell or "&#8203;"}</th>' for cell in head)
    marks = ('scope="row"', f'scope="colgroup" colspan="{len(head)}"')
    body = "".join(
        f"<tr><th {marks[len(row) == 1]}>{row[0]}</th>"
        f"{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>\n"
        for row in rows
    )
    label = html.escape(exhibit.title)
    return (
        f'{caption}<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="record" aria-label="{label}">\n<thead><tr>{first}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n{note}"
    )


def gallery(content: Content, kind: str, up: str) -> str:
    """Links to all exhibits of a kind, by notebook."""
    lines = []
    chosen = [one for one in content.exhibits.values() if one.kind == kind]
    for name, title in content.titles.items():
        own = [one for one in chosen if one.entry["notebook"] == name]
        links = "".join(
            f'<li><a href="{up}exhibits/{one.id}.html">{html.escape(one.title)}</a></li>'
            for one in own
        )
        if own:
            lines.append(
                f"<details><summary>{html.escape(title)} ({len(own)})</summary><ul>{links}</ul></details>"
            )
    return f'<div class="gallery">{"".join(lines)}</div>\n'


def exhibit_page(content: Content, exhibit: Exhibit, printed: list[str]) -> str:
    """Markdown of the page of one exhibit."""
    show = figure if exhibit.kind == "figure" else table
    key = f"exhibit.{exhibit.entry['evidence']}.{exhibit.name}.{exhibit.kind}"
    given = ", ".join(f"{name} = {value}" for name, value in exhibit.entry["parameters"].items())
    numbers = exhibit.entry.get("shows", [])
    facts = {
        "Name": f"<code>{exhibit.name}</code> ({exhibit.kind}; <code>{key}</code>)",
        "Kind of evidence": kinds(exhibit.entry),
        "N": html.escape(counted(exhibit)[4:]),
        "Sources": titles_of(content, exhibit.entry),
        "Parameters": f"<code>{html.escape(given)}</code>" if given else "none",
        "Printed at": ", ".join(f"<code>{place}</code>" for place in printed) or "—",
    }
    if numbers:
        facts["Texts with numbers in it"] = html.escape("; ".join(numbers))
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
    title = exhibit.title.replace("<", "&lt;")
    return f'# {title}\n\n{show(content, exhibit, "../")}\n<dl class="facts">{rows}</dl>\n'
