"""The examples in the library's docstrings run and give what they show."""

import doctest
import importlib
import pkgutil

import pytest

import llmexposure

MODULES = [m.name for m in pkgutil.walk_packages(llmexposure.__path__, "llmexposure.")]


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 200


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
