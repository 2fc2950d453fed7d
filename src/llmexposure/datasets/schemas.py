"""Schema of every table in ``data/analysis``: the contract that a file must keep, and its codebook.

Each column says what it is, in which unit, and from which sources (ids of ``data/sources.toml``).
"""

from dataclasses import dataclass

import pandera.pandas as pa

from llmexposure.exposure.measures import LABELS, OTHER, RATINGS
from llmexposure.postings.contract import DEGREES

ONET_SOC = r"^\d{2}-\d{4}\.\d{2}$"
SOC = r"^\d{2}-\d{4}$"
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
OEWS_YEARS = range(2018, 2025)

_LABELS = ["eloundou_gpts_are_gpts", "onet_29_3"]
_INDEED_US = ["indeed_hiring_lab_fred_mirror"]


@dataclass(frozen=True)
class Table:
    """A committed table: its schema, its key and what one row is."""

    name: str
    row: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema


def _text(description: str, pattern: str, *source: str) -> pa.Column:
    check = pa.Check.str_matches(pattern)
    return pa.Column(str, check, description=description, metadata={"unit": "id", "source": source})


def _number(
    description: str,
    unit: str,
    *source: str,
    low: float | None = 0,
    high: float | None = None,
    kind: type = float,
    nullable: bool = True,
) -> pa.Column:
    checks = [pa.Check.ge(low)] if low is not None else []
    checks += [pa.Check.le(high)] if high is not None else []
    return pa.Column(
        kind,
        checks,
        nullable=nullable and kind is float,
        description=description,
        metadata={"unit": unit, "source": source},
    )


def _ratings(what: str, suffix: str = "", source: list[str] | None = None) -> dict[str, pa.Column]:
    return {
        f"{r}{suffix}": _number(f"{what}: {LABELS[r]}", "index 0-1", *(source or _LABELS), high=1)
        for r in RATINGS
    }


def _requirements() -> dict[str, pa.Column]:
    share = {
        "bachelor_share": "respondents who say a bachelor's degree or more is required",
        "experience_over2_share": "respondents who say over two years of related work are required",
        "experience_over4_share": "respondents who say over four years of related work are required",
    }
    years = "mean required related work experience, midpoints of the answers"
    return {
        **{k: _number(v, "share", "onet_29_3", high=1) for k, v in share.items()},
        "experience_years": _number(years, "years", "onet_29_3"),
    }


def _aioe() -> dict[str, pa.Column]:
    return {m: _number(LABELS[m], "standard score", "felten_aioe", low=None) for m in OTHER}


def _telework(*source: str) -> pa.Column:
    return _number(
        "share of the work's titles that can be done from home", "share", *source, high=1
    )


def _table(name: str, row: str, key: tuple[str, ...], columns: dict[str, pa.Column]) -> Table:
    schema = pa.DataFrameSchema(columns, strict=True, ordered=True, coerce=True, unique=list(key))
    return Table(name, row, key, schema)


def _oews(what: str, name: str, unit: str) -> dict[str, pa.Column]:
    return {f"{name}_{y}": _number(f"{what}, May {y}", unit, "bls_oews") for y in OEWS_YEARS}


_COUNT = {"kind": int, "low": 0}
_POSTINGS = "postings_cn"
_MATCH = ["onet_29_3"]
_PLATFORM = r"^[a-z0-9_]+$"


def _found(what: str, *source: str) -> dict[str, pa.Column]:
    """Columns that tell how well the activities of a text were found."""
    return {
        "n_links": _number(f"activities that are right for the {what}", "count", *source, **_COUNT),
        "first_rank": _number(
            "rank of the first right activity among the ten most similar; empty: none is",
            "rank", *source, low=1, high=10,
        ),
        "n_found": _number("right activities among the ten most similar", "count", *source, **_COUNT),
    }  # fmt: skip


def _choice(description: str, values: tuple[str, ...], *source: str) -> pa.Column:
    check = pa.Check.isin(values)
    about = {"unit": "name", "source": source}
    return pa.Column(str, check, nullable=True, description=description, metadata=about)


