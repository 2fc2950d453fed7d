"""Tables of openings and applications by occupation group, Japan."""

from llmexposure.data.schemas.columns import count, number, table, text

_SOURCE = "mhlw_hello_work"
_PLACE = r"^JP-(0[0-9]|[1-3][0-9]|4[0-7])$"

_KEY = {
    "place": text("JP-00: the country; JP-01 to JP-47: prefecture (ISO 3166-2)", _PLACE, _SOURCE),
    "kind": text(
        "regular jobs: all, full_time or part_time", r"^(all|full_time|part_time)$", _SOURCE
    ),
    "year": number(
        "fiscal year, from April of this year to March of the next", "year", _SOURCE, kind=int,
        low=2023,
    ),
}  # fmt: skip
_GROUP = text("occupation group, classification of April 2023", r"^\d{2}$", _SOURCE)

TABLES = {
    t.name: t
    for t in (
        table(
            "japan_applications",
            "place, occupation group, kind of job and fiscal year, Japan",
            ("place", "group", "kind", "year"),
            {
                "place": _KEY["place"],
                "group": _GROUP,
                "kind": _KEY["kind"],
                "year": _KEY["year"],
                "openings": number(
                    "positions newly notified to the public employment service; missing where the publisher "
                    "has no number (134 full-time cells of 2025, where all openings are part-time ones)",
                    "count", _SOURCE,
                ),
                "applications": count(
                    "job seekers newly registered, by the occupation that they want", _SOURCE
                ),
            },
        ),
        table(
            "japan_unclassified",
            "place, kind of job and fiscal year, Japan",
            ("place", "kind", "year"),
            {
                **_KEY,
                "unclassified": count("job seekers newly registered without an occupation", _SOURCE),
                "applications": count("all job seekers newly registered, those included", _SOURCE),
            },
        ),
        table(
            "japan_groups",
            "occupation group, Japan",
            ("group",),
            {
                "group": _GROUP,
                "name": text("its name, as published", r"\S", _SOURCE),
                "major": text("major group", r"^[A-K]$", _SOURCE),
                "major_name": text("name of the major group, as published", r"\S", _SOURCE),
            },
        ),
    )
}  # fmt: skip
