import dataclasses
import re
import tomllib
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from demo_register import register_text
from hypothesis import given
from hypothesis import strategies as st

from llmexposure.base.errors import SourceError
from llmexposure.base.sources import load_registry
from llmexposure.base.sources.registry import parse_register

URL = "https://example.org/table.csv"
GOOD = register_text(URL)
EXPECTED_SOURCES = {
    "onet_29_3": 11,
    "onet_27_0": 1,
    "onet_18_1": 1,
    "anthropic_economic_index_2025_02_10": 5,
    "anthropic_economic_index_2025_03_27": 2,
    "anthropic_economic_index_later": 5,
    "scb_occupation_age": 2,
    "crosswalks": 3,
    "eloundou_gpts_are_gpts": 2,
    "dingel_neiman": 2,
    "felten_aioe": 2,
    "ilo_2025": 1,
    "eisfeldt_genaiexp": 1,
    "microsoft_applicability": 1,
    "howison_sector_map": 1,
    "indeed_hiring_lab": 13,
    "indeed_japan_2023": 1,
    "jsa_vacancy_index": 1,
    "mhlw_hello_work": 2,
    "ons_textkernel_soc2020": 2,
    "indeed_hiring_lab_fred_mirror": 1,
    "indeed_remote_tracker": 1,
    "indeed_ai_tracker": 1,
    "indeed_wage_tracker": 2,
    "statcan_vacancies": 1,
    "opportunity_insights_postings": 1,
    "bls_oews": 8,
    "upwork_jan2023": 3,
    "geo_china_cities": 1,
    "postings_cn": 0,
    "indeed_later": 7,
    "wfhmap_postings": 1,
}
# Sources without a stated right to pass the files on, or with parts that lack it.
NOT_TO_PASS_ON = {
    "crosswalks",
    "eisfeldt_genaiexp",
    "felten_aioe",
    "ilo_2025",
    "indeed_hiring_lab_fred_mirror",
    "onet_18_1",
    "opportunity_insights_postings",
    "postings_cn",
    "statcan_vacancies",
    "upwork_jan2023",
    "wfhmap_postings",
}


def load(tmp_path: Path, text: str, **options):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return load_registry(path, **options)


def test_good_register_is_read(tmp_path):
    source = load(tmp_path, GOOD)["demo"]
    assert source.licence == "CC0 1.0"
    assert source.redistribute is True
    file = source.files["table.csv"]
    assert (file.label, file.urls) == ("demo/table.csv", (URL,))
    assert source.bytes == file.bytes == 200_000


