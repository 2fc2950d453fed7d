"""Servers and throwaway papers of the other test folders, for tests that break things."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
for name in ("base/sources", "postings/rate", "publish"):
    sys.path.append(str(TESTS / name))
