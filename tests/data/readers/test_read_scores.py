"""Telework and AIOE scores: the documented counts, the range, and the SOC version of the codes."""

from pathlib import Path

import pytest

from llmexposure.data.readers import aioe, dingel_neiman


@pytest.mark.mirror
def test_teleworkable_occupations(mirror: Path):
    scores = dingel_neiman.read_teleworkable_onet(
        mirror / "dingel_neiman" / "occupations_workathome.csv"
    )
    assert scores.columns.tolist() == ["onet_soc_2010", "teleworkable"]
    assert scores["teleworkable"].value_counts().to_dict() == {0: 607, 1: 361}


@pytest.mark.mirror
def test_teleworkable_share_of_oes_occupations(mirror: Path):
    scores = dingel_neiman.read_teleworkable_oes(
        mirror / "dingel_neiman" / "onet_teleworkable_blscodes.csv"
    )
    assert len(scores) == 764
    assert scores["teleworkable"].mean() == pytest.approx(0.350132, abs=1e-6)
    assert scores["teleworkable"].between(0, 1, inclusive="neither").any()


@pytest.mark.mirror
def test_both_versions_of_aioe_are_standard_scores_of_the_same_occupations(mirror: Path):
    folder = mirror / "felten_aioe"
    plain = aioe.read_aioe(folder / "AIOE_DataAppendix.xlsx")
    language = aioe.read_lm_aioe(folder / "Language_Modeling_AIOE_and_AIIE.xlsx")
    assert len(plain) == len(language) == 774
    both = plain.merge(language, on="soc_2010", validate="one_to_one")
    assert len(both) == 774
    for score in ("aioe", "lm_aioe"):
        assert both[score].mean() == pytest.approx(0, abs=1e-6)
        assert both[score].std() == pytest.approx(1, abs=1e-5)
    assert both["aioe"].corr(both["lm_aioe"]) == pytest.approx(0.979, abs=5e-4)


ONET = dingel_neiman.read_teleworkable_onet, "onetsoccode,title,teleworkable\n11-1011.00,Chiefs"
OES = dingel_neiman.read_teleworkable_oes, "OCC_CODE,OES_TITLE,teleworkable\n11-1011,Chiefs"


@pytest.mark.parametrize(
    ("file", "value", "expected"),
    [(ONET, "0.5", "a whole number"), (ONET, "2", "one of 0, 1."), (OES, "35.0", "1 or less")],
)
def test_telework_is_yes_or_no_or_a_share(write, refusal, file, value, expected):
    message = refusal(file[0], write(f"{file[1]},{value}\n"))
    assert f"line 2, column 'teleworkable': found '{value}', expected {expected}" in message


def test_aioe_sheet_and_headings(workbook, refusal):
    rows = [["SOC Code", "Occupation Title", "AIOE"], ["11-1011", "Chief Executives", 1.33]]
    assert aioe.read_aioe(workbook(rows, sheet="Appendix A"))["aioe"].tolist() == [1.33]
    message = refusal(aioe.read_lm_aioe, workbook(rows, sheet="Appendix A"))
    assert "sheet 'LM AIOE' cannot be read" in message