def test_records_cannot_be_changed(tmp_path):
    source = load(tmp_path, GOOD)["demo"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.licence = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.files["table.csv"].sha256 = "0" * 64


SHA_LINE = re.search(r'sha256 = ".*"', GOOD)[0]
BROKEN = {
    "short sha": (SHA_LINE, 'sha256 = "abc"', "expected 64 lower-case hexadecimal digits"),
    "upper-case sha": (SHA_LINE, f'sha256 = "{"A" * 64}"', "lower-case"),
    "no sha": (SHA_LINE, "", "no key 'sha256'"),
    "mistyped key": ("sha256 =", "sha265 =", "unknown key 'sha265'"),
    "size zero": ("bytes = 200000", "bytes = 0", "positive whole number"),
    "size as text": ("bytes = 200000", 'bytes = "200000"', "expected a non-empty int"),
    "size as truth": ("bytes = 200000", "bytes = true", "expected a non-empty int"),
    "plain http": (URL, "http://example.org/table.csv", "expected a full https address"),
    "local file": (URL, "file:///etc/passwd", "expected a full https address"),
    "no host": (URL, "https:///table.csv", "expected a full https address"),
    "space in url": (URL, "https://example.org/a table.csv", "expected a full https address"),
    "url of another type": (f'["{URL}"]', "[3]", "expected a full https address"),
    "no urls": (f'["{URL}"]', "[]", "urls is empty"),
    "same url twice": (f'["{URL}"]', f'["{URL}", "{URL}"]', "duplicate address"),
    "http page": ("https://example.org/demo", "http://example.org/demo", "page has"),
    "no licence": ('licence = "CC0 1.0"', "", "no key 'licence'"),
    "empty licence": ('licence = "CC0 1.0"', 'licence = ""', "licence is ''"),
    "redistribute maybe": ("redistribute = true", 'redistribute = "yes"', "non-empty bool"),
    "id with a path": ("[source.demo", '[source."../demo"', "an id has lower-case"),
    "not TOML": ("[source.demo]", "[source.demo", "not valid TOML"),
    "nothing": (GOOD, "", "expected tables"),
    "file not a table": ('[source.demo.files."table.csv"]', "[x]", "at the top"),
}


BLOB = GOOD.replace(SHA_LINE, f'git_blob = "{"0a" * 20}"').replace("bytes = 200000\n", "")


def test_a_file_may_be_known_by_its_git_blob_instead(tmp_path):
    source = load(tmp_path, BLOB)["demo"]
    assert source.unseen
    assert not load(tmp_path, GOOD)["demo"].unseen
    assert (source.files["table.csv"].sha256, source.bytes) == (None, 0)
    with pytest.raises(SourceError, match="git_blob is '0a', expected 40 lower-case"):
        load(tmp_path, BLOB.replace("0a" * 20, "0a"))
    with pytest.raises(SourceError, match="unknown key 'bytes'"):
        load(tmp_path, BLOB + "bytes = 3\n")


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN.values(), ids=BROKEN)
def test_breach_is_named(tmp_path, old, new, expected):
    assert old in GOOD
    with pytest.raises(SourceError, match=re.escape(expected)) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert "sources.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/b", "a\\\\b", "..", ".", ".hidden", "C:x", "x\\u0000", "", "a..b",
     "x\\n", "~", "x.", " x", "\u202ex"],
)  # fmt: skip
def test_name_that_could_leave_its_folder_is_refused(tmp_path, name):
    with pytest.raises(SourceError, match="refused file name"):
        load(tmp_path, GOOD.replace('"table.csv"', f'"{name}"'))


@given(st.text(alphabet=st.sampled_from("aZ0_-+(), ./\\:~\0\n%"), max_size=12))
def test_accepted_name_stays_in_its_folder(name):
    raw = tomllib.loads(GOOD)
    raw["source"]["demo"]["files"] = {name: raw["source"]["demo"]["files"]["table.csv"]}
    try:
        parse_register(raw)
    except SourceError:
        return
    for kind in (PurePosixPath, PureWindowsPath):
        path = kind("cache") / name
        assert path.parent == kind("cache")
        assert path.name == name
        assert ".." not in path.parts


def test_duplicates_are_refused(tmp_path):
    table = GOOD[GOOD.index("[source.demo.files") :]
    with pytest.raises(SourceError, match="not valid TOML"):
        load(tmp_path, GOOD + table)
    other_url = table.replace(URL, "https://example.org/2")
    with pytest.raises(SourceError, match="duplicate file names 'table.csv' and 'Table.csv'"):
        load(tmp_path, GOOD + other_url.replace('"table.csv"', '"Table.csv"'))
    with pytest.raises(SourceError, match="duplicate address .*demo/table.csv and demo/b.csv"):
        load(tmp_path, GOOD + table.replace('"table.csv"', '"b.csv"'))


def test_http_needs_the_parameter(tmp_path):
    text = register_text("http://127.0.0.1:1/a")
    assert load(tmp_path, text, schemes=("http", "https"))
    with pytest.raises(SourceError, match="https address"):
        load(tmp_path, text)


def test_missing_register_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"nowhere\.toml: cannot be read"):
        load_registry(tmp_path / "nowhere.toml")


def test_project_register_has_every_source():
    registry = load_registry()
    assert {name: len(source.files) for name, source in registry.items()} == EXPECTED_SOURCES


def test_project_register_says_what_may_be_passed_on():
    withheld = {name for name, source in load_registry().items() if not source.redistribute}
    assert withheld == NOT_TO_PASS_ON


def test_project_addresses_are_pinned_to_a_commit():
    for source in load_registry().values():
        for file in source.files.values():
            assert all(re.search(r"/[0-9a-f]{40}/", url) for url in file.urls), file.label


def test_project_texts_are_single_lines():
    for source in load_registry().values():
        for text in (source.title, source.licence, source.citation, source.note):
            assert text == " ".join(text.split()), source.id
