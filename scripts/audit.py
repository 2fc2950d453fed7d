"""Look the locked packages up in the public database of known vulnerabilities.

Exit status 1 when one is found. A lock of which no package could be looked up counts as not audited,
which is said and is no error: the database may be out of reach.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
AUDIT = ROOT / "build" / "audit" / "bin" / "pip-audit"


def audited(lock: Path) -> list[dict]:
    """What the database says of each package of a lock; an empty list when it says nothing."""
    command = [AUDIT, "-r", lock, "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off"], capture_output=True, text=True, check=False
    )
    try:
        return json.loads(done.stdout)["dependencies"]
    except json.JSONDecodeError:
        return []


def report(lock: Path) -> bool:
    """Print one line a lock and one a vulnerability; True when there is none."""
    packages = audited(lock)
    known = [p for p in packages if "skip_reason" not in p]
    bad = [(p, v) for p in known for v in p["vulns"]]
    if not known:
        print(f"{lock.name}: not audited: the database could not be reached")
    else:
        print(f"{lock.name}: {len(bad)} known vulnerabilities in {len(known)} packages "
              f"({len(packages) - len(known)} not found)")  # fmt: skip
    for package, found in bad:
        fixed = ", ".join(found["fix_versions"]) or "none yet"
        print(f"  {package['name']} {package['version']}: {found['id']} (fixed in: {fixed})")
    return not bad


if __name__ == "__main__":
    clean = [report(lock) for lock in sorted(ROOT.glob("requirements*.txt"))]
    sys.exit(0 if all(clean) else 1)
