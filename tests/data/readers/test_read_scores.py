"""Telework and AIOE scores: the documented counts, the range, and the SOC version of the codes."""

from pathlib import Path

import pytest

from llmexposure.data.readers import (
    aioe,
    anthropic,
    crosswalks,
    dingel_neiman,
    eisfeldt,
    howison,
    ilo,
    microsoft,
)
from llmexposure.data.readers.sheet import read_sheet


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


@pytest.mark.mirror
def test_ilo_means_are_the_printed_ones(mirror: Path):
    path = mirror / "ilo_2025" / "final_scores_isco08_2025.xlsx"
    scores = ilo.read_ilo_2025(path).set_index("isco")["ilo"]
    printed = read_sheet(path).groupby("ISCO_08")["mean_score_2025"].first().astype(float)
    assert len(scores) == 427
    assert (scores - printed).abs().max() < 0.0051


@pytest.mark.mirror
def test_later_measures_have_their_documented_counts(mirror: Path):
    claude = mirror / "anthropic_economic_index_later" / "job_exposure.csv"
    observed = anthropic.read_observed_exposure(claude)["anthropic_observed"]
    assert (len(observed), (observed == 0).sum()) == (756, 411)
    folder = mirror / "microsoft_applicability"
    assert len(microsoft.read_applicability(folder / "soc_ai_applicability_scores.csv")) == 785
    path = mirror / "eisfeldt_genaiexp" / "genaiexp_estz_occscores.csv"
    assert eisfeldt.read_eisfeldt(path)["eisfeldt"].isna().value_counts().to_dict() == {
        False: 778,
        True: 62,
    }
    sectors = howison.read_sector_map(
        mirror / "howison_sector_map" / "indeed-sector-soc-mapping.csv"
    )
    assert (len(sectors), sectors["label"].nunique()) == (831, 40)


@pytest.mark.mirror
def test_keys_from_sweden_to_the_united_states_are_whole(mirror: Path):
    ssyk = crosswalks.read_ssyk_to_isco(mirror / "scb_occupation_age" / "ssyk2012_isco08.xlsx")
    isco = crosswalks.read_isco_to_soc(mirror / "crosswalks" / "isco_soc_crosswalk.xls")
    assert ssyk["ssyk"].nunique() == 429
    # A minor group of three digits in the file stands for its unit groups.
    physical = isco.loc[isco["soc_2010"] == "19-2099", "isco"]
    assert physical.tolist() == ["2111", "2112", "2113", "2114"]
    assert set(ssyk["isco"]) <= set(isco["isco"])


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
