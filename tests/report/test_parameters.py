"""Parameters are declared once and checked by name, type and range."""

import ast
import json

import pytest
from papermill.inspection import inspect_notebook

from llmexposure.base.errors import ParameterError
from llmexposure.base.project import current
from llmexposure.report.parameters import check, declared

CELL = [
    'exposure: str = "beta"  # one of: alpha, beta\n',
    "draws: int = 99  # from 9 to 999; at random\n",
    "share: float = 0.5  # from 0 to 1\n",
    'baseline: str = "2022-11"  # month; first of two\n',
    'begin: str = "2022-11-30"  # day\n',
    "weights: bool = False\n",
]


def notebook(tmp_path, source=CELL, tags=("parameters",)):
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "id": "p"}
    path = tmp_path / "01_x.ipynb"
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_defaults_are_returned_with_those_given(tmp_path):
    path = notebook(tmp_path)
    assert check(path, {"draws": 199}) == {
        "exposure": "beta", "draws": 199, "share": 0.5, "baseline": "2022-11",
        "begin": "2022-11-30", "weights": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("exposur", "beta", "unknown parameter 'exposur'; it takes exposure"),
        ("exposure", "delta", "parameter exposure: expected one of alpha, beta, found 'delta'"),
        ("exposure", 3, "expected str, found int 3"),
        ("draws", 9999, "parameter draws: expected a number from 9 to 999, found 9999"),
        ("draws", 99.5, "expected int, found float 99.5"),
        ("draws", True, "expected int, found bool True"),
        ("share", -0.1, "expected a number from 0 to 1"),
        ("share", "0.5", "expected float, found str"),
        ("baseline", "2022-13", "expected a month such as 2022-11, found '2022-13'"),
        ("baseline", "November", "expected a month"),
        ("begin", "2022-11-31", "expected a day such as 2022-11-30, found '2022-11-31'"),
        ("begin", "20221130", "expected a day"),
        ("weights", 1, "expected bool, found int"),
    ],
)
def test_bad_values_are_named(tmp_path, name, value, message):
    with pytest.raises(ParameterError, match="01_x.ipynb") as error:
        check(notebook(tmp_path), {name: value})
    assert message in str(error.value)


def test_an_integer_will_do_for_a_float(tmp_path):
    assert check(notebook(tmp_path), {"share": 1})["share"] == 1


def test_one_parameters_cell_is_expected(tmp_path):
    with pytest.raises(ParameterError, match="0 cells tagged 'parameters'"):
        declared(notebook(tmp_path, tags=()))


def test_a_line_that_is_no_declaration_is_an_error(tmp_path):
    with pytest.raises(ParameterError, match="expected 'name: type = value"):
        declared(notebook(tmp_path, source=["draws = 99\n"]))


@pytest.mark.parametrize("path", sorted(current().notebooks.glob("*.ipynb")), ids=lambda p: p.stem)
def test_defaults_of_every_notebook_pass_their_own_rules(path):
    known = declared(path)
    assert check(path, {name: p.default for name, p in known.items()})


@pytest.mark.parametrize("path", sorted(current().notebooks.glob("*.ipynb")), ids=lambda p: p.stem)
def test_papermill_tells_type_default_and_meaning_of_every_parameter(path):
    told = inspect_notebook(str(path))
    assert {name: (p.kind, p.default) for name, p in declared(path).items()} == {
        name: (t["inferred_type_name"], ast.literal_eval(t["default"])) for name, t in told.items()
    }
    for name, parameter in declared(path).items():
        assert len(parameter.meaning) > 5, name
        assert told[name]["help"].endswith(parameter.meaning), name
