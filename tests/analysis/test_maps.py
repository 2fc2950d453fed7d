"""Agreement of two codings and ranges of slopes, on small examples with known answers."""

import numpy as np
import pandas as pd
import pytest

from llmexposure.analysis import maps, measures


def coded(**codings: list[tuple[str, str, float]]) -> pd.DataFrame:
    rows = [
        (group, coding, soc, weight)
        for coding, targets in codings.items()
        for group, soc, weight in targets
    ]
    return pd.DataFrame(rows, columns=["group", "coding", "soc", "weight"])


def exposures(values: dict[str, tuple[float, float, float]], confidence: str) -> pd.DataFrame:
    rows = [
        (group, coding, group, value, confidence)
        for group, three in values.items()
        for coding, value in zip(("first", "second", "adopted"), three, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "coding", "label", "gpt4_beta", "confidence"])


def test_agreement_by_hand():
    jobs = {"11-1011": 10, "13-1011": 20, "15-1252": 30, "15-1253": 40, "17-2011": 50}
    occupations = pd.DataFrame({"soc": list(jobs), "employment_2022": list(jobs.values())})
    alike = [("b", "15-1252", 1.0), ("c", "15-1253", 1.0), ("d", "17-2011", 1.0)]
    first = [("a", "11-1011", 1.0), ("b", "13-1011", 1.0), *alike]
    table = coded(first=first, second=[("a", "11-1011", 0.5), *alike], adopted=first)
    values = {"a": (0.2, 0.3, 0.2), "b": (0.4, 0.42, 0.4)} | dict.fromkeys("cd", (0.6, 0.6, 0.6))
    found = maps.agreement(table, exposures(values, "high"), occupations, "gpt4_beta", 99, 1)
    assert found.agreement.value == pytest.approx((5 + 30 + 40 + 50) / (10 + 30 + 20 + 40 + 50))
    # Twenty pairs of group and occupation: four in both, one in the first alone, fifteen in neither.
    chance = (5 * 4 + 15 * 16) / 20**2
    assert found.kappa.value == pytest.approx((19 / 20 - chance) / (1 - chance))
    assert found.kappa_major.value == pytest.approx(1.0)
    assert (found.adjudicated, found.changed, found.max_group) == (1, 0.0, "a")


def test_without_doubt_the_range_is_the_slope():
    rng = np.random.default_rng(1)
    x, y = rng.random(30), rng.random(30)
    values = exposures({f"g{k}": (v, v, v) for k, v in enumerate(x)}, "high")
    changes = pd.DataFrame({"after": y}, index=[f"g{k}" for k in range(30)])
    found = maps.slopes_reassigned(changes, values, "gpt4_beta", 99, 1).loc["after"]
    slope = np.polyfit(x, y, 1)[0]
    assert found[["adopted", "first", "second", "low", "high"]].tolist() == pytest.approx(
        [slope] * 5
    )


def test_with_nothing_but_doubt_the_slope_is_about_halved():
    x = np.linspace(0, 1, 30)
    values = exposures({f"g{k:02d}": (v, v, v) for k, v in enumerate(x)}, "low")
    changes = pd.DataFrame({"after": x}, index=[f"g{k:02d}" for k in range(30)])
    found = maps.slopes_reassigned(changes, values, "gpt4_beta", 499, 1).loc["after"]
    # Half of the groups have the exposure of others, so the slope of one is halved.
    assert found["adopted"] == pytest.approx(1.0)
    assert (found["low"] + found["high"]) / 2 == pytest.approx(0.5, abs=0.1)


def test_a_measure_counts_in_its_own_standard_deviations():
    rng = np.random.default_rng(2)
    units = [f"u{k}" for k in range(40)]
    scores = pd.DataFrame({"one": rng.random(40)}, index=units)
    scores["hundred"] = 100 * scores["one"]
    changes = pd.DataFrame({"before": rng.random(40), "after": rng.random(40)}, index=units)
    found = measures.per_sd(changes, scores, ["one", "hundred"], 99, 1)
    values = [e.value for e in found["estimate"]]
    assert values[:3] == pytest.approx(values[3:])
    assert values[2] == pytest.approx(values[1] - values[0])


WIDE = pd.DataFrame(
    {
        "soc": ["11-1011", "11-1021", "15-1251", "15-1252", "15-1253", "29-1141"],
        "sector": ["s", "t", "s", "t", "u", "u"],
        "fit": ["wide", "wide", "wide", "wide", "wide", "core"],
    }
)
JOBS = pd.DataFrame(
    {"employment_2022": 1.0, "beta": [0.0, 1.0, 0.2, 0.4, 0.6, 0.5]}, index=WIDE["soc"]
)


def test_wide_rows_change_places_among_their_peers_and_core_rows_stay():
    drawn = maps.wide_reassigned(WIDE, JOBS, "beta", 400, 1, within=True)
    # s holds one row of 11 and one of 15 in every draw.
    assert set(drawn["s"].round(6)) <= {
        round((a + b) / 2, 6) for a in (0, 1) for b in (0.2, 0.4, 0.6)
    }
    assert len(set(drawn["s"].round(6))) == 6
    assert set(drawn["u"].round(6)) == {round((0.5 + b) / 2, 6) for b in (0.2, 0.4, 0.6)}
    freely = maps.wide_reassigned(WIDE, JOBS, "beta", 400, 1, within=False)
    assert 0.1 in freely["s"].round(6).to_numpy() or 0.8 in freely["s"].round(6).to_numpy()
    assert (2 * freely.sum(axis=1)).round(6).eq(2.7).all()  # every sector keeps two occupations


def test_without_wide_rows_the_range_is_the_slope():
    core = WIDE.assign(fit="core")
    drawn = maps.wide_reassigned(core, JOBS, "beta", 5, 1, within=True)
    x, y = drawn.iloc[0], pd.Series({"s": 0.0, "t": 1.0, "u": 3.0})
    slope = np.polyfit(x[["s", "t", "u"]], y, 1)[0]
    assert maps.slope_range(y, drawn) == pytest.approx((slope, slope))
