"""The one way to check pages: a tree of pages -> diagnostics, and the state of its numbers.

The command line and pytest both ask a `Checker`, so that both say the same. What a page's text alone
tells (citations, parity, links, numbers) is read; what needs a run (blocks, values, doctests, and the
equations that show computed values) is judged from one run of the page, shared by all its languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from convref.errors import PageError
from convref.weave.check import coverage, links, parity
from convref.weave.check.coverage import Number
from convref.weave.check.number_policy import Numbers, Reading
from convref.weave.check.problems import Result, diagnostics
from convref.weave.markdown.document import Document
from convref.weave.numbers import published
from convref.weave.page import tree
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Plan, plan
from convref.weave.page.snippets import expanded
from convref.weave.page.tree import Page, Tree
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings


@dataclass(frozen=True)
class Options:
    """What is checked.

    Args:
        numbers: open numbers are ignored ("off"), notes ("report") or errors ("require").
        not_quantities: the site's own patterns of what is no quantity.
        published: the file of published figures; `published.toml` in the tree unless given.
        auto: languages of fences that are run without `exec`.
        snippets: where files that code includes are looked up; None where the site includes none.
        notebooks: patterns of the Python files that are notebooks.
        strict: whether what a block leaves behind, such as a thread, is wrong too.
        settings: how pages are run.
    """

    numbers: Numbers = "off"
    not_quantities: tuple[re.Pattern[str], ...] = ()
    published: Path | None = None
    auto: frozenset[str] = frozenset()
    snippets: tuple[str, ...] | None = None
    notebooks: tuple[str, ...] = ()
    strict: bool = False
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        Reading(self.numbers)  # it says what is wrong with it


@dataclass(frozen=True)
class Report:
    """The diagnostics of a tree, sorted by page and line, and its numbers where they were asked for."""

    diagnostics: tuple[Diagnostic, ...]
    numbers: tuple[Number, ...]
    pages: int


class Checker:
    """Checks the pages of a tree; each page is run once, when it is first asked for.

    Args:
        root: the directory of pages.
        options: what is checked.

    Raises:
        PageError: there is no such directory, or the published figures cannot be read.
    """

    def __init__(self, root: Path, options: Options | None = None) -> None:
        self.options = options or Options()
        self.tree: Tree = tree.read_tree(root, self.options.notebooks, self.options.auto)
        figures = published.load(self.options.published or root / "published.toml")
        self.reading = Reading(self.options.numbers, self.options.not_quantities, figures)
        self._planned: dict[str, Plan | PageError] = {}
        self._outcomes: dict[str, Future[tuple[Outcome, ...]]] = {}
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes of the runs."""
        if self._engine:
            self._engine.close()

    def diagnostics(self, page: Page) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of a page, errors and notes, sorted by line."""
        return tuple(sorted([*self.read(page), *self.judged(page)]))

    def read(self, page: Page) -> Iterator[Diagnostic]:
        """What the text of a page alone tells."""
        yield from self.reading.diagnostics(page.document)
        yield from parity.check(page, self.tree)
        yield from links.check(page, self.tree)

    def numbers(self, page: Page) -> tuple[Number, ...]:
        """The quantities of a page."""
        return coverage.numbers(page.document, self.options.not_quantities)

    def judged(self, page: Page) -> Iterator[Diagnostic]:
        """What the run of a page tells; waits for it."""
        result, error = self.result(page), self.plan(page)
        if result:
            yield from judge(page.document, result, strict=self.options.strict)
        elif isinstance(error, PageError) and error.path == page.document.path:
            yield Diagnostic.of_error(error)

    def result(self, page: Page) -> Result | None:
        """The run of a page as its language sees it; None when it cannot be planned."""
        self.start(page)
        planned = self.plan(page)
        if isinstance(planned, PageError):
            return None
        outcomes = self._outcomes[page.name].result()
        return Result(planned, outcomes, page.language, page.language)

    def prepare(self, some: Iterable[Page]) -> None:
        """Plan pages, and begin to load the modules that they import, for the runs that will follow."""
        plans = [self.plan(page) for page in some]
        names = dict.fromkeys(name for each in plans if isinstance(each, Plan) for name in each.imports)
        if names:
            self._ready_engine().preload(list(names))

    def start(self, page: Page) -> None:
        """Begin to run a page in all its languages, unless it has been; other pages may run meanwhile."""
        planned = self.plan(page)
        if isinstance(planned, Plan) and page.name not in self._outcomes:
            self._outcomes[page.name] = self._ready_engine().submit(planned)

    def plan(self, page: Page) -> Plan | PageError:
        """What of a page is run in all its languages; the reason why that cannot be said."""
        if page.name not in self._planned:
            versions = self.tree.by_name[page.name]
            languages = sorted(versions, key=self._rank)
            try:
                documents = {each: self._expanded(versions[each].document) for each in languages}
                self._planned[page.name] = plan(documents)
            except PageError as error:
                self._planned[page.name] = error
        return self._planned[page.name]

    def _expanded(self, document: Document) -> Document:
        return document if self.options.snippets is None else expanded(document, self.options.snippets)

    def _ready_engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(self.options.settings, self.tree.languages or ("",))
        return self._engine

    def _rank(self, language: str) -> int:
        return self.tree.languages.index(language) if language else -1


def check(root: Path, options: Options | None = None, only: Path | None = None) -> Report:
    """Check a tree of pages, or one page of it in all its languages.

    Args:
        root: the directory of pages.
        options: what is checked.
        only: the page; all unless given.

    Raises:
        PageError: there is no such directory or page, or the published figures cannot be read.
    """
    with Checker(root, options) as checker:
        some, faults = checker.tree.chosen(only)
        found = list(faults)
        numbers: list[Number] = []
        checker.prepare(some)
        for page in some:
            checker.start(page)
        for page in some:
            found += checker.diagnostics(page)
            if checker.options.numbers != "off":
                numbers += checker.numbers(page)
        return Report(tuple(sorted(found)), tuple(sorted(numbers)), len(some))


def judge(document: Document, result: Result, *, strict: bool = False) -> Iterator[Diagnostic]:
    """What the run of a page tells about its text: failures, doctests, equations.

    The text may have changed since, as long as the regions stand where they stood and run what they ran.
    """
    for each in diagnostics(document, result):
        yield replace(each, fatal=True) if strict else each
