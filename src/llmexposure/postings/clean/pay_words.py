"""What one wording of pay states: two amounts, what they are paid for, and the currency.

The wording is brought into signs first (`_signs`): currencies are taken out, periods become one sign each,
thousands are joined. Then an amount is looked for at the first digit. What stands before it must be known
words ('Employer Provided Salary:', '底薪'); what stands behind it may be any remark without digits
(', inc benefits', '+提成'), unless it changes what is paid for ('per project', '/件').
"""

import re
from functools import lru_cache
from typing import NamedTuple

from llmexposure.postings.clean import pay_forms as forms
from llmexposure.postings.clean.vocabulary import (
    BEHIND_SLASH,
    COMMA_CENTS,
    NEED_BEFORE,
    NO_CENTS,
    OF_A_YEAR,
    SHARED,
    UNIT_MONEY,
    UNITS,
)
from llmexposure.postings.clean.wordings import spelled

_LONGEST = 200


class Stated(NamedTuple):
    """What a wording states, before periods are made months.

    Attributes
    ----------
    low, high
        Ends in money for ``period``; None where open. Both None: no pay is stated.
    period
        hour, day, week, fortnight, month or year; None where the wording does not say.
    united
        Whether a unit such as k or 万 stands there.
    currency
        Code, '$' (of any country), '元' or None.
    of_a_year
        Whether it is said as pay of a year is, but no period is.
    known
        False where the wording is not understood.
    """

    low: float | None = None
    high: float | None = None
    period: str | None = None
    united: bool = False
    currency: str | None = None
    of_a_year: bool = False
    known: bool = True


_UNKNOWN = Stated(known=False)
_MONEY_OF = {unit: money for money, units in UNIT_MONEY.items() for unit in units}


@lru_cache(maxsize=200_000)
def stated_pay(wording: str, point: str | None = None) -> Stated:
    """Amounts, period and currency of one wording.

    Parameters
    ----------
    wording
        A cell such as '8k-12k' or 'Rp 4.500.000 per month'.
    point
        What '3.500' means: ``'decimal'``, ``'thousands'``, or None where that is not known.

    Examples
    --------
    >>> stated_pay("$55-65 an hour")[:3], stated_pay("7-9 LPA")[:3]
    ((55.0, 65.0, 'hour'), (700000.0, 900000.0, 'year'))
    >>> stated_pay("面议").known, stated_pay("500 per project").known
    (True, False)
    """
    text = spelled(wording)[:_LONGEST]
    # '~25万円' is up to; as a dash it would be a sign.
    text = f"max {text[1:]}" if wording.lstrip()[:1] in ("~", "～", "〜") else text
    return _common(text) or _parsed(text, point)


def _common(text: str) -> Stated | None:
    """What a wording of the commonest form states; None for other forms."""
    if not (found := forms.COMMON.fullmatch(text)):
        return None
    sign, *numbers, period = found.groups()
    first, unit, second, last = (part and part.replace(",", "") for part in numbers)
    low_unit, high_unit = _shared(first, unit, second, last) if second else (unit, unit)
    return Stated(
        _amount(first, low_unit, None),
        _amount(second or first, high_unit, None),
        forms.COMMON_PERIODS.get(period, period),
        bool(unit or last),
        forms.COMMON_SIGNS.get(sign) or ("元" if re.search("[一-鿿]", text) else None),
    )


def _parsed(text: str, point: str | None) -> Stated:
    """What any wording states; see `stated_pay`."""
    if not re.search(r"\d", text):
        return Stated() if forms.NOT_STATED.search(text) else _UNKNOWN
    signs, currency = _signs(text, point)
    first = re.search(r"\d", signs)
    if first is None:
        return Stated() if forms.NOT_STATED.search(text) else _UNKNOWN
    if forms.COMMA_LEFT.search(signs):
        return _UNKNOWN
    minus = -1.0 if signs[: first.start()].strip() == "-" else 1.0
    before = "" if minus < 0 else signs[: first.start()]
    found = _ends(before, signs[first.start() :], point)
    if found is None:
        return _UNKNOWN
    (low, high, units, periods), behind = found
    period = _one(periods or [sign for sign in before if sign in forms.OF_SIGN])
    if period == "" or not _harmless(behind, told=period is not None):
        return _UNKNOWN
    return Stated(
        None if low is None else minus * low,
        None if high is None else high if low != high else minus * high,
        period,
        bool(units),
        currency
        or _MONEY_OF.get(min(units, default=""))
        or ("元" if re.search("[一-鿿]", text) else None),
        period is None and bool(OF_A_YEAR & units),
    )


