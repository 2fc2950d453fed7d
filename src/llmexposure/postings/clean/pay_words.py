"""What one wording of pay states: two amounts, what they are paid for, and the currency.

The wording is brought into signs first (`_signs`): currencies are taken out, periods become one sign each,
thousands are joined. Then an amount is looked for at the first digit. What stands before it must be known
words ('Employer Provided Salary:', '底薪'); what stands behind it may be any remark without digits
(', inc benefits', '+提成'), unless it changes what is paid for ('per project', '/件').
"""

import re
from functools import lru_cache
from typing import NamedTuple

from llmexposure.postings.clean.vocabulary import (
    ADDED,
    ALONE,
    BEHIND_SLASH,
    COMMA_CENTS,
    CURRENCIES,
    LETTERS,
    NEED_BEFORE,
    NO_CENTS,
    NOUNS,
    OF_A_YEAR,
    PERIODS,
    PREPOSITIONS,
    REMARKS,
    SOLID,
    SOLID_REMARKS,
    UNITS,
    WEAK,
)
from llmexposure.postings.clean.wordings import spelled

_LONGEST = 200
# Plain alternatives, which Python finds fast; what may stand before is looked at afterwards.
_CURRENCY_OF = {sign: name for name, signs in CURRENCIES.items() for sign in signs.split()}
_LETTER = re.compile(f"[{LETTERS}]")
_CURRENCY = re.compile(
    "|".join(
        re.escape(sign) + (rf"(?![{LETTERS}])\.?" if _LETTER.match(sign[-1]) else "")
        for sign in sorted(_CURRENCY_OF, key=len, reverse=True)
    )
)

# Each period is written as a sign: the first of a pair where it surely is one, the second where it is one
# only right behind an amount.
_SIGN = {name: (chr(0xE000 + i), chr(0xE010 + i)) for i, name in enumerate(PERIODS)}
_OF_SIGN = {sign: name for name, signs in _SIGN.items() for sign in signs}
_ALONE = {word: name for name, words in ALONE.items() for word in words.split()}
_NOUNS = {word: name for name, words in NOUNS.items() for word in words.split()}
_TOKEN = re.compile(rf"/|semi-monthly|[{LETTERS}]+\.?")
_SHORT = re.compile(
    rf"(?<![{LETTERS}])p[./ ]?(?:(?P<hour>h)|(?P<day>d)|(?P<week>w)|(?P<month>c?[./ ]?m)|(?P<year>a))"
    rf"(?![{LETTERS}])\.?"
)
_SOLID = re.compile("|".join(f"(?P<{name}>{words})" for name, words in SOLID.items()))
_HAS_SOLID = re.compile(r"[\u0e00-\ud7ff]")
_WEAK_WORD = re.compile(
    r"(?=[/\s\u4e00-\ud7ff])(?:"
    + "|".join(rf"(?P<{n}>(?:/|每|一)?\s*(?:{words}))" for n, words in WEAK.items())
    + ")"
)
_STRONG_SIGNS = "".join(strong for strong, _ in _SIGN.values())
_ANY_SIGN = f"[{''.join(_OF_SIGN)}]"

