"""Cleaning of texts: what goes, what stays, and what is said about it."""

from time import perf_counter

import polars as pl
import pytest

from llmexposure.postings.clean.text import clean_text


def cleaned(text: str | None, limit: int = 1000, one_line: bool = False) -> str | None:
    return clean_text(pl.Series([text], dtype=pl.String), limit, one_line=one_line)["text"][0]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>写代码</p><p>测试</p>", "写代码\n测试"),
        ("<ul><li>a</li><li class='x'>b</li></ul>", "a\nb"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("&lt;p&gt;a&lt;/p&gt;", "a"),
        ("R&amp;D &#38; QA", "R&D & QA"),
        ("<style>p {}</style>a<!-- b -->", "a"),
        ("a<script>x</script>b<SCRIPT src=y>z</SCRIPT>c", "a b c"),
        ("a<script>b", "a b"),
        ("do A --> B<!-- no -->, C", "do A --> B , C"),
        ("<!DOCTYPE html><html><body>a</body></html>", "a"),
        ("经验<5年, >1年", "经验<5年, >1年"),
        ("List<String> and vector<int>", "List<String> and vector<int>"),
        ("AT&T, a&b", "AT&T, a&b"),
        ("a_x000d_\nb_x000D_c", "a\nb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("a\u200bb\ufeffc\u202ed", "abcd"),
        ("👩‍💻🎉", "👩‍💻🎉"),
        ("=1+1", "=1+1"),
        ("  a \t\n\n\n  b  ", "a\nb"),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_clean(raw, plain):
    assert cleaned(raw) == plain


@pytest.mark.parametrize("raw", [None, "", " \n\t", "<p></p>", "\x00", "&nbsp;", "\u3000"])
def test_nothing_left_is_missing(raw):
    assert cleaned(raw) is None


def test_titles_are_one_line():
    assert cleaned("Java\n工程师\t(武汉)", one_line=True) == "Java 工程师 (武汉)"


def test_limit_counts_characters_and_is_told():
    table = clean_text(pl.Series(["很" * 10, "很" * 11, "很" * 500]), 10, one_line=False)
    assert table["text"].to_list() == ["很" * 10] * 3
    assert table["cut"].to_list() == [False, True, True]


def test_what_was_changed_is_told_row_by_row():
    table = clean_text(pl.Series(["a", "<p>a", "a\x07", "a<5", None]), 10, one_line=False)
    assert table["html"].to_list() == [False, True, False, False, False]
    assert table["control"].to_list() == [False, False, True, False, False]


def test_input_is_left_alone():
    column = pl.Series(["<p>a</p>", "b\x07"])
    clean_text(column, 10, one_line=True)
    assert column.to_list() == ["<p>a</p>", "b\x07"]


@pytest.mark.parametrize(
    "piece", ["<script>", "<!--", "<p ", "<", "&amp;", "<script", "&lt;script&gt;"]
)
def test_hostile_markup_takes_no_time(piece):
    start = perf_counter()
    cleaned(piece * 60_000)
    assert perf_counter() - start < 5
