"""What the notebooks of the course import: tables, the paper's record, a variant of one's own, checks.

Needs pandas and numpy only, so that the exported course runs without the project.
"""

from kit.checks import check
from kit.tables import compare, paper, table
from kit.variants import variant

__all__ = ["check", "compare", "paper", "table", "variant"]
