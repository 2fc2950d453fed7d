"""Write data/analysis/prefectures.csv from two tables of the repository; run it from the root of that."""

from pathlib import Path

import pandas as pd

TABLES, HERE = Path("data/analysis"), Path(__file__).parent
groups = pd.read_csv(TABLES / "japan_applications.csv").query("kind == 'all' and place != 'JP-00'")
totals = pd.read_csv(TABLES / "japan_unclassified.csv").query("kind == 'all'")
openings = (
    groups.groupby(["place", "year"], as_index=False)["openings"].sum().astype({"openings": int})
)
table = openings.merge(totals[["place", "year", "applications"]], validate="one_to_one")
table.to_csv(HERE / "data/analysis/prefectures.csv", index=False, lineterminator="\n")
