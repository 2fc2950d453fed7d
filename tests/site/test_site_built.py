"""The built site as files: every link inside it leads somewhere, and it is small."""

import re
from urllib.parse import unquote, urlsplit

from llmexposure.publish.site.build import LARGEST

_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')
# Places that scripts make.
_MADE = ("exhibits/index.html", "explore/claims.html")


def html_files(built):
    """Pages; the theme's own parts are none."""
    return [path for path in sorted(built.rglob("*.html")) if "_static" not in path.parts]


def test_every_link_within_the_site_leads_to_a_file_and_a_place(built):
    pages = {path: path.read_text(encoding="utf-8") for path in html_files(built)}
    places = {path: set(_ID.findall(text)) for path, text in pages.items()}
    wrong = []
    for path, text in pages.items():
        for link in set(_LINK.findall(text)):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or not (parts.path or parts.fragment):
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            made = to.is_relative_to(built) and to.relative_to(built).as_posix() in _MADE
            if not to.exists() or (
                parts.fragment
                and to in places
                and not made
                and unquote(parts.fragment) not in places[to]
            ):
                wrong.append((path.relative_to(built).as_posix(), link))
    assert wrong == []


def test_pages_load_nothing_from_elsewhere(built):
    loaded = re.compile(r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)="(?:https?:)?//', re.I)
    assert [
        path.name for path in html_files(built) if loaded.search(path.read_text(encoding="utf-8"))
    ] == []


def test_it_is_small(built):
    assert sum(path.stat().st_size for path in built.rglob("*") if path.is_file()) < LARGEST
