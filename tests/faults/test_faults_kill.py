"""kill -9 at random moments, then run again: as if never killed, nothing half-written used."""

import random
import time

import chat_server
import jobs
import pytest
import upstream_server

SEED = 20221130
# Moments a job is killed at: twenty in all, and fifty with --slow.
MOMENTS = {"fetch": (8, 14), "build": (4, 12), "score": (4, 12), "rate": (4, 12)}
# Names that a job may leave behind when it is killed; anything else would be a half-written output.
UNFINISHED = (".part", ".partial", ".jsonl")


@pytest.fixture
def job(request, tmp_path):
    """Makes a job in a new folder; servers last as long as the test."""
    with upstream_server.serve() as upstream, chat_server.serve() as chat:
        makers = {
            "fetch": lambda folder: jobs.fetch_job(folder, upstream),
            "build": jobs.build_job,
            "score": jobs.score_job,
            "rate": lambda folder: jobs.rate_job(folder, chat),
        }

        def make(name, number):
            folder = tmp_path / f"{name}{number}"
            folder.mkdir()
            return makers[name](folder)

        yield make


@pytest.mark.parametrize("name", MOMENTS)
def test_killed_at_random_moments_and_run_again(job, name, pytestconfig):
    moments = MOMENTS[name][pytestconfig.getoption("--slow")]
    whole = job(name, "_whole")
    start = time.monotonic()
    whole.run()
    seconds, expected = time.monotonic() - start, whole.outputs()
    assert expected
    rng = random.Random(SEED)
    alive = 0
    for number in range(moments):
        one = job(name, number)
        alive += one.run_killed(rng.uniform(0.05, 1) * seconds)
        half = {k: v for k, v in one.outputs().items() if not k.endswith(UNFINISHED)}
        wrong = [k for k, v in half.items() if k in expected and v != expected[k]]
        assert wrong == [], f"kill {number} left {wrong} half-written"
        one.run()
        assert one.outputs() == expected, f"after kill {number}"
    assert alive >= moments // 2, "most kills must hit a running job"
