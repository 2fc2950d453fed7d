"""Wordings of degree, experience, salary, dates and counts against values written by hand."""

from datetime import date

import polars as pl
import pytest

from llmexposure.base.errors import DataError
from llmexposure.postings.clean.dates import harmonise_date
from llmexposure.postings.clean.requirements import (
    degree_of,
    harmonise_degree,
    read_degree_wording,
    read_experience_wording,
    years_of,
)
from llmexposure.postings.clean.salary import Terms, harmonise_salary, pay_of
from llmexposure.postings.clean.wordings import count_of
from llmexposure.postings.contract import DEGREES

DEGREE = {
    "none": "學歷不拘 國中(含)以下 本科优先 本科学历优先 Bachelor's+(Preferred) "
    "Master's+degree+preferred 10th+pass B.+Tech.+preferred Bachelor's+degree.+Preferred "
    "MBA+in+Retail+will+get+preference MBA+in+Finance+is+an+added+advantage PhD+is+a+bonus "
    "smp 不限 学历不限 不限制 无要求 初中及以下 小学 any no+degree+required none",
    "high_school": "高中職以上 高職 12th+Pass A-Levels SMA/SMK Abitur High+school+(required) "
    "SSC Dakhil HSC/+Diploma/+Bachelor O+level/+A+level,+Bachelor+degree Secondary+School+Certificate "
    "高中 高中及以下 高中及以上 中专 中专/中技 中技/中专 职业高中 技工学校  "
    "高中或中专及以上学历 high+school High+School+Diploma+or+GED",
    "college": "專科以上 專科、大學、碩士 五專 D3 HNC 1-3年大专 经验不限/大专 大专以上,本科优先 "
    "Diploma+in+Electrical.+Female+candidates+preferred. "
    "Degree+(BSc+or+Diploma) BSc,+Diploma BSc+or+Diploma "
    "大专 大专及以上 大专以上学历 大学专科 全日制大专 高职 专科及以上学历 大专/本科 "
    "大专-本科  "
    "大专或本科 Associate's+degree 大专(优秀者可放宽)",
    "bachelor": "大學 大學以上 大卒以上 B.Tech B.E B.Tech/B.E. Any+Graduate B.Com BCA/MCA S1 "
    "Bachelor's+degree+in+Engineering.+Experience+preferred. Bachelor+degree,+master+is+a+plus "
    "MS+in+Statistics+or+BS+in+Maths Master's+Degree/B.+Sc.+in Masters+/+Graduate+in+any+discipline "
    "M.A.+in+English+/+B.A.+in+English Bachelor's+(BS)+or+Master's+(MS) B.+Sc.+in+Textile Graduate "
    "Bachelor's+degree+in+Computer+Science Bachelor's+in+Law+or+related+field "
    "Master's+in+CS+or+Bachelor's+in+Math B.Tech/B.E.+in+Any+Specialization,+Any+Graduate "
    "Bachelor's+(Required),+Master's+(Preferred) 3-5年,本科 本科及以上+/ 本科+3-5年经验 "
    "3-5年+/+本科+/+全职  "
    "北京+|+3-5年+|+本科 本科及以上(硕士优先) 本科及以上,专业不限 "
    "本科 统招本科 全日制统招本科及以上学历 大学本科 本科及以上 本科以上 学士学位 专升本 "
    "本科/硕士 本科或以上学历 211本科 985/211 本科毕业 Bachelor's Bachelor’s+degree+required "
    "Bachelor+degree+or+above bachelors BS/BA 最低学历：本科 至少本科",
    "master": "碩士 研究所以上 MBA/PGDM M.Tech Any+Postgraduate S2 硕士 硕士及以上 硕士研究生 "
    "研究生及以上学历 MBA MBA/EMBA Master's+degree 统招硕士及以上  "
    "硕士/博士 硕士(本科985) Degree+(MSc)",
    "doctor": "博士 博士研究生 博士后 PhD Ph.D. doctoral+degree 博士及以上",
}


