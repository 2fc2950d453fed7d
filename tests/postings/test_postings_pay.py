"""Pay that postings state: currencies, periods and remarks around it, and what cannot be believed."""

import polars as pl
import pytest

from llmexposure.postings.clean.pay_words import (
    _common,
    _parsed,
    heading_money,
    heading_says,
    period_of,
    stated_pay,
)
from llmexposure.postings.clean.salary import DOUBTS, PER_MONTH, Terms, harmonise_salary, pay_of

# Ends as written and what they are paid for; None: not said.
READ = [
    ("Rp5.250.000 – Rp7.750.000 per month", 5_250_000, 7_750_000, "month"),
    ("Rp 500.000", 500_000, 500_000, None),
    ("Rp. 4,5 juta", 4_500_000, 4_500_000, None),
    ("RM 2,500 - RM 3,500 per month", 2500, 3500, "month"),
    ("₹4,00,000 - ₹6,00,000 a year", 400_000, 600_000, "year"),
    ("12-14 Lacs PA", 1_200_000, 1_400_000, "year"),
    ("6-8 LPA", 600_000, 800_000, "year"),
    ("Rs. 25,000 per month", 25_000, 25_000, "month"),
    ("₱22,000 - ₱28,000 per month", 22_000, 28_000, "month"),
    ("HK$22,000 per month", 22_000, 22_000, "month"),
    ("A$95,000 a year", 95_000, 95_000, "year"),
    ("S$3,800 monthly", 3800, 3800, "month"),
    ("CA$58,000 a year", 58_000, 58_000, "year"),
    ("NT$42,000", 42_000, 42_000, None),
    ("CHF 90'000 - 110'000", 90_000, 110_000, None),
    ("R$ 4.500,00 por mês", 4500, 4500, "month"),
    ("18 000 - 22 000 zł", 18_000, 22_000, None),
    ("40 000 Kč", 40_000, 40_000, None),
    ("R25 000 per month", 25_000, 25_000, "month"),
    ("250000 JPY a month", 250_000, 250_000, "month"),
    ("月給 250,000円～300,000円", 250_000, 300_000, "month"),
    ("AED 9,000 per month", 9000, 9000, "month"),
    ("35k€ - 45k€", 35_000, 45_000, None),
    ("5萬-7萬/月", 50_000, 70_000, "month"),
    ("時薪195元", 195, 195, "hour"),
    ("待遇面議(經常性薪資達4萬元或以上)", 40_000, None, None),
    ("£28,250 - £31,750 per annum, inc benefits", 28_250, 31_750, "year"),
    ("£28,250 per annum, OTE, pro-rata", 28_250, 28_250, "year"),
    ("£28,250 per annum, negotiable", 28_250, 28_250, "year"),
    ("£28,250 per annum, 25 days holiday", 28_250, 28_250, "year"),
    ("$70k - $90k DOE", 70_000, 90_000, None),
    ("$100k+ DOE", 100_000, None, None),
    ("6,250 /month + Incentives", 6250, 6250, "month"),
    ("$18-$24 Per Hour(Glassdoor est.)", 18, 24, "hour"),
    ("Employer Provided Salary:$81K-$89K", 81_000, 89_000, None),
    ("Employer Provided Salary:$81K-$89K (Annual)", 81_000, 89_000, "year"),
    ("$20/hr - $25/hr", 20, 25, "hour"),
    ("£12.50 p/h", 12.5, 12.5, "hour"),
    ("£150 pd", 150, 150, "day"),
    ("$24 per hr, 38 hours per week", 24, 24, "hour"),
    ("$80,000 - $90,000 + 10% bonus", 80_000, 90_000, None),
    ("9k-11k 面议", 9000, 11_000, None),
    ("15-20K·15薪/年", 15_000, 20_000, None),
    ("₹4L - ₹6L", 400_000, 600_000, None),
    ("CHF 85’000.– bis 95’000.–", 85_000, 95_000, None),
    ("Mensuel de 1801.80 Euros à 2000.00 Euros sur 12.0 mois", 1801.8, 2000, "month"),
    ("Horaire de 11.88 Euros sur 12 mois", 11.88, 11.88, "hour"),
    ("Acima de R$ 20.000,00", 20_000, None, None),
    ("9000元左右", 9000, 9000, None),
    ("底薪5000+提成", 5000, 5000, None),
    ("5000以上+提成", 5000, None, None),
    ("9-11K 年底双薪", 9000, 11_000, None),
    ("9-11K 每年调薪", 9000, 11_000, None),
    ("9-11K/月 年终奖", 9000, 11_000, "month"),
    ("220元/天 月结", 220, 220, "day"),
    ("200日结", 200, 200, "day"),
    ("160-210/天·5天/周", 160, 210, "day"),
    ("5000-8000 周末双休", 5000, 8000, None),
    ("6-8K(税后)", 6000, 8000, None),
    ("3000元/月(试用期2500)", 3000, 3000, "month"),
    ("年薪 (12-18万)", 120_000, 180_000, "year"),
    ("$400 semanal", 400, 400, "week"),
    ("$400 (semanal)", 400, 400, "week"),
    ("12000 pesos quincenales", 12_000, 12_000, "half_month"),
    ("18,000 MXN al mes", 18_000, 18_000, "month"),
    ("Hasta $15,000", None, 15_000, None),
    ("De R$ 2.001,00 a R$ 3.000,00", 2001, 3000, None),
    ("Até R$ 2.500,00", None, 2500, None),
    ("R$ 4 mil por mês", 4000, 4000, "month"),
    ("от 60 000 до 90 000 ₽ за месяц, до вычета налогов", 60_000, 90_000, "month"),
    ("от 60 000 руб.", 60_000, None, None),
    ("до 90 тыс. руб.", None, 90_000, None),
    ("450 ₽ за час", 450, 450, "hour"),
    ("2 400 р. в день", 2400, 2400, "day"),
    ("15 000 грн", 15_000, 15_000, None),
    ("380 บาท/วัน", 380, 380, "day"),
    ("15,000 - 20,000 บาทต่อเดือน", 15_000, 20_000, "month"),
    ("8 - 12 triệu/tháng", 8_000_000, 12_000_000, "month"),
    ("Từ 8 triệu", 8_000_000, None, None),
    ("Tới 25 triệu VND", None, 25_000_000, None),
    ("30 nghìn/giờ", 30_000, 30_000, "hour"),
    ("연봉 3,200만원 이상", 32_000_000, None, "year"),
    ("3,200만원 이하", None, 32_000_000, None),
    ("월 250~300만원", 2_500_000, 3_000_000, "month"),
    ("시급 10,500원", 10_500, 10_500, "hour"),
    ("時給1,300円～", 1300, None, "hour"),
    ("～25万円", None, 250_000, None),
    ("年収400万円～600万円", 4_000_000, 6_000_000, "year"),
    ("6 000 - 8 000 zł brutto / mies.", 6000, 8000, "month"),
    ("31,40 zł brutto/godz.", 31.4, 31.4, "hour"),
    ("25 tis. Kč měsíčně", 25_000, 25_000, "month"),
    ("30 bin TL aylık", 30_000, 30_000, "month"),
    ("1.250,50 EUR", 1250.5, 1250.5, None),
    ("12,50 € pro Stunde", 12.5, 12.5, "hour"),
    ("2500 € brut par mois", 2500, 2500, "month"),
    ("14 € de l'heure", 14, 14, "hour"),
    ("$25 hr", 25, 25, "hour"),
    ("$1,500 semi-monthly", 1500, 1500, "half_month"),
    ("$60,000 plus fringe options", 60_000, 60_000, None),
    ("$60,000 depending on experience", 60_000, 60_000, None),
]  # fmt: skip


