"""Software bill of materials: every package of the lock, with the licence that it states."""

import json
import re
import uuid
from email.message import Message
from importlib import metadata
from pathlib import Path

import pandas as pd

_ENTRY = re.compile(r"^([a-z0-9_.-]+)==(\S+)(?: ; ([^\\]*?))?\s*\\?$")
_LONG = 60  # characters; some packages put the whole licence text into the field


def locked(lock: Path) -> pd.DataFrame:
    """Packages of a lock: ``name``, ``version``, ``marker`` (environment marker, empty: always)."""
    found = [_ENTRY.match(line) for line in lock.read_text(encoding="utf-8").splitlines()]
    rows = [(m[1], m[2], (m[3] or "").strip()) for m in found if m]
    return pd.DataFrame(rows, columns=["name", "version", "marker"])


def licence(name: str) -> str:
    """Licence that the installed package states; empty where it is not installed or says nothing.

    Examples
    --------
    >>> licence("no-such-package")
    ''
    """
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    return about.get("License-Expression") or _classified(about) or _short(about)


def _classified(about: Message) -> str:
    names = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if "License ::" in c]
    return "; ".join(n for n in names if n != "OSI Approved")


def _short(about: Message) -> str:
    text = (about.get("License") or "").strip()
    return text if len(text) <= _LONG and "\n" not in text else ""


def packages(lock: Path) -> pd.DataFrame:
    """The lock with a column ``licence``."""
    table = locked(lock)
    return table.assign(licence=[licence(name) for name in table["name"]])


def bill_of_materials(table: pd.DataFrame) -> str:
    """CycloneDX 1.5 document of the packages, as JSON text; the same table gives the same bytes."""
    components = [
        {
            "type": "library",
            "name": row.name,
            "version": row.version,
            "purl": f"pkg:pypi/{row.name}@{row.version}",
            "licenses": [{"license": {"name": row.licence}}] if row.licence else [],
        }
        for row in table.itertuples(index=False)
    ]
    number = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(components, sort_keys=True))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "components": components,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
