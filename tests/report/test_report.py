"""Numbers, record, macros and tables."""

import json
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.base.errors import BuildError
from llmexposure.base.files import canonical, to_csv_text, write_text
from llmexposure.publish.forms import readme
from llmexposure.report import latex, latex_table, record, style
from llmexposure.report.record import printed


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_canonical_is_idempotent_and_close(value):
    once = canonical(value)
    assert canonical(once) == once
    assert once == pytest.approx(value, rel=1e-7)


def test_canonical_hides_the_last_bits_and_missing_values():
    assert canonical(np.float64(0.1) + 0.2) == 0.3
    assert canonical(-0.0) == 0
    assert math.copysign(1, canonical(-0.0)) == 1
    assert canonical({"a": [float("nan"), np.int64(3)]}) == {"a": [None, 3]}


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        (0.3665, "share", 1, "36.6%"),
        (-0.0143, "share_change", 2, "−1.43 pp"),
        (-0.7111, "slope", 2, "−0.71"),
        (-0.001, "slope", 2, "0.00"),
        (0.0001, "p", 3, "<0.001"),
        (0.02856, "p", 3, "0.029"),
        (19265, "count", 0, "19,265"),
        (None, "slope", 2, "n/a"),
        (True, "label", 0, "yes"),
    ],
)
def test_printed(value, unit, digits, text):
    assert printed(value, unit, digits) == text


@pytest.mark.parametrize(
    "key", ["a.open.c", "A.open.c.d", "a.guess.c.d", "a.open.c d.e", "a.open..d"]
)
def test_bad_keys_are_refused(key):
    with pytest.raises(BuildError, match="expected relation.evidence.scope.quantity"):
        record.entry(key, 1, "count", 0)


def test_unknown_unit_is_refused():
    with pytest.raises(BuildError, match="unit 'furlongs' is unknown"):
        record.entry("a.open.b.c", 1, "furlongs", 0)


def test_absent_fields_are_left_out():
    assert record.entry("a.open.b.c", 1.5, "slope", 2, n=3, se=None) == {
        "value": 1.5, "unit": "slope", "n": 3, "evidence": "open", "digits": 2,
    }  # fmt: skip


def test_a_key_written_twice_is_an_error(tmp_path):
    for name in ("01_a", "02_b"):
        item = {**record.entry("a.open.b.c", 1, "count", 0), "notebook": name}
        (tmp_path / f"{name}.json").write_text(record.dump({"a.open.b.c": item}))
    with pytest.raises(BuildError, match="a.open.b.c is written by 01_a and 02_b"):
        record.load_all(tmp_path)


def test_compare_names_what_moved():
    a = {"k.open.a.x": {"value": 1}, "k.open.a.y": {"value": 2}}
    b = {"k.open.a.x": {"value": 1}, "k.open.a.z": {"value": 3}}
    assert record.compare(a, b) == [("k.open.a.y", 2, None), ("k.open.a.z", None, 3)]


ENTRIES = {
    "a.open.b.slope": {
        **record.entry("a.open.b.slope", -0.5, "slope", 2, n=46, se=0.1, ci_low=-0.7, ci_high=-0.3),
        "notebook": "02_x",
    }
}


def test_macros_carry_value_fields_and_notebook():
    text = latex.macros(ENTRIES)
    assert r"\resultdef{a.open.b.slope}{value}{$-$0.50}{02_x}" in text
    assert r"\resultdef{a.open.b.slope}{n}{46}{02_x}" in text
    assert "{p}" not in text


def test_text_in_a_result_cannot_act_as_latex():
    item = {**record.entry("a.open.b.name", r"\input{x} 50% & $y_1$", "label", 0), "notebook": "n"}
    text = latex.macros({"a.open.b.name": item})
    assert r"\textbackslash{}input\{x\} 50\% \& \$y\_1\$" in text


def test_an_unknown_key_stops_with_file_line_and_hint(tmp_path):
    page = tmp_path / "page.tex"
    page.write_text(
        "fine \\result{a.open.b.slope}\n% \\result{ignored.open.x.y}\n\\result{a.open.b.slop}"
    )
    with pytest.raises(
        BuildError, match=r"page.tex:3: .*a.open.b.slop .*did you mean a.open.b.slope"
    ):
        latex.check_keys([page], ENTRIES)


def test_a_scope_stands_for_the_beginning_of_keys(tmp_path):
    page = tmp_path / "page.tex"
    page.write_text(
        "\\scope{a.open}\n\\resultci{.b.slope} \\scope{a.open.b}\\result[n]{.slope}\n\\result{a.open.b.slope}"
    )
    assert [(line, field, key) for _, line, field, key in latex.used_keys([page])] == [
        (2, "ci_low", "a.open.b.slope"), (2, "ci_high", "a.open.b.slope"),
        (2, "n", "a.open.b.slope"), (3, "value", "a.open.b.slope"),
    ]  # fmt: skip
    page.write_text("\n\\result{.slope}")
    with pytest.raises(BuildError, match=r"page.tex:2: .*has no .scope before it"):
        latex.check_keys([page], ENTRIES)