@pytest.mark.parametrize(("wording", "low", "high", "period"), READ)
def test_pay_is_read(wording, low, high, period):
    assert stated_pay(wording)[:3] == (low, high, period)
    assert stated_pay(wording).known


@pytest.mark.parametrize(
    "wording",
    ["Not disclosed", "Not disclosed (ask us)", "Unpaid", "Not provided", "Not mentioned", "待遇面議",
     "Thỏa thuận", "회사내규에 따름", "договорная", "Selon profil", "A convenir",
     "Salary not specified", "N.A.", "Competitive + 25 days holiday", "see ad"],
)  # fmt: skip
def test_no_pay_is_stated(wording):
    assert stated_pay(wording)[:2] == (None, None)
    assert stated_pay(wording).known


@pytest.mark.parametrize(
    "wording",
    ["500 per project", "50元/件", "$40 per visit", "500 sign-on bonus", "11-Nov", "45k, OTE 90k", "5 6",
     "$20/hr or $40k a year", "Grade 5 £30,000", "(单位:千) 6-8人", "3.500 €", "论件计酬 1000元",
     "补贴500元", "2500 р/смена", "2500 ₽ за смену", "300 tydzienne", "$500 veckovis", "$500 (viikossa)",
     "500 บาทต่อกะ", "건당 3,300원", "200k/ca", "$1,500 twice a month", "1500 QQQ", "50 €/Seite"],
)  # fmt: skip
def test_pay_that_is_not_surely_read(wording):
    assert not stated_pay(wording).known


