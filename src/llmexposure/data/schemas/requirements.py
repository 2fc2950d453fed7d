"""Tables of what work requires over time: O*NET by release, Canada's vacancies, postings by job zone."""

import pandera.pandas as pa

from llmexposure.data.readers.vacancies import EDUCATION, EXPERIENCE, TOTAL
from llmexposure.data.schemas.columns import MONTH, ONET_SOC, number, table, text

RELEASES = ("onet_18_1", "onet_27_0", "onet_29_3")
CANADA = "statcan_vacancies"
ZONES = "opportunity_insights_postings"
LEVELS = "|".join([*EDUCATION.values(), *EXPERIENCE.values(), TOTAL])
SHARES = {
    "bachelor_share": "respondents who say a bachelor's degree or more is required",
    "experience_over2_share": "respondents who say over two years of related work are required",
    "experience_over4_share": "respondents who say over four years of related work are required",
}


def _shares() -> dict[str, pa.Column]:
    return {
        name: number(what, "share", *RELEASES, high=1, nullable=False)
        for name, what in SHARES.items()
    }


TABLES = {
    t.name: t
    for t in (
        table(
            "onet_resurvey",
            "O*NET release and occupation that was not split or merged since",
            ("release", "onet_soc"),
            {
                "release": text("release of the O*NET database", r"^\d{2}\.\d$", *RELEASES),
                "onet_soc": text("O*NET-SOC 2019 code", ONET_SOC, *RELEASES, "crosswalks"),
                "month": text("month of the survey", MONTH, *RELEASES),
                "respondents": text("who answered", "^(incumbents|experts)$", *RELEASES),
                "n": number("respondents on required education", "count", *RELEASES, kind=int, low=1),
                **_shares(),
                "experience_years": number(
                    "mean required related work experience, midpoints of the answers", "years",
                    *RELEASES, nullable=False,
                ),
            },
        ),
        table(
            "canada_requirements",
            "quarter and least level that vacancies of Canada ask for",
            ("quarter", "kind", "level"),
            {
                "quarter": text("quarter", r"^\d{4}Q[1-4]$", CANADA),
                "kind": text("what is asked for", "^(education|experience)$", CANADA),
                "level": text("least level asked for; years of experience", f"^({LEVELS})$", CANADA),
                "vacancies": number("vacancies, not seasonally adjusted", "jobs", CANADA, nullable=False),
                "share": number("of all vacancies, as published", "share", CANADA, high=1, nullable=False),
                "wage": number("mean offered wage", "Canadian dollars an hour", CANADA),
            },
        ),
        table(
            "job_zone_postings",
            "month and O*NET job zone",
            ("month", "job_zone"),
            {
                "month": text("calendar month in which the weeks end", MONTH, ZONES),
                "job_zone": number("O*NET job zone of the occupation", "1-5", ZONES, kind=int, low=1, high=5),
                "postings_index": number(
                    "mean of the weekly level of new US postings, not seasonally adjusted",
                    "January 2020 = 1", ZONES, nullable=False,
                ),
                "n_weeks": number("weeks in the mean", "count", ZONES, kind=int, low=4, high=5),
            },
        ),
    )
}  # fmt: skip
