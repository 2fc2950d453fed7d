"""O*NET 29.3 (May 2025), Excel edition: activities, tasks, links and requirements of occupations.

Codes are O*NET-SOC 2019. Source: O*NET Resource Center, CC BY 4.0. Requirements are also read from the text
edition of earlier releases: 27.0 (August 2022) and 18.1 (March 2014, codes O*NET-SOC 2010).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from llmexposure.base.sources import locate
from llmexposure.base.tables.schema import choose, keyed, validate
from llmexposure.base.tables.text import read_text
from llmexposure.data.readers import columns as c
from llmexposure.data.readers.sheet import read_sheet
from llmexposure.data.taxonomy import TASK_TYPES

# Scales of "Education, Training, and Experience" that share out respondents over categories.
CATEGORY_SCALES = ("RL", "RW", "PT", "OJ")
# Who was asked about an occupation: its workers, or experts where workers are hard to sample.
RESPONDENTS = {"Incumbent": "incumbents", "Occupational Expert": "experts"}
SOURCE = "onet_29_3"


def _read(path: Path, names: Mapping[str, str], schema: pa.DataFrameSchema) -> pd.DataFrame:
    return validate(choose(read_sheet(path), names, path), schema, file=path)


def read_activities(dwa_reference: Path) -> pd.DataFrame:
    """Detailed Work Activities with the levels above them.

    Returns
    -------
    pandas.DataFrame
        2,087 rows in release 29.3. ``dwa_id`` (key), ``dwa_title``; ``iwa_id``, ``iwa_title``
        (intermediate activity); ``element_id``, ``element_name`` (generalized activity).

    Raises
    ------
    DataError
        If the workbook breaks its contract.
    """
    names = {
        "DWA ID": "dwa_id",
        "DWA Title": "dwa_title",
        "IWA ID": "iwa_id",
        "IWA Title": "iwa_title",
        "Element ID": "element_id",
        "Element Name": "element_name",
    }
    schema = keyed({name: c.text() for name in names.values()}, ["dwa_id"])
    return _read(dwa_reference, names, schema)


def read_task_links(tasks_to_dwas: Path) -> pd.DataFrame:
    """Links from tasks to Detailed Work Activities.

    Returns
    -------
    pandas.DataFrame
        23,233 rows in release 29.3: ``onet_soc``, ``task_id`` (int64), ``dwa_id``; the three
        together are the key. 18,495 tasks, 923 occupations, 2,082 of the 2,087 activities.
    """
    names = {"O*NET-SOC Code": "onet_soc", "Task ID": "task_id", "DWA ID": "dwa_id"}
    columns = {"onet_soc": c.onet_soc(), "task_id": c.whole(1), "dwa_id": c.text()}
    return _read(tasks_to_dwas, names, keyed(columns, list(columns)))


def read_task_statements(path: Path) -> pd.DataFrame:
    """Task statements of every occupation.

    Returns
    -------
    pandas.DataFrame
        18,796 rows in release 29.3: ``onet_soc``, ``task_id`` (int64, key: it is unique across
        occupations), ``task``, ``task_type`` ('Core' or 'Supplemental'; missing for the 1,157 tasks
        that were not rated).
    """
    names = {
        "O*NET-SOC Code": "onet_soc",
        "Task ID": "task_id",
        "Task": "task",
        "Task Type": "task_type",
    }
    columns = {
        "onet_soc": c.onet_soc(),
        "task_id": c.whole(1),
        "task": c.text(),
        "task_type": c.text(pa.Check.isin(TASK_TYPES), nullable=True),
    }
    return _read(path, names, keyed(columns, ["task_id"]))


def read_job_zones(path: Path) -> pd.DataFrame:
    """Job zones, 1 (little preparation) to 5: ``onet_soc`` (key), ``job_zone`` (int); 923 rows."""
    names = {"O*NET-SOC Code": "onet_soc", "Job Zone": "job_zone"}
    columns = {"onet_soc": c.onet_soc(), "job_zone": c.whole(1, 5)}
    return _read(path, names, keyed(columns, ["onet_soc"]))


def read_education_experience(path: Path) -> pd.DataFrame:
    """Required education, experience and training: respondents by answer, in percent.

    The file also holds mean importances (scale IM, apprenticeship and certification; 1,031 in release
    29.3): they have no category and are no percentage, so they are left out.

    Parameters
    ----------
    path
        Workbook, or tab-separated text, of any release with these headings.

    Returns
    -------
    pandas.DataFrame
        858 occupations x 41 answers in release 29.3 (27.0: 852; 18.1: 919). ``onet_soc``; ``scale_id``
        ('RL' required education, 12 categories; 'RW' related work experience, 11; 'PT' on-site
        training, 9; 'OJ' on-the-job training, 9); ``category`` (int64, from 1); the three are the key.
        ``percent`` (0 to 100, sums to 100 by occupation and scale up to 0.03); ``suppress`` (True where
        the publisher advises against use; False where it says no, and where it says nothing).
    """
    names = {
        "O*NET-SOC Code": "onet_soc",
        "Scale ID": "scale_id",
        "Category": "category",
        "Data Value": "percent",
        "Recommend Suppress": "suppress",
    }
    columns = {
        "onet_soc": c.onet_soc(),
        "scale_id": c.text(pa.Check.isin(CATEGORY_SCALES)),
        "category": c.whole(1, 12),
        "percent": c.number(0, 100),
        "suppress": c.text(pa.Check.isin(["Y", "N"]), nullable=True),
    }
    rows = _answers(path, names)
    rows["suppress"] = rows["suppress"].replace("n/a", None)  # the text edition, of experts
    answers = validate(rows, keyed(columns, ["onet_soc", "scale_id", "category"]), file=path)
    return answers.assign(suppress=answers["suppress"].isin(["Y"]))


def read_surveys(path: Path) -> pd.DataFrame:
    """When and of whom the requirements of each occupation were asked; files as above.

    Returns
    -------
    pandas.DataFrame
        One row an occupation: ``onet_soc`` (key), ``month`` (YYYY-MM, of the collection),
        ``respondents`` (see `RESPONDENTS`), ``n`` (int64, of those asked about required education).

    Raises
    ------
    DataError
        If the answers of one occupation name two dates, kinds or numbers of respondents.
    """
    names = {
        "O*NET-SOC Code": "onet_soc",
        "Scale ID": "scale_id",
        "Date": "month",
        "Domain Source": "respondents",
        "N": "n",
    }
    rows = _answers(path, names)
    one = rows[rows["scale_id"] == "RL"].drop(columns="scale_id").drop_duplicates()
    month = one["month"].str.replace(r"^(\d{2})/(\d{4})$", r"\2-\1", regex=True)
    columns = {
        "onet_soc": c.onet_soc(),
        "month": c.text(pa.Check.str_matches(r"^\d{4}-(0[1-9]|1[0-2])$")),
        "respondents": c.text(pa.Check.isin(RESPONDENTS)),
        "n": c.whole(1),
    }
    table = validate(one.assign(month=month), keyed(columns, ["onet_soc"]), file=path)
    return table.assign(respondents=table["respondents"].map(RESPONDENTS))


def _answers(path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a file of answers that share out respondents, whichever edition it is of."""
    is_text = path.suffix == ".txt"
    table = read_text(path, delimiter="\t") if is_text else read_sheet(path)
    rows = choose(table, names, path)
    return rows[rows["scale_id"] != "IM"]


