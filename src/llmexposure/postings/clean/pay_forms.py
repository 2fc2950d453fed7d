"""Forms of amounts, of periods and of what stands around them in wordings of pay: patterns, no rules.

`pay_words` reads by them; the words of languages that they are made of are in `vocabulary`.
"""

import re

from llmexposure.postings.clean.vocabulary import (
    ADDED as ADDED_WORDS,
)
from llmexposure.postings.clean.vocabulary import (
    ALONE as ALONE_WORDS,
)
from llmexposure.postings.clean.vocabulary import (
    CURRENCIES,
    LETTERS,
    PERIODS,
    PREPOSITIONS,
    REMARKS,
    SOLID_REMARKS,
    UNITS,
    WEAK,
)
from llmexposure.postings.clean.vocabulary import (
    NOUNS as NOUN_WORDS,
)
from llmexposure.postings.clean.vocabulary import (
    SOLID as SOLID_WORDS,
)

# Plain alternatives, which Python finds fast; what may stand before is looked at afterwards.
CURRENCY_OF = {sign: name for name, signs in CURRENCIES.items() for sign in signs.split()}
LETTER = re.compile(f"[{LETTERS}]")
CURRENCY = re.compile(
    "|".join(
        re.escape(sign) + (rf"(?![{LETTERS}])\.?" if LETTER.match(sign[-1]) else "")
        for sign in sorted(CURRENCY_OF, key=len, reverse=True)
    )
)

# Each period is written as a sign: the first of a pair where it surely is one, the second where it is one
# only right behind an amount.
SIGN = {name: (chr(0xE000 + i), chr(0xE010 + i)) for i, name in enumerate(PERIODS)}
OF_SIGN = {sign: name for name, signs in SIGN.items() for sign in signs}
ALONE = {word: name for name, words in ALONE_WORDS.items() for word in words.split()}
NOUNS = {word: name for name, words in NOUN_WORDS.items() for word in words.split()}
TOKEN = re.compile(rf"/|semi-monthly|[{LETTERS}]+\.?")
SHORT = re.compile(
    rf"(?<![{LETTERS}])p[./ ]?(?:(?P<hour>h)|(?P<day>d)|(?P<week>w)|(?P<month>c?[./ ]?m)|(?P<year>a))"
    rf"(?![{LETTERS}])\.?"
)
SOLID = re.compile("|".join(f"(?P<{name}>{words})" for name, words in SOLID_WORDS.items()))
HAS_SOLID = re.compile(r"[\u0e00-\ud7ff]")
WEAK_WORD = re.compile(
    r"(?=[/\s\u4e00-\ud7ff])(?:"
    + "|".join(rf"(?P<{n}>(?:/|每|一)?\s*(?:{words}))" for n, words in WEAK.items())
    + ")"
)
STRONG_SIGNS = "".join(strong for strong, _ in SIGN.values())
ANY_SIGN = f"[{''.join(OF_SIGN)}]"

