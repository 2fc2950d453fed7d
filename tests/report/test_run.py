"""A notebook run by hand says all that differs from the committed record."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

from llmexposure.base.errors import ParameterError
from llmexposure.base.estimate import Estimate
from llmexposure.report.run import Run

LONG = (
    "degree_requirement.open.occupations_of_the_last_release_by_major_group.slope_with_log_wage_{}"
)


def test_the_last_cell_shows_every_row_and_whole_keys(tmp_path):
    run = Run("00_headline", {}, tmp_path)
    keys = [LONG.format(number) for number in range(165)]
    for number, key in enumerate(keys):
        run.record(key, number / 7, "slope", source=["onet_29_3"])
    shown, _ = DisplayFormatter().format(run.finish())
    for form in ("text/plain", "text/html"):
        assert [key for key in keys if key not in shown[form]] == []
        assert "23.428571" in shown[form]  # 164 / 7
    assert "no record" in repr(Run("98_new", {}, tmp_path).finish())


def test_sources_are_declared_once_and_overridden_where_needed(tmp_path):
    run = Run("notebook", {}, tmp_path, ["onet_29_3"])
    run.record("a.open.b.c", 1, "count", 0)
    run.record("a.open.b.d", 1, "count", 0, source=[*run.source, "bls_oews"])
    assert [entry["source"] for entry in run.entries.values()] == [
        ["onet_29_3"], ["onet_29_3", "bls_oews"],
    ]  # fmt: skip
    with pytest.raises(ParameterError, match="no source; name those of the notebook in start"):
        Run("notebook", {}, tmp_path).record("a.open.b.c", 1, "count", 0)


def test_several_numbers_are_recorded_in_one_call_and_shown_as_a_table(tmp_path):
    run = Run("notebook", {}, tmp_path, ["onet_29_3"])
    shown = run.records("a.open.{}.share", {"x": 0.25, "y": 0.5}, "share", 1, n=4)
    assert shown.to_dict("list") == {"label": ["x", "y"], "value": [0.25, 0.5]}
    assert {key: (e["value"], e["n"]) for key, e in run.entries.items()} == {
        "a.open.x.share": (0.25, 4),
        "a.open.y.share": (0.5, 4),
    }
    estimate = Estimate(0.5, n=3, se=0.1, ci_low=0.3, ci_high=0.7)
    rows = run.records("a.open.b.slope_{}", {"z": estimate}, "slope")
    assert rows.columns.tolist() == ["label", "value", "ci_low", "ci_high", "n"]
    assert run.entries["a.open.b.slope_z"]["n"] == 3


def test_texts_with_numbers_in_a_figure_are_kept_with_it(tmp_path):
    run = Run("notebook", {}, tmp_path)
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="1,027 tasks")
    ax.legend()
    ax.set(title="Figure 1", xlabel="2024")
    ax.text(1, 3, "printed:\n27%")
    ax.text(1, 4, "no digit")
    run.figure("points", figure, pd.DataFrame({"a": [1]}), n=2, of="points", source=["x"])
    assert run.entries["exhibit.open.points.figure"]["shows"] == ["printed: 27%", "1,027 tasks"]
