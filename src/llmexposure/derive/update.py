"""Re-derive every committed table that has a source, and compare it with what is committed, byte for byte.

That is ``data/analysis`` as a whole and what is derived in ``data/taxonomy``; of the tables there that were
typed or decided by hand it is checked what they say of other things we have.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd

from llmexposure.base.errors import DataError, SourceError
from llmexposure.base.files import to_csv_text, write_text
from llmexposure.base.project import current, shown
from llmexposure.base.sources import locate
from llmexposure.data import schemas
from llmexposure.data.readers import (
    aioe,
    anthropic,
    crosswalks,
    dingel_neiman,
    eisfeldt,
    eloundou,
    ilo,
    indeed,
    microsoft,
    oews,
    onet,
)
from llmexposure.data.schemas import OEWS_YEARS, TABLES
from llmexposure.data.taxonomy.sectors import read_sector_occupations
from llmexposure.derive import (
    adverts,
    ai_hiring,
    cities,
    core,
    employees,
    freelance,
    japan,
    matched,
    occupation_groups,
    requirements,
    simulation,
    us_minor,
    usage,
    usage_rounds,
)
from llmexposure.derive.ad_shares import ad_shares_zh
from llmexposure.derive.hand_labels import check_sample
from llmexposure.derive.title_coding import major_group_coding
from llmexposure.exposure.ratings import activity_ratings, task_ratings
from llmexposure.report.tables import codebook, table_text

COUNTRIES = ("AU", "CA", "DE", "FR", "GB")


def _onet(file: str) -> Path:
    return locate("onet_29_3", file)


def _oews(year: int) -> pd.DataFrame:
    file = "oews_national_2024.csv" if year == 2024 else f"national_M{year}_dl.xlsx"
    return oews.read_oews(locate("bls_oews", file), year)


def _telework() -> pd.DataFrame:
    scores = dingel_neiman.read_teleworkable_onet(
        locate("dingel_neiman", "occupations_workathome.csv")
    )
    return core.telework_2019(scores, _walk())


def _walk() -> pd.DataFrame:
    return crosswalks.read_onet_2010_to_2019(locate("crosswalks", "2010_to_2019_soc_crosswalk.csv"))


def _labels() -> pd.DataFrame:
    return eloundou.read_task_labels(locate("eloundou_gpts_are_gpts", "full_labelset.tsv"))


def _aioe() -> pd.DataFrame:
    plain = aioe.read_aioe(locate("felten_aioe", "AIOE_DataAppendix.xlsx"))
    language = aioe.read_lm_aioe(locate("felten_aioe", "Language_Modeling_AIOE_and_AIIE.xlsx"))
    return core.soc_2018(plain.merge(language, on="soc_2010", how="outer"), _walk())


def _later() -> pd.DataFrame:
    """The measures that came later, by SOC 2018 code; ISCO and SOC 2010 by official pairs and plain means."""
    pairs = crosswalks.read_isco_to_soc(locate("crosswalks", "isco_soc_crosswalk.xls"))
    scores = ilo.read_ilo_2025(locate("ilo_2025", "final_scores_isco08_2025.xlsx"))
    theirs = eisfeldt.read_eisfeldt(locate("eisfeldt_genaiexp", "genaiexp_estz_occscores.csv"))
    copilot = locate("microsoft_applicability", "soc_ai_applicability_scores.csv")
    claude = locate("anthropic_economic_index_later", "job_exposure.csv")
    return core.later_measures(
        core.soc_2018(core.soc_2010(scores, pairs), _walk()),
        core.soc_2018(theirs, _walk()),
        microsoft.read_applicability(copilot),
        anthropic.read_observed_exposure(claude),
    )


def _occupations_onet(links: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    return core.occupations_onet(
        links,
        _labels(),
        activities,
        eloundou.read_occupation_scores(locate("eloundou_gpts_are_gpts", "occ_level.csv")),
        onet.read_job_zones(_onet("Job_Zones.xlsx")),
        _telework(),
        onet.read_education_experience(_onet("Education,_Training,_and_Experience.xlsx")),
    )


def _postings() -> pd.DataFrame:
    us = indeed.read_us_sectors(locate("indeed_hiring_lab_fred_mirror", "indeed_jobs_data.csv"))
    files = [f"job_postings_by_sector_{c}.csv" for c in COUNTRIES]
    others = [indeed.read_country_sectors(locate("indeed_hiring_lab", f)) for f in files]
    japan_2023 = locate("indeed_japan_2023", "job_postings_by_sector_JP.csv")
    others.append(indeed.read_country_sectors(japan_2023))
    return core.sector_postings(us, others)


def derived() -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of ``data/analysis``, one after another, from the upstream files."""
    links = onet.read_task_links(_onet("Tasks_to_DWAs.xlsx"))
    labels = _labels()
    named = onet.read_activities(_onet("DWA_Reference.xlsx"))
    activities = activity_ratings(named["dwa_id"], links, task_ratings(labels))
    titles = onet.read_alternate_titles(_onet("Alternate_Titles.xlsx"))
    statements = onet.read_task_statements(_onet("Task_Statements.xlsx"))
    labelled = core.tasks(labels)
    years = {year: _oews(year) for year in OEWS_YEARS}
    by_onet = _occupations_onet(links, activities)
    later = _later()
    by_soc = core.occupations(by_onet, _aioe(), later, years)
    scores = locate("dingel_neiman", "onet_teleworkable_blscodes.csv")
    telework = dingel_neiman.read_teleworkable_oes(scores)
    remote = indeed.read_remote_postings(locate("indeed_remote_tracker", "remote_postings.csv"))
    yield "activities", activities
    yield "tasks", labelled
    yield "task_activities", links.sort_values(list(links), ignore_index=True)
    yield "activity_titles", named[["dwa_id", "dwa_title"]].sort_values("dwa_id")
    yield "task_updates", core.task_updates(statements, links, labelled)
    yield "alternate_titles", titles.sort_values(list(titles), ignore_index=True)
    yield "occupations_onet", by_onet
    yield "occupations", by_soc
    isco = locate("crosswalks", "isco_soc_crosswalk.xls")
    yield (
        "occupation_codes",
        core.occupation_codes(_walk(), crosswalks.read_isco_to_soc(isco)),
    )
    yield "telework_oes_2018", core.telework_oes_2018(telework, years[2018])
    yield "sectors", core.sectors(by_soc, read_sector_occupations(), later)
    groups = occupation_groups.derived(by_soc, later)
    yield "group_exposures", groups
    yield from us_minor.derived(groups)
    yield "indeed_sector_howison", occupation_groups.howison_sectors()
    yield "sector_postings", _postings()
    yield "remote_postings", core.remote_postings(remote)
    tasks, by_occupation = matched.gold(activities)
    yield "matching_tasks", tasks
    yield "matching_occupations", by_occupation
    yield "title_coding", major_group_coding(titles)