NOT_STATED = re.compile(
    "面议|面谈|详谈|另议|保密|待定|待遇优|不限|不公开|依公司规定|"
    "negotiable|competitive|market rate|disclosed|"
    r"(?<![a-z])(?:doe|tb[acd]|n[./]?a\.?)(?![a-z])|confidential|undisclosed|unpaid|unspecified|volunt|"
    r"(?:not|un) ?(?:specified|stated|provided|mentioned|disclosed|available|applicable|given|listed|"
    r"shown|known)|depend(?:s|ing|ent)|commensurate|see (?:ad|desc|job|web|below|text|post)|"
    "to be (?:discussed|agreed|confirmed|determined|announced)|on application|upon request|attractive|"
    r"(?<![a-z])excellent|login to view|hidden|berdasarkan|kompetitif|dirahasiakan|"
    "a combinar|nach vereinbarung|a convenir|a negociar|no especificad|sin especificar|selon (?:profil|"
    "expérience|convention)|à définir|à négocier|non précisé|a definir|da definire|da concordare|"
    "th[oỏ][ảaả]? ?thu[ậâa]n|thương lượng|cạnh tranh|договор|не указан|по результатам|по домовленості|"
    "do uzgodnienia|dohodou|po dogovoru|pazarlık|협의|내규|면접 ?후|응相談|応相談|ตามตกลง|ตามโครงสร้าง|"
    "naar overleg|marktconform|without compensation|performance[- ]based"
)
# Remarks that leave the amount as it is. Those with digits or with words of time must go before all else.
REMARK_OF_NUMBERS = re.compile(
    r"[·*x×+,]?\s*(?:含)?\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?\s*薪(?:\s*/\s*年)?|sur \d+(?:[.,]\d+)? mois|"
    r"[·,]?\s*\d+(?:-\d+)?[天日]/周|每周\d天|"
    r"(?:[,;+&]|plus|with|and)?\s*(?:up to )?\d+(?:\.\d+)?\s*%[^,;()]*|[,;+&]?\s*401\(?k\)?|"
    r"(?:inside |outside )?(?<![a-z])ir ?35|(?<![a-z])(?:(?:on )?w-?2|c2c|1099)(?![a-z\d])|"
    r"[,;]?\s*\d+(?:\.\d+)?(?:\s*-\s*\d+)?\s*(?:hours?|hrs?|h|days?|shifts?)\s*(?:/|per|an?|each)\s*"
    r"(?:weeks?|wk|months?|day)(?![a-z])|[,;+&]?\s*\d+ days(?:'|\s)*(?:annual )?(?:holidays?|leave)"
)
REMARK = re.compile(
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
HAS_NUMBERS = re.compile("薪|mois|%|天|日|401|ir|hour|hr|day|shift|w-?2|c2c|1099")
HAS_REMARK = re.compile(
    "年终|年底|双薪|十三薪|调薪|涨薪|加薪|年度|次|paid|bonus|leave|review|increment|incentive|negotiable|"
    "ote|doe|dep|ctc|bas|gross|net|neg|brut|brüt|lord|stipend|rata|depend|est|approx|glassdoor|employer|tax|"
    "税|面议|面谈|左右|上下|不等|约|综合|经常|保密"
)
BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
IN_BRACKETS = re.compile(r"\d|[千万百亿]|thousand|lakh|lacs?\b|million|crore|\bk\b|单位|units?")
PAID_BY = re.compile(r"[,;·]?\s*(?:可|支持|可以)?([日周月])结")

BIWEEKLY = re.compile(r"(?:per|every|/)\s*(?:two|2) weeks|bi-weekly")
NO_SPACES = re.compile(SOLID_REMARKS)
WORD = re.compile(f"[{LETTERS}]+")
SILENT, LEADING = frozenset(REMARKS.split()), frozenset(PREPOSITIONS.split())
ADDED = re.compile(ADDED_WORDS)

# Thousands parted by commas, also as in India ('1,20,000'), by points, apostrophes and spaces.
COMMAS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?!,?\d)")
POINTS = re.compile(
    r"(?<![\d.,])(?:(\d{1,3}(?:\.\d{3})+),(\d{1,2})|\d{1,3}(?:\.\d{3}){2,})(?![.,]?\d)"
)
ONE_POINT = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![.,]?\d)")
DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![.,]?\d)")
SPACES = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ ']\d{3})+(?![\d.]*\d)")
COMMA_LEFT = re.compile(r"\d\s*,\s*\d")
DASH_CENTS = re.compile(r"[,.]-(?!\d)|(?<=\d)/-(?!\d)")
# Three and a half, or three thousand five hundred.
TWO_WAYS = r"-?[1-9]\d{0,2}\.\d{3}"
DOUBTFUL = re.compile(TWO_WAYS)

