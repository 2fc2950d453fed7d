"""The study as the press knows it (see `report.study`)."""

from llmexposure.data.schemas import TABLES
from llmexposure.derive.seed import RANDOM_TABLES, SEED
from llmexposure.report.study import Study

STUDY = Study(tables=TABLES, seeds=dict.fromkeys(RANDOM_TABLES, SEED))
