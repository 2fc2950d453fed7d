"""The study as the press knows it (see `report.tables`)."""

from llmexposure.data.schemas import TABLES
from llmexposure.derive.seed import RANDOM_TABLES, SEED
from llmexposure.report.tables import Study

STUDY = Study(tables=TABLES, seeds=dict.fromkeys(RANDOM_TABLES, SEED))
