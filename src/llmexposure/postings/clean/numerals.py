"""Spelling of numbers and signs in Chinese and English wordings, made one."""

import re
import unicodedata

_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2, "〇": 0, "零": 0}
_NUMERAL = re.compile(
    "[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九](?=年|个|到|至|-)"
)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH = dict(zip(_WORDS, range(1, 11), strict=True))
_ENGLISH_NUMERAL = re.compile(rf"\b({'|'.join(_ENGLISH)})\b")
_APOSTROPHES = re.compile("[‘’ʼ＇`´]")
_DASHES = re.compile("[‐‑‒–—―−~～〜]+")


def spelled(text: str) -> str:
    """Text in NFKC, small letters, single spaces, one kind of dash and apostrophe.

    >>> spelled("３～５年  经验")
    '3-5年 经验'
    """
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text)).casefold()
    return " ".join(_DASHES.sub("-", text).split())


def with_digits(text: str) -> str:
    """Chinese and English numerals up to 99 as digits.

    >>> with_digits("一年以上"), with_digits("十五年"), with_digits("three years")
    ('1年以上', '15年', '3 years')
    """
    text = _NUMERAL.sub(lambda found: str(_value(found.group())), text)
    return _ENGLISH_NUMERAL.sub(lambda found: str(_ENGLISH[found.group()]), text)


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[tens]
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
