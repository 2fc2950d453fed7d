"""The built site in headless Chromium: nothing fails or is asked elsewhere, what can be handled works."""

import csv
import io

import pytest

from llmexposure.base.project import current

KINDS = (
    "index.html",
    "findings/postings.html",
    "explore/curves.html",
    "explore/paths.html",
    "explore/claims.html",
    "explore/score.html",
    "exhibits/index.html",
    "exhibits/table_us_slopes.html",
    "notebooks/17_postings_panel.html",
    "zh/index.html",
    "search.html",
)
PHONE = {"width": 390, "height": 844}
KEY = "recruitment_share.open.us.slope"


def scrolled(page):
    """Show all of a page, so that every chart is drawn."""
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 800) {"
        " scrollTo(0, y); await new Promise((done) => setTimeout(done, 20)); } }"
    )
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_a_page_has_no_error_asks_nobody_and_is_accessible(visit, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    one = visit(name, color_scheme=scheme)
    scrolled(one.page)
    assert one.wrong == []
    found = axe.Axe().run(one.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


@pytest.mark.parametrize("name", KINDS)
def test_a_page_fits_a_phone(visit, name):
    page = visit(name, viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_record_is_searched_and_filtered_and_opens(visit):
    page = visit("exhibits/index.html").page
    found = page.locator(".browser .summary")
    everything = found.inner_text()
    page.get_by_label("Evidence").select_option("simulated")
    assert found.inner_text() != everything
    page.get_by_label("Evidence").select_option("any")
    page.get_by_role("searchbox", name="Search").fill(KEY)
    row = page.locator(f'details[id="{KEY}"]')
    row.locator("summary").click()
    row.locator("dl").wait_for()
    facts = row.inner_text()
    for words in ("95% interval", "Kind of evidence", "Sources", "cell slope", "Printed at", "CSV"):
        assert words in facts
    row.get_by_role("link", name="cell slope").click()
    page.wait_for_url("**/notebooks/02_recruitment_share.html#cell-slope")


def test_an_address_of_a_number_opens_it(visit):
    one = visit(f"exhibits/index.html#{KEY}")
    one.page.wait_for_selector(f'details[id="{KEY}"][open] dl')
    assert one.wrong == []


def test_a_number_of_the_paper_is_found_on_the_page_of_its_notebook(visit):
    page = visit(f"notebooks/02_recruitment_share.html#{KEY}").page
    assert page.locator(f'[id="{KEY}"]').is_visible()


def test_claims_are_filtered(visit):
    page = visit("explore/claims.html").page
    page.get_by_label("verdict").select_option("contradicted")
    file = (current().figures / "claims_by_class.csv").read_text(encoding="utf-8")
    count = sum("contradicted" in row.values() for row in csv.DictReader(io.StringIO(file)))
    assert page.locator(".browser .summary").inner_text().startswith(f"{count} of ")
    page.locator(".rows summary").first.click()
    page.locator(".rows dl").wait_for()
    assert "reason" in page.locator(".rows details").first.inner_text()


def test_a_choice_changes_the_curve(visit):
    page = visit("explore/curves.html").page
    figure = page.locator("#figure-curve_recruitment_share")
    summary = figure.locator(".summary")
    summary.wait_for()
    before = summary.inner_text()
    figure.locator("select").first.select_option(index=1)
    shown, everything = before.split(" specifications")[0].split(" of ")
    assert shown == everything
    assert summary.inner_text() != before


def test_a_chart_is_read_with_the_keyboard_and_series_go_and_come(visit):
    page = visit("explore/paths.html").page
    figure = page.locator("#figure-advert_paths")
    stage = figure.locator(".stage")
    stage.wait_for()
    stage.focus()
    page.keyboard.press("ArrowRight")
    assert "[" in figure.locator(".readout").inner_text()
    lines = figure.locator("path.line").count()
    figure.get_by_label("US, Indeed").uncheck()
    assert figure.locator("path.line").count() == lines - 1


def test_without_scripts_the_pictures_are_there(visit):
    page = visit("explore/paths.html", java_script_enabled=False).page
    picture = page.locator("#figure-advert_paths img")
    assert picture.is_visible()
    assert len(picture.get_attribute("alt")) > 100


def test_an_ad_is_scored_and_reasons_are_shown(visit):
    one = visit("explore/score.html")
    one.page.get_by_role("button", name="Example in English").click()
    one.page.wait_for_selector(".result table")
    assert "Verify attendance" in one.page.locator(".result details pre").text_content()
    assert one.page.locator(".result .why mark").count() > 10
    assert one.wrong == []


def test_the_search_finds_a_page(visit):
    one = visit("search.html?q=telework")
    one.page.wait_for_selector("#search-results li")
    assert one.wrong == []


def test_it_works_from_a_disk(browser, built):
    page = browser.new_page()
    page.goto((built / "explore/score.html").as_uri())
    page.get_by_role("button", name="中文示例").click()
    page.wait_for_selector(".result table")
    page.close()
