"""The register in words: a table of the sources, a card of one, what a fetch brought."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from llmexposure.base.project import shown
from llmexposure.base.sources.fetch import Fetched
from llmexposure.base.sources.locate import whereabouts
from llmexposure.base.sources.registry import Source, find_source, load_registry


def listing(ids: Sequence[str] = (), registry: Mapping[str, Source] | None = None) -> str:
    """All sources as a table, one a line; or those named, each in full.

    Raises
    ------
    SourceError
        For an unknown source.
    """
    registry = load_registry() if registry is None else registry
    if ids:
        return "\n\n".join(card(find_source(registry, name)) for name in ids)
    return table(registry.values())


def table(rows: Iterable[Source]) -> str:
    """Plain-text table of sources, one a line, columns aligned."""
    head = ("source", "files", "MB", "redistribute", "here", "licence")
    body = [
        (
            row.id,
            str(len(row.files)),
            f"{row.bytes / 1e6:.1f}",
            "yes" if row.redistribute else "no",
            _here(row),
            row.licence,
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    ]
    return "\n".join(lines)


def card(row: Source) -> str:
    """All that is registered of one source, for a reader."""
    facts = {
        "title": row.title,
        "page": row.page,
        "licence": row.licence,
        "redistribute": "yes" if row.redistribute else "no",
        "citation": row.citation,
        "note": row.note,
    }
    lines = [row.id, *(f"  {key}: {value}" for key, value in facts.items()), "  files:"]
    for file in row.files.values():
        size = f"{file.bytes:,} bytes" if file.bytes else file.known_by
        lines.append(f"    {file.name}: {size}, {whereabouts(file)}")
    return "\n".join(lines)


def _here(row: Source) -> str:
    """Local status of a source, such as 'mirror' or 'cache 2 of 3, missing 1 of 3'."""
    states = [whereabouts(file) for file in row.files.values()]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    if len(counts) == 1:
        return states[0]
    return ", ".join(f"{state} {count} of {len(states)}" for state, count in counts.items())


def outcome(fetched: Iterable[Fetched]) -> str:
    """Say where the files of one source are and which of them had to be downloaded."""
    said = {
        "mirror": "in the mirror",
        "cache": "already in {folder}",
        "download": "downloaded to {folder}",
    }
    by_origin = sorted(fetched, key=lambda item: list(said).index(item.origin))
    parts = []
    for origin, group in groupby(by_origin, key=lambda item: item.origin):
        items = list(group)
        files = "1 file" if len(items) == 1 else f"{len(items)} files"
        parts.append(f"{files} {said[origin].format(folder=shown(items[0].path.parent))}")
    if all(item.origin != "download" for item in by_origin):
        parts.append("nothing to download")
    return ", ".join(parts)