_NOT_STATED = re.compile(
    "面议|面谈|详谈|另议|保密|待定|待遇优|不限|不公开|依公司规定|"
    "negotiable|competitive|market rate|disclosed|"
    r"(?<![a-z])(?:doe|tb[acd]|n[./]?a\.?)(?![a-z])|confidential|undisclosed|unpaid|unspecified|volunt|"
    r"(?:not|un) ?(?:specified|stated|provided|mentioned|disclosed|available|applicable|given|listed|"
    r"shown|known)|depend(?:s|ing|ent)|commensurate|see (?:ad|desc|job|web|below|text|post)|"
    "to be (?:discussed|agreed|confirmed|determined|announced)|on application|upon request|attractive|"
    r"(?<![a-z])excellent|login to view|hidden|berdasarkan|kompetitif|dirahasiakan|"
    "a combinar|nach vereinbarung"
)
# Remarks that leave the amount as it is. Those with digits or with words of time must go before all else.
_REMARK_OF_NUMBERS = re.compile(
    r"[·*x×+,]?\s*(?:含)?\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?\s*薪|[·,]?\s*\d+(?:-\d+)?[天日]/周|每周\d天|"
    r"(?:[,;+&]|plus|with|and)?\s*(?:up to )?\d+(?:\.\d+)?\s*%[^,;()]*|[,;+&]?\s*401\(?k\)?|"
    r"(?:inside |outside )?(?<![a-z])ir ?35|(?<![a-z])(?:(?:on )?w-?2|c2c|1099)(?![a-z\d])|"
    r"[,;]?\s*\d+(?:\.\d+)?(?:\s*-\s*\d+)?\s*(?:hours?|hrs?|h|days?|shifts?)\s*(?:/|per|an?|each)\s*"
    r"(?:weeks?|wk|months?|day)(?![a-z])|[,;+&]?\s*\d+ days(?:'|\s)*(?:annual )?(?:holidays?|leave)"
)
_REMARK = re.compile(
    r"(?:含|有|\+|,)?\s*年[终底](?:奖金?|双薪|分红)*|(?:一年|每年|半年|年度)[^\d,]{0,5}(?:调薪|涨薪|"
    r"加薪|次)+|"
    r"(?:含|有|\+|,)?\s*(?:双薪|十三薪)|"
    r"(?:is |are )?paid (?:hourly|daily|bi-?weekly|weekly|fortnightly|monthly|annually)|"
    r"(?:annual|yearly|monthly|quarterly|weekly) (?:bonus(?:es)?|leave|"
    r"reviews?|increments?|incentives?)|"
    r"(?:inc(?:l|luding|ludes)?\.?|plus|with|and|&|(?<=\s)\+)?\s*(?:negotiable|(?<![a-z])(?:ote|doe|"
    r"dep|ctc|basic|base|gross|net|neg|brutto|netto|bruto|neto|bruts?|brutos|lordi|lordo|brüt|"
    r"netos|stipend)(?![a-z])|"
    "pro[- ]?rata|depending on experience|"
    r"(?<![a-z])est(?:imated|imate)?(?![a-z])\.?|(?<![a-z])approx(?:imately)?(?![a-z])\.?)|"
    r"glassdoor|employer(?: provided)?|(?:before|after) tax|"
    "税前|税后|面议|面谈|左右|上下|不等|约|综合|经常性薪资达?|"
    "(?<=[一-鿿])保密"
)
# What such remarks have in them; most wordings have none of it.
_HAS_NUMBERS = re.compile("薪|%|天|日|401|ir|hour|hr|day|shift|w-?2|c2c|1099")
_HAS_REMARK = re.compile(
    "年终|年底|双薪|十三薪|调薪|涨薪|加薪|年度|次|paid|bonus|leave|review|increment|incentive|negotiable|"
    "ote|doe|dep|ctc|bas|gross|net|neg|brut|brüt|lord|stipend|rata|depend|est|approx|glassdoor|employer|tax|"
    "税|面议|面谈|左右|上下|不等|约|综合|经常|保密"
)
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_IN_BRACKETS = re.compile(r"\d|[千万百亿]|thousand|lakh|lacs?\b|million|crore|\bk\b|单位|units?")
_PAID_BY = re.compile(r"[,;·]?\s*(?:可|支持|可以)?([日周月])结")

_BIWEEKLY = re.compile(r"(?:per|every|/)\s*(?:two|2) weeks|bi-weekly")
_NO_SPACES = re.compile(SOLID_REMARKS)
_WORD = re.compile(f"[{LETTERS}]+")
_SILENT, _LEADING = frozenset(REMARKS.split()), frozenset(PREPOSITIONS.split())
_ADDED = re.compile(ADDED)

# Thousands parted by commas, also as in India ('1,20,000'), by points, apostrophes and spaces.
_COMMAS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?!,?\d)")
_POINTS = re.compile(
    r"(?<![\d.,])(?:(\d{1,3}(?:\.\d{3})+),(\d{1,2})|\d{1,3}(?:\.\d{3}){2,})(?![.,]?\d)"
)
_ONE_POINT = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![.,]?\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![.,]?\d)")
_SPACES = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ ']\d{3})+(?![\d.]*\d)")
_COMMA_LEFT = re.compile(r"\d\s*,\s*\d")
_DASH_CENTS = re.compile(r",-(?!\d)|(?<=\d)/-(?!\d)")
# Three and a half, or three thousand five hundred.
TWO_WAYS = r"-?[1-9]\d{0,2}\.\d{3}"
_TWO_WAYS = re.compile(TWO_WAYS)

