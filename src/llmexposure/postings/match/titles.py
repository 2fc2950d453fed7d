r"""Job titles without the words that call for applicants.

甲公司招聘会计 and 'Hiring: Accountant' name an accountant. Titles of recruiters (招聘专员, 'Recruitment
Consultant') keep the same words: 招聘 stays where a job of its own follows (专员, 经理) or where it ends a
title that names no other job (技术招聘). What stays is marked first, as Rust's regular expressions cannot
look around; then calls are taken out, with the firm or the year before them.
"""

import re
from collections.abc import Sequence

import polars as pl

# Stands in a word that stays while the calls are taken out; control characters never survive cleaning.
_MARK = "\x01"

_OPEN, _CLOSE = r"[（(【\[［<《]", r"[）)】\]］>》]"
_GAP = r"[\s:：\-—–_|·、,，/!！~+]"
_CAMPAIGN = "校园招聘|社会招聘|公开招聘|校招|社招|春招|秋招"
# The short ones are also parts of words (学校招生), hence only where a word begins.
_WORD = rf"(^|{_GAP}|{_OPEN}|{_CLOSE}|\d|届|年)"
_APPEAL = (
    "急急招聘|急急招|急急聘|急招聘|急招|急聘|急寻|诚招聘|诚招|诚聘|特聘|热招|热聘|直招|直聘|现招|招募|"
    "聘请|招工"
)
_BEFORE = (
    r"(?:(?:20\d\d|\d\d)\s*(?:届|年度?|级)|20\d\d|春季|秋季|暑期|寒假|高薪|大量|大批|长期|紧急|全国|统一|现场|HR|hr|厂家|工厂|"
    r"企业|总部|官方|老板|急)"
)
_AFTER = "(?:公告|启事|简章|专场|岗位|职位)?"
_FIRM = "公司|集团|企业|工厂|厂|银行|医院|酒店|学校|大学|学院|事务所|研究院|研究所|中心|门店|工作室|超市|餐厅"
# Jobs of those who recruit, right after 招聘 and at the end of what is named.
_ROLE = (
    "(?:高级|资深|初级|中级|兼职|实习|培训|配置|人事|HR|hr|猎头|与|及|和|&|/)*"
    "(?:专员|专家|经理|主管|顾问|总监|助理|负责人|主任|组长|代表|专干|干事|岗|部|组|运营|猎头|实习生|培训|配置|人事|HR|hr|"
    "HRBP|hrbp|BP)"
)
_BEHIND = rf"(?:{_GAP}|{_OPEN}|{_CLOSE}|[.。\d上]|月入|月薪|高薪|底薪|双休|$)"
# A job before 招聘: 厨师招聘 seeks one, 技术招聘 is a job of personnel.
_JOB = (
    "[A-Za-z+#]{3,}|师|员|工|手|士|生|计|司机|店长|嫂|阿姨|导购|经理|主管|总监|助理|顾问|代表|教练|老师|"
    "保安|前台|出纳|客服|翻译|学徒|主播|编辑"
)
# 招 and 聘 alone, at the beginning; words that begin with them and call for nobody.
_NO_CALL = (
    "招商|招生|招标|招投|招采|招募|招牌|招财|招待|招行|招租|招工|招录|招股|招呼|招引|聘任|聘用"
)

_CHINESE: Sequence[tuple[str, str]] = (
    (rf"{_OPEN}[^（(【\[］）)】\]]*(?:招聘|{_CAMPAIGN}|{_APPEAL}){_CLOSE}", " "),
    (rf"(招)(聘{_AFTER}{_ROLE}{_BEHIND})", f"$1{_MARK}$2"),
    (rf"(校|社|春|秋)(招{_ROLE}{_BEHIND})", f"$1{_MARK}$2"),
    (
        rf"^[^\s，,。]{{1,40}}?(?:{_FIRM}){_GAP}*{_BEFORE}*(?:招聘|{_CAMPAIGN}|{_APPEAL}){_AFTER}{_GAP}*",
        "",
    ),
    (rf"{_WORD}{_BEFORE}*(?:{_CAMPAIGN}){_AFTER}{_GAP}*", "$1 "),
    (rf"{_BEFORE}*(?:校园招聘|社会招聘|公开招聘|{_APPEAL}){_AFTER}{_GAP}*", " "),
    (rf"({_JOB}){_GAP}*招聘{_AFTER}中?({_BEHIND})", "$1 $2"),
    (rf"({_GAP}{_BEFORE}*)招聘{_AFTER}中?$", ""),
    (rf"(\S\s*招)(聘{_BEHIND})", f"$1{_MARK}$2"),
    (rf"{_BEFORE}*招聘{_AFTER}{_GAP}*", " "),
    (rf"^\s*({_NO_CALL})", f"{_MARK}$1"),
    (r"^\s*[招聘](\p{Han}{2}|[A-Za-z])", "$1"),
)

