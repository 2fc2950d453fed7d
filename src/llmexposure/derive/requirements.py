"""What work requires over time: O*NET's surveys of three releases, Canada's vacancies, job zones."""

from collections.abc import Iterator

import pandas as pd

from llmexposure.base.sources import locate
from llmexposure.data.readers import crosswalks, onet, vacancies
from llmexposure.exposure.requirements import requirements

EDUCATION = "education_training_and_experience.txt"
# Releases in their order: source, file.
RELEASES = {
    "18.1": ("onet_18_1", EDUCATION),
    "27.0": ("onet_27_0", EDUCATION),
    "29.3": ("onet_29_3", "Education,_Training,_and_Experience.xlsx"),
}
OLD_CODES = "18.1"


def one_to_one(walk: pd.DataFrame) -> dict[str, str]:
    """Codes of 2010 that lead to one code of 2019 which no other leads to: the same occupation.

    Examples
    --------
    >>> walk = pd.DataFrame({"onet_soc_2010": list("abbcd"), "onet_soc_2019": list("ABCDD")})
    >>> one_to_one(walk)
    {'a': 'A'}
    """
    pairs = walk.drop_duplicates(["onet_soc_2010", "onet_soc_2019"])
    whole = ~pairs.duplicated("onet_soc_2010", keep=False)
    alone = ~pairs.duplicated("onet_soc_2019", keep=False)
    kept = pairs[whole & alone]
    return dict(zip(kept["onet_soc_2010"], kept["onet_soc_2019"], strict=True))


def onet_resurvey(
    releases: dict[str, tuple[pd.DataFrame, pd.DataFrame]], walk: pd.DataFrame
) -> pd.DataFrame:
    """Requirements of each occupation by release, with the month of its survey and who answered.

    Occupations of the oldest release that were split or merged since are left out: what they require
    now is of other work.

    Parameters
    ----------
    releases
        Release to its answers and surveys, as `read_education_experience` and `read_surveys` give them.
    """
    parts = []
    for release, (answers, surveys) in releases.items():
        table = requirements(answers).merge(surveys, on="onet_soc", validate="one_to_one")
        if release == OLD_CODES:
            table["onet_soc"] = table["onet_soc"].map(one_to_one(walk))
        parts.append(table.dropna(subset=["onet_soc"]).assign(release=release))
    out = pd.concat(parts, ignore_index=True)
    order = ["release", "onet_soc", "month", "respondents", "n", "bachelor_share"]
    order += ["experience_over2_share", "experience_over4_share", "experience_years"]
    return out[order].sort_values(["release", "onet_soc"], ignore_index=True)


def job_zone_postings(weekly: pd.DataFrame) -> pd.DataFrame:
    """Monthly mean over the weeks that end in a month; a month that misses one is left out.

    Examples
    --------
    >>> ends = pd.date_range("2024-02-02", "2024-03-15", freq="W-FRI")
    >>> weekly = pd.DataFrame({"date": ends, "job_zone": 1, "postings_index": 1.0})
    >>> job_zone_postings(weekly)[["month", "n_weeks"]].values.tolist()
    [['2024-02', 4]]
    """
    month = weekly["date"].dt.to_period("M").rename("month")
    groups = weekly.groupby([month, "job_zone"])["postings_index"]
    out = groups.agg(postings_index="mean", n_weeks="count").reset_index()
    whole = [_fridays(period) for period in out["month"]]
    complete = out[out["n_weeks"] == whole]
    return complete.assign(month=complete["month"].astype(str)).reset_index(drop=True)


def _fridays(month: pd.Period) -> int:
    """Weeks that end in a month; the source's weeks end on Fridays."""
    return len(pd.date_range(month.start_time, month.end_time, freq="W-FRI"))


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of this topic, from the upstream files."""
    paths = {release: locate(*file) for release, file in RELEASES.items()}
    read = {
        release: (onet.read_education_experience(path), onet.read_surveys(path))
        for release, path in paths.items()
    }
    walk = crosswalks.read_onet_2010_to_2019(locate("crosswalks", "2010_to_2019_soc_crosswalk.csv"))
    asked = vacancies.read_vacancy_requirements(locate("statcan_vacancies", "jobs.xlsx"))
    weekly = vacancies.read_job_zone_postings(
        locate("opportunity_insights_postings", "job_postings_national_weekly.csv")
    )
    yield "onet_resurvey", onet_resurvey(read, walk)
    yield "canada_requirements", asked
    yield "job_zone_postings", job_zone_postings(weekly)
