"""Chinese titles coded into the report's categories: titles a second.

    python benchmarks/bench_categories.py [--titles 200000]

Each title is different (a term of the committed list and a number), so that coding a spelling once
does not help. A warm-up on ten titles is not counted.
"""

import argparse
import time

import pandas as pd

from llmexposure.data.taxonomy.categories import read_category_terms
from llmexposure.postings.occupation.chinese import code_categories


def titles(number: int) -> pd.Series:
    """Different titles, made of the terms that stand in titles."""
    terms = read_category_terms().query("where == 'title'")["term"].tolist()
    return pd.Series([f"{terms[i % len(terms)]}{i}号" for i in range(number)])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=int, default=200_000)
    drawn = titles(parser.parse_args().titles)
    code_categories(drawn[:10])
    start = time.perf_counter()
    code_categories(drawn)
    print(f"categories of {len(drawn):,} Chinese titles: "
          f"{len(drawn) / (time.perf_counter() - start):,.0f} a second")  # fmt: skip


if __name__ == "__main__":
    main()
