"""Servers and throwaway papers of the other test folders, and the values that hostile files hold."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
for name in ("hostile", "base/sources", "postings/rate", "publish", "publish/deposit", "postings"):
    sys.path.append(str(TESTS / name))
