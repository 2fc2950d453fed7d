"""Tables of cities: where they are, and simulated postings counted by city and category."""

from llmexposure.data.schemas.columns import LABEL_SOURCES, choice, count, number, table, text

GEO = "geo_china_cities"
# What the simulation is calibrated to and draws its activities from.
SIMULATED = ("report_2024", *LABEL_SOURCES)
PERIODS = ("2022", "2024h1")

TABLES = {
    t.name: t
    for t in (
        table(
            "cities",
            "city among the first 30 of the printed AI development index",
            ("city",),
            {
                "city": text("city, in Chinese", r"^\S+$", GEO),
                "longitude": number("longitude", "degrees", GEO, low=73, high=136, nullable=False),
                "latitude": number("latitude", "degrees", GEO, low=3, high=54, nullable=False),
            },
        ),
        table(
            "simulated_cities",
            "city, category and period of simulated postings",
            ("city", "category", "period"),
            {
                "city": text("city, in Chinese", r"^\S+$", *SIMULATED),
                "category": text("category of the source report", r"^[a-z_]+$", *SIMULATED),
                "period": choice("year, or its first half", PERIODS, *SIMULATED),
                "postings": count("simulated postings", *SIMULATED),
                "exposure_sum": number(
                    "sum of their true exposure", "index 0-1, summed", *SIMULATED, nullable=False
                ),
            },
        ),
    )
}  # fmt: skip
