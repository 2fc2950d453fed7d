"""Parameters that a whole build is given: ``parameters.json`` in its root.

The repository has no such file, so its record is always that of the defaults. A build on a user's own
postings has one (`publish.own_postings`).
"""

import json
from pathlib import Path
from typing import Any

from llmexposure.base.project import ROOT
from llmexposure.report.parameters import declared

GIVEN = ROOT / "parameters.json"


def parameters(notebook: Path) -> dict[str, Any]:
    """Of the parameters given, those that a notebook declares."""
    if not GIVEN.exists():
        return {}
    given = json.loads(GIVEN.read_text(encoding="utf-8"))
    return {name: value for name, value in given.items() if name in declared(notebook)}


def files() -> list[Path]:
    """Files that the parameters name, and their own: what every notebook then depends on."""
    if not GIVEN.exists():
        return []
    postings = json.loads(GIVEN.read_text(encoding="utf-8")).get("postings")
    return [GIVEN, *([ROOT / postings] if postings else [])]
