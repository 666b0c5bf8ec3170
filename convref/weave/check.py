"""The one way to check pages: a tree of pages -> findings, and how its numbers stand.

The command line and pytest both ask a `Checker`, so that both say the same. What a page's text alone
tells (citations, parity, links, numbers) is read; what needs a run (blocks, values, doctests, and the
equations that show computed values) is judged from one run of the page, shared by all its languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from convref.errors import ArgumentError, PageError
from convref.weave import citations, coverage, equations, links, pages, parity, published
from convref.weave.coverage import Number
from convref.weave.document import Document, Fence, Formula, InlineValue
from convref.weave.findings import Finding
from convref.weave.pages import Page, Tree
from convref.weave.plan import Plan, is_doctest, plan
from convref.weave.problems import Result, problems
from convref.weave.session import Engine, Outcome, Settings
from convref.weave.values import SHARED, STR
from convref.weave.visible import formula_text


@dataclass(frozen=True)
class Options:
    """What is checked.

    Args:
        numbers: whether open numbers are ignored, reported beside the findings, or findings themselves.
        not_quantities: the site's own patterns of what is no quantity.
        published: the file of published figures; `published.toml` in the tree unless given.
        auto: languages of fences that are run without `exec`.
        strict: whether what a block leaves behind, such as a thread, is wrong too.
        settings: how pages are run.
    """

    numbers: Literal["off", "report", "require"] = "off"
    not_quantities: tuple[re.Pattern[str], ...] = ()
    published: Path | None = None
    auto: frozenset[str] = frozenset()
    strict: bool = False
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        if self.numbers not in {"off", "report", "require"}:
            raise ArgumentError(f"Options: numbers (={self.numbers!r}) must be 'off', 'report' or 'require'")


@dataclass(frozen=True)
class Report:
    """What was found in a tree, sorted by page and line, and its numbers where they were asked for."""

    findings: tuple[Finding, ...]
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
        self.tree: Tree = pages.read(root)
        self.published = published.read(self.options.published or root / "published.toml")
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

    def findings(self, page: Page) -> tuple[Finding, ...]:
        """Everything that is wrong in a page, sorted by line."""
        return tuple(sorted([*self.read(page), *self.judged(page)]))

    def read(self, page: Page) -> Iterator[Finding]:
        """What the text of a page alone tells."""
        yield from citations.check(page.document, self.published)
        yield from parity.check(page, self.tree)
        yield from links.check(page, self.tree)
        if self.options.numbers == "require":
            yield from (each.finding for each in self.numbers(page) if each.standing == "open")

    def numbers(self, page: Page) -> tuple[Number, ...]:
        """The quantities of a page."""
        return coverage.numbers(page.document, self.options.not_quantities)

    def judged(self, page: Page) -> Iterator[Finding]:
        """What the run of a page tells; waits for it."""
        result, error = self.result(page), self._plan(page)
        if result:
            yield from judge(page.document, result, strict=self.options.strict)
        elif isinstance(error, PageError) and error.path == page.document.path:
            yield Finding(error.path, error.line, "page", error.rule)

    def result(self, page: Page) -> Result | None:
        """The run of a page as its language sees it; None when it cannot be planned."""
        self.start(page)
        planned = self._plan(page)
        if isinstance(planned, PageError):
            return None
        outcomes = self._outcomes[page.name].result()
        return Result(planned, outcomes, page.language, page.language, self.options.auto)

    def prepare(self, some: Iterable[Page]) -> None:
        """Plan pages, and begin to load the modules that they import, for the runs that will follow."""
        plans = [self._plan(page) for page in some]
        names = dict.fromkeys(name for each in plans if isinstance(each, Plan) for name in each.imports)
        if names:
            self._ready_engine().preload(list(names))

    def start(self, page: Page) -> None:
        """Begin to run a page in all its languages, unless it has been; other pages may run meanwhile."""
        planned = self._plan(page)
        if isinstance(planned, Plan) and page.name not in self._outcomes:
            self._outcomes[page.name] = self._ready_engine().submit(planned)

    def _plan(self, page: Page) -> Plan | PageError:
        if page.name not in self._planned:
            versions = self.tree.by_name[page.name]
            documents = {each: versions[each].document for each in sorted(versions, key=self._rank)}
            try:
                self._planned[page.name] = plan(documents, self.options.auto)
            except PageError as error:
                self._planned[page.name] = error
        return self._planned[page.name]

    def _ready_engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(self.options.settings, self.tree.languages or ("",))
        return self._engine

    def _rank(self, language: str) -> int:
        return self.tree.languages.index(language) if language else -1


def check(root: Path, options: Options | None = None) -> Report:
    """Check a tree of pages.

    Args:
        root: the directory of pages.
        options: what is checked.

    Raises:
        PageError: there is no such directory, or the published figures cannot be read.
    """
    with Checker(root, options) as checker:
        found: list[Finding] = list(checker.tree.faults)
        numbers: list[Number] = []
        checker.prepare(checker.tree.pages)
        for page in checker.tree.pages:
            checker.start(page)
        for page in checker.tree.pages:
            found += checker.findings(page)
            if checker.options.numbers != "off":
                numbers += checker.numbers(page)
        return Report(tuple(sorted(found)), tuple(sorted(numbers)), len(checker.tree.pages))


def judge(document: Document, result: Result, *, strict: bool = False) -> Iterator[Finding]:
    """What the run of a page tells about its text: failures, doctests, equations.

    The text may have changed since, as long as the regions stand where they stood and run what they ran.
    """
    doctests = [fence for fence in document.of(Fence) if is_doctest(fence, result.auto)]
    for problem in problems(document, result):
        is_example = any(fence.line <= problem.line <= _last_line(document, fence) for fence in doctests)
        if problem.fatal or strict:
            yield Finding(problem.path, problem.line, "doctest" if is_example else "run", problem.rule)
    yield from _equations(document, result)


def _last_line(document: Document, fence: Fence) -> int:
    return document.line_at(fence.end)


def _equations(document: Document, result: Result) -> Iterator[Finding]:
    """The numeric links that do not hold, with the values of the page in the place of their code."""
    values = list(document.of(InlineValue))
    for formula in document.of(Formula):
        text = formula_text(document, formula)
        for value in reversed(values):
            if formula.start <= value.start < formula.end:
                start, end = value.start - formula.content_start, value.end - formula.content_start
                text = f"{text[:start]}{_shown(value, result)}{text[end:]}"
        for link in equations.links(text):
            if link.holds is False:
                line = formula.line + text.count("\n", 0, link.right.start)
                yield Finding(document.path, line, "equation", link.message)


def _shown(value: InlineValue, result: Result) -> str:
    """What a value shows in a formula; a sign that is no number where it failed."""
    outcome = result.at((value.start,))
    text = outcome.forms[SHARED].get(STR, "?") if outcome and SHARED in outcome.forms else "?"
    return " ".join(text.split())