# '₹4L - ₹6L', said of a year's pay.
RUPEE_LAKH = re.compile(r"(?<=\d)\s?l(?![a-z])(?=.*₹|\s*$|\s*-)")
LPA = re.compile(r"(?<![a-z])l\.?\s?p\.?\s?a\.?(?![a-z])")
UNIT = rf"(?:\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})(?![{LETTERS}])\.?)?"
NUMBER = r"(\d+(?:\.\d+)?)" + UNIT
SIGN_HERE = rf"(?:[\s,/]*({ANY_SIGN}))?"
TO = (
    r"(?:\s*(?:-\s*up ?to|-|到|至|to|up ?to|rising to|and|до|и|a|à|al|bis|und|hasta|y|até|e|đến|tới|"
    r"do|až|tot|ถึง|"
    r"에서|から)\s*)"
)
BOTH = re.compile(r"\s(?:and|y|e|и|und)\s")
BETWEEN = re.compile("between|entre|между|zwischen")
PLUS = (
    r"(?:\+(?=\s*$|\s*[,;.)|]|\s*" + ANY_SIGN + r"|\s+\S)|\s+\+(?=\s*$)|\s*-(?=\s*$)|"
    r"\s*(?:或?及?以上|起|이상|부터|から|ขึ้นไป|↑|and (?:above|up)|or (?:more|above)|"
    r"up(?:wards)?(?![a-z])|y más|ou mais|trở lên|и (?:выше|более)))"
)
LESS = r"(?:\s*(?:或?及?以[下内]|이하|미만|까지|まで|or (?:less|below)|trở xuống))"
RANGE = re.compile(rf"{NUMBER}{SIGN_HERE}{TO}{NUMBER}{SIGN_HERE}({PLUS})?{SIGN_HERE}")
SINGLE = re.compile(rf"{NUMBER}{SIGN_HERE}(?:({PLUS})|({LESS}))?{SIGN_HERE}")
FROM = re.compile(
    r"(?:from|>=?|至少|不低于|min(?:imum)?\.?|at least|start(?:s|ing)?(?: at| from)?|over|above|more "
    r"than|최소|"
    rf"ตั้งแต่|(?<![{LETTERS}])(?:od|ab|desde|mulai|от|від|не менее|свыше|da|[aà] partir de|dès|từ|"
    rf"trên|acima de|por encima de|vanaf|från|"
    r"fra|mínimo|mindestens|más de|mais de|plus de|co najmniej))\s*:?\s*$"
)
UP_TO = re.compile(
    r"(?:up ?to|<=?|最高|不超过|max(?:imum)?\.?|under|less than|at most|not more than|최대|ไม่เกิน|"
    rf"(?<![{LETTERS}])(?:до|até|hasta|bis(?: zu)?|jusqu'à|tới|đến|lên đến|dưới|fino a|tot|do|až|upp "
    rf"till|máximo|"
    r"menos de))\s*:?\s*$"
)
BEFORE = re.compile(
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
    rf"{ANY_SIGN}" + r"|[\s:,;.|*~\"'+·=/-])*"
)
BEHIND_STARTS = re.compile(r"[\s,;:|+·.。/()&*!、\[\]]|底薪|包|五险|双休|提成|奖|补")
OTHER_PAY = re.compile(
    r"\bper\b|^\s*/\s*\w|^\s*(?:an?|each|every|pro|por|par|je|za|na|al|im)\s|[/每一](?:单|件|次|节|个|"
    r"场|课|篇|幅|套|人)|计件|"
    r"^\s*(?:bonus|commission|sign|referral|allowance|discount|deposit|fee|budget|补贴|奖金|提成|补助|"
    r"津贴)|"
    r"thousand|hundred|亿|[千万百만천억]|(?<![a-z])k(?![a-z])|"
    r"(?<![a-z])(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?![a-z])|^\s*(?:to|or|and|"
    r"-)\b|"
    rf"[{STRONG_SIGNS}]"
)


WHOLE = r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)(k|千|万)?元?"
# The commonest wordings, told at once; `_parsed` says the same of them.
COMMON = re.compile(
    rf"([$£€¥]?) ?{WHOLE}(?: ?- ?\1 ?{WHOLE})?"
    r"(?:(?: ?/ ?| per | an? )(hour|day|week|month|year|小时|天|月|年))?"
)
COMMON_SIGNS = {"$": "$", "£": "GBP", "€": "EUR", "¥": "CNY"}
COMMON_PERIODS = {"小时": "hour", "天": "day", "月": "month", "年": "year"}
