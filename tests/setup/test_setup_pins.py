"""pyproject.toml, the locks and environment.yml agree; no index is named anywhere."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Names that conda-forge gives to a package of ours.
CONDA_NAMES = {
    "pandera": "pandera-pandas", "matplotlib": "matplotlib-base", "jupyter-client": "jupyter_client",
}  # fmt: skip
# Put together from parts, or this file would hold what it looks for.
INDEX = re.compile(
    r"|".join(("py" + r"pi\.(org|python)", "python" + "hosted", "anaconda" + r"\.(org|com)"))
    + r"|https?://\S+/sim"
    + r"ple\b"
    + r"|(trusted-host|extra-index|index-url|find-links)[ =]+http"
)


def stated(*groups):
    """What pyproject.toml asks for: of the package itself, or of dependency groups."""
    lists = [PYPROJECT["dependency-groups"][name] for name in groups]
    return [Requirement(r) for r in sum(lists, []) or PYPROJECT["project"]["dependencies"]]


DIRECT = [*stated(), *stated("tests", "dev")]
NAMES = [r.name for r in DIRECT]


@cache
def lock(name="lock"):
    """(name, version, marker) of each entry of a lock."""
    text = (ROOT / f"requirements/{name}.txt").read_text()
    found = re.findall(r"^([a-z0-9_.-]+)==(\S+)(?: ; (.*?))? \\$", text, re.MULTILINE)
    assert len(found) > 20
    return found


def version_for_311(name):
    """The version that the lock gives Python 3.11."""
    (version,) = [v for n, v, marker in lock() if n == name and ">= '3.12'" not in marker]
    return version


def conda():
    """Pins of environment.yml: name -> version, '' where none is given; pip's among them."""
    pins = {}
    for item in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        for line in item["pip"] if isinstance(item, dict) else [item]:
            name, version = re.match(r"([\w-]+)[ =]*(.*)$", line).groups()
            pins[name] = version
    return pins


@pytest.mark.parametrize("wanted", DIRECT, ids=str)
def test_a_direct_dependency_is_locked_within_its_limits(wanted):
    versions = [version for name, version, _ in lock() if name == wanted.name]
    assert versions, f"{wanted} is in pyproject.toml but not locked: run scripts/lock.sh"
    assert all(wanted.specifier.contains(version) for version in versions), versions


@pytest.mark.parametrize("name", ["numpy", "scipy", "contourpy", "pip", "uv"])
def test_it_has_one_version_for_all_pythons(name):
    assert [marker for locked, _, marker in lock() if locked == name] == [""]


def test_conda_has_the_pins_of_the_lock_for_its_python_and_nothing_else():
    pins = {CONDA_NAMES.get(name, name): version_for_311(name) for name in NAMES}
    assert conda() == pins | {"python": ">=3.11,<3.12", "tectonic": ""}
    assert PYPROJECT["project"]["requires-python"] == ">=3.11,<3.14"


def test_the_build_backend_is_a_locked_direct_dependency():
    # The project is installed without build isolation, from what the lock brings.
    backends = {Requirement(name).name for name in PYPROJECT["build-system"]["requires"]}
    assert {canonicalize_name(name) for name in backends} <= set(NAMES)


def imported(folder):
    """Distributions that the Python files of a folder import, itself and those of Python left out."""
    modules = set()
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module)
    first = (
        {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"_typeshed"}
    )
    owners = packages_distributions()
    # What is not installed is an optional package, or a helper that lies beside its test.
    found = {name for module in first for name in owners.get(module, [module])}
    return {canonicalize_name(name) for name in found} - {"llmexposure"}


def test_pyproject_states_what_the_package_imports():
    optional = {r.name for r in stated("embeddings")}
    assert {"numpy", "pandas", "pyarrow"} < imported("src") - optional
    assert imported("src") - optional - {r.name for r in stated()} == set()


@pytest.mark.parametrize("name", ["embeddings", "audit"])
def test_an_optional_lock_has_the_versions_of_the_main_lock(name):
    main = {(n, marker): version for n, version, marker in lock()}
    both = [(n, marker, v) for n, v, marker in lock(name) if (n, marker) in main]
    assert len(both) > 10
    assert [n for n, marker, v in both if main[n, marker] != v] == []
    assert {r.name for r in stated(name)} <= {n for n, *_ in lock(name)}


@pytest.mark.parametrize("program", ["pip", "uv"])
def test_the_environment_has_its_own(program):
    done = subprocess.run(
        [Path(sys.executable).with_name(program), "--version"], capture_output=True, text=True
    )
    assert done.stdout.startswith(f"{program} {version_for_311(program)} "), done.stderr


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
