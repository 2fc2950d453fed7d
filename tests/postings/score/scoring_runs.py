"""What tests look at of a run: its outputs, and how far it is."""

import json
import subprocess
import time
from pathlib import Path

import pytest


def manifest_lines(out: Path) -> list[dict]:
    """Finished units of an unfinished run."""
    path = out.with_name(f"{out.stem}.partial") / "manifest.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text().split("\n")[1:-1]]


def wait_for_units(process: subprocess.Popen, out: Path, count: int) -> None:
    """Wait until a run has finished some units."""
    for _ in range(12_000):
        if len(manifest_lines(out)) >= count:
            return
        if process.poll() is not None:
            pytest.fail(f"the run ended before {count} units: {process.communicate()}")
        time.sleep(0.01)
    pytest.fail("no progress for two minutes")


def outputs(out: Path) -> dict[str, bytes]:
    """Bytes of what a run wrote, by what it is; provenance without the names of the files."""
    found = {"scores": _bytes(out)}
    for what in ("quarantine.csv", "provenance.json"):
        found[what] = out.with_name(f"{out.stem}.{what}").read_bytes()
    name = f'"{out.stem}.'.encode()
    found["provenance.json"] = found["provenance.json"].replace(name, b'"OUT.')
    return found


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        return b"".join(part.name.encode() + part.read_bytes() for part in sorted(path.iterdir()))
    return path.read_bytes()
