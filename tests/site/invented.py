"""Job ads that nobody wrote: phrases of the lexicon and task statements, dressed as postings are."""

import random

from llmexposure.postings.match.chinese import read_lexicon
from llmexposure.postings.match.english import statements

HEADS = {
    "zh": [
        "岗位职责：",
        "【工作内容】\n",
        "一、职位描述：",
        "",
        "",
        "你将负责:\n",
        "任职要求：",
        "公司简介：",
    ],
    "en": [
        "Responsibilities:\n",
        "Job Description: ",
        "",
        "What you'll do:\n- ",
        "DUTIES\n",
        "Requirements: ",
        "About us: We are a leading firm. ",
    ],
}
ENDS = {
    "zh": [
        "\n任职要求：\n1、本科以上学历，3年以上工作经验；2、熟悉Excel，沟通能力强。",
        "",
        "<br><p>联系电话：123</p>",
        "\n福利待遇：五险一金，双休，月薪8000-12000元/月。",
        "\n我们是一家成立于2010年的高新技术企业，欢迎加入！",
    ],
    "en": [
        "\nRequirements: Bachelor's degree; 3+ years of experience.",
        "",
        "<li>Must have a valid driver license</li>",
        "\nBenefits: 401(k), dental insurance.",
        "\nWe are hiring! Apply now.",
    ],
}
TITLES = {
    "zh": [
        "甲公司招聘会计",
        "急聘 Java开发工程师（双休）",
        "招聘专员",
        "2024校园招聘-数据分析师",
        "軟體測試工程師",
        "【急招】客服",
        "文员",
        "C++工程师&nbsp;招聘",
        "高薪诚聘销售经理8000",
    ],
    "en": [
        "Hiring: Accountant",
        "We're hiring a Software Engineer now!",
        "Recruitment Consultant",
        "HR",
        "Walk-in drive 2024 - Nurse",
        "Data Analyst, Acme Ltd",
        "Café manager",
        "Urgent!! Driver needed",
    ],
}
JOINS = {"zh": ["；", "。", "\n", "，", "\n&middot;"], "en": ["\n- ", " ", "<br/>", "\n&bull; "]}
TRADITIONAL = str.maketrans(
    "负软测试数据计设务产报维护员户开发", "負軟測試數據計設務產報維護員戶開發"
)


def ads(n: int, seed: int = 1) -> list[tuple[str, str]]:
    """Title and text of ``n`` ads, Chinese and English in turn."""
    rng = random.Random(seed)
    phrases = {
        "zh": sorted(term for terms in read_lexicon()["terms"] for term in terms),
        "en": sorted(set(statements().tasks["task"])),
    }
    return [_ad(rng, ("en", "zh")[place % 2], phrases) for place in range(n)]


def _ad(rng, language, phrases):
    duties = [rng.choice(phrases[language]) for _ in range(rng.randint(0, 7))]
    if language == "zh":
        duties = [
            f"{i}、负责{one}" if rng.random() < 0.5 else one for i, one in enumerate(duties, 1)
        ]
    text = rng.choice(HEADS[language]) + rng.choice(JOINS[language]).join(duties)
    text += rng.choice(ENDS[language]) or "."
    if language == "zh" and rng.random() < 0.2:
        text = text.translate(TRADITIONAL)
    return rng.choice(TITLES[language]), text
