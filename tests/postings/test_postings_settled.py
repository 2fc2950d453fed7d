"""What the cells of a file settle together: the same for every size of batches, and never against a cell."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llmexposure.postings import (
    from_frame,
    list_parts,
    validate_batch,
    validate_file,
    validated_batches,
)
from llmexposure.postings.clean import settle
from llmexposure.postings.clean.settle import HEAD
from llmexposure.postings.clean.summary import hints
from llmexposure.postings.read.raw import make_plan
from llmexposure.postings.score.work import list_units, open_unit

KINDS = ("a.csv", "a.jsonl", "a.parquet")


def posted(**columns: list) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"id": range(rows), "title": "t", "description": "d", **columns})


def written(folder, kind: str, table: pd.DataFrame):
    path = folder / kind
    if kind.endswith("csv"):
        table.to_csv(path, index=False)
    elif kind.endswith("jsonl"):
        table.to_json(path, orient="records", lines=True)
    else:
        pq.write_table(pa.Table.from_pandas(table), path, row_group_size=2)
    return path


def read(path, mapping: dict | None = None, batch_rows: int = 1000) -> tuple[pd.DataFrame, dict]:
    """Usable rows and notes, once they were found to be the same for every batch size."""
    found = []
    for size in (1, 2, 7, batch_rows):
        checked = []
        summary = validate_file(path, mapping, batch_rows=size, watch=checked.append)
        notes = {n: c for n, c in summary.notes.items() if c}
        found.append((pd.concat([each.valid for each in checked], ignore_index=True), notes))
    for valid, notes in found[1:]:
        pd.testing.assert_frame_equal(valid, found[0][0])
        assert notes == found[0][1]
    return found[0]


def days(valid: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in valid["date"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("cells", "expected", "notes"),
    [
        (["04-03-2023", "06-06-2023", "27-11-2023"], ["2023-03-04", "2023-06-06", "2023-11-27"],
         {"date_order_settled": 1}),
        (["04/03/2023", "11/27/2023"], ["2023-04-03", "2023-11-27"], {"date_order_settled": 1}),
        (["04/03/23", "11/27/23"], ["2023-04-03", "2023-11-27"], {"date_order_settled": 1}),
        (["4. 3. 2023", "27. 11. 2023."], ["2023-03-04", "2023-11-27"], {"date_order_settled": 1}),
        (["04/03/2023", "11/27/2023", "27/11/2023"], [None, "2023-11-27", "2023-11-27"],
         {"ambiguous_date": 1}),
        (["04/03/2023", "05/06/2023"], [None, None], {"ambiguous_date": 2}),
        (["04/03/2023", "31/31/2023", "27/11/2023"], ["2023-03-04", None, "2023-11-27"],
         {"unreadable_date": 1, "date_order_settled": 1}),
    ],
)  # fmt: skip
def test_order_of_dates_is_told_by_their_file(tmp_path, kind, cells, expected, notes):
    valid, noted = read(written(tmp_path, kind, posted(date=cells)))
    assert (days(valid), noted) == (expected, notes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("cells", "expected", "notes"),
    [
        (["3. listopada 2024.", "5. srpnja 2024."], ["2024-10-03", "2024-07-05"],
         {"date_language_settled": 1}),
        (["3 listopada 2024", "5 sierpnia 2024"], ["2024-11-03", "2024-08-05"],
         {"date_language_settled": 1}),
        (["3. listopad 2024", "5. kvetna 2024"], ["2024-11-03", "2024-05-05"],
         {"date_language_settled": 1}),
        (["3. listopadu 2024", "6 lip 2024"], ["2024-11-03", None], {"ambiguous_date": 1}),
        (["3 LIS 2024", "6 lip 2024", "7 sty 2024"], ["2024-11-03", "2024-07-06", "2024-01-07"],
         {"date_language_settled": 2}),
        (["3 srp 2024", "6 pro 2024", "7 ožu 2024"], ["2024-07-03", "2024-12-06", "2024-03-07"],
         {"date_language_settled": 1}),
        (["3 listopada 2024", "5 sierpnia 2024", "5. srpnja 2024."], [None, "2024-08-05", "2024-07-05"],
         {"ambiguous_date": 1}),
        (["3 listopada 2024", "5 May 2024"], [None, "2024-05-05"], {"ambiguous_date": 1}),
        (["3 листопада 2024", "31 listopada 2024", "1 lutego 2024"], ["2024-11-03", None, "2024-02-01"],
         {"unreadable_date": 1}),
    ],
)  # fmt: skip
def test_month_that_languages_share_is_told_by_the_file(tmp_path, kind, cells, expected, notes):
    valid, noted = read(written(tmp_path, kind, posted(date=cells)))
    assert (days(valid), noted) == (expected, notes)


def test_language_that_the_user_gives_is_not_asked_of_the_file(tmp_path):
    path = written(tmp_path, "a.csv", posted(date=["3 listopada 2024", "5 sierpnia 2024"]))
    assert read(path, {"date_language": "hr"})[1] == {}
    assert days(read(path, {"date_language": "hr"})[0]) == ["2024-10-03", "2024-08-05"]


def test_order_that_the_user_gives_is_not_asked_of_the_file(tmp_path):
    path = written(tmp_path, "a.csv", posted(date=["04/03/2023", "27/11/2023"]))
    valid, noted = read(path, {"date_order": "mdy"})
    assert (days(valid), noted) == (["2023-04-03", None], {"unreadable_date": 1})


@pytest.mark.parametrize("kept", [0, 2**20])
@pytest.mark.parametrize("last", ["27/11/2023", "11/27/2023"])
def test_last_row_of_a_long_file_is_heard(tmp_path, monkeypatch, last, kept):
    monkeypatch.setattr(settle, "KEPT", kept)
    path = written(tmp_path, "a.csv", posted(date=["04/03/2023"] * (HEAD + 50) + [last]))
    expected = "2023-03-04" if last.startswith("27") else "2023-04-03"
    for size in (600, 5000):
        checked = list(validated_batches(path, batch_rows=size))
        assert {day for each in checked for day in days(each.valid)[:10]} <= {
            expected,
            "2023-11-27",
        }
        assert days(checked[0].valid)[0] == expected
        assert sum(len(each.valid) for each in checked) == HEAD + 51


def test_files_of_a_folder_settle_their_own_dates(tmp_path):
    written(tmp_path, "a.csv", posted(date=["04/03/2023", "27/11/2023"]))
    written(tmp_path, "b.csv", posted(date=["04/03/2023", "11/27/2023"]).assign(id=["x", "y"]))
    assert days(read(tmp_path)[0]) == ["2023-03-04", "2023-11-27", "2023-04-03", "2023-11-27"]


@pytest.mark.parametrize("cluster", [False, True])
@pytest.mark.parametrize("kind", ["a.csv", "a.parquet"])
def test_scoring_reads_pieces_of_a_file_as_the_file_is_read(tmp_path, kind, cluster):
    path = written(tmp_path, kind, posted(date=["04/03/2023"] * 6 + ["27/11/2023"]))
    plan = make_plan(None, "auto", 2)
    units = list_units(list_parts(path)[0], plan, cluster=cluster)
    found = [
        day
        for unit in units
        for each in open_unit(unit, plan)
        for day in days(validate_batch(each)[0])
    ]
    assert found == ["2023-03-04"] * 6 + ["2023-11-27"]


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (["21.3456", "21.5"], ["24.125", "24.25"], [(21.3456, 24.125), (21.5, 24.25)]),
        (["3.500", "1.250.000"], ["4.500", "2.000.000"], [(3500, 4500), (1_250_000, 2_000_000)]),
        (["3.500", "3.5"], ["4.500", "1.250.000"], [(None, None), (3.5, 1_250_000)]),
        (["3.500"], ["4.500"], [(None, None)]),
        (["3.500 €", "30.000€"], ["4.500 €", "R$ 36.000"], [(3500, 4500), (30_000, 36_000)]),
        (["3.500 €", "30.000"], ["4.500 €", "36.000 €"], [(None, None), (None, None)]),
        (["3.500 €", "12.50 €"], ["4.500 €", "13.50 €"], [(None, None), (12.5, 13.5)]),
    ],
)
def test_point_is_told_by_the_salaries_of_the_file(tmp_path, low, high, ends):
    valid, _ = read(written(tmp_path, "a.csv", posted(salary_min=low, salary_max=high)))
    found = valid[["salary_min", "salary_max"]].fillna(-1).to_numpy().tolist()
    assert found == [[end or -1 for end in pair] for pair in ends]


@pytest.mark.parametrize("kind", KINDS)
def test_date_that_can_be_read_beats_the_heading_that_ranks_higher(tmp_path, kind):
    table = posted(posted_at=["22 hours ago", None, "2024-01-01"], created=["2024-05-06"] * 3)
    valid, notes = read(written(tmp_path, kind, table))
    assert days(valid) == ["2024-05-06", "2024-05-06", "2024-01-01"]
    assert notes == {"dates_differ": 1}
    assert days(validate_batch(from_frame(table))[0]) == days(valid)


def test_mapped_column_of_dates_stands_alone(tmp_path):
    path = written(tmp_path, "a.csv", posted(date=["2024-06-01"], posted_date=["2024-05-06"]))
    assert read(path)[1] == {"dates_differ": 1}
    valid, notes = read(path, {"date": "posted_date"})
    assert (days(valid), notes) == (["2024-05-06"], {})


@pytest.mark.parametrize("kind", KINDS)
def test_years_beat_a_level(tmp_path, kind):
    table = posted(
        experience=["Mid-Senior level", "Entry level", "3 years", "Director"],
        min_experience=[5.0, 1.0, 8.0, None],
    )
    valid, notes = read(written(tmp_path, kind, table))
    assert valid["min_years"].fillna(-1).tolist() == [5, 1, 3, -1]
    assert notes == {}


def test_years_that_may_be_months_are_noted(tmp_path):
    valid, notes = read(written(tmp_path, "a.csv", posted(experience=["36", "5"])))
    assert (valid["min_years"].tolist(), notes) == ([36, 5], {"many_years": 1})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("cells", "unit", "expected", "noted"),
    [
        (["6", "12", "24", "36", "0"], None, [-1, -1, -1, -1, 0], {"maybe_months": 4}),
        (["6", "12", "24", "60", "2 years"], None, [-1, -1, -1, -1, 2], {"maybe_months": 4}),
        (["6-12", "12-24", "24 - 36", "0-6"], None, [-1, -1, -1, 0], {"maybe_months": 3}),
        (["6-12", "12-24", "24 - 36", "0-6"], "month", [0.5, 1, 2, 0], {}),
        (["6", "12", "24", "36", "0"], "month", [0.5, 1, 2, 3, 0], {}),
        (["6", "12", "24", "36", "0"], "year", [6, 12, 24, 36, 0], {"many_years": 2}),
        (["6", "3", "5", "18", "2"], None, [6, 3, 5, 18, 2], {"many_years": 1}),
        (["6", "12", "6", "12", "6"], None, [6, 12, 6, 12, 6], {}),
    ],
)
def test_months_are_not_read_as_years(tmp_path, kind, cells, unit, expected, noted):
    mapping = {"min_years": "asked"} | ({"experience_unit": unit} if unit else {})
    valid, notes = read(written(tmp_path, kind, posted(asked=cells)), mapping)
    assert (valid["min_years"].fillna(-1).tolist(), notes) == (expected, noted)


@pytest.mark.parametrize("kind", KINDS)
def test_currency_is_a_column(tmp_path, kind):
    table = posted(
        salary=["3000", "$3000", "€3000", "£3000"], currency=["EUR", "CAD", "EUR", "usd"]
    )
    path = written(tmp_path, kind, table)
    assert read(path)[1] == {"currency_disagrees": 1}
    summary = validate_file(path)
    assert summary.currencies == {"EUR": 2, "CAD": 1, "GBP": 1}
    assert any("Pay is stated in several currencies (EUR 2, " in one for one in hints(summary))


@pytest.mark.parametrize(
    ("cells", "money"),
    [(["$3000", "US$3000"], ["USD"]), (["$3000", "3000"], ["$"]),
     (["$9", "US$9", "CA$9"], ["$", "CAD", "USD"]),
     (["¥3000", "3000元"], ["CNY"]), (["3000 €", "3000 zł"], ["EUR", "PLN"])],
)  # fmt: skip
def test_currencies_of_one_column_are_told_apart(tmp_path, cells, money):
    summary = validate_file(written(tmp_path, "a.csv", posted(salary=cells)))
    said = [one for one in hints(summary) if "several currencies" in one]
    assert (summary.money, len(said)) == (money, int(len(money) > 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "heading", ["pay_period", "interval", "Salary Frequency", "salary_rate", "unitText", "per"]
)
def test_period_of_pay_is_a_column(tmp_path, kind, heading):
    table = posted(min_salary=[20.0, 96000.0], max_salary=[25.0, 120000.0])
    table[heading] = ["hourly", "yearly"]
    mapping = {"salary_period": "per"} if heading == "per" else None
    valid, notes = read(written(tmp_path, kind, table), mapping)
    assert valid[["salary_min", "salary_max"]].to_numpy().tolist() == [[3480, 4350], [8000, 10000]]
    assert notes == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("heading", "cells", "more", "expected"),
    [
        ("annual_salary", ["96000", "$20 an hour"], {}, [8000, 3480]),
        ("annual_salary", ["96", "96k"], {"salary_unit": 1000}, [8000, 8000]),
        (
            "annual_salary",
            ["100", "200"],
            {"salary_period": "week"},
            [100 * 52 / 12, 200 * 52 / 12],
        ),
        ("薪资（千元）", ["6", "6k"], {}, [6000, 6000]),
        ("年薪(万)", ["12", "1万/月"], {}, [10000, 10000]),
        ("pay", ["600", None], {}, [600, None]),
        ("연봉(만원)", ["3000", "3,600"], {}, [2_500_000, 3_000_000]),
        ("Mức lương (VND)", ["20000000", None], {}, [20_000_000, None]),
    ],
)
def test_heading_says_what_its_numbers_are(tmp_path, kind, heading, cells, more, expected):
    valid, _ = read(
        written(tmp_path, kind, posted(**{heading: cells})), {"salary": heading, **more}
    )
    assert valid["salary_min"].fillna(0).tolist() == pytest.approx([end or 0 for end in expected])


@pytest.mark.parametrize(
    ("heading", "cell", "column", "expected"),
    [("Annual Salary", "60000", "salary_min", 5000), ("hourly_rate", "20", "salary_min", 3480),
     ("salary_weekly_max", "900", "salary_max", 3900), ("annual_ctc_lakhs", "6", "salary_min", 50_000),
     ("Monthly Salary (k)", "7.5", "salary_min", 7500), ("experience_months", "36", "min_years", 3),
     ("Tagessatz", "400", "salary_min", 8700), ("avg_salary", "6000", "salary_min", None)],
)  # fmt: skip
def test_heading_that_says_a_period_needs_no_mapping(tmp_path, heading, cell, column, expected):
    valid, notes = read(written(tmp_path, "a.csv", posted(**{heading: [cell]})))
    assert valid[column].fillna(-1).tolist() == pytest.approx([expected or -1])
    assert notes == {}


def test_heading_and_column_of_periods_that_disagree_count_for_nothing(tmp_path):
    table = posted(salary_yearly=[90000, 41600], salary_rate=["a year", "an hour"])
    valid, notes = read(written(tmp_path, "a.csv", table), {"salary": "salary_yearly"})
    assert valid["salary_min"].fillna(0).tolist() == [7500, 0]
    assert notes == {"unknown_salary_period": 1}


@pytest.mark.parametrize(
    ("heading", "expected"), [("experience_in_months", [2, 3]), ("experience_years", [24, 3])]
)
def test_months_of_a_heading_are_no_years(tmp_path, heading, expected):
    path = written(tmp_path, "a.csv", posted(**{heading: ["24", "3 years"]}))
    assert read(path, {"min_years": heading})[0]["min_years"].tolist() == expected


def test_years_and_degree_of_one_column(tmp_path):
    table = posted(ask=["3-5年,本科", "1-3年大专", "经验不限/大专", "经验3-5年 /", "本科及以上 /"])
    valid, notes = read(written(tmp_path, "a.csv", table), {"degree": "ask", "min_years": "ask"})
    assert valid["min_years"].fillna(-1).tolist() == [3, 1, 0, 3, -1]
    assert [None if pd.isna(one) else one for one in valid["degree"]] == [
        "bachelor",
        "college",
        "college",
        None,
        "bachelor",
    ]
    assert notes == {"unknown_degree_word": 1, "unknown_experience_word": 1}


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [
        ("{'id': 'between1And3', 'name': 'От 1 года до 3 лет'}", "experience", 1),
        ("{'libelle': 'Annuel de 24000.0 Euros à 30000.0 Euros'}", "salary", 2000),
        ("{'from': 900, 'to': None, 'currency': 'EUR', 'gross': True}", "salary", 900),
        ('{"min": 900, "max": 1200, "currency": "EUR"}', "salary", 900),
        ("{'from': 900, 'to': 1200, 'mode': {'id': 'SHIFT'}}", "salary", "unreadable_salary"),
        ("{'commentaire': '900'}", "salary", "unreadable_salary"),
        ("{'name': '3 years'", "experience", "unknown_experience_word"),
        ("{1: " + "[" * 5000, "experience", "unknown_experience_word"),
        (
            "[{'niveauLibelle': 'Bac+5 et plus ou équivalents', 'exigence': 'E'}]",
            "degree",
            "master",
        ),
        ("[{'niveauLibelle': 'CAP, BEP et équivalents', 'exigence': 'S'}]", "degree", "none"),
        ("[{'name': 'BSc'}, {'name': 'MSc'}]", "degree", "unknown_degree_word"),
    ],
)
def test_object_written_as_text_says_its_name(tmp_path, cell, column, expected):
    valid, notes = read(written(tmp_path, "a.csv", posted(**{column: [cell]})))
    ours = {"experience": "min_years", "salary": "salary_min"}.get(column, column)
    found = valid[ours].iloc[0]
    assert (next(iter(notes)) if pd.isna(found) else found) == expected
    assert len(notes) == int(pd.isna(found))


@pytest.mark.parametrize(
    ("cell", "mapping", "rows"),
    [
        ("1500", {}, 2),
        ("1500 a month", {}, 0),
        ("150000", {}, 0),  # noted as too high for a month
        ("1500", {"salary_period": "month"}, 0),
        ("15-20K", {}, 2),
    ],
)
def test_pay_of_which_nothing_says_the_period_is_told(tmp_path, cell, mapping, rows):
    path = tmp_path / "a.csv"
    path.write_text(f"id,title,description,salary\n1,Clerk,Files,{cell}\n2,Cook,Cooks,{cell}\n")
    summary = validate_file(path, mapping)
    said = [one for one in hints(summary) if "taken as a month's" in one]
    assert summary.assumed == rows
    assert [one.startswith(f"Nothing says what {rows} row(s)") for one in said] == [True] * bool(
        rows
    )
