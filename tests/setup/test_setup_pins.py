"""The lock, its conda counterpart and the direct dependencies agree; no index is named anywhere."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# Names that conda-forge gives to a package of ours.
CONDA_NAMES = {"pandera": "pandera-pandas", "matplotlib": "matplotlib-base"}
# In environment.yml without being a direct dependency in Python's sense.
CONDA_ONLY = {"python", "pip", "tectonic"}
# Put together from parts, or this file would hold what it looks for.
INDEX = re.compile(
    r"|".join(("py" + r"pi\.(org|python)", "python" + "hosted", "anaconda" + r"\.(org|com)"))
    + r"|https?://\S+/sim"
    + r"ple\b"
    + r"|(trusted-host|extra-index|index-url|find-links)[ =]+http"
)


def direct():
    """Names in requirements.in, without extras."""
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return [re.split(r"[\[=<>~ ;]", line)[0] for line in lines if line and line[0] != "#"]


@cache
def lock(name="requirements.txt"):
    """(name, version, marker, number of hashes) of each entry of a lock."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    entries = []
    for line in text.splitlines():
        if found := re.match(r"([a-z0-9_.-]+)==(\S+)(?: ; (.*?))?(?=\s+--hash|\s*$)", line):
            entries.append((found[1], found[2], found[3] or "", line.count("--hash=sha256:")))
    return entries


def version_for_311(name):
    """The version that the lock gives Python 3.11."""
    (version,) = [v for n, v, marker, _ in lock() if n == name and ">= '3.12'" not in marker]
    return version


def conda():
    """Pins of environment.yml: name -> version, '' where none is given; pip's own among them."""
    pins = {}
    for item in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        for line in item["pip"] if isinstance(item, dict) else [item]:
            name, version = re.match(r"([\w-]+)(?: [<>].*|=*(.*))$", line).groups()
            pins[name] = version or ""
    return pins


def test_the_lock_is_not_empty():
    assert len(lock()) > 100


@pytest.mark.parametrize("name", direct())
def test_direct_dependency_is_locked_with_hashes(name):
    hashes = [count for locked, _, _, count in lock() if locked == name]
    assert hashes, (
        f"{name} is in requirements.in but not in requirements.txt: compile the lock again"
    )
    assert min(hashes) > 0


def test_every_entry_of_the_lock_has_a_hash():
    assert [name for name, _, _, count in lock() if not count] == []


def test_the_bootstrap_is_uv_alone_with_hashes():
    ((name, _, _, hashes),) = lock("requirements-bootstrap.txt")
    assert name == "uv"
    assert hashes > 10


@pytest.mark.parametrize("name", direct())
def test_conda_has_the_pin_of_the_lock(name):
    pins, conda_name = conda(), CONDA_NAMES.get(name, name)
    expected = version_for_311(name)
    assert pins.get(conda_name) == expected, (
        f"environment.yml has {conda_name}={pins.get(conda_name)}; requirements.txt has {expected}"
    )


def test_conda_has_nothing_else():
    known = {CONDA_NAMES.get(name, name) for name in direct()} | CONDA_ONLY
    assert set(conda()) - known == set()


def test_the_python_of_conda_is_the_one_whose_pins_it_has():
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert "python >=3.11,<3.12" in wanted


def test_the_build_backend_is_a_locked_direct_dependency():
    # The project is installed without build isolation, from what the lock brings.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    backends = {re.split(r"[<>=]", name)[0] for name in project["build-system"]["requires"]}
    assert {name.replace("_", "-") for name in backends} <= set(direct())


def test_dependencies_stand_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = {
        re.split(r"[\[=<>~ ;]", entry)[0]
        for entry in (
            *project.get("dependencies", ()),
            *(e for extra in project.get("optional-dependencies", {}).values() for e in extra),
        )
    }
    assert listed <= set(direct())
    assert project["requires-python"] == ">=3.11,<3.14"


def tracked():
    """Text files that git has or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_index():
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in tracked()
        if (hit := INDEX.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "py" + "pi" + ".org/simple",
        "files.python" + "hosted.org",
        "https://mirror.invalid/root/sim" + "ple/",
        "--index-url" + " https://mirror.invalid/here",
        "conda.anaconda" + ".org/conda-forge",
    ],
)
def test_the_search_would_find_one(text):
    assert INDEX.search(text)


def test_the_optional_embeddings_lock_has_hashes_and_the_main_lock_s_versions():
    main = {(name, marker): version for name, version, marker, _ in lock()}
    optional = lock("requirements-embeddings.txt")
    assert {"sentence-transformers", "torch"} <= {name for name, *_ in optional}
    assert min(count for *_, count in optional) > 0
    both = [(n, m, v) for n, v, m, _ in optional if (n, m) in main]
    assert len(both) > 10
    assert [n for n, m, v in both if main[n, m] != v] == []
