"""Fixtures of the page engine's tests."""

import time
from pathlib import Path

import pytest
from cached_site import Site, Twins

from convref.weave.cache.results import CacheSettings
from convref.weave.cache.signing import VARIABLE
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


@pytest.fixture(scope="module", params=["run", "recalled"])
def results(request, tmp_path_factory):
    """Run the tests of a module twice: with results of runs, and with results recalled from the cache."""
    if request.param == "run":
        yield request.param
        return
    begin, give = Engine.__init__, Engine._outcomes

    def remember(self, settings, languages=("",), cache=None):
        begin(self, settings, languages, cache or CacheSettings(tmp_path_factory.mktemp("remembered")))

    def recall(self, steps):
        given, external = give(self, steps)
        found = self.results.recall(steps).outcomes
        assert found is None or given == list(found)
        return (given if found is None else list(found)), external

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", remember)
        patch.setattr(Engine, "_outcomes", recall)
        yield request.param


@pytest.fixture(scope="session", autouse=True)
def cache_key():
    """Sign cached results with a key for tests, so that the key file of the user is not touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "a key of the tests")
        yield


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return Site(tmp_path)


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    root = tmp_path_factory.mktemp("twins").resolve()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for folder in ("root", "root/first"):  # the latter is looked at first
            patch.syspath_prepend(str(root / folder))
        twins = Twins(root, preload=("numpy",))
        yield twins
        twins.close()


@pytest.fixture
def left_running():
    """Return a function that lists the processes which still run in a directory after five seconds."""

    def look(directory):
        deadline = time.monotonic() + 5
        while (found := list(_working_in(directory))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    return look


def _working_in(directory):
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == directory:
                yield (entry / "cmdline").read_text()
        except OSError:
            continue


@pytest.fixture(scope="module")
def engines(results):  # noqa: ARG001 (it replaces parts of the engine first)
    with Engine(Settings(start="fork"), ["en", "zh"]) as fork, Engine(Settings(start="spawn")) as spawn:
        yield {"fork": fork, "spawn": spawn}
