"""Language of each posting: Chinese by its characters, English by its words, any other by a detector.

Only what is neither plainly Chinese nor plainly English goes to the detector (py3langid, which carries its
model): a naive Bayes classifier over byte sequences. A posting is in another language only where that
language beats English by `MARGIN`; the evidence grows with the length of a text, so that short texts, titles
and lists of software stay English.
"""

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Least share of Chinese characters among the letters of a Chinese posting; an English ad that names
# a Chinese firm has fewer, a Chinese ad for programmers more.
HAN_SHARE = 0.1
# Least share of kana among Chinese characters and kana of a Japanese posting. A Chinese ad that asks
# for Japanese has a sentence of it at most.
KANA_SHARE = 0.2
# Letters to one of these words, at most, in a posting that is English without a doubt: prose has one
# in 25. Other languages have some of them too, but fewer.
_LETTERS_A_WORD = 60
_ENGLISH = r"[ \n](?:the|and|of|to|or|with|for|your|our|you|will|that)[ \n]"
_HAN = r"\p{Han}"
_KANA = r"[\u3041-\u3096\u30a1-\u30fa]"
# Characters of title and text that are searched for kana, and that the detector sees.
SAMPLE = 300
# Natural logarithm of how much likelier another language must be than English. No task statement and no
# job title of O*NET reaches 21; a sentence in another language has 30 or more.
MARGIN = 22.0
# What job boards are written in. Chinese is not among them: it is told by its characters.
_OTHERS = (
    "ar bg bn ca cs da de el es et eu fa fi fr gl he hi hr hu hy id is it ja ka kk km ko lo lt "
    "lv mk mn ms my ne nl no pl ps pt ro ru si sk sl sq sr sv sw ta th tl tr uk ur uz vi"
)


def languages(titles: pl.Series, descriptions: pl.Series) -> pl.Series:
    """Language of each posting, as an ISO 639-1 code.

    Parameters
    ----------
    titles, descriptions
        Of the same length; missing counts as empty.

    Returns
    -------
    polars.Series
        'zh' where a tenth of the letters or more are Chinese and Japanese kana are few, 'en' where
        nothing speaks clearly for another language, else the code of that.

    Examples
    --------
    >>> titles = pl.Series(["Java 工程师", "Buyer for 上海", "Buchhalter"])
    >>> duties = pl.Series([
    ...     "负责 Spring Boot 服务端开发",
    ...     "Negotiate prices with suppliers.",
    ...     "Sie prüfen Rechnungen und erstellen die Abschlüsse.",
    ... ])
    >>> languages(titles, duties).to_list()
    ['zh', 'en', 'de']
    """
    whole = titles.fill_null("") + " " + descriptions.fill_null("")
    han = whole.str.count_matches(_HAN)
    latin = whole.str.count_matches(r"[A-Za-z]")
    spoken = _by_share("zh", han, latin)
    kana = whole.str.head(SAMPLE).str.contains(_KANA).arg_true()
    spoken = spoken.scatter(
        kana, _with_kana(whole.gather(kana), han.gather(kana), latin.gather(kana))
    )
    others = (spoken == "en").arg_true()
    others = others.filter(~_plainly_english(whole.gather(others), latin.gather(others)))
    # Chinese words in an English ad are no evidence for a third language.
    samples = whole.gather(others).str.replace_all(_HAN, " ").str.head(SAMPLE)
    return spoken.scatter(others, pl.Series([_detected(text) for text in samples], dtype=pl.String))


def _by_share(language: str, letters: pl.Series, latin: pl.Series) -> pl.Series:
    """The language where its letters are enough beside Latin ones, else 'en'."""
    enough = (letters > 0) & (letters >= HAN_SHARE * (letters + latin))
    return pl.select(pl.when(enough).then(pl.lit(language)).otherwise(pl.lit("en"))).to_series()


def _with_kana(texts: pl.Series, han: pl.Series, latin: pl.Series) -> pl.Series:
    """'ja', 'zh' or 'en' of texts with Japanese kana."""
    kana = texts.str.count_matches(_KANA)
    japanese, chinese = _by_share("ja", kana + han, latin), _by_share("zh", han, latin)
    return pl.select(
        pl.when(kana >= KANA_SHARE * (kana + han)).then(japanese).otherwise(chinese)
    ).to_series()


def _plainly_english(texts: pl.Series, latin: pl.Series) -> pl.Series:
    words = texts.str.count_matches(_ENGLISH)
    return (words >= 2) & (words * _LETTERS_A_WORD >= latin)


def _detected(text: str) -> str:
    """Language of a text that is not Chinese."""
    ranked = _detector().rank(text)
    language, score = ranked[0]
    return language if score - dict(ranked)["en"] > MARGIN else "en"


@cache
def _detector() -> "LanguageIdentifier":
    """The detector, loaded when a posting first needs it (a second)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE)
    detector.set_languages(["en", *_OTHERS.split()])
    return detector
