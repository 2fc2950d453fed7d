"""Indeed's later files by sector, where somebody has fetched them; no committed table rests on them.

`llmexposure fetch indeed_later` brings them. What the functions give has the shape of the committed tables,
so that the same code runs on it.
"""

import pandas as pd

from llmexposure.base.errors import SourceError
from llmexposure.base.sources import locate
from llmexposure.data.readers import indeed
from llmexposure.derive.core import monthly

LATER = "indeed_later"
COUNTRIES = ("US", "GB", "CA", "AU", "DE", "FR")
# Codes of the remote tracker by sector of the postings index. The publisher gives no list of them: they are
# read as short forms of the sectors' names. Three have no sector of ours (aviation, engchem, engmech).
SECTOR_OF = {
    "accounting": "accounting", "admin": "administrative_assistance",
    "agriculture": "agriculture_forestry", "arch": "architecture", "arts": "arts_entertainment",
    "care": "personal_care_home_health", "childcare": "childcare", "construction": "construction",
    "customer": "customer_service", "driver": "driving", "education": "education_instruction",
    "engcivil": "civil_engineering", "engelectric": "electrical_engineering",
    "engid": "industrial_engineering", "finance": "banking_finance",
    "food": "food_preparation_service", "hospitality": "hospitality_tourism",
    "hr": "human_resources", "install": "installation_maintenance", "insurance": "insurance",
    "legal": "legal", "management": "management", "manufacturing": "production_manufacturing",
    "marketing": "marketing", "math": "mathematics", "meddental": "dental",
    "meddr": "physicians_surgeons", "media": "media_communications",
    "medinfo": "medical_information", "mednurse": "nursing", "medtech": "medical_technician",
    "personal": "beauty_wellness", "pharmacy": "pharmacy", "project": "project_management",
    "protective": "security_public_safety", "realestate": "real_estate", "retail": "retail",
    "sales": "sales", "sanitation": "cleaning_sanitation",
    "science": "scientific_research_development", "service": "community_social_service",
    "socialscience": "social_science", "sports": "sports", "techhelp": "it_operations_helpdesk",
    "techinfo": "information_design_documentation", "techsoftware": "software_development",
    "therapy": "therapy", "transport": "logistic_support", "veterinary": "veterinary",
    "warehouse": "loading_stocking",
}  # fmt: skip


def remote_sectors() -> pd.DataFrame | None:
    """Monthly share of postings that mention remote work, by country and sector; None without the file.

    Returns
    -------
    pandas.DataFrame or None
        ``country``, ``sector``, ``month``, ``remote_share``, ``n_days``.
    """
    try:
        path = locate(LATER, "remote_postings_sector.csv")
    except SourceError:
        return None
    daily = indeed.read_remote_sectors(path)
    known = daily.assign(sector=daily["code"].map(SECTOR_OF)).dropna(subset="sector")
    return monthly(known, ["country", "sector"], "remote_share", "remote_share")


def sector_postings(country: str) -> pd.DataFrame | None:
    """Monthly postings index of one country as table ``sector_postings`` has it; None without the file.

    One vintage: it replaces the country's rows of the table and continues none of them.

    Returns
    -------
    pandas.DataFrame or None
        ``country``, ``sector``, ``month``, ``postings_index``, ``n_days``.
    """
    try:
        path = locate(LATER, f"job_postings_by_sector_{country}.csv")
    except SourceError:
        return None
    daily = indeed.read_country_sectors(path)
    return monthly(daily, ["country", "sector"], "index", "postings_index")
