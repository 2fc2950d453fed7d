"""Statistics Sweden's answer: dimensions in their order, ages that were not counted, and totals."""

import json

import pytest

from llmexposure.data.readers import scb
from llmexposure.report.tables import load


def answer(values, ages=("16-24", "065-69"), years=("2022", "2023")):
    def dimension(codes):
        return {"category": {"index": {code: place for place, code in enumerate(codes)}}}

    return json.dumps(
        {
            "id": ["Yrke2012", "Alder", "ContentsCode", "Tid"],
            "size": [1, len(ages), 1, len(years)],
            "dimension": {
                "Yrke2012": dimension(["0110"]),
                "Alder": dimension(ages),
                "ContentsCode": dimension(["000006Y1"]),
                "Tid": dimension(years),
            },
            "value": values,
        }
    )


def test_values_run_over_years_first_and_ages_that_were_not_counted_have_no_row(write):
    table = scb.read_employees(write(answer([1, 2, 0, 4]), "x.json"))
    rows = table.set_index(["age", "year"])["employees"]
    assert rows.to_dict() == {("16-24", 2022): 1, ("16-24", 2023): 2, ("65-69", 2023): 4}


@pytest.mark.parametrize("content", ["no json", "[]", answer([1, 2, 3]), '{"id": ["Tid"]}'])
def test_an_answer_of_another_shape_is_refused_in_words(write, refusal, content):
    assert "expected a JSON-stat table" in refusal(scb.read_employees, write(content, "x.json"))


def test_a_number_that_is_missing_is_refused(write, refusal):
    message = refusal(scb.read_employees, write(answer([1, None, 0, 4]), "x.json"))
    assert "column 'employees': the cell is empty" in message


def test_employees_of_all_occupations_by_year():
    table = load("sweden_employees")
    assert table.groupby("year")["employees"].sum().to_dict() == {
        2020: 4_553_384,
        2021: 4_683_054,
        2022: 4_798_000,
        2023: 4_973_584,
        2024: 5_006_642,
    }
    assert table.query("age == '65-69'")["year"].min() == 2023
