"""A notebook run by hand says all that differs from the committed record."""

from IPython.core.formatters import DisplayFormatter

from llmexposure.report.run import Run

LONG = (
    "degree_requirement.open.occupations_of_the_last_release_by_major_group.slope_with_log_wage_{}"
)


def test_the_last_cell_shows_every_row_and_whole_keys(tmp_path):
    run = Run("notebook_without_record", {}, tmp_path)
    keys = [LONG.format(number) for number in range(165)]
    for number, key in enumerate(keys):
        run.result(key, number / 7, "slope", source=["onet_29_3"])
    shown, _ = DisplayFormatter().format(run.finish())
    for form in ("text/plain", "text/html"):
        assert [key for key in keys if key not in shown[form]] == []
        assert "23.428571" in shown[form]  # 164 / 7, the last row
