"""Table of employees by occupation and age."""

from llmexposure.data.schemas.columns import choice, count, number, table, text

_SOURCE = "scb_occupation_age"
AGES = ("16-24", "25-29", "30-64", "65-69")

TABLES = {
    t.name: t
    for t in (
        table(
            "sweden_employees",
            "occupation, age and year, Sweden",
            ("group", "age", "year"),
            {
                "group": text(
                    "unit group of SSYK 2012; 0002: no occupation known", r"^\d{4}$", _SOURCE
                ),
                "age": choice("years of age (65 to 69: counted from 2023)", AGES, _SOURCE),
                "year": number("year", "year", _SOURCE, kind=int, low=2020),
                "employees": count("employees", _SOURCE),
            },
        ),
    )
}
