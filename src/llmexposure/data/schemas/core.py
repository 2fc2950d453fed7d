"""Tables of occupations, sectors, posting indices and matching."""

import pandera.pandas as pa

from llmexposure.data.schemas.columns import (
    DWA,
    INDEED,
    INDEED_US,
    LABEL_SOURCES,
    MATCH,
    MONTH,
    OEWS_YEARS,
    ONET_SOC,
    PLATFORM,
    POSTINGS,
    SOC,
    choice,
    count,
    name_column,
    number,
    ratings,
    table,
    text,
)
from llmexposure.data.taxonomy import DEGREES, TASK_TYPES
from llmexposure.exposure.measures import GROUPED, LABELS, OTHER, USE


def _requirements() -> dict[str, pa.Column]:
    share = {
        "bachelor_share": "respondents who say a bachelor's degree or more is required",
        "experience_over2_share": "respondents who say over two years of related work are required",
        "experience_over4_share": "respondents who say over four years of related work are required",
    }
    years = "mean required related work experience, midpoints of the answers"
    return {
        **{k: number(v, "share", "onet_29_3", high=1) for k, v in share.items()},
        "experience_years": number(years, "years", "onet_29_3"),
    }


def _aioe() -> dict[str, pa.Column]:
    return {m: number(LABELS[m], "standard score", "felten_aioe", low=None) for m in OTHER}


# Whose groups are scored.
GROUPED_BY = "ons_textkernel_soc2020 jsa_vacancy_index mhlw_hello_work scb_occupation_age bls_oews"

_LATER_SOURCES = {
    "ilo": ("ilo_2025", "crosswalks"),
    "eisfeldt": ("eisfeldt_genaiexp", "crosswalks"),
    "microsoft": ("microsoft_applicability",),
    "anthropic_observed": ("anthropic_economic_index_later",),
}


def later(what: str, names: tuple[str, ...], *source: str) -> dict[str, pa.Column]:
    """Columns of measures that came later than the ratings and AIOE."""
    return {
        m: number(f"{what}: {LABELS[m]}", "index 0-1", *_LATER_SOURCES[m], *source, high=1)
        for m in names
    }


def _telework(*source: str) -> pa.Column:
    return number("share of the work's titles that can be done from home", "share", *source, high=1)


def _oews(what: str, name: str, unit: str) -> dict[str, pa.Column]:
    return {f"{name}_{y}": number(f"{what}, May {y}", unit, "bls_oews") for y in OEWS_YEARS}


def _found(what: str, *source: str) -> dict[str, pa.Column]:
    """Columns that tell how well the activities of a text were found."""
    return {
        "n_links": count(f"activities that are right for the {what}", *source),
        "first_rank": number(
            "rank of the first right activity among the ten most similar; empty: none is",
            "rank", *source, low=1, high=10,
        ),
        "n_found": count("right activities among the ten most similar", *source),
    }  # fmt: skip


def _indices(rating: str) -> dict[str, pa.Column]:
    kinds = {
        "true": "through O*NET's own links",
        "matched": "through text matching by a matcher that has not seen the occupation",
        "placebo": "through the matches of other tasks drawn at random",
    }
    return {
        f"{rating}_{kind}": number(
            f"index {text}, {LABELS[rating]}", "index 0-1", *LABEL_SOURCES, high=1
        )
        for kind, text in kinds.items()
    }