@pytest.mark.parametrize(
    ("wordings", "level"),
    [
        ("학력무관|Aucune formation scolaire|Sin estudios|Realschulabschluss|Không yêu cầu bằng cấp|"
         "не требуется|No degree required", "none"),
        ("고졸↑|CAP, BEP et équivalents|Bac ou équivalent|Fachhochschulreife|MBO niveau 4|Lise(Mezun)|"
         "ปวช. / ปวส.|średnie|Lulusan minimal SMA", "high_school"),
        ("초대졸↑|Bac+2 ou équivalents|Ciclo Formativo Grado Superior|Cao đẳng|Önlisans", "college"),
        ("대졸(4년제)↑|대학교졸업(4년)이상|Bac + 3|Đại học trở lên|высшее|wyższe|ปริญญาตรีขึ้นไป|HBO|"
         "Ensino Superior Completo|Licenciado|Hochschulabschluss", "bachelor"),
        ("석사↑|Bac+5 et plus ou équivalents|Yüksek Lisans|Thạc sĩ", "master"),
    ],
)  # fmt: skip
def test_degree_in_other_languages(wordings, level):
    words = wordings.split("|")
    assert {word: degree_of(word) for word in words} == dict.fromkeys(words, (level, True))


@pytest.mark.parametrize(
    "wording", ["(", "Degree (BSc", "Bachelor ((BSc) x", "B.Sc (" + "x" * 300 + ")", "3 years ("]
)
def test_bracket_that_is_cut_is_read_to_its_end(wording):
    assert degree_of(wording)[0] in (None, "bachelor")
    assert years_of(wording) == (None, False)


def test_remark_that_is_cut_may_name_a_lower_degree():
    assert degree_of("Bachelor's from a university. (Candidates having O Level ...") == (
        None,
        False,
    )
    assert degree_of("Bachelor's from a university (women are encouraged ...") == ("bachelor", True)


@pytest.mark.parametrize("cell", ["1.7e99999999999", "1.71E+1220240506", "9e999"])
def test_power_without_end_is_no_date(cell):
    assert harmonise_date(pl.Series([cell])).row(0) == (None, "unreadable_date")


@pytest.mark.parametrize(
    ("wording", "level"),
    [("Master of Commerce (MCom) in Accounting", "master"), ("Bachelor of Fine Arts (B.F.A)", "bachelor"),
     ("Bachelor/Master`s from any reputed University", "bachelor"), ("Diploma from a college", "college"),
     ("Graduation from a university or Diploma in Law", "college"), ("Master of Law, Bachelor", "bachelor")],
)  # fmt: skip
def test_degree_of_any_field_and_university(wording, level):
    assert degree_of(wording) == (level, True)


@pytest.mark.parametrize(
    "wording",
    ["Bachelor (not required)", "Bachelor's degree (optional)",
     "Minimum Graduate/ BBA/MBA or other studies in Marketing will be an advantage."],
)  # fmt: skip
def test_degree_that_a_remark_takes_back_is_not_asked_for(wording):
    assert degree_of(wording) == (None, False)


@pytest.mark.parametrize(
    ("wording", "level"),
    [(word.replace("+", " "), level) for level, words in DEGREE.items() for word in words.split()],
)
def test_degree(wording, level):
    assert degree_of(wording) == (level, True)


@pytest.mark.parametrize("wording", ["其他", "未知", "not specified", "Certification"])
def test_degree_that_states_no_level_is_known(wording):
    assert degree_of(wording) == (None, True)


@pytest.mark.parametrize(
    "wording",
    [
        "大专会计专业,本科",
        "大侠",
        "3年",
        "不限,本科",
        "3-5年,大侠",
        "及以上",
        "学历",
        "大专/大侠",
        "/",
        "degree of freedom",
    ],
)
def test_unknown_degree_is_missing_and_said_to_be_unknown(wording):
    assert degree_of(wording) == (None, False)


def test_own_values_read_back_as_themselves():
    table = harmonise_degree(pl.Series([*DEGREES, None, "None", ""]))
    assert table["degree"].to_list() == [*DEGREES, None, None, None]
    assert table["known"].to_list() == [True] * len(DEGREES) + [None] * 3