def _name(description: str, *source: str) -> pa.Column:
    about = {"unit": "name", "source": source}
    return pa.Column(str, nullable=True, description=description, metadata=about)


def _indices(rating: str) -> dict[str, pa.Column]:
    kinds = {
        "true": "through O*NET's own links",
        "matched": "through text matching by a matcher that has not seen the occupation",
        "placebo": "through the matches of other tasks drawn at random",
    }
    return {
        f"{rating}_{kind}": _number(
            f"index {text}, {LABELS[rating]}", "index 0-1", *_LABELS, high=1
        )
        for kind, text in kinds.items()
    }


TABLES = {
    t.name: t
    for t in (
        _table(
            "activities",
            "O*NET Detailed Work Activity",
            ("dwa_id",),
            {
                "dwa_id": _text("activity", r"^4\.A\.\d\.[a-z]\.\d\.I\d{2}\.D\d{2}$", "onet_29_3"),
                "n_tasks": _number("rated tasks linked to it", "count", *_LABELS, **_COUNT),
                "n_occupations": _number("occupations of those tasks", "count", *_LABELS, **_COUNT),
                **_ratings("mean rating of its tasks"),
            },
        ),
        _table(
            "task_labels",
            "major group by pair of labels",
            ("major_group", "human", "gpt4"),
            {
                "major_group": _text("SOC major group", r"^\d{2}$", "onet_29_3"),
                "human": _text("label by human annotators", r"^E[012]$", _LABELS[0]),
                "gpt4": _text("label by GPT-4", r"^E[012]$", _LABELS[0]),
                "n_tasks": _number("tasks", "count", _LABELS[0], kind=int, low=1),
            },
        ),
        _table(
            "occupations_onet",
            "O*NET-SOC 2019 occupation",
            ("onet_soc",),
            {
                "onet_soc": _text("O*NET-SOC 2019 code", ONET_SOC, "onet_29_3"),
                "job_zone": _number("O*NET job zone", "1-5", "onet_29_3", low=1, high=5),
                **_ratings("index through activities"),
                **_ratings("index from task labels, supplemental tasks half", "_task"),
                **_ratings("index as published by the authors", "_published", _LABELS[:1]),
                "teleworkable": _telework("dingel_neiman", "crosswalks"),
                **_requirements(),
            },
        ),
        _table(
            "occupations",
            "SOC 2018 detailed occupation",
            ("soc",),
            {
                "soc": _text("SOC 2018 code", SOC, "bls_oews"),
                **_ratings("mean index of its O*NET occupations, through activities"),
                **_aioe(),
                "teleworkable": _telework("dingel_neiman", "crosswalks"),
                **_requirements(),
                **_oews("employment", "employment", "jobs"),
                **_oews("mean annual wage", "wage", "US dollars"),
            },
        ),
        _table(
            "telework_oes_2018",
            "OES 2018 occupation scored by Dingel and Neiman",
            ("occ_code",),
            {
                "occ_code": _text("OES 2018 code", SOC, "dingel_neiman"),
                "teleworkable": _telework("dingel_neiman"),
                "employment": _number("employment, May 2018", "jobs", "bls_oews"),
                "wage": _number("mean annual wage, May 2018", "US dollars", "bls_oews"),
            },
        ),
        _table(
            "sectors",
            "Indeed sector",
            ("sector",),
            {
                "sector": _text("Indeed sector", r"^[a-z_]+$", *_INDEED_US),
                "n_occupations": _number("occupations mapped to it", "count", "bls_oews", **_COUNT),
                **_ratings("employment-weighted mean", source=[*_LABELS, "bls_oews"]),
                **_aioe(),
                "teleworkable": _telework("dingel_neiman", "crosswalks", "bls_oews"),
                **_requirements(),
                **{
                    f"{r}_{kind}": _number(text, "index 0-1", *_LABELS, "bls_oews", high=1)
                    for r in ("gpt4_beta", "human_beta")
                    for kind, text in {
                        "core": f"{LABELS[r]}, plainly named occupations only",
                        "unweighted": f"{LABELS[r]}, plain mean of its occupations",
                    }.items()
                },
                "employment_2022": _number("employment, May 2022", "jobs", "bls_oews"),
                "wage_2022": _number("mean annual wage, May 2022", "US dollars", "bls_oews"),
            },
        ),
        _table(
            "sector_postings",
            "country, Indeed sector and month",
            ("country", "sector", "month"),
            {
                "country": _text("country", r"^[A-Z]{2}$", *_INDEED_US, "indeed_hiring_lab"),
                "sector": _text("Indeed sector", r"^[a-z_]+$", *_INDEED_US, "indeed_hiring_lab"),
                "month": _text("calendar month", MONTH, *_INDEED_US, "indeed_hiring_lab"),
                "postings_index": _number(
                    "mean of the daily index, seasonally adjusted", "1 February 2020 = 100",
                    *_INDEED_US, "indeed_hiring_lab", nullable=False,
                ),
                "n_days": _number("days in the mean", "count", *_INDEED_US, kind=int, low=1, high=31),
            },
        ),
        _table(
            "remote_postings",
            "country and month",
            ("country", "month"),
            {
                "country": _text("country", r"^[A-Z]{2}$", "indeed_remote_tracker"),
                "month": _text("calendar month", MONTH, "indeed_remote_tracker"),
                "remote_share": _number(
                    "postings that mention remote work", "share", "indeed_remote_tracker", high=1,
                    nullable=False,
                ),
                "n_days": _number(
                    "days in the mean", "count", "indeed_remote_tracker", kind=int, low=1, high=31
                ),
            },
        ),
        _table(
            "matching_tasks",
            "O*NET task that is linked to an activity",
            ("task_id",),
            {
                "task_id": _number("O*NET task", "id", *_MATCH, kind=int, low=1),
                **_found("task", *_MATCH),
            },
        ),
        _table(
            "matching_occupations",
            "O*NET-SOC 2019 occupation",
            ("onet_soc",),
            {
                "onet_soc": _text("O*NET-SOC 2019 code", ONET_SOC, *_MATCH),
                "n_tasks": _number("tasks that were matched", "count", *_MATCH, kind=int, low=1),
                **_indices("gpt4_beta"),
                **_indices("human_beta"),
            },
        ),
        _table(
            "matching_duties_zh",
            "duty sentence of a Chinese job ad, labelled by hand",
            ("sentence_id",),
            {
                "sentence_id": _text("hash of the sentence", r"^[0-9a-f]{16}$", _POSTINGS),
                "platform": _text("job board", _PLATFORM, _POSTINGS),
                **_found("sentence", _POSTINGS),
            },
        ),
        _table(
            "postings_cn",
            "Chinese job posting, scored; no text",
            ("posting_id",),
            {
                "posting_id": _text("hash of the posting's id", r"^[0-9a-f]{16}$", _POSTINGS),
                "employer": _text("hash of the employer's name", r"^[0-9a-f]{16}$", _POSTINGS),
                "platform": _text("job board", _PLATFORM, _POSTINGS),
                "city": _name("city, as derived by the collector; empty: unknown", _POSTINGS),
                "category": _text("category of the source report, or other", _PLATFORM, _POSTINGS),
                "degree": _choice(
                    "degree asked for; none: stated as no requirement; empty: not stated",
                    DEGREES, _POSTINGS,
                ),
                "min_years": _number("years of experience asked for, at least", "years", _POSTINGS, high=60),
                "salary": _number(
                    "middle of the advertised range, implausible values left out", "yuan a month",
                    _POSTINGS,
                ),
                "n_activities": _number("activities matched", "count", _POSTINGS, **_COUNT),
                **_ratings("exposure of the posting", source=[*_LABELS, _POSTINGS]),
            },
        ),
    )
}  # fmt: skip
