"""Applications per job on Upwork in one week."""

from llmexposure.data.schemas.columns import COUNT, LABEL_SOURCES, number, ratings, table, text
from llmexposure.exposure.measures import LABELS, OTHER

UPWORK = "upwork_jan2023"
# Columns of the ranges of applications, from few to many.
RANGES = {
    "under_5": "fewer than 5",
    "5_to_10": "5 to 10",
    "10_to_15": "10 to 15",
    "15_to_20": "15 to 20",
    "20_to_50": "20 to 50",
    "over_50": "50 or more",
}
_EXPOSURE = "plain mean of the occupations mapped to it"

TABLES = {
    "upwork_proposals": table(
        "upwork_proposals",
        "Upwork category, 30 December 2022 to 6 January 2023",
        ("category",),
        {
            "category": text("category of the feed", r"^[a-z_]+$", UPWORK),
            "n_postings": number("jobs in the feed", "count", UPWORK, **COUNT),
            **{
                name: number(f"jobs with {what} applications so far", "count", UPWORK, **COUNT)
                for name, what in RANGES.items()
            },
            **ratings(_EXPOSURE, source=[*LABEL_SOURCES, UPWORK]),
            **{
                m: number(f"{_EXPOSURE}: {LABELS[m]}", "standard score", "felten_aioe", low=None)
                for m in OTHER
            },
        },
    )
}
