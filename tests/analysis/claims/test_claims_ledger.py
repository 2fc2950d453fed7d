"""The ledger: no verdict without evidence, none from simulated data, nothing left out."""

import re

import pandas as pd
import pytest

from llmexposure.analysis.claims.ledger import claims_longtable, counts, ledger
from llmexposure.base.errors import DataError
from llmexposure.base.project import current
from llmexposure.data.schemas.claims import DOCUMENTS, VERDICTS
from llmexposure.report import record
from llmexposure.report.tables import load

CLAIMS = load("claims")
RECORD = record.load_all()
BUILT = pytest.mark.skipif(
    not (current().results / "16_claims.json").exists(), reason="notebook 16 has not been built yet"
)
ONE = {
    "claim_id": "S000-01", "document": "upwork_2024", "series": "", "subject": "Posts",
    "paraphrase": "Fell by 50% & more", "value": "-33", "unit": "%", "period": "2023", "needs": "",
    "rule": "equals", "key": "a.open.b.c", "reason": "Recomputed.",
}  # fmt: skip
RESULT = {"a.open.b.c": {"value": -0.331, "evidence": "open", "source": ["bls_oews"]}}


def made(**changes):
    return pd.DataFrame([ONE | changes])


def test_a_claim_is_decided_by_its_result():
    decided = ledger(made(), RESULT).iloc[0]
    assert (decided["verdict"], decided["evidence"]) == ("reproduced", "open")
    assert (decided["class"], decided["against"]) == ("outside", "data")
    own = {"value": -0.2, "evidence": "open", "source": ["upwork_2024"]}
    decided = ledger(made(), {"a.open.b.c": own}).iloc[0]
    assert (decided["verdict"], decided["class"]) == ("contradicted", "within")


@pytest.mark.parametrize(
    ("claim", "results", "message"),
    [
        (
            made(key="a.open.b.missing"),
            RESULT,
            r"S000-01: result a\.open\.b\.missing does not exist",
        ),
        (made(key=""), RESULT, "with a key and no needs"),
        (made(rule="needs"), RESULT, "needs"),
        (made(rule="needs", key="", needs=""), RESULT, "needs"),
        (made(needs="more data"), RESULT, "no needs"),
        (
            made(key="a.simulated.b.c"),
            {"a.simulated.b.c": {"value": -0.33, "evidence": "simulated"}},
            "is simulated; no verdict",
        ),
        (made(value="many"), RESULT, "claim S000-01: claim value 'many'"),
    ],
)
def test_a_verdict_without_evidence_is_an_error(claim, results, message):
    with pytest.raises(DataError, match=message):
        ledger(claim, results)


def test_the_printed_table_escapes_text_and_joins_a_series():
    cells = pd.concat(
        [made(claim_id=f"S003-{i}", series="Ten & more", rule="needs", key="", needs="posts") for i in (1, 2)]
    )  # fmt: skip
    rows = pd.concat([made(), cells], ignore_index=True)
    text = claims_longtable("x", ledger(rows, RESULT).assign(title="A & B"))
    assert r"Posts: Fell by 50\% \& more ($-$33\%, 2023)" in text
    assert r"\result{a.open.b.c}" in text
    assert r"Ten \& more (2 claims)" in text
    assert "reproduced; checked outside the document" in text
    assert text.count("needs data; not decidable here") == 1


def test_every_claim_of_the_first_inventory_has_its_row():
    # Numbers of the first inventory, by document; later rows carry a letter.
    last = {"S000": 22, "S001": 24, "S002": 12, "S004": 8}
    wanted = {f"{s}-{i:02d}" for s, n in last.items() for i in range(1, n + 1)}
    wanted |= {f"S003-{i:03d}" for i in range(1, 98)}
    wanted |= {f"S003-{i:03d}d" for i in range(10, 18)}
    parts = ("rank", "jobs", "patents", "applicants", "schools")
    wanted |= {f"S003-C{i:02d}-{part}" for i in range(1, 31) for part in parts}
    assert len(wanted) == 321
    # Checks of ours that no document states: a whole, an order, sums below one.
    wanted -= {"S001-08", "S003-063", "S003-094"}
    assert wanted <= set(CLAIMS["claim_id"])


def test_every_document_has_claims_and_its_own_ids():
    number = dict(zip(("S000", "S001", "S002", "S003", "S004"), DOCUMENTS, strict=True))
    assert (CLAIMS["claim_id"].str[:4].map(number) == CLAIMS["document"]).all()
    assert set(CLAIMS["document"]) == set(DOCUMENTS)


def test_paraphrases_and_reasons_are_english_and_one_line():
    for column in ("subject", "paraphrase", "reason"):
        assert not CLAIMS[column].str.contains(r"[一-鿿\n]").any()


def test_values_of_the_city_claims_are_those_of_the_table():
    cities = load("city_index").set_index("rank")
    cells = CLAIMS[CLAIMS["claim_id"].str.match(r"S003-C\d\d-")].copy()
    columns = {"jobs": "job_share", "applicants": "applicant_share"}
    for row in cells.itertuples():
        place, part = re.fullmatch(r"S003-C(\d\d)-(\w+)", row.claim_id).groups()
        value = int(place) if part == "rank" else cities.loc[int(place), columns.get(part, part)]
        scale = 100 if part in columns else 1
        assert float(row.value) == pytest.approx(value * scale), row.claim_id
        assert row.subject == cities.loc[int(place), "city_en"]


@BUILT
def test_every_verdict_follows_from_the_committed_results():
    decided = ledger(CLAIMS, RECORD)
    table = pd.read_csv(current().figures / "claims_by_class.csv", dtype=str)
    assert decided["verdict"].tolist() == table["verdict"].tolist()
    assert (
        not decided.loc[decided["verdict"] != "needs_data", "evidence"]
        .str.contains("simulated")
        .any()
    )


@BUILT
def test_counts_add_up_and_enough_is_decided():
    decided = ledger(CLAIMS, RECORD)
    recorded = {v: RECORD[f"claims.published.{v}"]["value"] for v in VERDICTS}
    assert counts(decided).sum().to_dict() == recorded
    kinds = ("checked_outside", "consistency_within", "not_decidable")
    assert sum(RECORD[f"claims.published.{k}"]["value"] for k in kinds) == len(CLAIMS)
    assert sum(recorded.values()) == RECORD["claims.published.total"]["value"] == len(CLAIMS)
    assert (
        len(CLAIMS) - recorded["needs_data"] == RECORD["claims.published.decided"]["value"] >= 120
    )


@BUILT
def test_a_missing_result_stops_the_real_ledger():
    key = CLAIMS["key"].dropna().iloc[-1].split()[0]
    with pytest.raises(DataError, match="does not exist"):
        ledger(CLAIMS, {k: v for k, v in RECORD.items() if k != key})
