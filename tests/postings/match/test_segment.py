"""Duties are kept; requirements, benefits and the company are not. Examples are our own."""

import polars as pl
import pytest

from llmexposure.base.errors import ParameterError
from llmexposure.postings.match.segment import duties, duty_column, parts

HEADED = """岗位职责：
1、撰写产品新闻稿；
2、维护媒体关系。
任职要求：
1、本科及以上学历；
2、三年以上经验。
福利待遇：
五险一金，年终奖。
公司介绍：
我们成立于2001年。"""


def one(text: str, language: str = "zh") -> str:
    return duties([text], language)[0]


WORDING = "1、编写岗位职责和工作内容说明，提出福利方案；\n2、核算工资待遇。"
COMPANY, BENEFIT = "我司成立于1998年，是一家食品企业。", "包吃住，月薪6000-8000元。"
POINTS = "1、负责推荐系统研发\n2、优化排序模型"
PAY = "1、办理社保和公积金；\n2、核算员工薪资。"
KEPT = {
    "only the duty part": (HEADED, "1、撰写产品新闻稿；\n2、维护媒体关系。"),
    "a heading word inside a sentence is no heading": (f"岗位职责：\n{WORDING}", WORDING),
    "headings and numbers in a line": (
        "岗位职责：1、接听电话；2、录入订单。任职要求：1、大专；2、普通话标准。",
        "1、接听电话；\n2、录入订单。"),
    "requirements may come first": ("【任职要求】\n1.本科\n【岗位职责】\n1.管理仓库", "1.管理仓库"),
    "two duty parts are joined": (
        "工作内容：\n负责门店收银。\n主要职责：\n- 清点现金\n任职要求：细心",
        "负责门店收银。\n- 清点现金"),
    "without a heading, sentences about other things go": (
        f"{COMPANY}负责面包烘焙和装饰；高中以上学历，有经验者优先。{BENEFIT}", "负责面包烘焙和装饰；"),
    "duties before a requirement heading": (
        "1、浇灌花木\n2、修剪草坪\n任职要求：\n身体健康", "1、浇灌花木\n2、修剪草坪"),
    "duties under a requirement heading count when there is nothing else": (
        "职位要求：\n具备机械基础知识；\n负责新产品的结构设计；\n本科以上学历", "负责新产品的结构设计；"),
    "points after a company heading count when there is nothing else": (
        f"职位描述：\n团队介绍：我们做短视频。\n{POINTS}\n任职要求：\n编程基础扎实", POINTS),
    "promises of pay inside a duty part go": (
        "岗位职责：\n1、驾驶货车；\n2、五险一金，包吃住；", "1、驾驶货车；"),
    "personnel work on pay stays": (f"岗位职责：\n{PAY}", PAY),
    "leftovers of spreadsheets and HTML are line breaks": (
        "岗位职责_x000d_1、打包_x000d_<br/>任职要求_x000d_勤快", "1、打包"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), KEPT.values(), ids=KEPT)
def test_the_duties_of_a_text_are_kept(text, kept):
    assert one(text) == kept


@pytest.mark.parametrize(
    "heading",
    [
        "工作内容",
        "职位描述",
        "工作职责",
        "主要职责",
        "岗位描述",
        "职责描述",
        "具体职责",
        "你将负责",
    ],
)
@pytest.mark.parametrize(
    "shape", ["{}：", "【{}】\n", "一、{}：", "{}\n", "[{}]", "{} 1、", "★{}:\n"]
)
def test_headings_in_every_shape(heading, shape):
    text = f"某某科技\n{shape.format(heading)}检修水泵设备\n任职资格：\n会电工"
    found = one(text)
    assert "检修水泵设备" in found
    assert "电工" not in found
    assert "某某" not in found
    assert heading not in found


@pytest.mark.parametrize(
    "heading",
    ["任职资格", "岗位要求", "职位要求", "招聘条件", "福利待遇", "薪资", "工作时间", "公司简介"],
)
def test_what_follows_another_heading_is_dropped(heading):
    found = one(f"岗位职责：\n1、安装门窗\n{heading}：\n1、大箱子\n2、小箱子")
    assert found == "1、安装门窗"


def test_numbered_points_in_one_line_are_judged_one_by_one():
    found = one("1、大专以上学历2、负责网站更新3、五险一金4、处理客户投诉")
    assert "学历" not in found
    assert "五险" not in found
    assert "负责网站更新" in found
    assert "处理客户投诉" in found


@pytest.mark.parametrize("text", ["", "   ", "无", "要求：有责任心", "福利待遇：双休", None])
def test_nothing_to_do_gives_an_empty_text(text):
    assert duties([text], "zh") == [""]


ENGLISH = """Acme is a leading maker of pumps.

Responsibilities:
- Repair pumps and motors
- Keep service records

Requirements
- High school diploma
Benefits:
Dental insurance, 401(k)
About us
Acme was founded in 1950."""


BANDS = "Explain benefits and skills tests to staff; set salary bands."
ENGLISH_KEPT = {
    "headed": (ENGLISH, "- Repair pumps and motors\n- Keep service records"),
    "headings in a line": (
        "Responsibilities: Bake bread. Requirements: Early riser. Benefits: Free bread.",
        "Bake bread."),
    "no headings": (
        "We are a family-owned bakery. You bake bread and decorate cakes. Two or 2 years of "
        "experience. We offer paid time off and a 401(k).", "You bake bread and decorate cakes."),
    "a heading word inside a sentence is no heading": (f"Responsibilities:\n{BANDS}", BANDS),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), ENGLISH_KEPT.values(), ids=ENGLISH_KEPT)
def test_the_duties_of_an_english_text_are_kept(text, kept):
    assert one(text, "en") == kept


@pytest.mark.parametrize(
    "heading",
    ["What you'll do", "KEY RESPONSIBILITIES", "**Duties:**", "Your role", "Job Description:"],
)
def test_english_headings(heading):
    text = f"{heading}\nTeach children to read.\nQualifications:\nA degree in education."
    assert one(text, "en") == "Teach children to read."


def test_auto_goes_by_script_and_keeps_the_order():
    mixed = [ENGLISH, HEADED, "", ENGLISH]
    english, chinese = duties([ENGLISH], "en")[0], duties([HEADED], "zh")[0]
    assert duties(mixed) == [english, chinese, "", english]


def test_parts_names_every_part():
    assert [kind for kind, _ in parts(HEADED)] == ["duty", "requirement", "benefit", "company"]


def test_each_text_is_cut_on_its_own():
    batch = [HEADED, "任职要求：会焊接", "", "1、浇灌花木\n任职要求：健康"] * 5
    assert duties(batch, "zh") == [duties([text], "zh")[0] for text in batch]


def test_control_characters_cannot_pass_for_marks():
    assert "\x01" not in one("岗位职责：\n装配\x01零件\x02出库")
    assert one("岗位职责：\n装配\x01零件\x02出库") == "装配 零件 出库"


def test_an_empty_column():
    assert duty_column(pl.Series("text", [], dtype=pl.String)).to_list() == []


def test_an_unknown_language_is_an_error():
    with pytest.raises(ParameterError, match="'fr'"):
        duties(["x"], "fr")
