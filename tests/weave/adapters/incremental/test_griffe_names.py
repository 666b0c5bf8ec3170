from typing import Any

import griffe
import pytest

from convref.weave.adapters.incremental import griffe_names
from convref.weave.adapters.incremental.griffe_names import Collected, Resolved, Sources


class Handler:
    """The part of a Python handler of mkdocstrings that is used here."""

    name = "python"

    def __init__(self, root):
        self._loader = griffe.GriffeLoader(search_paths=[root])
        self._modules_collection = self._loader.modules_collection
        self._lines_collection = self._loader.lines_collection

    def collect(self, identifier, options):
        del options
        if "own" not in self._modules_collection:
            self._loader.load("own")
        return self._modules_collection[identifier]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/__init__.py").write_text("from own.parts import Part\nfrom own.parts import Other\n")
    (tmp_path / "own/parts.py").write_text("class Part: ...\nclass Other: ...\n")
    return tmp_path


def names(handler):
    collection = handler._modules_collection
    return {name: list(collection[f"own.parts.{name}"].aliases) for name in ("Part", "Other")}


def test_names_that_a_page_resolves_are_recorded_and_resolved_again(root):
    events: list[Any] = []
    handler = Handler(root)
    with griffe_names.recording(handler, events, set()):
        handler.collect("own", {}).members["Part"].final_target  # noqa: B018 (this resolves it)
    assert [Collected("python", "own", {}), Resolved("python", "own.parts.Part", "own.Part")] == events
    assert {"Part": ["own.Part"], "Other": []} == names(handler)
    repeated: list[Any] = []
    with griffe_names.recording(handler, repeated, {events[1]}):
        handler.collect("own", {}).members["Part"].resolve_target()
    assert events[:1] == repeated
    again = Handler(root)
    griffe_names.repeat(again, events)
    assert names(handler) == names(again)


def test_griffe_is_as_before_after_recording(root):
    before = vars(griffe.Alias).copy()
    handler = Handler(root)
    with griffe_names.recording(handler, [], set()):
        assert vars(griffe.Alias)["_resolve_target"] is not before["_resolve_target"]
    assert before == vars(griffe.Alias).copy()
    assert "collect" not in vars(handler)


@pytest.mark.parametrize(
    "edit",
    [
        lambda own: (own / "parts.py").write_text("class Part: ...\n"),
        lambda own: (own / "more.py").touch(),
        lambda own: (own / "parts.py").unlink(),
    ],
    ids=["changed", "added", "removed"],
)
def test_sources_are_of_another_generation_after_a_change(root, edit):
    handler, sources = Handler(root), Sources()
    handler.collect("own", {})
    sources.read({"python": handler}, began=1e18)
    sources.begin()
    assert 0 == sources.generation
    edit(root / "own")
    sources.begin()
    assert 1 == sources.generation
    sources.begin()
    assert 1 == sources.generation


def test_a_file_that_changed_during_the_build_counts_as_changed(root):
    handler, sources = Handler(root), Sources()
    handler.collect("own", {})
    sources.read({"python": handler}, began=0.0)
    sources.begin()
    assert 1 == sources.generation