EXPERIENCE = {
    0: "不限 经验不限 无经验 应届生 应届毕业生 在校生/应届生 实习 1年以下 一年以内 0 0-1年 "
    "无需经验 less+than+1+year "
    "3年以下 不到1年 經歷不拘 無經驗可 Fresher Freshers 经验不限/大专 3+years+(preferred) 3年以上经验优先",
    0.25: "3个月-6年 3个月-1年 3-6个月 3个月-6个月 3+months+-+2+years 3+to+6+months",
    1 / 12: "1个月-1年 1+month+-+2+years 1+month+to+1+year",
    0.5: "6个月-1年 半年-1年 6+months+-+1+year 半年 半年以上 6个月 6个月以上 6+months",
    1: "1-3年大专 Junior+(1-3+years) 1年以上工作經驗 1-2+yrs 1年 一年 1年以上 一年以上 1-3年 "
    "1~3年 1－3年 １-３年 1至3年 1到3年 一到三年 一年及以上  "
    "1年工作经验 1-3年经验 1年及以上工作经验 "
    "1+years 1+year at+least+1+year 1-3+years",
    1.5: "1.5年 一年半",
    2: "Entry+Level+(2+years) 2+years+in+sales 两年以上 二年 2年以上相关工作经验 2-3年 "
    "工作经验2年以上 2+years+of+experience 2+yrs two+years",
    3: "3-5年,本科 经验3-5年+/ Mid-level+(3-5+years) 北京+|+3-5年+|+本科 3-5年(有大厂经验优先) "
    "3年以上销售经验 3 3.0 3-5年 3年-5年 三年以上 3-5年工作经验 经验3-5年 至少3年  "
    "3+yrs minimum+3+years+experience 3+to+5+years",
    5: "five+(5)+years Senior:+5+years 5+years+or+more 5-10年经验 5年及以上 五年以上 5-10年 "
    "5年以上工作经验(优秀者可放宽)",
    10: "10年以上 十年以上 10+years 10年以上经验",
    12: "十二年 12年",
}


@pytest.mark.parametrize(
    ("wording", "years"),
    [
        (word.replace("+", " "), years)
        for years, words in EXPERIENCE.items()
        for word in words.split()
    ],
)
def test_experience(wording, years):
    assert years_of(wording) == (years, True)


def test_plus_sign_behind_a_number():
    assert years_of("5+ years") == years_of("5+") == years_of("5年+") == (5, True)


@pytest.mark.parametrize(
    ("wordings", "years"),
    [
        ("от 1 года до 3 лет|1–3 года|Опыт 1-3 года|1 an|1-3 ปี|Entre 1 y 3 años", 1),
        ("2 năm kinh nghiệm|Expérience exigée de 2 An(s)|experiencia de 2 a 3 años|"
         "2 lata|Al menos 2 años", 2),
        ("경력 3~5년|3년 이상|경력(3년 이상)|3 à 5 ans|от 3 лет|3 - 5 năm|3 yıl|"
         "mindestens 3 Jahre Erfahrung", 3),
        ("более 6 лет|plus de 6 ans|más de 6 años|Trên 6 năm", 6),
        ("6 tháng|6 mois|6개월 이상|6 meses|6 месяцев", 0.5),
        ("5 år|min. 5 let praxe|5 An(s) - sur poste similaire|minst 5 års erfaring", 5),
        ("3年以下相关工作经验|1年以内经验|3年以内工作经验|Débutant accepté - en cuisine|"
         "Expérience souhaitée de 2 An(s)|noExperience", 0),
        ("between3And6", 3),
        ("在校/应届本科|经验不限学历不限|应届生/1-3年|Fresh graduate / 1 year", 0),
        ("нет опыта|Без опыта|до 1 года|Dưới 1 năm|Không yêu cầu kinh nghiệm|신입|경력무관|신입·경력|"
         "sin experiencia|"
         "menos de 1 año|経験不問|未経験OK|Débutant accepté", 0),
        ("경력", None),
    ],
)  # fmt: skip
def test_experience_in_other_languages(wordings, years):
    assert {word: years_of(word) for word in wordings.split("|")} == dict.fromkeys(
        wordings.split("|"), (years, True)
    )


@pytest.mark.parametrize(
    "wording",
    [
        "1 An(s) - maximum",
        "看缘分",
        "400年",
        "-1",
        "5-3年",
        "2年-18个月",
        "13个月-1年",
        "年",
        "3-5",
        "nan years",
        "1e3",
    ],
)
def test_experience_that_no_rule_knows(wording):
    expected = (3.0, True) if wording == "3-5" else (None, False)
    assert years_of(wording) == expected


@pytest.mark.parametrize(
    "wording",
    ["有工作经验", "Entry level", "Internship", "Associate", "Mid-Senior level", "Director", "Executive",
     "Not Applicable", "Junior", "资深"],
)  # fmt: skip
def test_experience_without_years_is_known_but_missing(wording):
    assert years_of(wording) == (None, True)


@pytest.mark.parametrize(
    "wording", ["18+ years old", "Grade (7)", "本科", "3年, 5年", "本科优先", "1/2 year"]
)
def test_what_states_no_years(wording):
    assert years_of(wording) == (None, False)


