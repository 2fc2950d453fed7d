r"""What a browser needs to score an ad as `score_rows` does: index, ratings, and the rules for texts.

The rules stay where they are (`match.segment`, `match.titles`, `clean.text`); here their patterns are
written anew in the language of browsers, so that a change of a list changes both. Weights are 64-bit floats,
packed: an exposure has the same six digits as from `llmexposure score`.
"""

import base64
import html.entities
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp

from llmexposure.exposure.measures import LABELS, RATINGS
from llmexposure.postings.clean import text as clean
from llmexposure.postings.contract import MAX_DESCRIPTION, MAX_LABEL
from llmexposure.postings.match import english as words
from llmexposure.postings.match import headings, languages, segment, titles
from llmexposure.postings.match.chinese import ChineseFeatures, chinese_matcher, read_lexicon
from llmexposure.postings.match.english import WordFeatures, onet_matcher
from llmexposure.postings.match.lexical import LexicalMatcher
from llmexposure.postings.match.weights import POWER, aligned
from llmexposure.report.tables import load

Pattern = dict[str, str]
# Classes as Rust reads them; browsers know them for ASCII only.
_CLASSES = {
    r"\d": r"\p{Nd}",
    r"\w": r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]",
    r"\s": r"[\s\x85]",
}
_IN_CLASS = {
    r"\d": r"\p{Nd}",
    r"\w": r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}",
    r"\s": r"\s\x85",
}
_WORD = _CLASSES[r"\w"]
_EDGE = rf"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_TOKEN = re.compile(
    r"\\x\{([0-9a-fA-F]+)\}|\\p\{Han\}|\(\?P<|\\.|\[\^?|\]|\.|(?<!^)\(\?i\)|-|.", re.S
)


def js_pattern(pattern: str, flags: str = "gu") -> Pattern:
    r"""A pattern of Rust's (or Python's) as source and flags for JavaScript.

    Parameters
    ----------
    pattern
        May begin with flags, such as ``(?i)``.
    flags
        Flags besides those.

    Raises
    ------
    ValueError
        When flags are set within the pattern, which browsers of these years do not read.

    Examples
    --------
    >>> js_pattern(r"(?i)\d{2}[\s–]*(?P<a>x)")["source"]
    '\\p{Nd}{2}[\\s\\x85–]*(?<a>x)'
    """
    if start := re.match(r"\(\?([ims]+)\)", pattern):
        pattern, flags = pattern[start.end() :], flags + start[1]
    out, inside = [], False
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if token in ("[", "[^") and not inside:
            inside = True
        elif token == "]" and inside:
            inside = False
        elif token.startswith("["):  # a bracket in a class; what follows it may be ^
            token = r"\[" + token[1:].replace("^", r"\^")
        elif token == "(?i)":
            raise ValueError(f"flags within a pattern: {pattern!r}")
        out.append("." if token == "." and "s" in flags else _translated(match, token, inside))
    return {"source": "".join(out), "flags": "".join(sorted(set(flags)))}


def _translated(match: re.Match[str], token: str, inside: bool) -> str:
    if match[1]:
        return rf"\u{{{match[1]}}}"
    if token == r"\p{Han}":
        return r"\p{Script=Han}"
    if token == "(?P<":
        return "(?<"
    if token == r"\b" and not inside:
        return _EDGE
    if token == "." and not inside:
        return r"[^\n]"
    if token in (r"\#", r"\ ", r"\&", r"\~", r"\'", r"\"", r"\:", r"\!", r"\%"):
        return token[1]
    if token == r"\-" and not inside:
        return "-"
    return (_IN_CLASS if inside else _CLASSES).get(token, token)


def _replacement(text: str) -> str:
    """What is put in place, as JavaScript writes groups."""
    return re.sub(r"\$\{([a-z]+)\}", r"$<\1>", re.sub(r"\$\{(\d)\}", r"$\1", text))


def text_rules() -> dict[str, Any]:
    """Patterns and lists by which a posting becomes the text that is matched."""
    return {
        "digits": 6,
        "power": POWER,
        "clean": _clean_rules(),
        "languages": _language_rules(),
        "traditional": _traditional_rules(),
        "calls": {
            "chinese": _calls(titles._CHINESE_SIGNS, titles._CHINESE),
            "english": _calls(titles._ENGLISH_SIGNS, titles._ENGLISH),
            "edges": titles._EDGES,
            "mark": titles._MARK,
            "least": [js_pattern(one, "u") for one in titles._LEAST.split("|(?i)")[:1]]
            + [js_pattern(one, "iu") for one in titles._LEAST.split("|(?i)")[1:]],
        },
        "noise": js_pattern(segment._TITLE_NOISE),
        "shortest": segment.SHORTEST_DUTY,
        "duties": {language: _duty_rules(language) for language in ("zh", "en")},
    }


def _clean_rules() -> dict[str, Any]:
    return {
        "label": MAX_LABEL,
        "description": MAX_DESCRIPTION,
        "line_end": js_pattern(clean._LINE_END),
        "markup": js_pattern(clean._MARKUP, "u"),
        "hiding": js_pattern(clean._HIDING, "u"),
        "edge": js_pattern(clean._EDGE.pattern, "giu"),
        "doctype": js_pattern(clean._DOCTYPE),
        "block": js_pattern(clean._BLOCK),
        "tag": js_pattern(clean._TAG),
        "control": js_pattern(_control()),
        "entities": {
            name[:-1]: text for name, text in html.entities.html5.items() if name[-1] == ";"
        },
    }