@lru_cache(maxsize=10_000)
def currency_of(wording: str) -> str | None:
    """Currency that a cell of a column of currencies names; None for one that is not known.

    >>> currency_of("usd"), currency_of("€"), currency_of("Euro"), currency_of("QQQQ")
    ('USD', 'EUR', 'EUR', None)
    """
    text = spelled(wording)[:_LONGEST].strip(" .()")
    code = text.upper() if re.fullmatch("[a-z]{3}", text) else None
    return forms.CURRENCY_OF.get(text, code)


# Beside a period in its column: 'Bruto/año', 'hourly rate', '元/月'.
_OF_PAY = re.compile(
    r"(?<![a-z])(?:brutt?o|nett?o|gross|net|salary|rate|wage|pay)(?![a-z])|元(?=/)"
)
# What a column of kinds of pay says where it says nothing of a period.
_OTHER_KIND = re.compile(
    "gross|net|brutt?o|nett?o|fixed|range|exact|base|basic|b2b|permanent|negotiable|not (?:stated|specified)|"
    "固定|面议|税前|税后"
)


@lru_cache(maxsize=10_000)
def period_of(wording: str) -> tuple[str | None, bool]:
    """What a cell of a column of periods says pay is for, and whether it is known.

    >>> period_of("HOURLY"), period_of("an hour"), period_of("按月"), period_of("ONCE"), period_of("net")
    (('hour', True), ('hour', True), ('month', True), (None, False), (None, True))
    """
    if _OTHER_KIND.fullmatch(spelled(wording)[:_LONGEST]):
        return None, True
    text = _OF_PAY.sub(" ", spelled(wording.replace("_", " "))[:_LONGEST])
    text = text.strip(" /.:-每按()").removesuffix("结").strip()
    for form in (text, f"per {text}", text.removesuffix("薪")):
        signs = _with_periods(form).strip()
        if signs in forms.OF_SIGN:
            return forms.OF_SIGN[signs], True
    return None, False


_HEADING_UNIT = re.compile(
    r"(?<![a-z])(k|lpa|lakhs?|lacs?|crores?|thousands?|millions?|mln|mio|juta|triệu|tys|tis|tsd|тыс|млн)(?![a-z])|"
    r"(?<!\d)[$€£']?(000)s?(?!\d)|(百万|백만|[千万]|[만천억](?=\s*원|\W|$))"
)
_HEADING_PERIOD = re.compile(
    r"(?<![a-z])(?:(hour|stunde|heure|hora)|(day|tag|jour)|(week|woche|semaine|semana)|"
    r"(month|monat|monate|mois|mes|mese|mesi|mies|mês|tháng)|(year|yr|jahr|año|ano|rok))(?:e?s)?(?![a-z])|"
    r"\((?:(小?时)|([日天])|(周)|(个?月)|(年))\)"
)
_ORDER = ("hour", "day", "week", "month", "year")
_HEADING_UNITS = {"lpa": UNITS["lakh"], "000": 1e3, "百万": 1e6}
# A code or a sign that stands for one currency only.
_HEADING_MONEY = re.compile(r"(?<![a-z])([a-z]{3})(?![a-z])|([€£₹₽₩₫₺₴₱원円])")


@lru_cache(maxsize=1_000)
def heading_money(heading: str) -> str | None:
    """Currency that a heading names by a code or a sign; None for none or several.

    >>> heading_money("salary_usd"), heading_money("Mức lương (VND)"), heading_money("salary")
    ('USD', 'VND', None)
    """
    text = spelled(_apart(heading))[:_LONGEST]
    units = {each[each.lastindex or 0] for each in _HEADING_UNIT.finditer(text)}
    codes = {each[1] or each[2] for each in _HEADING_MONEY.finditer(text)}
    names = {forms.CURRENCY_OF.get(code) for code in codes}
    known = {name for name in names if name and (len(name) == 3 or name in codes)}
    known = known or {_MONEY_OF[unit] for unit in units & _MONEY_OF.keys()}
    return known.pop() if len(known) == 1 else None