@pytest.mark.parametrize(
    ("wording", "low", "high"),
    [
        ("8k-12k", 8000, 12000),
        ("8-12K", 8000, 12000),
        ("8K-12K·13薪", 8000, 12000),
        ("15-25k*16薪", 15000, 25000),
        ("8000-12000元/月", 8000, 12000),
        ("￥8,000-12,000", 8000, 12000),
        ("8000-1.2万", 8000, 12000),
        ("8千-1.2万/月", 8000, 12000),
        ("1-1.5万/月", 10000, 15000),
        ("1.5-2万/月", 15000, 20000),
        ("1.1万", 11000, 11000),
        ("10-15万/年", 100000 / 12, 150000 / 12),
        ("年薪10-15万", 100000 / 12, 150000 / 12),
        ("200元/天", 4350, 4350),
        ("150-200/天", 3262.5, 4350),
        ("25元/小时", 4350, 4350),
        ("1000元/周", 52000 / 12, 52000 / 12),
        ("8000以上", 8000, None),
        ("2万以下", None, 20000),
        ("20万以上/年", 200000 / 12, None),
        ("8000", 8000, 8000),
        ("8000.00", 8000, 8000),
        ("$80,000 - $100,000 a year", 80000 / 12, 100000 / 12),
        ("$20 an hour", 3480, 3480),
        ("from $4,000 per month", 4000, None),
        ("1.200,50 €", 1200.5, 1200.5),
        ("3.500,00 € - 4.500,00 €", 3500, 4500),
        ("1.234.567", 1234567, 1234567),
        ("42.000,00 - 1.048.000,00 € per year", 3500, 1048000 / 12),
        ("1,200.50", 1200.5, 1200.5),
        ("8,000, 税前", 8000, 8000),
        ("8,000-12,000·13薪", 8000, 12000),
        ("₹1,20,000 a year".replace("₹", "$"), 10000, 10000),
        ("1.125万", 11250, 11250),
        ("1.125-1.5万", 11250, 15000),
        ("3.500k", 3500, 3500),
        ("12.50/小时", 12.5 * 174, 12.5 * 174),
        ("3500.125", 3500.12, 3500.12),
        ("0.500", 0.5, 0.5),
        ("面议", None, None),
        ("薪资面议", None, None),
        ("Negotiable", None, None),
    ],
)
def test_salary(wording, low, high):
    pay = pay_of(wording)
    assert pay.fault == ""
    assert pay.low == (pytest.approx(low) if low is not None else None)
    assert pay.high == (pytest.approx(high) if high is not None else None)


@pytest.mark.parametrize(
    ("wording", "fault"),
    [
        ("-5000-8000", "negative_salary"),
        ("-8k", "negative_salary"),
        ("20k-10k", "reversed_salary"),
        ("0", "zero_salary"),
        ("99999万", "salary_out_of_range"),
        ("高薪", "unreadable_salary"),
        ("8k-12k-20k", "unreadable_salary"),
        ("3.500 - 4.500 €", "unreadable_salary"),
        ("3.500", "unreadable_salary"),
        ("ab 3.500 €", "unreadable_salary"),
        ("3.500以上", "unreadable_salary"),
        ("5-10.500", "unreadable_salary"),
        ("8.000-1.2万", "unreadable_salary"),
        ("900-1.200 €", "unreadable_salary"),
        ("1,5-2万", "unreadable_salary"),
        ("1,5k", "unreadable_salary"),
        ("12,50 $/小时", "unreadable_salary"),
        ("1200,5", "unreadable_salary"),
        ("1.200,500", "unreadable_salary"),
        ("1,2000", "unreadable_salary"),
        ("5000, 6000", "unreadable_salary"),
    ],
)
def test_salary_with_a_fault(wording, fault):
    assert pay_of(wording).fault == fault


def harmonised(low: list, high: list, worded: list, period: str = "month") -> list[tuple]:
    columns = [pl.Series(values, dtype=pl.String) for values in (low, high, worded)]
    return harmonise_salary(*columns, Terms(period)).select("low", "high", "fault").rows()


def test_salary_from_two_columns_and_from_one():
    assert harmonised(
        ["8000", "8k", None, None], ["12000", "1.2万", "9000", None], ["1k"] * 3 + ["2-3k"]
    ) == [
        (8000, 12000, ""),
        (8000, 12000, ""),
        (None, 9000, ""),
        (2000, 3000, ""),
    ]


