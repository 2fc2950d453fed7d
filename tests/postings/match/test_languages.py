"""Languages of made-up ads: by characters, by words, by the detector; short and mixed ones stay."""

import polars as pl
import pytest

from llmexposure.derive.matched import read_postings_cn
from llmexposure.postings.match.languages import languages
from llmexposure.report.tables import load

ADS = [
    ("zh", "会计", "做账"),
    ("zh", "C++", "负责Linux C++ Server backend development 服务端开发与维护工作"),
    (
        "zh",
        "日语翻译",
        "负责日语文件的翻译和校对，接待日本客户，日语N1，熟悉「よろしくお願いします」一类的商务用语和书信格式。",
    ),
    ("zh", "軟體工程師", "負責軟體的設計、開發與維護。"),
    ("zh", "工程师", ""),
    ("en", "Buyer", "Negotiate with our suppliers in 上海 and report to the head office"),
    ("en", "Test Engineer (英语流利)", "SQL, Linux, Python, JIRA, CI/CD, Docker"),
    ("en", "Nurse", ""),
    ("en", "Java / Spring Boot / AWS", "Docker, Kubernetes, React, SQL"),
    ("en", "Barista", "Berlin"),
    ("en", "1", "2"),
    ("en", None, None),
    ("de", "Verkäufer (m/w/d)", "Sie beraten unsere Kunden und kassieren. Teilzeit möglich."),
    ("fr", "Vendeur", "Vous accueillez et conseillez les clients du magasin."),
    ("es", "Camarero", "Atender a los clientes y cobrar en caja."),
    ("pt", "Vendedor", "Atender os clientes e organizar a loja. Vale refeição."),
    ("it", "Cuoco", "Preparare i piatti del menu e ordinare le materie prime."),
    ("nl", "Verkoper", "Je helpt klanten in de winkel en vult de schappen bij."),
    ("pl", "Programista", "Pisanie i testowanie oprogramowania oraz spotkania z klientami."),
    (
        "id",
        "Staff Admin",
        "Kami mencari staf untuk penempatan Jakarta, menguasai Microsoft Office.",
    ),
    ("vi", "Nhân viên bán hàng", "Tư vấn khách hàng và bán sản phẩm tại cửa hàng."),
    ("ru", "Бухгалтер", "Вести учёт и готовить отчёты."),
    ("ko", "Java 개발자", "서버를 개발하고 시험하며 문서를 작성합니다."),
    ("ja", "ソフトウェア開発者", "ソフトウェアの設計、開発、試験を行い、技術文書を作成する。"),
    ("ar", "محاسب", "إعداد التقارير المالية ومراجعة الفواتير."),
]


@pytest.mark.parametrize(("language", "title", "text"), ADS)
def test_language_of_an_ad(language, title, text):
    found = languages(pl.Series([title], dtype=pl.String), pl.Series([text], dtype=pl.String))
    assert found.to_list() == [language]


def test_rows_keep_their_order_and_an_empty_column_its_type():
    titles, texts = (pl.Series([ad[place] for ad in ADS], dtype=pl.String) for place in (1, 2))
    assert languages(titles, texts).to_list() == [ad[0] for ad in ADS]
    assert languages(titles[:0], texts[:0]).dtype == pl.String


@pytest.mark.parametrize(
    ("table", "column"), [("tasks", "task"), ("alternate_titles", "alternate_title")]
)
def test_no_statement_or_title_of_onet_is_lost(table, column):
    texts = pl.Series(load(table)[column].unique().tolist()[::7])
    found = languages(texts, pl.repeat("", len(texts), eager=True))
    assert texts.filter(found != "en").to_list() == []


def test_real_chinese_postings_stay_chinese_or_english(postings_cn):
    raw = read_postings_cn(postings_cn)
    titles, texts = (pl.Series(raw[name].tolist()) for name in ("title", "description"))
    found = languages(titles, texts)
    mostly_han = titles.str.count_matches(r"\p{Han}") + texts.str.count_matches(r"\p{Han}") > 30
    assert (found.filter(mostly_han.fill_null(False)) != "zh").mean() < 0.002
    assert (~found.is_in(["zh", "en"])).sum() < 5