def _apart(heading: str) -> str:
    """Heading with its words apart: 'salaryMin' and 'salary_min' as 'salary Min', 'salary min'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", heading)


@lru_cache(maxsize=1_000)
def heading_says(heading: str) -> tuple[str | None, float | None]:
    """What the numbers below a heading are paid for, and what they are to be multiplied by; None: not said.

    >>> heading_says("annual_salary_min"), heading_says("薪资(千元/月)"), heading_says("salary")
    (('year', None), ('month', 1000.0), (None, None))
    """
    text = forms.LPA.sub(" lpa per annum", spelled(_apart(heading))[:_LONGEST])
    names = {forms.OF_SIGN[sign] for sign in _with_periods(text) if sign in forms.OF_SIGN}
    names |= {_ORDER[((each.lastindex or 1) - 1) % 5] for each in _HEADING_PERIOD.finditer(text)}
    units = {each[each.lastindex or 0] for each in _HEADING_UNIT.finditer(text)}
    unit = _HEADING_UNITS.get(unit := units.pop(), UNITS.get(unit)) if len(units) == 1 else None
    return names.pop() if len(names) == 1 else None, unit


def _signs(text: str, point: str | None) -> tuple[str, str | None]:
    """Wording with signs for periods, without currencies and remarks; and its currency."""
    text = forms.LPA.sub(" lakh per annum", text)
    if "₹" in text or "inr" in text:
        text = forms.RUPEE_LAKH.sub(" lakh", text)
    text = forms.BRACKET.sub(_kept, text)
    if forms.HAS_NUMBERS.search(text):
        text = forms.REMARK_OF_NUMBERS.sub(" ", text)
    if forms.HAS_REMARK.search(text):
        text = forms.REMARK.sub(" ", text)
    text = forms.BRACKET.sub(_kept, text)
    text, currency = _without_currency(text)
    text = _thousands(text, "thousands" if currency in NO_CENTS else point)
    if currency in COMMA_CENTS:
        text = forms.DECIMAL_COMMA.sub(r"\1.\2", text)
    return _paid_by(_with_periods(text)).strip(" .。/"), currency


def _with_periods(text: str) -> str:
    """Wording with what it says of a period as signs."""
    if "week" in text:
        text = forms.BIWEEKLY.sub("biweekly", text)
    if "p" in text:
        text = forms.SHORT.sub(_strong, text)
    if forms.HAS_SOLID.search(text):
        text = forms.SOLID.sub(_strong, text)
        text = forms.WEAK_WORD.sub(lambda found: forms.SIGN[found.lastgroup or ""][1], text)
    return _spoken(text) if forms.WORD.search(text) else text


def _strong(found: re.Match[str]) -> str:
    return forms.SIGN[found.lastgroup or ""][0]


def _spoken(text: str) -> str:
    """Wording with periods as signs, of languages that part words by spaces.

    A noun is one behind a chain of prepositions or a slash, or right behind an amount.
    """
    tokens = list(forms.TOKEN.finditer(text))
    parts, end, chain, last = [], 0, -1, ""
    for place, found in enumerate(tokens):
        word, start = found[0].rstrip("."), found.start()
        gap = text[tokens[place - 1].end() if place else 0 : start]
        if gap.strip(" '-"):
            chain = -1
        name = forms.ALONE.get(word)
        begins, kind = start, 0
        if not name and chain >= 0 and not _leads_on(word, tokens, place):
            name = forms.NOUNS.get(word) or (BEHIND_SLASH.get(word) if last == "/" else None)
            begins = chain
        elif not name and word not in NEED_BEFORE and _behind_amount(gap, last):
            name, kind = forms.NOUNS.get(word), 1
        if name:
            parts += [text[end:begins], forms.SIGN[name][kind]]
            end, chain = found.end(), -1
        elif word in forms.LEADING or word == "/":
            chain = start if chain < 0 else chain
        else:
            chain = -1
        last = word
    return "".join([*parts, text[end:]])


def _leads_on(word: str, tokens: list[re.Match[str]], place: int) -> bool:
    """Whether a preposition that is also a noun ('an') has its noun behind it."""
    behind = tokens[place + 1][0].rstrip(".") if place + 1 < len(tokens) else ""
    return word in forms.LEADING and behind in forms.NOUNS


def _behind_amount(gap: str, last: str) -> bool:
    """Whether a word stands right behind an amount or its unit."""
    return gap.rstrip(" ,+)")[-1:].isdigit() or (last in UNITS and not gap.strip())


def _without_currency(text: str) -> tuple[str, str | None]:
    names = []

    def gone(found: re.Match[str]) -> str:
        before, behind = text[: found.start()][-1:], text[found.end() :].lstrip()[:1]
        sign = found[0] if found[0] in forms.CURRENCY_OF else found[0].removesuffix(".")
        # 'k' may stand before (35k€); of South Africa's R a number must follow.
        within = forms.LETTER.match(before) is not None and before not in ("k", "к")
        if sign.isalpha() and within or (sign == "r" and not behind.isdigit()):
            return found[0]
        names.append(forms.CURRENCY_OF[sign])
        return ""

    text = forms.CURRENCY.sub(gone, text)
    return text, min(names, key=lambda name: (name in SHARED, name == "元"), default=None)


def _kept(found: re.Match[str]) -> str:
    """What is left of a remark in brackets: a unit, a number, a period; else nothing."""
    inner = next(text for text in found.groups() if text is not None)
    if forms.IN_BRACKETS.search(inner) and not re.search(r"%|\d\s*薪|bonus|试用", inner):
        return f" {inner} "
    periods = {sign for sign in _with_periods(inner) if sign in forms.STRONG_SIGNS}
    if len(periods) == 1:
        return f" {periods.pop()} "
    return " " if _all_known(inner) else f" , {inner} "


def _paid_by(text: str) -> str:
    """How often pay is handed out (日结) says what it is for only where nothing else does."""
    if any(sign in text for sign in forms.OF_SIGN):
        return forms.PAID_BY.sub(" ", text)
    names = {"日": "day", "周": "week", "月": "month"}
    return forms.PAID_BY.sub(lambda found: forms.SIGN[names[found[1]]][0], text)


def _thousands(text: str, point: str | None) -> str:
    text = forms.DASH_CENTS.sub("", text)
    text = forms.SPACES.sub(lambda found: re.sub("[ ']", "", found[0]), text)
    text = forms.COMMAS.sub(lambda found: found[0].replace(",", ""), text)
    text = forms.POINTS.sub(_without_points, text)
    if point == "thousands":
        text = forms.ONE_POINT.sub(lambda found: found[0].replace(".", ""), text)
        text = forms.DECIMAL_COMMA.sub(r"\1.\2", text)
    return text


def _without_points(found: re.Match[str]) -> str:
    whole, cents = (found[1], found[2]) if found[1] else (found[0], "0")
    return f"{whole.replace('.', '')}.{cents}"


_Found = tuple[float | None, float | None, set[str], list[str]]


def _ends(before: str, text: str, point: str | None) -> tuple[_Found, str] | None:
    """Ends, units and signs of periods of the amount that the text begins with, and what is behind it."""
    at_least, at_most = forms.FROM.search(before), forms.UP_TO.search(before)
    bound = at_least or at_most
    head = before[: bound.start()] if bound else before
    if not forms.BEFORE.fullmatch(head):
        return None
    found = forms.RANGE.match(text)
    if found and (not forms.BOTH.search(found[0]) or forms.BETWEEN.search(head)):
        first, unit, sign, second, last_unit, last_sign, _, end_sign = found.groups()
        low_unit, high_unit = _shared(first, unit, second, last_unit)
        ends = [_amount(first, low_unit, point), _amount(second, high_unit, point)]
    elif found := forms.SINGLE.match(text):
        first, unit, sign, plus, less, end_sign = found.groups()
        last_unit = last_sign = None
        amount = _amount(first, unit, point)
        ends = [None if at_most or less else amount, None if at_least or plus else amount]
    else:
        return None
    if any(end is not None and end != end for end in ends):  # NaN: to be read in two ways
        return None
    units = {unit for unit in (unit, last_unit) if unit}
    signs = [sign for sign in (sign, last_sign, end_sign) if sign]
    return (ends[0], ends[1], units, signs), text[found.end() :]


def _shared(
    first: str, unit: str | None, second: str, last: str | None
) -> tuple[str | None, str | None]:
    """Units of both ends: a number without one takes the other's, unless it is the larger as written."""
    low, high = float(first), float(second)
    if not unit and low <= high:
        return last, last
    if not last and high < 1000:
        return unit, unit
    return unit, last