def test_an_absent_field_stops(tmp_path):
    page = tmp_path / "page.tex"
    page.write_text(r"\result[p]{a.open.b.slope}")
    with pytest.raises(BuildError, match="has no field p"):
        latex.check_keys([page], ENTRIES)


def test_table_cells_are_keys():
    text = latex_table.table(
        ["Row", "Slope", "CI"], [["A & B", "a.open.b.slope", "a.open.b.slope:ci"]]
    )
    assert r"A \& B & \result{a.open.b.slope} & \resultci{a.open.b.slope}" in text
    assert text.count(r"\\") == 2


def test_csv_text_is_rounded_and_empty_where_missing():
    frame = pd.DataFrame({"a": [0.1 + 0.2, np.nan], "b": ["x", "y"]})
    assert to_csv_text(frame) == "a,b\n0.3,x\n,y\n"


def test_write_text_replaces_whole_files_only(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "one\n")
    write_text(path, "two\n")
    assert path.read_text() == "two\n"
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]


def test_a_figure_has_the_same_bytes_twice(tmp_path):
    style.use()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        figure, ax = plt.subplots()
        ax.plot([1, 2], [3, 4])
        style.save(figure, tmp_path / name, "figure")
        plt.close(figure)
    for kind in ("pdf", "png"):
        first, second = ((tmp_path / n / f"figure.{kind}").read_bytes() for n in ("one", "two"))
        assert first == second


def test_labels_never_cover_each_other():
    style.use()
    rng = np.random.default_rng(1)
    x, y = rng.uniform(size=40).tolist(), rng.uniform(size=40).tolist()
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.plot(x, y, "o")
    left_out = style.label_points(ax, x, y, [f"sector {i}" for i in range(40)])
    boxes = [t.get_window_extent() for t in ax.texts]
    assert len(boxes) + len(left_out) == 40
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    plt.close(figure)


def test_labels_keep_off_lines_and_stand_nearest_to_their_own_point():
    style.use()
    rng = np.random.default_rng(2)
    x, y = rng.uniform(size=30), rng.uniform(size=30)
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.scatter(x, y, s=rng.uniform(5, 120, 30))
    (line,) = ax.plot([0, 1], [0, 1])
    style.label_points(ax, x.tolist(), y.tolist(), [f"n{i}" for i in range(30)])
    drawn = line.get_transform().transform_path(line.get_path())
    points = ax.transData.transform(np.column_stack([x, y]))
    assert len(ax.texts) > 10
    for text in ax.texts:
        box = text.get_window_extent()
        assert not drawn.intersects_bbox(box, filled=False)
        far = np.hypot(*(points - np.clip(points, box.min, box.max)).T)
        assert far.argmin() == int(text.get_text()[1:])
    plt.close(figure)


def test_a_row_alone_is_a_heading_and_marks_set_rows_in():
    rows = [["England", "", ""], ["– Poisson", "a.b", ""], ["– ... weighted", "a.c", "a.c:n"]]
    made = latex_table.table(["", "Slope", "N"], rows, [["", ""], ["1.5", ""], ["−0.25", "410"]])
    assert r"\multicolumn{3}{@{}l}{\textit{England}} \\" in made
    assert r"\quad Poisson & \result{a.b}\hphantom{0} &" in made
    assert r"\quad \quad weighted & \result{a.c} & \result[n]{a.c}" in made


def test_dump_is_sorted_json():
    assert list(json.loads(record.dump({"b": {"value": 1}, "a": {"value": 2}}))) == ["a", "b"]


def test_readme_blocks_are_filled_from_the_record():
    assert (
        readme.fill("{{a.open.b.slope}} {{a.open.b.slope:ci}}", ENTRIES) == "−0.50 [−0.70, −0.30]"
    )
    with pytest.raises(BuildError, match="did you mean a.open.b.slope"):
        readme.fill("{{a.open.b.slop}}", ENTRIES)
    page = "x\n<!-- begin a -->\nold\n<!-- end a -->\ny"
    assert readme.replace_blocks(page, {"a": "new\n"}) == page.replace("old", "new")
    with pytest.raises(BuildError, match="expected the markers"):
        readme.replace_blocks(page, {"b": ""})


def test_an_end_at_infinity_is_kept_and_printed_as_such(tmp_path):
    fields = {"ci_low": -math.inf, "ci_high": 3.0, "n": 4}
    item = record.entry("recruitment_share.postings.own.slope", 0.5, "slope", 2, **fields)
    path = tmp_path / "01_own.json"
    path.write_text(record.dump({"recruitment_share.postings.own.slope": item}))
    assert '"ci_low": "-inf"' in path.read_text()
    (found,) = record.load(path).values()
    assert found["ci_low"] == -math.inf
    assert latex.printed_field(found, "ci_low") == "−∞"
    assert latex.escape(latex.printed_field(found, "ci_low")) == r"$-$$\infty$"
