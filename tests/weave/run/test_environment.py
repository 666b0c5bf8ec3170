"""The environment variables that pages see."""

import pytest

from convref.weave.run.environment import page_environment
from convref.weave.run.settings import Settings


def test_the_environment_of_pages_is_an_allow_list(monkeypatch):
    for name in ("SECRET_TOKEN", "WANTED", "LC_TIME"):
        monkeypatch.setenv(name, "x")
    found = page_environment(Settings(env=("WANTED",), set_env={"SET": "y"}))
    assert "SECRET_TOKEN" not in found
    assert ("x", "x", "y") == (found["WANTED"], found["LC_TIME"], found["SET"])


@pytest.mark.parametrize(("processors", "jobs", "threads"), [(8, 0, "1"), (8, 2, "4"), (2, 4, "1")])
def test_sessions_share_the_processors(monkeypatch, processors, jobs, threads):
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    found = page_environment(Settings(jobs=jobs))
    assert [threads] * 3 == [
        found[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    ]