def test_salary_by_the_year_where_the_mapping_says_so():
    found = harmonised(["120000", "10k/月"], ["240000", "20k/月"], [None, None], "year")
    assert found == [(10000, 20000, ""), (10000, 20000, "")]


def test_points_in_columns_of_text_are_not_silently_decimals():
    found = harmonised(["3.500", "3500.5", "3.50"], ["4.500", "1,5", "4"], [None] * 3)
    assert found == [
        (None, None, "unreadable_salary"),
        (3500.5, None, "unreadable_salary"),
        (3.5, 4, ""),
    ]


def test_numbers_with_three_decimals_are_numbers():
    low, high = pl.Series([12.125]), pl.Series([13.375])
    table = harmonise_salary(low, high, pl.Series([None], dtype=pl.String))
    assert table.select("low", "high").rows() == [(12.125, 13.375)]


def test_half_a_salary_stays_when_the_other_half_is_zero_or_unreadable():
    found = harmonised(["0", "0", "?"], ["5000", "0", "5000"], [None] * 3)
    assert found == [
        (None, 5000, "zero_salary"),
        (None, None, "zero_salary"),
        (None, 5000, "unreadable_salary"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-05-06",
        "2024/5/6",
        "2024.05.06",
        "2024年5月6日",
        "2024-05-06 10:18:23",
        "2024-05-06T23:59:59+08:00",
        "2024-05-06T00:00:00.123Z",
        "2024年5月6日 9时30分",
        "20240506",
        "6 May 2024",
        "May 6, 2024",
        "06-May-2024",
        "06-May-24",
        "6 May' 24",
        "Mon, 06 May 2024 10:00:00 GMT",
        "Mon May 06 2024 10:00:00 GMT+0800 (CST)",
        "Monday, May 6, 2024",
        "May 6th, 2024 10:30 AM",
        "Posted on May 6, 2024",
        "2024. 5. 6.",
        "2024.05.06.",
        "2024. május 6.",
        "lunes, 6 de mayo de 2024",
        "Publié le 6 mai 2024",
        "6 MAYIS 2024 Pazartesi",
        "6. kvetna 2024",
        "2024/05/06(月)",
        "Mayo 6, 2024",
        "06-Mei-2024",
        "6 maja 2024 r.",
        "掲載日：2024年5月6日",
        "등록일 2024.05.06",
        "3 weeks ago 2024-05-06",
        "2024-5-6 上午 10:00",
        "6th of May, 2024",
        "2024年5月6日 星期一",
        "2024/5/6（周一）",
        "2024-05-06_10:00",
        "2024-05-06发布",
        "20240506101112",
        "06/05/2024",
        "06/05/24",
        "06.05.2024 10:20",
    ],
)
def test_date(cell):
    assert harmonise_date(pl.Series([cell]), "dmy").rows() == [(date(2024, 5, 6), "")]


# Midnight of 1 May 2024 in Beijing is 16:00 of 30 April in UTC.
@pytest.mark.parametrize(
    "cell",
    ["1714492800", "1714492800000", "1714492800.0", "1714492800000.0", "1714492800.123", "1.7144928E+12",
     "1.7144928e+09", "1714492800000000"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2024, 4, 30)),
        ("+08:00", date(2024, 5, 1)),
        ("+07:59", date(2024, 4, 30)),
        ("-05:00", date(2024, 4, 30)),
    ],
)
def test_day_of_seconds_since_1970_is_that_of_the_zone(cell, zone, day):
    columns = [pl.Series([cell])] + ([pl.Series([float(cell)])] if "." in cell else [])
    for column in columns:
        assert harmonise_date(column, epoch_zone=zone).rows() == [(day, "epoch_date")]


@pytest.mark.parametrize(
    "cell", ["1.71E+12", "1.71449E+09", "201205", "5月6日", "Wed, May 8", "31/02/24"]
)
def test_dates_that_are_not_whole(cell):
    assert harmonise_date(pl.Series([cell])).rows() == [(None, "unreadable_date")]


@pytest.mark.parametrize("cell", ["202405", "May 2024", "2024-05", "2024年5月"])
def test_month_is_its_first_day(cell):
    assert harmonise_date(pl.Series([cell])).rows() == [(date(2024, 5, 1), "")]


