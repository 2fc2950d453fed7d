"""Tables of adverts by occupation and month."""

from llmexposure.data.schemas.columns import MONTH, number, table, text

_ENGLAND, _AUSTRALIA, _INDEED = "ons_textkernel_soc2020", "jsa_vacancy_index", "indeed_hiring_lab"

TABLES = {
    t.name: t
    for t in (
        table(
            "england_adverts",
            "occupation and month, England",
            ("group", "month"),
            {
                "group": text(
                    "unit group of SOC 2020; Unknown: not assigned; total: the published national series",
                    r"^(\d{4}|Unknown|total)$", _ENGLAND,
                ),
                "month": text("last of the three months that are averaged", MONTH, _ENGLAND),
                "adverts": number(
                    "online job adverts, mean of three months (without months that are suppressed)",
                    "count", _ENGLAND, nullable=False,
                ),
            },
        ),
        table(
            "australia_adverts",
            "occupation group and month, Australia",
            ("group", "month"),
            {
                "group": text(
                    "group of ANZSCO sub-major groups; total: the published total",
                    r"^([1-8][0-9A-H]|total)$", _AUSTRALIA,
                ),
                "month": text("calendar month", MONTH, _AUSTRALIA),
                "trend": number(
                    "online job adverts lodged in the month, smoothed", "count", _AUSTRALIA,
                    nullable=False,
                ),
                "seasonally_adjusted": number(
                    "the same, seasonally adjusted, each series by itself", "count", _AUSTRALIA,
                    nullable=False,
                ),
            },
        ),
        table(
            "sector_postings_recent",
            "Indeed sector (five of them) and month, United States, vintage of February 2026",
            ("sector", "month"),
            {
                "sector": text("Indeed sector", r"^[a-z_]+$", _INDEED),
                "month": text("calendar month", MONTH, _INDEED),
                "postings_index": number(
                    "mean of the daily index, seasonally adjusted", "1 February 2020 = 100",
                    _INDEED, nullable=False,
                ),
                "n_days": number("days in the mean", "count", _INDEED, kind=int, low=1, high=31),
            },
        ),
        table(
            "sector_postings_2024",
            "Indeed sector and month, United States, vintage of October 2024 (the older seasonal adjustment)",
            ("sector", "month"),
            {
                "sector": text("Indeed sector", r"^[a-z_]+$", _INDEED),
                "month": text("calendar month", MONTH, _INDEED),
                "postings_index": number(
                    "mean of the daily index, seasonally adjusted as before November 2024",
                    "1 February 2020 = 100", _INDEED, nullable=False,
                ),
                "n_days": number("days in the mean", "count", _INDEED, kind=int, low=1, high=31),
            },
        ),
    )
}  # fmt: skip
