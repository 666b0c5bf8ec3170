"""What pages show of other pages is read from summaries and counts, so that an edit runs few pages again."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from convref_docs import checked, contents, directory, overview, timeline, used_in
from convref_docs.contents import refresh
from convref_docs.glossary import load
from convref_docs.paths import DOCS

SHOWN: dict[str, Callable[[], object]] = {
    "a list of pages": lambda: contents("operators", "conv1d", "conv2d")._repr_lang_("en"),
    "the reading order": lambda: contents("", "concepts/memory", "notebooks/training")._repr_lang_("zh"),
    "a directory": lambda: directory("operators", ("conv2d",))._repr_lang_("en"),
    "the glossary": lambda: load().entries("operators")._repr_lang_("en"),
    "the comparison": lambda: overview()._repr_html_(),
    "the timeline": lambda: timeline().alt(),
    "the networks that use an operator": lambda: used_in("conv2d")._repr_lang_("en"),
    "the counts of numbers": checked.numbers,
}


@pytest.fixture(scope="module", autouse=True)
def fresh() -> None:
    refresh()
    checked.refresh()


@pytest.mark.parametrize("shown", SHOWN)
def test_what_a_page_shows_of_others_reads_no_page(shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    def recorded(function: Callable[..., object]) -> Callable[..., object]:
        def call(path: object, *args: object, **options: object) -> object:
            if isinstance(path, str | os.PathLike):
                asked.add(os.fspath(path))
            return function(path, *args, **options)

        return call

    monkeypatch.setattr(os, "stat", recorded(os.stat))
    monkeypatch.setattr(io, "open", recorded(io.open))
    SHOWN[shown]()
    pages = {str(path) for lang in ("en", "zh") for path in Path(DOCS / lang).rglob("*.md")}
    assert asked
    assert set() == asked & pages


def test_importing_the_helpers_loads_no_numpy() -> None:
    code = "import convref_docs, sys; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False" == done.stdout.strip()
