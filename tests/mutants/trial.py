"""Check pages with one fact changed, reusing the results of running the unchanged pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from convref.weave.markdown.document import Document, parse
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.tree import Page
from convref.weave.site.checker import Checker
from convref.weave.site.config_file import load_options
from mutants.mutation import Mutation


class Trials:
    """The pages of a site, which are checked with mutations.

    Args:
        root: the directory of pages.
    """

    def __init__(self, root: Path) -> None:
        self.checker = Checker(root, load_options(root))
        self._clean: dict[str, bool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.checker.close()

    @property
    def pages(self) -> Mapping[str, Mapping[str, Page]]:
        """The Markdown pages that exist in both languages, as a dict from name to a dict by language."""
        return {
            name: versions
            for name, versions in self.checker.tree.by_name.items()
            if {"en", "zh"} <= set(versions) and name.endswith(".md")
        }

    def documents(self, name: str) -> dict[str, Document]:
        """Return the documents of a page by language."""
        return {language: page.document for language, page in self.pages[name].items()}

    def prepare(self, names: list[str]) -> None:
        """Start running the code of pages, several at a time."""
        pages = [self.pages[name]["en"] for name in names]
        self.checker.prepare(pages)
        for page in pages:
            self.checker.start(page)

    def try_out(self, mutation: Mutation) -> Diagnostic | None:
        """Check a page with one change; return the first error that is reported, or None if there is none.

        Raises:
            ValueError: the checks report an error for the unchanged page.
        """
        if mutation.page not in self._clean:
            self._clean[mutation.page] = True
            fault = _first_error(self.checker, mutation.page)
            if fault:
                raise ValueError(f"the page must be free of errors before it is changed: {fault}")
        changed = [
            self._mutant(page, mutation)
            for language, page in self.pages[mutation.page].items()
            if language in mutation.edits
        ]
        return _first_error(self.checker.with_pages(changed), mutation.page)

    def _mutant(self, page: Page, mutation: Mutation) -> Page:
        text = mutation.apply(page.language, page.document.text)
        rules = self.checker.options.fence_rules
        return replace(page, document=parse(text, page.document.path, rules=rules))


def _first_error(checker: Checker, name: str) -> Diagnostic | None:
    # The second language comes first: the languages are compared when it is checked, which finds most mutants
    # and needs no run.
    for page in reversed(list(checker.tree.by_name[name].values())):
        for found in checker.iterate(page):
            if found.fatal:
                return found
    return None