def _amount(number: str, unit: str | None, point: str | None) -> float:
    if not unit and point is None and forms.DOUBTFUL.fullmatch(number):
        return float("nan")
    # Rounded to a hundredth: 1.1 x 10,000 is 11000.000000000002 in floating point.
    return round(float(number) * (UNITS[unit] if unit else 1.0), 2)


def _one(signs: list[str]) -> str | None:
    """The period that signs agree on; None for no sign, empty where they do not agree."""
    names = {forms.OF_SIGN[sign] for sign in signs}
    return (names.pop() if len(names) == 1 else "") if names else None


def _harmless(behind: str, *, told: bool) -> bool:
    """Whether a remark leaves the amount before it as it is; it may be a period where none is told."""
    if re.search(r"\d", behind):
        return False
    if not behind.strip(" .。,;/"):
        return True
    if not forms.BEHIND_STARTS.match(behind) or forms.OTHER_PAY.search(behind):
        return False
    return told or _all_known(forms.ADDED.split(behind, maxsplit=1)[0])


def _all_known(remark: str) -> bool:
    """Whether every word is one that says nothing of a period; all Chinese periods are signs already."""
    words, rest = forms.WORD.findall(remark), forms.NO_SPACES.sub("", forms.WORD.sub("", remark))
    return forms.SILENT.issuperset(words) and not any(
        char.isalpha() and not "\u4e00" <= char <= "\u9fff" for char in rest
    )