def read_alternate_titles(path: Path) -> pd.DataFrame:
    """Other titles of each occupation.

    Returns
    -------
    pandas.DataFrame
        56,558 rows in release 29.3: ``onet_soc``, ``alternate_title``; both together are the key.
        Two titles that the file repeats with another short form are kept once.
    """
    names = {"O*NET-SOC Code": "onet_soc", "Alternate Title": "alternate_title"}
    columns = {"onet_soc": c.onet_soc(), "alternate_title": c.text()}
    rows = choose(read_sheet(path), names, path).drop_duplicates()
    return validate(rows, keyed(columns, list(columns)), file=path)


@dataclass(frozen=True)
class Statements:
    """Activities, tasks and the links between them.

    Attributes
    ----------
    activities : DataFrame
        ``dwa_id``, ``dwa_title``.
    tasks : DataFrame
        ``onet_soc``, ``task_id``, ``task``; tasks with a link only.
    links : DataFrame
        ``task_id``, ``dwa_id``, no pair twice.
    """

    activities: pd.DataFrame
    tasks: pd.DataFrame
    links: pd.DataFrame


def read_statements() -> Statements:
    """Read the three files; see `base.sources.locate` for where they are looked for.

    Raises
    ------
    SourceError
        If a file is not on this machine, or has other bytes than registered.
    """
    activities = read_activities(locate(SOURCE, "DWA_Reference.xlsx"))
    links = read_task_links(locate(SOURCE, "Tasks_to_DWAs.xlsx"))
    tasks = read_task_statements(locate(SOURCE, "Task_Statements.xlsx"))
    linked = tasks[tasks["task_id"].isin(links["task_id"])]
    return Statements(
        activities[["dwa_id", "dwa_title"]].sort_values("dwa_id", ignore_index=True),
        linked[["onet_soc", "task_id", "task"]].reset_index(drop=True),
        links[["task_id", "dwa_id"]].drop_duplicates(ignore_index=True),
    )