@pytest.mark.parametrize("cell", ["45418", "45418.4167"])
def test_day_of_a_spreadsheet_is_said_to_be_one(cell):
    assert harmonise_date(pl.Series([cell])).rows() == [(date(2024, 5, 6), "serial_date")]


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("5/13/24", None, date(2024, 5, 13)),
        ("24-05-31", None, None),
        ("24-05-31", "ymd", date(2024, 5, 31)),
        ("13/05/24", None, None),
        ("13/05/24", "dmy", date(2024, 5, 13)),
        ("13/05/24", "ymd", date(2013, 5, 24)),
        ("13/05/24", "mdy", None),
    ],
)
def test_years_of_two_digits(cell, order, day):
    assert harmonise_date(pl.Series([cell]), order)["date"][0] == day


def test_zone_moves_no_day_that_is_written():
    cells = pl.Series(["2024-05-06T23:59:59Z", "6 May 2024", "20240506", "2024-05-06T00:00+08:00"])
    found = harmonise_date(cells, epoch_zone="-14:00").rows()
    assert found == [(date(2024, 5, 6), "")] * 4


def test_seconds_out_of_range_are_said_to_be_out_of_range():
    assert harmonise_date(pl.Series(["0"]), epoch_zone="+08:00").rows() == [
        (None, "date_out_of_range")
    ]


MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September"]
MONTHS += ["October", "November", "December"]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        *((number, name) for number, name in enumerate(MONTHS, start=1)),
        *((number, name[:3]) for number, name in enumerate(MONTHS, start=1)),
        (9, "Sept"),
    ],
)
@pytest.mark.parametrize("form", ["5 {} 2024", "5 {}. 2024", "{} 5, 2024", "{}. 5, 2024"])
def test_every_name_of_a_month_is_read(number, name, form):
    cells = pl.Series([form.format(spelling) for spelling in (name, name.upper(), name.lower())])
    assert harmonise_date(cells).rows() == [(date(2024, number, 5), "")] * 3


@pytest.mark.parametrize(
    "cell",
    ["18 июня 2026", "18 июн. 2026 г.", "18 de junio de 2026", "18 de jun. de 2026", "18 juin 2026",
     "18. Juni 2026", "18 czerwca 2026", "18 haziran 2026", "2026년 6월 18일", "ngày 18 tháng 6 năm 2026"],
)  # fmt: skip
def test_dates_in_other_languages(cell):
    assert harmonise_date(pl.Series([cell])).row(0) == (date(2026, 6, 18), "")


@pytest.mark.parametrize("cell", ["31 июня 2026", "18 foo 2026", "18 tháng 13 2026", "3 ago"])
def test_dates_in_other_languages_that_are_none(cell):
    assert harmonise_date(pl.Series([cell])).row(0) == (None, "unreadable_date")


def test_dates_in_one_column_may_differ():
    cells = ["2024-05", "13/01/2024", "01/13/2024", "03/04/2024", "05/05/2024", "30天前", "0", None]
    assert harmonise_date(pl.Series(cells)).rows() == [
        (date(2024, 5, 1), ""),
        (date(2024, 1, 13), ""),
        (date(2024, 1, 13), ""),
        (None, "ambiguous_date"),
        (date(2024, 5, 5), ""),
        (None, "unreadable_date"),
        (None, "date_out_of_range"),
        (None, ""),
    ]


def test_order_of_day_and_month_is_obeyed():
    cell = pl.Series(["03/04/2024"])
    assert harmonise_date(cell, "mdy")["date"][0] == date(2024, 3, 4)
    assert harmonise_date(cell, "dmy")["date"][0] == date(2024, 4, 3)


@pytest.mark.parametrize(
    ("cell", "count"),
    [("3", 3), ("招3人", 3), ("1,200人", 1200), ("2-5人", 2), ("3.0", 3), ("0", 0), ("54 applications", 54),
     ("Over 200 applicants", 200), ("5 vacancies", 5)],
)  # fmt: skip
def test_count(cell, count):
    assert count_of(cell) == (count, True)


@pytest.mark.parametrize("cell", ["-1", "2.5", "many", "99999999999"])
def test_count_that_is_none(cell):
    assert count_of(cell) == (None, False)


def test_tables_of_wordings_are_read_and_explained():
    for table in (read_degree_wording(), read_experience_wording()):
        assert len(table) > 100
        assert table["reason"].str.len().min() > 5
    assert set(read_degree_wording()["value"].dropna()) == set(DEGREES)


def test_table_with_a_value_off_the_scale_is_refused(put):
    with pytest.raises(DataError, match="found 'college\\+'"):
        read_degree_wording(put("w.csv", "wording,value,reason\n大专,college+,because\n"))