@pytest.mark.parametrize(
    ("word", "period"),
    [("HOURLY", "hour"), ("YEARLY", "year"), ("Annual", "year"), ("an hour", "hour"), ("a year", "year"),
     ("MONTH", "month"), ("BIWEEKLY", "fortnight"), ("Daily", "day"), ("/week", "week"), ("按月", "month"),
     ("月薪", "month"), ("时薪", "hour"), ("mensual", "month"), ("за час", "hour"),
     ("semi-monthly", "half_month"),
     ("元/天", "day"), ("Bruto/año", "year"), ("PER_HOUR", "hour"), ("per-year-salary", "year"),
     ("year (gross)", "year"),
     ("Hourly rate", "hour"), ("ONCE", None), ("20", None), ("Salary", None), ("元/件", None)],
)  # fmt: skip
def test_words_of_a_column_of_periods(word, period):
    assert period_of(word) == (period, period is not None)


@pytest.mark.parametrize(
    ("wording", "money"),
    [("15 - 20 triệu", "VND"), ("5-7 juta", "IDR"), ("3200만", "KRW"), ("RM 5 ribu", "MYR"),
     ("$1,200 - 1,500 MXN", "MXN"), ("¥250,000 JPY", "JPY"), ("Rs 50,000 PKR", "PKR"), ("2500 DH", "dirham"),
     ("8-12千", "元"), ("$20 USD", "USD")],
)  # fmt: skip
def test_money_is_told_by_its_unit_or_by_the_plainer_of_two_names(wording, money):
    assert stated_pay(wording).currency == money


@pytest.mark.parametrize(
    ("heading", "period", "unit", "money"),
    [("연봉(만원)", "year", 1e4, "KRW"), ("lương (triệu)", None, 1e6, "VND"),
     ("Salary ($000)", None, 1e3, None), ("salary", None, None, None),
     ("salary_in_usd", None, None, "USD"), ("Gehalt (Jahr)", "year", None, None),
     ("Salary (k EUR p.a.)", "year", 1e3, "EUR"), ("annual_ctc_lakhs", "year", 1e5, None),
     ("experiencia_meses", "month", None, None), ("经验(月)", "month", None, None),
     ("salaryMax", None, None, None), ("Le salaire", None, None, None), ("salary_2000", None, None, None)],
)  # fmt: skip
def test_what_a_heading_says(heading, period, unit, money):
    assert heading_says(heading) == (period, unit)
    assert heading_money(heading) == money


@pytest.mark.parametrize("word", ["net", "Gross", "面议", "B2B", "Fixed"])
def test_kind_of_pay_that_is_no_period(word):
    assert period_of(word) == (None, True)


def pay(low: list, high: list, worded: list | None = None, **more: object) -> pl.DataFrame:
    """Harmonised pay of columns of text; ``periods`` is a list too."""
    text = {"low": low, "high": high, "worded": worded or [None] * len(low)}
    if "periods" in more:
        text["periods"] = more.pop("periods")
    columns = {name: pl.Series(cells, dtype=pl.String) for name, cells in text.items()}
    return harmonise_salary(**columns, **more)


def test_each_row_has_the_period_of_its_own_column():
    table = pay(
        ["20", "96000", "3000", "30", "500", "$30 an hour"],
        ["25", "120000", "3500", "40", "500", None],
        periods=["HOURLY", "YEARLY", "MONTHLY", None, "ONCE", "YEARLY"],
    )
    assert table.select("low", "high", "fault").rows() == [
        (20 * 174, 25 * 174, ""),
        (8000, 10_000, ""),
        (3000, 3500, ""),
        (30, 40, ""),
        (None, None, "unknown_salary_period"),
        (30 * 174, None, ""),
    ]


@pytest.mark.parametrize(
    ("numbers", "wording", "found", "disagrees"),
    [
        (("55", "65"), "55–65 an hour", (55 * 174, 65 * 174), False),
        (("96000", "120000"), "96K–120K a year", (8000, 10_000), False),
        (("41600", "41600"), "$20 an hour", (3480, 3480), True),
        (("0", "0"), "$20 an hour", (3480, 3480), False),
        (("see ad", "see ad"), "$20 an hour", (3480, 3480), False),
        (("?", "?"), "8-10K", (8000, 10_000), False),
        (("-1", "-1"), "8-10K", (8000, 10_000), False),
        (("40000", "0"), "月薪40,000元以上", (40_000, None), False),
        (("8000", "10000"), "8-10K", (8000, 10_000), False),
        (("8000", "10000"), "Competitive", (8000, 10_000), False),
        (("8000", "10000"), "高薪", (8000, 10_000), False),
        (("8000", "10000"), "12-15K", (8000, 10_000), True),
        (("$30 an hour", None), "20-25 a week", (5220, None), True),
    ],
)
def test_wording_or_numbers(numbers, wording, found, disagrees):
    table = pay([numbers[0]], [numbers[1]], [wording])
    assert table.select("low", "high").row(0) == pytest.approx(found)
    assert table["salary_disagrees"].to_list() == [disagrees]
    assert table["fault"].to_list() == [""]


