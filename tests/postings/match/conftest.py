"""A small world of made-up activities, for tests that need no upstream file."""

import random

import pandas as pd
import pytest

_WORDS = """
write edit draft review prepare report letter manual contract policy budget plan train teach
staff student patient customer client repair inspect install operate clean drive load pack
machine engine truck vehicle tool pipe wall roof software code data network system test design
analyze compare measure record order sell buy price market product service food garden animal
"""
WORDS = _WORDS.split()


def phrases(n: int, length: int, seed: int) -> list[str]:
    """Random phrases; common words come often, as in real text."""
    rng = random.Random(seed)
    weights = [1 / (1 + place) for place in range(len(WORDS))]
    return [" ".join(rng.choices(WORDS, weights, k=length)) for _ in range(n)]


@pytest.fixture(scope="session")
def documents() -> pd.Series:
    """Sixty activities."""
    return pd.Series({f"d{number:02d}": text for number, text in enumerate(phrases(60, 8, 1))})


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Three hundred texts of 30 words, an empty one, and one without a known word."""
    return [*phrases(300, 30, 2), "", "zzz qqq"]
