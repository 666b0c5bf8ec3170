"""Whoever copies what a page shows, block by block into a Python prompt, can run it."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path

import pytest

from convref import catalog
from convref.weave.markdown.document import parse
from convref.weave.markdown.regions import Fence

DOCS = Path(__file__).parents[2] / "docs"


def shown(page: Path) -> Iterator[str]:
    """The code that a page shows, statement by statement; what raises on purpose is left out."""
    for fence in parse(page.read_text(encoding="utf-8"), str(page)).of(Fence):
        if fence.language == "pycon":
            examples = doctest.DocTestParser().get_examples(fence.code)
            yield from (example.source for example in examples if example.exc_msg is None)
        elif fence.language == "python" and "source" in fence.options and "raises" not in fence.options:
            yield fence.code


@pytest.mark.parametrize("key", catalog.operators())
def test_the_code_that_a_page_shows_runs_without_what_it_hides(key: str) -> None:
    names: dict[str, object] = {}
    for code in shown(DOCS / "en" / "operators" / f"{key}.md"):
        exec(code, names)  # noqa: S102 - the page's own code