@pytest.mark.parametrize(
    ("low", "high", "left", "fault"),
    [
        ("-1", "-1", (None, None), "negative_salary"),
        ("5000", "-1", (5000, None), "negative_salary"),
        ("-1", "5000", (None, 5000), "negative_salary"),
        ("4000", "3000", (None, None), "reversed_salary"),
        ("2500", "25000000", (None, None), "salary_out_of_range"),
    ],
)
def test_fault_takes_no_more_than_the_salary(low, high, left, fault):
    assert pay([low], [high]).select("low", "high", "fault").row(0) == (*left, fault)


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("6-8", {"salary_very_low"}),
        ("1.2-1.5", {"salary_very_low"}),
        ("15.5", {"salary_very_low"}),
        ("8-1.2万", {"salary_very_low", "ends_far_apart"}),
        ("3000-9999999", {"salary_very_high", "ends_far_apart"}),
        ("£45k", {"salary_very_high"}),
        ("$100k+", {"salary_very_high"}),
        ("20000-28000", {"salary_very_high"}),
        ("10-20 Lakhs", {"salary_very_high"}),
        ("20-30万·15薪", {"salary_very_high"}),
        ("8k-12k", set()),
        ("20000-28000元", set()),
        ("£45k a year", set()),
        ("Rp 5.000.000", set()),
        ("300,000 JPY", set()),
        ("18 000 - 22 000 zł", set()),
        ("150 000 - 250 000 ₽", set()),
        ("1 200 000 ₽", {"salary_very_high"}),
        ("120 000 PLN", {"salary_very_high"}),
        ("월급 10,000원", {"salary_very_low"}),
        ("₹15,000", set()),
    ],
)
def test_what_cannot_be_believed_is_noted_and_stays(cell, notes):
    table = pay([None], [None], [cell])
    assert {name for name in DOUBTS if table[name][0]} == notes
    found = stated_pay(cell)
    ends = [end and end * PER_MONTH[found.period or "month"] for end in (found.low, found.high)]
    assert table.select("low", "high").row(0) == tuple(ends)


def test_amounts_of_a_chinese_posting_are_of_yuan():
    table = pay(["25000"] * 2, ["30000"] * 2, chinese=pl.Series([True, False]))
    assert table["salary_very_high"].to_list() == [False, True]


def test_unit_of_the_mapping_counts_where_no_unit_stands():
    terms = Terms(unit=1000)
    table = pay(["6", "6k", None], ["8", "8k", None], [None, None, "6-8"], terms=terms)
    assert table.select("low", "high").rows() == [(6000, 8000)] * 3


@pytest.mark.parametrize(
    ("point", "low", "high"),
    [("decimal", 3.5, 4.25), ("thousands", 3500, 4250), (None, None, None)],
)
def test_point_before_three_digits(point, low, high):
    columns = pay(["3.500"], ["4.250"], terms=Terms(point=point))
    words = pay([None], [None], ["3.500 - 4.250 €"], terms=Terms(point=point))
    for table in (columns, words):
        assert table.select("low", "high").row(0) == (low, high)


def test_large_money_of_little_worth_is_in_range():
    assert pay_of("Rp 12.000.000 per bulan") == (12_000_000, 12_000_000, "")
    assert pay_of("12,000,000").fault == "salary_out_of_range"


@pytest.mark.parametrize("unit", ["", "k", "千", "万"])
@pytest.mark.parametrize("sign", ["", "$", "£", "€", "¥"])
@pytest.mark.parametrize("period", ["", "/月", "/小时", " a year", " per hour", "/day"])
def test_common_forms_are_read_at_once_as_others_are(unit, sign, period):
    for low, high in (("8", "12"), ("8,000", "12,000"), ("8.5", "1.25"), ("800", "")):
        text = f"{sign}{low}{unit}{f' - {sign}{high}' if high else ''}元{period}"
        for form in (text, text.replace("元", ""), text.replace(" ", "")):
            assert _common(form) in (None, _parsed(form, None))
        assert _common(text) is not None