_ADVERB = r"(?:urgent(?:ly)?|now|immediate(?:ly)?|currently|actively|mass|bulk|asap|also|we(?:'re|’re| are))"
_FOR = r"(?:\s+(?:for|an?|the|our|new|now|immediately)\b)*\s*[:!\-–—|,]*\s*"
_ENGLISH_ROLE = (
    r"(?:\s+(?:process|event|events|drive|campaign|marketing|operations|project|team|support|services|and\s+\w+|&\s+\w+))?"
    r"\s+(?:manager|coordinator|co-ordinator|specialist|consultant|partner|lead|leader|officer|assistant|associate|"
    r"advisor|adviser|director|administrator|analyst|executive|supervisor|resourcer|intern|expert|strategist|"
    r"operations|team|head|agent|clerk|trainer)s?\b"
)
_DRIVE = r"(?:drive|event|day|fair|campaign|notification|notice|process|alert|spree|season|round|20\d\d)s?"
_ENGLISH: Sequence[tuple[str, str]] = (
    (r"\s*[,|@]\s*[^,|@]*\b(?:ltd|limited|inc|llc|llp|plc|corp|corporation|gmbh)\.?\s*$", ""),
    (rf"\b(hir|recruit)((?:ing|ment){_ENGLISH_ROLE})", f"$1{_MARK}$2"),
    (
        r"[\s\-–—|:,(\[/]*\b(?:(?:mass|mega|bulk|special|campus|off-campus|graduate|urgent|walk-?in|annual|direct|"
        rf"virtual|online|20\d\d)\s+)*(?:recruitment|recruiting|hiring|walk-?\s?in|placement)\s+{_DRIVE}\b"
        r"[\s\-–—:|)\]]*(?:20\d\d)?[)\]:\-–—|\s]*",
        " ",
    ),
    (
        rf"[\s\-–—|:,(\[!]+(?:{_ADVERB}\s+)*hiring(?:\s+(?:now|immediately|asap|urgently))?[\s!)\].]*$",
        "",
    ),
    (
        rf"^.{{0,80}}?\b(?:is|are|we're|we’re)\s+(?:{_ADVERB}\s+)*"
        rf"(?:hiring|recruiting|looking for|seeking)\b{_FOR}",
        "",
    ),
    (rf"^(?:.{{0,60}}?\s)??(?:{_ADVERB}\s+)*hiring\b{_FOR}", ""),
    (rf"^\W*(?:{_ADVERB}\s+)*recruiting\b{_FOR}", ""),
    (
        rf"^\W*(?:{_ADVERB}\s+)*(?:job\s+)?(?:opening|vacancy|vacancies|requirement|opportunity|needed|required|wanted)s?"
        r"\s*(?:for\s+(?:an?\s+|the\s+)?|[:!\-–—|]+\s*)",
        "",
    ),
    (rf"^\W*{_ADVERB}\s*[:!\-–—|]+\s*", ""),
    (
        rf"[\s\-–—|:,(\[]+(?:{_ADVERB}\s+)*(?:job\s+)?(?:wanted|needed|required|requirement|vacancy|vacancies|opening)s?"
        r"[\s!.)\]]*$",
        "",
    ),
)
# A title with none of these has no call.
_CHINESE_SIGNS = ("招", "聘")
_ENGLISH_SIGNS = (
    "hiring", "recruit", "vacanc", "wanted", "needed", "required", "requirement", "opening", "walk",
    "placement", "urgent", "immediate", "opportunity", "looking for", "seeking", "now", "ltd", "limited",
    " inc", "llc", "llp", "plc", "corp", "gmbh",
)  # fmt: skip
_EDGES = " \t\n:：-—–_|·、,，/!！~+"
_LEAST = r"[\p{Han}]{2}|[\p{L}]{3}|(?i)\b(?:hr|it|ui|ux|qa|rn)\b"


def without_calls(titles: pl.Series) -> pl.Series:
    """Titles without calls for applicants, with the firm and the year that go with them.

    Parameters
    ----------
    titles
        String; missing stays missing.

    Returns
    -------
    polars.Series
        A title of which nothing would be left stays whole.

    Examples
    --------
    >>> titles = pl.Series(["甲公司招聘会计", "招聘专员", "Hiring: Cook", "Recruitment Consultant"])
    >>> without_calls(titles).to_list()
    ['会计', '招聘专员', 'Cook', 'Recruitment Consultant']
    """
    titles = _without(titles, _CHINESE_SIGNS, _CHINESE)
    return _without(titles, _ENGLISH_SIGNS, _ENGLISH)


def _without(
    titles: pl.Series, signs: Sequence[str], patterns: Sequence[tuple[str, str]]
) -> pl.Series:
    """Titles with a sign, less what the patterns find in one after the other."""
    found = titles.str.contains_any(list(signs), ascii_case_insensitive=True)
    rows = found.fill_null(False).arg_true()
    if not len(rows):
        return titles
    before = titles.gather(rows)
    text = before
    for pattern, other in patterns:
        text = text.str.replace_all(f"(?i){pattern}", _group(other))
    text = text.str.replace_all(_MARK, "").str.strip_chars(_EDGES)
    left = text.str.contains(_LEAST)
    kept = pl.select(pl.when(left).then(text).otherwise(before)).to_series()
    return titles.clone().scatter(rows, kept)


def _group(other: str) -> str:
    """Replacement whose group numbers end before what follows."""
    return re.sub(r"\$(\d)", r"${\1}", other)