def from_texts() -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables that need the text of the Chinese postings; none where the texts are absent."""
    folder = matched.postings_folder()
    if folder is None:
        return
    raw = matched.read_postings_cn(folder)
    check_sample(raw)
    yield "ad_shares_zh", ad_shares_zh(raw)
    yield "matching_duties_zh", matched.duty_accuracy(raw)
    yield "postings_cn", matched.scored_postings(raw)
    yield "skills_cn", ai_hiring.skills_cn(raw)


# Tables that `from_texts` yields.
OF_TEXTS = ("ad_shares_zh", "matching_duties_zh", "postings_cn", "skills_cn")
# Topics with a module of their own: each has ``derived()`` like the function above.
TOPICS: tuple[ModuleType, ...] = (
    adverts,
    ai_hiring,
    cities,
    employees,
    freelance,
    japan,
    requirements,
    simulation,
    usage,
    usage_rounds,
)


def _groups() -> Iterator[tuple[str, Iterable[tuple[str, pd.DataFrame]]]]:
    """Tables that are derived together, one after another, with a name for them."""
    yield "core", derived()
    for topic in TOPICS:
        yield topic.__name__.rpartition(".")[2], topic.derived()
    yield "simulation_activities", _simulation_activities()
    yield "texts", from_texts()


def _simulation_activities() -> Iterator[tuple[str, pd.DataFrame]]:
    yield "simulation_activities", simulation.activities()


def _all_tables(kept: list[str] | None) -> Iterator[tuple[str, pd.DataFrame]]:
    for name, tables in _groups():
        try:
            yield from tables
        except SourceError as error:
            if kept is None:
                raise
            kept.append(f"not derived here, record kept: {name} ({error})")


def absent() -> list[str]:
    """Tables that cannot be derived here, because their texts may not be passed on."""
    return [] if matched.postings_folder() else list(OF_TEXTS)


def files(kept: list[str] | None = None) -> dict[Path, str]:
    """Text of every derived file as derived now, codebooks included.

    Parameters
    ----------
    kept
        Takes a line for each group of tables whose upstream files are not here; without it they must be.

    Raises
    ------
    DataError
        When a table breaks its schema, or one made by hand does not agree with what it is about.
    SourceError
        When an upstream file is not here.
    """
    simulation.check_moments()
    if kept is None:
        occupation_groups.check_official_key()
    return dict(_file(name, frame) for name, frame in _all_tables(kept)) | codebooks()


def codebooks() -> dict[Path, str]:
    """Text of the codebooks, which follow from the schemas alone."""
    return {
        current().analysis / "codebook.csv": to_csv_text(codebook(schemas.ANALYSIS)),
        current().published / "codebook.csv": to_csv_text(codebook(schemas.PUBLISHED)),
    }


def _file(name: str, frame: pd.DataFrame) -> tuple[Path, str]:
    """File of a table and its text; what has a schema is of ``data/analysis``, the rest of the taxonomy."""
    if name not in TABLES:
        return current().taxonomy / f"{name}.csv", to_csv_text(frame)
    path = current().analysis / f"{name}.csv"
    return path, table_text(name, frame, path)


def differences(fresh: dict[Path, str]) -> list[str]:
    """One line a file that differs from the committed one, with the first line that does."""
    return [
        f"{shown(path)}: {_first_difference(path, text)}"
        for path, text in fresh.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _first_difference(path: Path, text: str) -> str:
    if not path.exists():
        return "not committed"
    old, new = path.read_text(encoding="utf-8").splitlines(), text.splitlines()
    changed = list(difflib.unified_diff(old, new, n=0, lineterm=""))[3:5]
    return f"first difference: {' | '.join(changed)}"


def write(fresh: dict[Path, str], say: Callable[[str], None] = print) -> None:
    """Write the derived files over the committed ones."""
    for path, text in fresh.items():
        write_text(path, text)
        say(f"wrote {shown(path)}")


def rederive(*, replace: bool = False, partial: bool = False) -> list[str]:
    """Derive everything and compare it with what is committed, or replace that; how it went, as lines.

    Parameters
    ----------
    partial
        Keep the tables whose upstream files are not here.

    Raises
    ------
    DataError
        Naming each file that differs, unless it was to be replaced.
    """
    kept: list[str] | None = [] if partial else None
    fresh, lines = files(kept), []
    if replace:
        write(fresh, lines.append)
    elif found := differences(fresh):
        raise DataError(f"data differs from what upstream gives: {'; '.join(found)}")
    else:
        lines.append(f"data: {len(fresh)} files, all as derived from upstream")
    lines += kept or []
    if texts := absent():
        lines.append(
            f"not derived here, record kept: {', '.join(texts)} (LLMEXPOSURE_POSTINGS_CN is not set)"
        )
    return lines
