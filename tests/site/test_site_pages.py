"""Pages and data as they follow from the record."""

import pandas as pd
import pytest

from llmexposure.base.errors import BuildError
from llmexposure.base.project import Project, current
from llmexposure.publish.site import build, notebooks, pages, record, settings, typeset
from llmexposure.report.latex import printed_field
from llmexposure.report.record import UNITS

KEY = "recruitment_share.open.us.slope"
NUMBER = f"{{{{{KEY}}}}}"


@pytest.fixture(scope="module")
def content():
    project = current()
    return build.read_content(project, settings.read(project))


def filled(template, content, up="../"):
    return pages.fill(template, current().root / "site/pages/x.md", content, up)


def test_a_number_is_a_link_to_all_that_is_known_of_it(content):
    assert filled(NUMBER, content) == (
        f'<a class="number" href="../exhibits/index.html#{KEY}">'
        f"{printed_field(content.entries[KEY], 'value')}</a>"
    )


def test_words_that_do_not_hold_stop_the_build(content):
    assert filled(f"It {{{{fell|--|{KEY}}}}}.", content) == "It fell."
    with pytest.raises(BuildError, match=r"x\.md:1: 'rose'.*mend the sentence"):
        filled(f"It {{{{rose|++|{KEY}}}}}.", content)


def test_what_does_not_exist_stops_the_build(content):
    with pytest.raises(BuildError, match="did you mean"):
        filled(f"{{{{{KEY}s}}}}", content)
    with pytest.raises(BuildError, match="there is no such figure"):
        filled("[[figure nothing]]", content)
    with pytest.raises(BuildError, match="is not one of figure"):
        filled("[[picture us_event_study]]", content)


def test_every_page_fits_the_committed_record(content):
    project = current()
    texts = build.page_texts(
        project,
        content,
        settings.read(project),
        pd.DataFrame(columns=["what", "name", "file", "line"]),
    )
    assert {f"exhibits/{name}.md" for name in content.exhibits} < set(texts)
    pages = {name: text for name, text in texts.items() if name.endswith(".md")}
    assert not [name for name, text in pages.items() if "{{" in text or "[[" in text]


def test_every_figure_has_a_text_and_its_origin(content):
    for one in content.exhibits.values():
        if one.kind == "figure":
            text = pages.figure(content, one, "../")
            assert f'alt="{one.title[:10].replace(chr(39), "&#x27;")}' in text
            assert f"cell-{one.entry['cell']}" in text
            assert f"figures/{one.name}.csv" in text


def test_a_command_without_a_form_stops_the_build():
    assert typeset.as_html(r"the $\beta$ of ``it'', 5\%~--~6\%", {}) == "the β of “it”, 5% – 6%"
    with pytest.raises(BuildError, match=r"no form for \\foo"):
        typeset.as_html(r"a \foo{b}", {})


def test_settings_name_what_is_wrong(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/a.csv").write_text("month,slope\n")
    project = Project(tmp_path)
    file = tmp_path / "site/site.toml"
    for text, message in (
        ("[chart.a]\nkind='pie'", "kind is 'pie'"),
        ("[chart.a]\nkind='path'\nx='month'", "y is not stated"),
        ("[chart.a]\nkind='path'\nx='month'\ny='b'", "has no column 'b'; it has month, slope"),
        ("[chart.b]\nkind='path'\nx='month'\ny='b'", "no figure has values"),
        ("[figure.b]", "section 'figure'"),
    ):
        file.write_text(text)
        with pytest.raises(BuildError, match=message):
            settings.read(project)


def test_all_numbers_are_in_the_data_with_their_origin(content):
    check = pd.DataFrame(
        {"what": ["number"], "name": [f"{KEY}:ci_low"], "file": ["paper/a.tex"], "line": [3]}
    )
    data = record.numbers(content.entries, {}, check, UNITS)
    assert len(data["rows"]) == len(content.entries)
    (row,) = [dict(zip(data["columns"], row, strict=True)) for row in data["rows"] if row[0] == KEY]
    item = content.entries[KEY]
    assert (row["notebook"], row["cell"], row["source"]) == (
        item["notebook"],
        item["cell"],
        item["source"],
    )
    assert row["low"].startswith("−")
    assert row["printed"] == ["a.tex:3"]
    assert "exposure = beta" in data["parameters"][row["parameters"]]


def test_data_are_the_same_bytes_each_time():
    data = {"a": [1.5, None, "<b>"] * 20_000}
    assert build.script("x", data) == build.script("x", data)
    assert build.script("x", {"a": 1}) == 'siteData("x",{"a":1});\n'


def test_without_executed_notebooks_it_says_what_to_run(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/01_a.ipynb").write_text("{}")
    with pytest.raises(BuildError, match="run make paper, then make site"):
        notebooks.executed(Project(tmp_path))
