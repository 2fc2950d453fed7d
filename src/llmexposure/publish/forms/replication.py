"""The README that data editors of the social sciences ask for, written from the record.

The sections follow the template for replication packages of the Social Science Data Editors (Vilhuber,
Connolly, Koren, Llull and Morrow 2022).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from llmexposure.base.project import shown
from llmexposure.base.sources.registry import Source
from llmexposure.report.markdown import address, markdown_table, plain
from llmexposure.report.measured import Measured, measured_table
from llmexposure.report.parameters import declared
from llmexposure.report.tables import study

_INTRO = """# Replication form

Written by `llmexposure forms` from `data/sources.toml`, the notebooks, `results/` and `docs/measured.json`;
do not edit. It follows the README template of the Social Science Data Editors.

"""
_RIGHTS = """## Data availability and rights

All data that the paper needs are in `data/analysis`, `data/published` and `data/taxonomy` of this
repository; no registration, payment or request is needed to rebuild it. They were derived by us from the
public sources below, or transcribed by us from printed documents (`data/published/documents.csv`). What is
ours in them is under CC BY 4.0; columns that a codebook gives to a source (its column `source`) keep the
terms of that source below, and where those are silent or closed they are here for review and replication
only. The upstream files are not included; `llmexposure fetch` brings them, checked by SHA-256,
and `make data` derives the tables again. The texts of the Chinese postings (`postings_cn`) may not be passed
on: the tables that need them hold numbers and, for each posting, city, board, category and degree, and keep
their record where the texts are absent.
The microdata of the source report belong to Zhaopin and are neither needed nor included.

"""
_INSTRUCTIONS = """## Instructions

1. `make paper` (installs what it needs, runs every notebook, writes figures, tables and `paper/paper.pdf`, `appendix.pdf`, `notes.pdf`).
2. `make verify` (rebuilds in a clean copy and compares every number, figure and table with the record).
3. `make test` (the test suite).

No other step, path or manual edit is needed. `docs/code_check.csv` maps each number, figure and table of the
paper to its notebook and cell; `data/*/codebook.csv` explains every column of the data;
`requirements/lock.txt` lists the software with versions.

"""


def sources_section(registry: Mapping[str, Source]) -> str:
    """Upstream sources: files, size, licence, whether they may be passed on, citation."""
    rows = [
        [f"[`{s.id}`]({address(s.page)})", len(s.files), f"{s.bytes / 1e6:.1f}", plain(s.licence),
         "yes" if s.redistribute else "no", plain(s.citation)]
        for s in registry.values()
    ]  # fmt: skip
    head = ["source", "files", "MB", "licence", "may be passed on", "citation"]
    return "### Upstream sources\n\n" + markdown_table(head, rows) + "\n"


def seeds_section(notebooks: Iterable[Path]) -> str:
    """Seed of each notebook, from its parameters cell, and of the tables that hold random numbers."""
    found = [(path, declared(path).get("seed")) for path in notebooks]
    rows = [[shown(path), seed.default if seed else "none: nothing random"] for path, seed in found]
    rows += [[f"data/analysis/{name}.csv (`make data`)", n] for name, n in study().seeds.items()]
    return (
        "### Controlled randomness\n\nRandom numbers of a notebook come from one seed, a parameter; those "
        "of a derived table from a seed in the code that derives it.\n\n"
        + markdown_table(["drawn in", "seed"], rows)
        + "\n"
    )


def computing_section(measured: Measured) -> str:
    """Software, and the measured run time, memory and disk."""
    software = (
        "Python 3.11 to 3.13 with the packages of `requirements/lock.txt`, each pinned by hash, and TeX "
        "Live (xelatex, latexmk, ctex). `make paper` installs both on Debian; `environment.yml` is the conda "
        "counterpart, not verified by hand. No proprietary software."
    )
    return (
        f"## Computational requirements\n\n{software}\n\n### Measured\n\n"
        + measured_table(measured["build"])
        + "\n"
    )


def exhibits_section(check: pd.DataFrame) -> str:
    """How many exhibits and numbers there are, and where each is mapped to its program and cell."""
    counts = check["what"].value_counts()
    numbers, drawn = counts.get("number", 0), counts.get("in figure", 0)
    exhibits = counts.drop(["number", "in figure"], errors="ignore").sort_index()
    kinds = ", ".join(f"{n} {kind}s" for kind, n in exhibits.items())
    return (
        f"## Exhibits and programs\n\n{kinds}, {drawn} texts with numbers in figures and {numbers} "
        "numbers in text and tables: "
        "[`code_check.csv`](code_check.csv) gives file and line, program, cell and kinds of evidence "
        "of each.\n"
    )


def replication_form(
    registry: Mapping[str, Source],
    notebooks: Iterable[Path],
    check: pd.DataFrame,
    measured: Measured,
) -> str:
    """The whole form as Markdown."""
    return (
        _INTRO
        + _RIGHTS
        + sources_section(registry)
        + computing_section(measured)
        + seeds_section(notebooks)
        + _INSTRUCTIONS
        + exhibits_section(check)
    ).rstrip() + "\n"
