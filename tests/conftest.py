"""What every test may use: the mirror of upstream files, and a repeatable hypothesis profile."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Workers share the cores: with threads of its own each would wait for those of the others.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

# A third of the examples on a desk: CI takes all of them.
EXAMPLES = 100 if os.environ.get("CI") else 30
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.load_profile("repeatable")


# Minutes of killing, restarting, building and measuring: CI runs them always, `make test ARGS=--slow`
# on demand. Every other build of the throwaway paper is here too: each costs a kernel and a run of TeX.
SLOW = (
    "base/test_outputs.py::test_killed_between",
    "base/test_outputs.py::test_paths_are_paths",
    "match/test_bench.py",
    "match/test_english.py::test_equals_scikit_learn_on_onet",
    "score/test_scoring_dask.py",
    "score/test_scoring_run.py",
    "postings/test_postings_fuzz.py::test_a_few",
    "setup/test_setup_environment.py",
    "setup/test_setup_walks.py",
    "test_build.py::test_a_bad_",
    "test_build.py::test_a_failing_",
    "test_build.py::test_a_notebook_",
    "test_build.py::test_a_table_",
    "test_build.py::test_an_edited_output",
    "test_build.py::test_an_error_that_notebooks_share",
    "test_build.py::test_an_output_that",
    "test_build.py::test_documents_beside",
    "test_build.py::test_files_of_a_latex_run",
    "test_build.py::test_the_same_bytes",
    "test_build_sealed.py::test_a_",
    "test_build_sealed.py::test_every_folder",
    "test_build_sealed.py::test_killing",
    "test_papermill.py",
    "test_whole.py",
    "score/test_scoring_resume.py",
    "faults/test_faults_kill.py",
    "faults/test_faults_machine.py",
    "postings/test_postings_memory.py",
    "postings/test_postings_parquet.py::test_a_small_file_does_not_fill",
    "postings/test_postings_profile.py::test_size_of_batches",
    "postings/test_export_shapes.py::test_keys_without_number",
    "postings/test_postings_property.py::test_well_formed_rows",
    "postings/test_postings_rows.py::test_keys_at_random",
    "test_postings_small_files.py::test_scores",
    "test_postings_small_files.py::test_two_thousand",
    "test_second.py::test_postings_",
    "test_refresh.py::test_a_newer_vintage",
    "test_example.py",
    "test_recipes.py",
    "test_hostile_secrets.py::test_build_and_deposit",
    "test_hostile_secrets.py::test_a_notebook_that_fails_leaves_no_key",
    "rate/test_rating_resume.py",
    "verify/test_verify_rebuild.py",
    "test_live.py",
    "course/test_course_runs.py",
    "test_course_nbgrader.py::test_nbgrader_gives",
    "test_course_deck.py::test_the_deck_is_typeset",
    "test_new_notebook.py::test_the_build_takes",
    "site/test_site_browser.py",
    "site/test_site_built.py",
    "site/test_site_score.py",
)
# Ten minutes of mutated files: on demand only.
LONG = ("test_postings_fuzz.py::test_many",)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--slow``."""
    parser.addoption("--slow", action="store_true", help="run the slow tests too, as CI does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the slow tests, with a reason, outside CI."""
    if config.getoption("--slow"):
        return
    left_out = dict.fromkeys(LONG, "long: run with --slow")
    if not os.environ.get("CI"):
        left_out |= dict.fromkeys(SLOW, "slow: run by CI, or with --slow")
    for item in items:
        for part, reason in left_out.items():
            if part in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=reason))


def _folder(variable: str, what: str) -> Path:
    """Folder that an environment variable names; a test that asks for it is skipped without one."""
    folder = os.environ.get(variable)
    if not folder:
        pytest.skip(f"{variable} is not set: {what}")
    if not Path(folder).is_dir():
        pytest.fail(f"{variable} is '{folder}', which is not a folder")
    return Path(folder)


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder with copies of the upstream files."""
    return _folder("LLMEXPOSURE_MIRROR", "no copies of the upstream files")


@pytest.fixture(scope="session")
def postings_cn() -> Path:
    """Folder with real Chinese postings."""
    return _folder("LLMEXPOSURE_POSTINGS_CN", "no real postings")
