"""Tables of US postings by SOC minor group: means over windows, and slopes of each month on exposure."""

from llmexposure.data.schemas.columns import MONTH, SOC, count, number, table, text
from llmexposure.exposure.measures import MEASURES

SOURCE = "wfhmap_postings"
RELEASE = "2022-11"
# Months from first to last, the same months of the year within a kind: twelve, or the three that end at the
# release and a year to either side of it (a mean over the year before the release holds what was on its way).
WINDOWS = {
    "2019": ("2019-01", "2019-12"),
    "year to 2021-09": ("2020-10", "2021-09"),
    "year to 2022-09": ("2021-10", "2022-09"),
    "year to 2023-09": ("2022-10", "2023-09"),
    "year to 2024-09": ("2023-10", "2024-09"),
    "year to 2021-11": ("2020-12", "2021-11"),
    "year to 2022-11": ("2021-12", "2022-11"),
    "year to 2023-11": ("2022-12", "2023-11"),
    "quarter to 2021-11": ("2021-09", "2021-11"),
    "quarter to 2022-11": ("2022-09", "2022-11"),
    "quarter to 2023-11": ("2023-09", "2023-11"),
}
OUTCOMES = ("log_postings", "remote_share")
REFERENCES = ("release_month", "same_month", "since_release", "none")
# Telework stands beside the measures of exposure, as the other explanation of remote work.
REGRESSORS = (*MEASURES, "teleworkable")
_EXPOSURES = ("eloundou_gpts_are_gpts", "onet_29_3", "bls_oews", "crosswalks")
_OTHERS = (
    "felten_aioe", "ilo_2025", "eisfeldt_genaiexp", "microsoft_applicability",
    "anthropic_economic_index_later", "dingel_neiman",
)  # fmt: skip

TABLES = {
    t.name: t
    for t in (
        table(
            "us_minor_windows",
            "SOC minor group and window, United States",
            ("minor_group", "window"),
            {
                "minor_group": text("SOC 2018 minor group, without major groups 45 and 55", SOC, SOURCE),
                "window": text(
                    "the calendar year, or the year or quarter that ends with the month named",
                    r"^(\d{4}|(year|quarter) to \d{4}-\d{2})$", SOURCE,
                ),
                "months": number("months with postings", "count", SOURCE, kind=int, low=1, high=12),
                "postings": number("new online postings, mean of the months", "count a month", SOURCE,
                                   nullable=False),
                "remote_share": number(
                    "of all postings of the window: those that offer remote or hybrid work", "share",
                    SOURCE, high=1, nullable=False,
                ),
            },
        ),
        table(
            "us_minor_slopes",
            "month, outcome, reference and measure, United States",
            ("month", "outcome", "reference", "measure"),
            {
                "month": text("calendar month", MONTH, SOURCE),
                "outcome": text(
                    "log_postings: log of new postings; remote_share: share that offers remote work",
                    f"^({'|'.join(OUTCOMES)})$", SOURCE,
                ),
                "reference": text(
                    f"taken off first: the outcome of {RELEASE} (release_month), of the same month of "
                    f"the year to {RELEASE} (same_month), nothing (none); since_release: the change since "
                    f"{RELEASE} less that from a year before it to the same month of the year to it",
                    f"^({'|'.join(REFERENCES)})$", SOURCE,
                ),
                "measure": text(
                    "regressor: exposure or teleworkability of the group in table group_exposures",
                    f"^({'|'.join(REGRESSORS)})$", *_EXPOSURES, *_OTHERS,
                ),
                "slope": number("unweighted slope over minor groups", "per unit of the measure", SOURCE,
                                low=None, nullable=False),
                "se": number("its standard error (HC3)", "per unit of the measure", SOURCE, nullable=False),
                "se_family": number("its standard error (CR2 by major group)", "per unit of the measure",
                                    SOURCE, nullable=False),
                "df_family": number("degrees of freedom of se_family (Satterthwaite)", "count", SOURCE,
                                    nullable=False),
                "n": count("minor groups", SOURCE),
            },
        ),
    )
}  # fmt: skip