def _control() -> str:
    """Control characters; the part that is set to any case by itself is written out."""
    return clean._CONTROL.replace(
        "(?i:_x00(?:0[0-9bce]|1[0-9a-f])_)", "_[xX]00(?:0[0-9bceBCE]|1[0-9a-fA-F])_"
    )


def _language_rules() -> dict[str, Any]:
    return {
        "han": js_pattern(languages._HAN),
        "kana": js_pattern(languages._KANA),
        "han_share": languages.HAN_SHARE,
        "kana_share": languages.KANA_SHARE,
        "sample": languages.SAMPLE,
    }


def _traditional_rules() -> dict[str, Any]:
    characters = sorted(segment._characters().items())
    before, after = segment._words()
    return {
        "share": segment.TRADITIONAL,
        "from": "".join(chr(one) for one, _ in characters),
        "to": "".join(chr(one) for _, one in characters),
        "words": before,
        "mainland": after,
    }


def _calls(signs: Iterable[str], patterns: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        "signs": [sign.lower() for sign in signs],
        "patterns": [
            {**js_pattern(f"(?i){one}"), "to": _replacement(titles._group(other))}
            for one, other in patterns
        ],
    }


def _duty_rules(language: segment.Language) -> dict[str, Any]:
    zh = language == "zh"
    cues = (
        f"{headings.CHINESE_COMPANY_CUES}|{headings.CHINESE_REQUIREMENT_CUES}"
        if zh
        else f"{headings.ENGLISH_COMPANY_CUES}|{headings.ENGLISH_REQUIREMENT_CUES}"
    )
    lists = headings.CHINESE if zh else headings.ENGLISH
    return {
        "lines": js_pattern(segment.LINES),
        "blanks": js_pattern(segment.BLANKS),
        "points": {**js_pattern(segment.POINTS), "to": "$1\n$2$3"} if zh else None,
        "marks": [js_pattern(pattern) for pattern in segment._marks(language)],
        "kinds": {word: kind for kind, words in lists.items() for word in words},
        "promises": js_pattern(segment._promises(language)),
        "cues": js_pattern(segment._sentence(cues, language)),
        "openings": js_pattern(segment.opening()) if zh else None,
        "after_company": js_pattern(segment.AFTER_COMPANY, "u"),
        "strays": js_pattern(segment.STRAYS),
        "stops": {**js_pattern(segment.STOPS), "to": "$1"},
    }


def chinese() -> dict[str, Any]:
    """Index of the Chinese lexicon, ratings and titles of its activities."""
    matcher = chinese_matcher()
    features = matcher.features
    assert isinstance(features, ChineseFeatures)
    own = dict(read_lexicon()[["dwa_id", "title_zh"]].itertuples(index=False))
    return {
        **_index(matcher),
        "terms": list(features.terms),
        "pairs": list(features.pairs.names),
        "weights": _packed(features.rarity, "<f8"),
        "local": [own[one] for one in matcher.activities],
    }


def english() -> dict[str, Any]:
    """Index of O*NET's titles and task statements, ratings and titles of the activities."""
    matcher = onet_matcher()
    features = matcher.features
    assert isinstance(features, WordFeatures)
    ordered = sorted(features.vocabulary, key=features.vocabulary.__getitem__)
    counts, lengths = _document_counts(matcher, features)
    return {
        **_index(matcher),
        "values": _packed(counts, "u1"),
        "lengths": _packed(lengths, "<f8"),
        "words": ordered,
        "weights": _packed(features.idf, "<f8"),
        "token": js_pattern(words.TOKEN),
        "suffixes": words._SUFFIXES,
        "shortest": words._SHORTEST,
        "smallest": words.SMALLEST_OF_TEXT,
    }


def _document_counts(
    matcher: LexicalMatcher, features: WordFeatures
) -> tuple[np.ndarray, np.ndarray]:
    """Count of the word behind each entry of the index, and the length of each document before it is one.

    A weight is count * idf / length. Counts take a byte where weights take eight.
    """
    found = words.statements()
    documents = words.activity_documents(found.activities, found.links, found.tasks)
    counts = words.count_words(pl.Series(documents.to_list()), features.vocabulary)
    weighted = counts.multiply(features.idf).tocsr()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    index = sp.csr_matrix(matcher.index)
    index.sort_indices()
    rows = np.repeat(np.arange(index.shape[0]), np.diff(index.indptr))
    kept = np.asarray(counts.T.tocsr()[rows, index.indices]).ravel()
    np.testing.assert_allclose(
        kept * features.idf[rows] / lengths[index.indices], index.data, rtol=1e-12
    )
    assert kept.max() < 256
    return kept, lengths


def _index(matcher: LexicalMatcher) -> dict[str, Any]:
    """Activities with titles and ratings, and the index by feature."""
    by_title = load("activity_titles").set_index("dwa_id")["dwa_title"]
    index = sp.csr_matrix(matcher.index)
    index.sort_indices()
    ratings = aligned(load("activities"), matcher.activities, RATINGS)
    return {
        "activities": list(matcher.activities),
        "titles": [by_title[one] for one in matcher.activities],
        "ratings": _packed(ratings, "<f8"),
        "columns": RATINGS,
        "labels": [LABELS[name] for name in RATINGS],
        "k": matcher.k,
        "floor": matcher.floor,
        "starts": _packed(index.indptr, "<i4"),
        "places": _packed(index.indices, "<u2"),
        "values": _packed(index.data, "<f8"),
    }


def _packed(values: np.ndarray, kind: str) -> str:
    """Numbers as base64 of their bytes."""
    return base64.b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode()
