"""Right answers earn their point in every variant, typical wrong ones get their hint; keys hold no answer."""

import doctest
import json

import pandas as pd
import pytest
from kit import checks, variants
from kit.hints import HINTS
from kit.rules import RULES
from staff import keys, starters

EXERCISES = keys.EXERCISES
SEEDS = (0, 5, 48213)
NUMBERS = ("e1", "e2", "e3", "e4", "e5", "e6", "e7")


def given(exercise, seed):
    return keys.reference().answers(exercise, seed)


def verdict(exercise, seed, key, named, value):
    name, _, choice = named.partition("@")
    answers = {name: value, **({"slope": float(choice)} if choice else {})}
    return next(j for j in checks.judge(exercise, seed, answers, key) if j.name == name)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", NUMBERS)
def test_right_is_full_and_wrong_gets_its_hint(exercise, seed):
    key = keys.key(exercise, seed)
    told = 0
    for named, answer in given(exercise, seed).items():
        for value in answer.all_right:
            assert verdict(exercise, seed, key, named, value).full, named
        size = keys._bucket_of(answer.tolerance)
        right = [size(value) for value in answer.all_right]
        for hint, values in answer.wrong.items():
            for value in values if isinstance(values, list) else [values]:
                if keys._near(size(value), right):
                    continue
                found = verdict(exercise, seed, key, named, value)
                assert not found.full, (named, hint)
                assert found.verdict in answer.wrong, (named, hint)
                told += found.verdict == hint
    assert told > 2


@pytest.mark.parametrize(
    ("exercise", "name", "mistake", "hint"),
    [
        ("e5", "slope", lambda v: -v, "sign"),
        ("e5", "slope", lambda v: v / 2.302585, "log10"),
        ("e5", "slope", lambda v: 100 * v, "percent"),
        ("e5", "se", lambda v: v * (14 / 16) ** 0.5, "ddof"),
        ("e5", "slope", lambda v: v * 16 / 15, "ddof"),
        ("e5", "slope", lambda v: v + 0.3, "unknown"),
        ("e5", "slope", lambda v: round(v, 2), "right"),
        ("e5", "slope", lambda v: None, "missing"),
        ("e5", "slope", lambda v: "-0.4", "type"),
        ("e5", "slope", lambda v: float("nan"), "finite"),
        ("e5", "slope", lambda v: 10**400, "finite"),
        ("e9", "table", lambda v: object(), "own_table"),
        ("e9", "evidence", lambda v: ["x"], "evidence"),
        ("e2", "moved", lambda v: -v, "sign"),
        ("e7", "size", lambda v: 0.95, "beta_error"),
    ],
)
def test_a_mistake_is_named(exercise, name, mistake, hint):
    value = given(exercise, 0)[name].right
    key = json.loads(checks.KEYS.read_text())[exercise]["0"]
    assert verdict(exercise, 0, key, name, mistake(value)).verdict == hint


def test_alpha_for_beta_is_named():
    answers = given("e1", 0)
    key = keys.key("e1", 0)
    assert verdict("e1", 0, key, "slope_beta", answers["slope_alpha"].right).verdict == "alpha"


def test_a_prediction_counts_when_it_was_made():
    key = keys.key("e1", 0)
    true = given("e1", 0)["predict"].right
    other = {"alpha": "beta", "beta": "alpha"}[true]
    assert verdict("e1", 0, key, "predict", other).verdict == "foretold"
    assert verdict("e1", 0, key, "predict", other).full
    assert not verdict("e1", 0, key, "predict", "perhaps").full


def test_every_hint_that_can_come_has_a_text():
    used = {h for e in NUMBERS for a in given(e, 0).values() for h in a.wrong}
    used |= set(checks.FULL)
    assert used <= HINTS.keys()
    wrong = {
        "rival_key": "x",
        "rival_value": 1,
        "argument": "short",
        "table": 3,
        "cannot": "no",
        "evidence": "x",
    }
    assert {rule(wrong) for rule in RULES.values()} <= HINTS.keys()


def test_rules_follow_the_table_that_is_handed_in():
    table = pd.DataFrame({"exposure": [0.1, 0.4, 0.8], "change": [0.0, -0.1, -0.5]})
    good = {"table": table, "slope": -0.7297, "read": 10, "kept": 8, "set_aside": 2}
    assert RULES["own_slope"](good) == RULES["table"](good) == RULES["sums"](good) == "right"
    assert RULES["own_slope"]({**good, "slope": 0.73}) == "own_slope"
    assert RULES["sums"]({**good, "kept": 10}) == "sums"
    assert RULES["table"]({"table": table * 2}) == "own_table"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_keys_are_those_of_the_reference(exercise):
    """After a change of a table or of reference.py: scripts/run.sh python course write."""
    kept = json.loads(checks.KEYS.read_text())[exercise]
    assert len(kept) == variants.VISIBLE
    assert {s: kept[s] for s in ("0", "7")} == {s: keys.key(exercise, int(s)) for s in ("0", "7")}


def test_starters_are_the_solutions_without_their_answers(course):
    found = sorted((course / "instructor").glob("e*.ipynb"))
    assert len(found) == len(EXERCISES)
    for path in found:
        made = starters.starter(path.read_text(encoding="utf-8"))
        assert made == (course / "exercises" / path.name).read_text(encoding="utf-8")
        assert starters.BLANK in made


def test_examples_of_the_kit_run():
    assert doctest.testmod(variants) == (0, 1)


def test_a_number_has_one_variant_and_numbers_differ():
    one = {variants.own_seed(str(n), "e1") for n in range(200)}
    assert one == set(range(variants.VISIBLE))
    assert variants.own_seed(" 2100012345 ", "e1") == variants.own_seed("2100012345", "e1")
    assert (
        len({str(variants.of_seed("e5", s)) for s in range(variants.VISIBLE)}) == variants.VISIBLE
    )