TABLES = {
    t.name: t
    for t in (
        table(
            "activities",
            "O*NET Detailed Work Activity",
            ("dwa_id",),
            {
                "dwa_id": text("activity", DWA, "onet_29_3"),
                "n_tasks": count("rated tasks linked to it", *LABEL_SOURCES),
                "n_occupations": count("occupations of those tasks", *LABEL_SOURCES),
                **ratings("mean rating of its tasks"),
            },
        ),
        table(
            "tasks",
            "O*NET task with labels",
            ("task_id",),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, *LABEL_SOURCES),
                "task_id": number("O*NET task", "id", *LABEL_SOURCES, kind=int, low=1),
                "task_type": choice(
                    "kind of task; empty: O*NET has not rated it", TASK_TYPES, *LABEL_SOURCES),
                "human": text("label by human annotators", r"^E[012]$", LABEL_SOURCES[0]),
                "gpt4": text("label by GPT-4", r"^E[012]$", LABEL_SOURCES[0]),
                "task": text("statement", r"\S", *LABEL_SOURCES),
            },
        ),
        table(
            "task_activities",
            "link from a task to an activity",
            ("task_id", "dwa_id"),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, "onet_29_3"),
                "task_id": number("O*NET task", "id", "onet_29_3", kind=int, low=1),
                "dwa_id": text("activity", DWA, "onet_29_3"),
            },
        ),
        table(
            "activity_titles",
            "O*NET Detailed Work Activity",
            ("dwa_id",),
            {
                "dwa_id": text("activity", DWA, "onet_29_3"),
                "dwa_title": text("title", r"\S", "onet_29_3"),
            },
        ),
        table(
            "task_updates",
            "task linked to an activity that `tasks` lacks or words otherwise",
            ("task_id",),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, "onet_29_3"),
                "task_id": number("O*NET task", "id", "onet_29_3", kind=int, low=1),
                "task": text("statement", r"\S", "onet_29_3"),
            },
        ),
        table(
            "alternate_titles",
            "title that an occupation goes by",
            ("onet_soc", "alternate_title"),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, "onet_29_3"),
                "alternate_title": text("title", r"\S", "onet_29_3"),
            },
        ),
        table(
            "occupations_onet",
            "O*NET-SOC 2019 occupation",
            ("onet_soc",),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, "onet_29_3"),
                "job_zone": number("O*NET job zone", "1-5", "onet_29_3", low=1, high=5),
                **ratings("index through activities"),
                **ratings("index from task labels, tasks that are not core half", "_task"),
                **ratings(
                    "index as published by the authors", "_published", LABEL_SOURCES[:1], exact=True
                ),
                "teleworkable": _telework("dingel_neiman", "crosswalks"),
                **_requirements(),
            },
        ),
        table(
            "occupations",
            "SOC 2018 detailed occupation",
            ("soc",),
            {
                "soc": text("SOC 2018 code", SOC, "bls_oews"),
                **ratings("mean index of its O*NET occupations, through activities"),
                **_aioe(),
                **later("score", USE),
                "teleworkable": _telework("dingel_neiman", "crosswalks"),
                **_requirements(),
                **_oews("employment", "employment", "jobs"),
                **_oews("mean annual wage", "wage", "US dollars"),
            },
        ),
        table(
            "occupation_codes",
            "code of another classification and SOC 2018 occupation that it leads to",
            ("coding", "code", "soc"),
            {
                "coding": text("classification of the code", r"^(isco08|soc2010)$", "crosswalks"),
                "code": text(
                    "code: four digits (ISCO-08), or as SOC", r"^(\d{4}|\d{2}-\d{4})$", "crosswalks"
                ),
                "soc": text("SOC 2018 code", SOC, "crosswalks"),
                "weight": number(
                    "share of the code, equal at each step of the crosswalk; sums to one by code",
                    "share", "crosswalks", high=1, nullable=False,
                ),
            },
        ),
        table(
            "telework_oes_2018",
            "OES 2018 occupation scored by Dingel and Neiman",
            ("occ_code",),
            {
                "occ_code": text("OES 2018 code", SOC, "dingel_neiman"),
                "teleworkable": _telework("dingel_neiman"),
                "employment": number("employment, May 2018", "jobs", "bls_oews"),
                "wage": number("mean annual wage, May 2018", "US dollars", "bls_oews"),
                "wage_hourly": number(
                    "mean hourly wage, May 2018; empty: paid by the year", "US dollars an hour", "bls_oews"
                ),
            },
        ),
        table(
            "sectors",
            "Indeed sector",
            ("sector",),
            {
                "sector": text("Indeed sector", r"^[a-z_]+$", *INDEED_US),
                "n_occupations": count("occupations mapped to it", "bls_oews"),
                **ratings("employment-weighted mean", source=[*LABEL_SOURCES, "bls_oews"]),
                **_aioe(),
                **later("employment-weighted mean of two occupations or more", GROUPED, "bls_oews"),
                **later("employment-weighted mean", USE, "bls_oews"),
                "teleworkable": _telework("dingel_neiman", "crosswalks", "bls_oews"),
                **_requirements(),
                **{
                    f"{r}_{kind}": number(text, "index 0-1", *LABEL_SOURCES, "bls_oews", high=1)
                    for r in ("gpt4_beta", "human_beta")
                    for kind, text in {
                        "core": f"{LABELS[r]}, plainly named occupations only",
                        "unweighted": f"{LABELS[r]}, plain mean of its occupations",
                    }.items()
                },
                "employment_2022": number("employment, May 2022", "jobs", "bls_oews"),
                "wage_2022": number("mean annual wage, May 2022", "US dollars", "bls_oews"),
            },
        ),
        table(
            "group_exposures",
            "coded group of occupations of a classification",
            ("scheme", "group", "coding"),
            {
                "scheme": text("classification", r"^[a-z_]+$", GROUPED_BY),
                "group": text("group in it", r"^[0-9A-Za-z-]+$", GROUPED_BY),
                "label": text("its name", r"\S", GROUPED_BY),
                "coding": text(
                    "whose coding: first, second or adopted", r"^(first|second|adopted)$", GROUPED_BY
                ),
                "occupations": count("US occupations coded to it that have employment", "bls_oews"),
                "employment": number(
                    "US employment, May 2022, of the parts coded to it", "jobs", "bls_oews", nullable=False),
                **ratings("employment-weighted mean", source=[*LABEL_SOURCES, "bls_oews"]),
                **_aioe(),
                **later("employment-weighted mean of two occupations or more", GROUPED, "bls_oews"),
                **later("employment-weighted mean", USE, "bls_oews"),
                "teleworkable": _telework("dingel_neiman", "crosswalks", "bls_oews"),
                "confidence": text(
                    "of the coding: high, medium or low", r"^(high|medium|low)$", GROUPED_BY
                ),
            },
        ),
        table(
            "sector_postings",
            "country, Indeed sector and month",
            ("country", "sector", "month"),
            {
                "country": text("country", r"^[A-Z]{2}$", *INDEED),
                "sector": text("Indeed sector", r"^[a-z_]+$", *INDEED),
                "month": text("calendar month", MONTH, *INDEED),
                "postings_index": number(
                    "mean of the daily index, seasonally adjusted", "1 February 2020 = 100",
                    *INDEED, nullable=False,
                ),
                "n_days": number("days in the mean", "count", *INDEED_US, kind=int, low=1, high=31),
            },
        ),
        table(
            "remote_postings",
            "country and month",
            ("country", "month"),
            {
                "country": text("country", r"^[A-Z]{2}$", "indeed_remote_tracker"),
                "month": text("calendar month", MONTH, "indeed_remote_tracker"),
                "remote_share": number(
                    "postings that mention remote work", "share", "indeed_remote_tracker", high=1,
                    nullable=False,
                ),
                "n_days": number(
                    "days in the mean", "count", "indeed_remote_tracker", kind=int, low=1, high=31
                ),
            },
        ),
        table(
            "matching_tasks",
            "O*NET task that is linked to an activity",
            ("task_id",),
            {
                "task_id": number("O*NET task", "id", *MATCH, kind=int, low=1),
                **_found("task", *MATCH),
            },
        ),
        table(
            "matching_occupations",
            "O*NET-SOC 2019 occupation",
            ("onet_soc",),
            {
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, *MATCH),
                "n_tasks": number("tasks that were matched", "count", *MATCH, kind=int, low=1),
                **_indices("gpt4_beta"),
                **_indices("human_beta"),
            },
        ),
        table(
            "title_coding",
            "SOC major group of O*NET's alternate titles",
            ("major_group",),
            {
                "major_group": text("SOC 2018 major group", r"^\d{2}$", "onet_29_3"),
                "n_titles": number("alternate titles", "count", "onet_29_3", kind=int, low=1),
                **{
                    f"{kind}{suffix}": count(
                        f"titles {said} {how}", "onet_29_3")
                    for suffix, how in (
                        ("", "with a dictionary of the other titles"),
                        ("_terms", "with the terms of this project alone"),
                    )
                    for kind, said in (("coded", "coded"), ("right", "coded rightly"))
                },
            },
        ),
        table(
            "matching_duties_zh",
            "duty sentence of a Chinese job ad, labelled by hand",
            ("sentence_id",),
            {
                "sentence_id": text("hash of the sentence", r"^[0-9a-f]{16}$", POSTINGS),
                "platform": text("job board", PLATFORM, POSTINGS),
                **_found("sentence", POSTINGS),
            },
        ),
        table(
            "postings_cn",
            "Chinese job posting, scored; no text",
            ("posting_id",),
            {
                "posting_id": text("hash of the posting's id", r"^[0-9a-f]{16}$", POSTINGS),
                "employer": number(
                    "running number of the employer", "id", POSTINGS, low=1, kind=int, nullable=False
                ),
                "platform": text("job board", PLATFORM, POSTINGS),
                "city": name_column("city, as derived by the collector; empty: unknown", POSTINGS),
                "category": text("category of the source report, or other", PLATFORM, POSTINGS),
                "degree": choice(
                    "degree asked for; none: stated as no requirement; empty: not stated",
                    DEGREES, POSTINGS,
                ),
                "min_years": number("years of experience asked for, at least", "years", POSTINGS, high=60),
                "salary": number(
                    "middle of the advertised range, implausible values left out", "yuan a month",
                    POSTINGS,
                ),
                "n_activities": count("activities matched", POSTINGS),
                **ratings("exposure of the posting", source=[*LABEL_SOURCES, POSTINGS]),
            },
        ),
    )
}  # fmt: skip