_LPA = re.compile(r"(?<![a-z])l\.?\s?p\.?\s?a\.?(?![a-z])")
_UNIT = rf"(?:\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})(?![{LETTERS}])\.?)?"
_NUMBER = r"(\d+(?:\.\d+)?)" + _UNIT
_SIGN_HERE = rf"(?:[\s,/]*({_ANY_SIGN}))?"
_TO = (
    r"(?:\s*(?:-\s*up ?to|-|到|至|to|up ?to|rising to|and|до|и|a|à|al|bis|und|hasta|y|até|e|đến|tới|"
    r"do|až|tot|ถึง|"
    r"에서|から)\s*)"
)
_BOTH = re.compile(r"\s(?:and|y|e|и|und)\s")
_BETWEEN = re.compile("between|entre|между|zwischen")
_PLUS = (
    r"(?:\+(?=\s*$|\s*[,;.)|]|\s*" + _ANY_SIGN + r"|\s+\S)|\s+\+(?=\s*$)|\s*-(?=\s*$)|"
    r"\s*(?:或?及?以上|起|이상|부터|から|ขึ้นไป|↑|and (?:above|up)|or (?:more|above)|"
    r"up(?:wards)?(?![a-z])|y más|ou mais|trở lên|и (?:выше|более)))"
)
_LESS = r"(?:\s*(?:或?及?以[下内]|이하|미만|까지|まで|or (?:less|below)|trở xuống))"
_RANGE = re.compile(rf"{_NUMBER}{_SIGN_HERE}{_TO}{_NUMBER}{_SIGN_HERE}({_PLUS})?{_SIGN_HERE}")
_SINGLE = re.compile(rf"{_NUMBER}{_SIGN_HERE}(?:({_PLUS})|({_LESS}))?{_SIGN_HERE}")
_FROM = re.compile(
    r"(?:from|>=?|至少|不低于|min(?:imum)?\.?|at least|start(?:s|ing)?(?: at| from)?|over|above|more "
    r"than|최소|"
    rf"ตั้งแต่|(?<![{LETTERS}])(?:od|ab|desde|mulai|от|від|не менее|свыше|da|[aà] partir de|dès|từ|"
    rf"trên|vanaf|från|"
    r"fra|mínimo|mindestens|más de|mais de|plus de|co najmniej))\s*:?\s*$"
)
_UP_TO = re.compile(
    r"(?:up ?to|<=?|最高|不超过|max(?:imum)?\.?|under|less than|at most|not more than|최대|ไม่เกิน|"
    rf"(?<![{LETTERS}])(?:до|até|hasta|bis(?: zu)?|jusqu'à|tới|đến|lên đến|dưới|fino a|tot|do|až|upp "
    rf"till|máximo|"
    r"menos de))\s*:?\s*$"
)
_BEFORE = re.compile(
    r"(?:salary|salaries|pay|wages?|rate|compensation|remuneration|package|stipend|income|"
    r"earnings?|earn|"
    r"range|total|start(?:ing|s)?|basic|base|fixed|offer(?:ed|ing)?|provided|competitive|between|"
    r"about|around|"
    r"circa|ca?\.?|of|is|at|the|from|guaranteed|average|expected|current|gaji|"
    r"sueldo|salario|salário|stipendio|retribuzione|salaire|gehalt|vergütung|lương|mức|khoảng|"
    r"зарплата|оклад|"
    r"з/п|между|entre|zwischen|de|da|от|від|từ|wynagrodzenie|pensja|mzda|plat|maaş|ücret|lön|lønn|"
    r"loon|salaris|"
    "급여|연|给与|固定给|"
    "部分工时|兼职|全职|薪资|薪水|薪酬|工资|待遇|底薪|基本|固定|收入|综合|保底|无责|责任|范围|每|平均|"
    "起薪|试用期?后?|转正后?|"
    rf"{_ANY_SIGN}" + r"|[\s:,;.|*~\"'+·=/-])*"
)
_BEHIND_STARTS = re.compile(r"[\s,;:|+·.。/()&*!、\[\]]|底薪|包|五险|双休|提成|奖|补")
_OTHER_PAY = re.compile(
    r"\bper\b|^\s*/\s*\w|^\s*(?:an?|each|every|pro|por|par|je|za|na|al|im)\s|[/每一](?:单|件|次|节|个|"
    r"场|课|篇|幅|套|人)|计件|"
    r"^\s*(?:bonus|commission|sign|referral|allowance|discount|deposit|fee|budget|补贴|奖金|提成|补助|"
    r"津贴)|"
    r"thousand|hundred|亿|[千万百만천억]|(?<![a-z])k(?![a-z])|"
    r"(?<![a-z])(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?![a-z])|^\s*(?:to|or|and|"
    r"-)\b|"
    rf"[{_STRONG_SIGNS}]"
)


