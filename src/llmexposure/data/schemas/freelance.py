"""Tables of the freelance comparison, and applications per job on Upwork in one week."""

from llmexposure.data.schemas.columns import (
    INDEED_US,
    LABEL_SOURCES,
    MONTH,
    count,
    number,
    ratings,
    table,
    text,
)
from llmexposure.exposure.measures import LABELS, OTHER

DAY = r"^\d{4}-\d{2}-\d{2}$"
WAGES = "indeed_wage_tracker"
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
# Sectors of the United States in data/taxonomy/indeed_sectors.csv, each a column of the daily table.
US_SECTORS = [
    "accounting", "administrative_assistance", "architecture", "arts_entertainment",
    "banking_finance", "beauty_wellness", "childcare", "civil_engineering", "cleaning_sanitation",
    "community_social_service", "construction", "customer_service", "dental", "driving",
    "education_instruction", "electrical_engineering", "food_preparation_service",
    "hospitality_tourism", "human_resources", "industrial_engineering",
    "information_design_documentation", "installation_maintenance", "insurance",
    "it_operations_helpdesk", "legal", "loading_stocking", "logistic_support", "management",
    "marketing", "mathematics", "media_communications", "medical_information", "medical_technician",
    "nursing", "personal_care_home_health", "pharmacy", "physicians_surgeons",
    "production_manufacturing", "project_management", "retail", "sales",
    "scientific_research_development", "security_public_safety", "software_development", "sports",
    "therapy", "veterinary",
]  # fmt: skip

TABLES = {
    t.name: t
    for t in (
        table(
            "sector_postings_daily",
            "day, United States",
            ("date",),
            {
                "date": text("calendar day", DAY, *INDEED_US),
                **{
                    s: number(
                        f"daily index of sector {s}, seasonally adjusted",
                        "1 February 2020 = 100", *INDEED_US,
                    )
                    for s in US_SECTORS
                },
            },
        ),
        table(
            "posted_wages",
            "Indeed sector and month, United States",
            ("sector", "month"),
            {
                "sector": text("Indeed sector", r"^[a-z_]+$", WAGES),
                "month": text("calendar month", MONTH, WAGES),
                "n_obs": count("postings with a wage", WAGES),
                "growth_yoy": number(
                    "growth of posted wages on the same month a year before", "fraction", WAGES,
                    low=-1,
                ),
                "growth_yoy_3mo": number(
                    "mean of that growth over three months", "fraction", WAGES, low=-1
                ),
            },
        ),
        table(
            "upwork_week_levels",
            "category of the Upwork article, 30 December 2022 to 6 January 2023",
            ("category",),
            {
                "category": text("category of the article", r"^[a-z_]+$", UPWORK),
                "n_postings": count("postings in the feed", UPWORK),
                "n_hourly": count("postings with an hourly rate", UPWORK),
                "hourly_rate_median": number("median hourly rate as listed", "US dollars", UPWORK),
                "budget_median": number("median budget of fixed-price postings", "US dollars", UPWORK),
                "over20_proposals_share": number(
                    "postings with 20 applications or more so far", "share", UPWORK, high=1
                ),
            },
        ),
        table(
            "upwork_snapshots",
            "snapshot of the newest postings of the Upwork feed",
            ("snapshot",),
            {
                "snapshot": text("day in the file's name", DAY, UPWORK),
                "n_postings": count("different postings", UPWORK),
                "span_days": number("days between the 5th and 95th percentile of dates", "days", UPWORK),
                "postings_per_day": number("new postings a day that this implies", "per day", UPWORK),
            },
        ),
    )
}  # fmt: skip

APPLICATIONS = {
    "upwork_proposals": table(
        "upwork_proposals",
        "Upwork category, 30 December 2022 to 6 January 2023",
        ("category",),
        {
            "category": text("category of the feed", r"^[a-z_]+$", UPWORK),
            "n_postings": count("jobs in the feed", UPWORK),
            **{
                name: count(f"jobs with {what} applications so far", UPWORK)
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