_WHOLE = r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)(k|千|万)?元?"
# The commonest wordings, told at once; `_parsed` says the same of them.
_COMMON = re.compile(
    rf"([$£€¥]?) ?{_WHOLE}(?: ?- ?\1 ?{_WHOLE})?"
    r"(?:(?: ?/ ?| per | an? )(hour|day|week|month|year|小时|天|月|年))?"
)
_COMMON_SIGNS = {"$": "$", "£": "GBP", "€": "EUR", "¥": "CNY"}
_COMMON_PERIODS = {"小时": "hour", "天": "day", "月": "month", "年": "year"}


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
    if not (found := _COMMON.fullmatch(text)):
        return None
    sign, *numbers, period = found.groups()
    first, unit, second, last = (part and part.replace(",", "") for part in numbers)
    low_unit, high_unit = _shared(first, unit, second, last) if second else (unit, unit)
    return Stated(
        _amount(first, low_unit, None),
        _amount(second or first, high_unit, None),
        _COMMON_PERIODS.get(period, period),
        bool(unit or last),
        _COMMON_SIGNS.get(sign) or ("元" if re.search("[一-鿿]", text) else None),
    )


def _parsed(text: str, point: str | None) -> Stated:
    """What any wording states; see `stated_pay`."""
    if not re.search(r"\d", text):
        return Stated() if _NOT_STATED.search(text) else _UNKNOWN
    signs, currency = _signs(text, point)
    first = re.search(r"\d", signs)
    if first is None:
        return Stated() if _NOT_STATED.search(text) else _UNKNOWN
    if _COMMA_LEFT.search(signs):
        return _UNKNOWN
    minus = -1.0 if signs[: first.start()].strip() == "-" else 1.0
    before = "" if minus < 0 else signs[: first.start()]
    found = _ends(before, signs[first.start() :], point)
    if found is None:
        return _UNKNOWN
    (low, high, units, periods), behind = found
    period = _one(periods or [sign for sign in before if sign in _OF_SIGN])
    if period == "" or not _harmless(behind, told=period is not None):
        return _UNKNOWN
    return Stated(
        None if low is None else minus * low,
        None if high is None else high if low != high else minus * high,
        period,
        bool(units),
        currency or ("元" if re.search("[一-鿿]", text) else None),
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
    return _CURRENCY_OF.get(text, code)


@lru_cache(maxsize=10_000)
def period_of(wording: str) -> tuple[str | None, bool]:
    """What a cell of a column of periods says pay is for, and whether it is known.

    >>> period_of("HOURLY"), period_of("an hour"), period_of("按月"), period_of("ONCE")
    (('hour', True), ('hour', True), ('month', True), (None, False))
    """
    text = spelled(wording)[:_LONGEST].strip(" /.:每按()").removesuffix("结").strip()
    for form in (text, f"per {text}", text.removesuffix("薪")):
        signs = _with_periods(form).strip()
        if signs in _OF_SIGN:
            return _OF_SIGN[signs], True
    return None, False


_HEADING_UNIT = re.compile(r"(?<![a-z])(k|lpa|lakhs?|lacs?|thousands?)(?![a-z])|([千万])")
_HEADING_PERIOD = re.compile(r"(?<![a-z])(hour|day|week|month|year)s?(?![a-z])")


@lru_cache(maxsize=1_000)
def heading_says(heading: str) -> tuple[str | None, float | None]:
    """What the numbers below a heading are paid for, and what they are to be multiplied by; None: not said.

    >>> heading_says("annual_salary_min"), heading_says("薪资(千元/月)"), heading_says("salary")
    (('year', None), ('month', 1000.0), (None, None))
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", heading)
    text = _LPA.sub(" lpa per annum", spelled(words)[:_LONGEST])
    names = {_OF_SIGN[sign] for sign in _with_periods(text) if sign in _OF_SIGN}
    names |= {each[1] for each in _HEADING_PERIOD.finditer(text)}
    units = {each[1] or each[2] for each in _HEADING_UNIT.finditer(text)}
    unit = UNITS["lakh" if units == {"lpa"} else units.pop()] if len(units) == 1 else None
    return names.pop() if len(names) == 1 else None, unit


def _signs(text: str, point: str | None) -> tuple[str, str | None]:
    """Wording with signs for periods, without currencies and remarks; and its currency."""
    text = _LPA.sub(" lakh per annum", text)
    text = _BRACKET.sub(_kept, text)
    if _HAS_NUMBERS.search(text):
        text = _REMARK_OF_NUMBERS.sub(" ", text)
    if _HAS_REMARK.search(text):
        text = _REMARK.sub(" ", text)
    text = _BRACKET.sub(_kept, text)
    text, currency = _without_currency(text)
    text = _thousands(text, "thousands" if currency in NO_CENTS else point)
    if currency in COMMA_CENTS:
        text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    return _paid_by(_with_periods(text)).strip(" .。/"), currency


def _with_periods(text: str) -> str:
    """Wording with what it says of a period as signs."""
    if "week" in text:
        text = _BIWEEKLY.sub("biweekly", text)
    if "p" in text:
        text = _SHORT.sub(_strong, text)
    if _HAS_SOLID.search(text):
        text = _SOLID.sub(_strong, text)
        text = _WEAK_WORD.sub(lambda found: _SIGN[found.lastgroup or ""][1], text)
    return _spoken(text) if _WORD.search(text) else text


def _strong(found: re.Match[str]) -> str:
    return _SIGN[found.lastgroup or ""][0]


def _spoken(text: str) -> str:
    """Wording with periods as signs, of languages that part words by spaces.

    A noun is one behind a chain of prepositions or a slash, or right behind an amount.
    """
    tokens = list(_TOKEN.finditer(text))
    parts, end, chain, last = [], 0, -1, ""
    for place, found in enumerate(tokens):
        word, start = found[0].rstrip("."), found.start()
        gap = text[tokens[place - 1].end() if place else 0 : start]
        if gap.strip(" '-"):
            chain = -1
        name = _ALONE.get(word)
        begins, kind = start, 0
        if not name and chain >= 0 and not _leads_on(word, tokens, place):
            name = _NOUNS.get(word) or (BEHIND_SLASH.get(word) if last == "/" else None)
            begins = chain
        elif not name and word not in NEED_BEFORE and _behind_amount(gap, last):
            name, kind = _NOUNS.get(word), 1
        if name:
            parts += [text[end:begins], _SIGN[name][kind]]
            end, chain = found.end(), -1
        elif word in _LEADING or word == "/":
            chain = start if chain < 0 else chain
        else:
            chain = -1
        last = word
    return "".join([*parts, text[end:]])


def _leads_on(word: str, tokens: list[re.Match[str]], place: int) -> bool:
    """Whether a preposition that is also a noun ('an') has its noun behind it."""
    behind = tokens[place + 1][0].rstrip(".") if place + 1 < len(tokens) else ""
    return word in _LEADING and behind in _NOUNS


def _behind_amount(gap: str, last: str) -> bool:
    """Whether a word stands right behind an amount or its unit."""
    return gap.rstrip(" ,+)")[-1:].isdigit() or (last in UNITS and not gap.strip())


def _without_currency(text: str) -> tuple[str, str | None]:
    names = []

    def gone(found: re.Match[str]) -> str:
        before, behind = text[: found.start()][-1:], text[found.end() :].lstrip()[:1]
        sign = found[0] if found[0] in _CURRENCY_OF else found[0].removesuffix(".")
        # 'k' may stand before (35k€); of South Africa's R a number must follow.
        within = _LETTER.match(before) is not None and before not in ("k", "к")
        if sign.isalpha() and within or (sign == "r" and not behind.isdigit()):
            return found[0]
        names.append(_CURRENCY_OF[sign])
        return ""

    text = _CURRENCY.sub(gone, text)
    return text, next((name for name in names if name != "元"), names[0] if names else None)


def _kept(found: re.Match[str]) -> str:
    """What is left of a remark in brackets: a unit, a number, a period; else nothing."""
    inner = next(text for text in found.groups() if text is not None)
    if _IN_BRACKETS.search(inner) and not re.search(r"%|\d\s*薪|bonus|试用", inner):
        return f" {inner} "
    periods = {sign for sign in _with_periods(inner) if sign in _STRONG_SIGNS}
    if len(periods) == 1:
        return f" {periods.pop()} "
    return " " if _all_known(inner) else f" , {inner} "


def _paid_by(text: str) -> str:
    """How often pay is handed out (日结) says what it is for only where nothing else does."""
    if any(sign in text for sign in _OF_SIGN):
        return _PAID_BY.sub(" ", text)
    names = {"日": "day", "周": "week", "月": "month"}
    return _PAID_BY.sub(lambda found: _SIGN[names[found[1]]][0], text)


def _thousands(text: str, point: str | None) -> str:
    text = _DASH_CENTS.sub("", text)
    text = _SPACES.sub(lambda found: re.sub("[ ']", "", found[0]), text)
    text = _COMMAS.sub(lambda found: found[0].replace(",", ""), text)
    text = _POINTS.sub(_without_points, text)
    if point == "thousands":
        text = _ONE_POINT.sub(lambda found: found[0].replace(".", ""), text)
        text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    return text


def _without_points(found: re.Match[str]) -> str:
    whole, cents = (found[1], found[2]) if found[1] else (found[0], "0")
    return f"{whole.replace('.', '')}.{cents}"


_Found = tuple[float | None, float | None, set[str], list[str]]


def _ends(before: str, text: str, point: str | None) -> tuple[_Found, str] | None:
    """Ends, units and signs of periods of the amount that the text begins with, and what is behind it."""
    at_least, at_most = _FROM.search(before), _UP_TO.search(before)
    bound = at_least or at_most
    head = before[: bound.start()] if bound else before
    if not _BEFORE.fullmatch(head):
        return None
    found = _RANGE.match(text)
    if found and (not _BOTH.search(found[0]) or _BETWEEN.search(head)):
        first, unit, sign, second, last_unit, last_sign, _, end_sign = found.groups()
        low_unit, high_unit = _shared(first, unit, second, last_unit)
        ends = [_amount(first, low_unit, point), _amount(second, high_unit, point)]
    elif found := _SINGLE.match(text):
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
    if not unit and point is None and _TWO_WAYS.fullmatch(number):
        return float("nan")
    # Rounded to a hundredth: 1.1 x 10,000 is 11000.000000000002 in floating point.
    return round(float(number) * (UNITS[unit] if unit else 1.0), 2)


def _one(signs: list[str]) -> str | None:
    """The period that signs agree on; None for no sign, empty where they do not agree."""
    names = {_OF_SIGN[sign] for sign in signs}
    return (names.pop() if len(names) == 1 else "") if names else None


def _harmless(behind: str, *, told: bool) -> bool:
    """Whether a remark leaves the amount before it as it is; it may be a period where none is told."""
    if re.search(r"\d", behind):
        return False
    if not behind.strip(" .。,;/"):
        return True
    if not _BEHIND_STARTS.match(behind) or _OTHER_PAY.search(behind):
        return False
    return told or _all_known(_ADDED.split(behind, maxsplit=1)[0])


def _all_known(remark: str) -> bool:
    """Whether every word is one that says nothing of a period; all Chinese periods are signs already."""
    words, rest = _WORD.findall(remark), _NO_SPACES.sub("", _WORD.sub("", remark))
    return _SILENT.issuperset(words) and not any(
        char.isalpha() and not "\u4e00" <= char <= "\u9fff" for char in rest
    )
