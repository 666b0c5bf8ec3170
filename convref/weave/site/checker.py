"""All checks of a site: run them on a directory of pages, and collect errors, notes and numbers.

`convref check` and the pytest plugin both use a `Checker`, so they report the same errors. Citations, parity,
links and numbers are checked in the text of a page. Blocks, values, doctests and equations can be checked
only after a run. Each page runs once for all its languages. By default, results from the cache are not used,
so that a check shows whether the pages really run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from convref.errors import ConvrefError, PageError
from convref.weave.check import coverage, execution, links, parity
from convref.weave.check.coverage import Number
from convref.weave.check.facts import bilingual, code_names, labels, sources
from convref.weave.check.facts.code_names import KnownWords
from convref.weave.check.facts.described import Count, Descriptions
from convref.weave.check.facts.named_pages import NamedPages
from convref.weave.check.facts.registry import Registry
from convref.weave.check.facts.sources import Sources
from convref.weave.check.facts.terms import Terms
from convref.weave.check.page_result import PageResult
from convref.weave.page.diagnostic import Diagnostic, unexpected_error
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Plan, Step, plan
from convref.weave.page.tree import Page, Tree, read_tree
from convref.weave.run.engine import Engine
from convref.weave.site.options import SiteOptions


@dataclass(frozen=True)
class CheckReport:
    """The result of checking a set of pages; diagnostics are sorted by path and line.

    Args:
        diagnostics: the errors and notes.
        numbers: the numbers in the text of the pages; empty if the site's option `numbers` is "off".
        pages: the number of pages that were checked.
        counts: the numbers of things in the pages, such as "13 convolutions"; empty unless the site has a
            registry.
    """

    diagnostics: tuple[Diagnostic, ...]
    numbers: tuple[Number, ...]
    pages: int
    counts: tuple[Count, ...] = ()

    @classmethod
    def joined(cls, reports: Iterable[CheckReport]) -> CheckReport:
        """Return one report that combines the reports on several sites."""
        found = list(reports)
        return cls(
            tuple(sorted(each for report in found for each in report.diagnostics)),
            tuple(sorted(each for report in found for each in report.numbers)),
            sum(report.pages for report in found),
            tuple(sorted(each for report in found for each in report.counts)),
        )

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors, without the notes."""
        return tuple(each for each in self.diagnostics if each.fatal)


class Checker:
    """Checks the pages of a directory; each page runs once, when its results are first needed.

    Args:
        root: the directory of pages.
        options: the options of the site.
        strict: True turns notes about a block's side effects (such as a thread left running) into errors.
        cached: True uses valid results that a build has cached, and runs only pages without them.

    Raises:
        PageError: there is no such directory.
    """

    def __init__(
        self, root: Path, options: SiteOptions | None = None, *, strict: bool = False, cached: bool = False
    ) -> None:
        self.options = options or SiteOptions(root=root.resolve().parent)
        self.strict, self.cached = strict, cached
        self.tree: Tree = read_tree(
            root, self.options.notebooks, self.options.fence_rules, self.options.languages
        )
        self.policy = self.options.number_policy(root)
        self.faults = self.policy.faults  # errors in the files of the site that hold figures and terms
        try:
            self.terms = self.options.load_terms()
        except PageError as error:
            self.terms = Terms()
            self.faults += (Diagnostic.of_error(error, "fact"),)
        self.sources = Sources(self.tree)
        self.descriptions = self._load_descriptions()
        registry = self.descriptions.registry if self.descriptions else Registry()
        self.named_pages = NamedPages(registry)
        self._known_words = KnownWords(self.tree, registry)
        self._plans: dict[str, Plan | PageError] = {}
        self._numbers: dict[Path, tuple[Number, ...]] = {}
        # By the steps, so that a page of which only the text has changed needs no run (`with_pages`).
        self._outcomes: dict[tuple[Step, ...], Future[tuple[Outcome, ...]]] = {}
        self._engine: Engine | None = None

    def _load_descriptions(self) -> Descriptions | None:
        try:
            registry = self.options.load_registry()
        except ConvrefError as error:
            self.faults += (Diagnostic("registry", 0, "registry", str(error)),)
            return None
        return Descriptions(registry) if registry else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def with_pages(self, pages: Iterable[Page]) -> Self:
        """Return a checker of the same site in which some pages are replaced by other versions.

        The two checkers share the worker processes and the results. So a page whose code is the same in its
        new version is checked without another run. This checker must stay open as long as the other one is
        used.

        Args:
            pages: the new versions; each replaces the page with the same file.
        """
        changed = {page.file: page for page in pages}
        if self.options.execute != "never":
            self._started_engine()
        other = copy(self)
        other.tree = self.tree.with_pages(changed.values())
        names = {page.name for page in changed.values()}
        other.sources = self.sources.with_tree(other.tree, names)
        other._known_words = self._known_words.with_tree(other.tree)  # noqa: SLF001 (it is a copy of this object)
        plans = {name: each for name, each in self._plans.items() if name not in names}
        numbers = {file: each for file, each in self._numbers.items() if file not in changed}
        other._plans, other._numbers = plans, numbers  # noqa: SLF001 (likewise)
        return other

    def close(self) -> None:
        """Terminate the worker processes."""
        if self._engine:
            self._engine.close()

    def diagnostics(self, page: Page) -> tuple[Diagnostic, ...]:
        """Return the errors and notes about a page, sorted by line; wait for its run if it has not ended."""
        return tuple(sorted(self.iterate(page)))

    def iterate(self, page: Page) -> Iterator[Diagnostic]:
        """Yield the errors and notes about a page; those that can be found only after its run come last."""
        checks: tuple[Callable[[], Iterable[Diagnostic]], ...] = (
            lambda: self._of_numbers(page),
            lambda: parity.check(page, self.tree),
            lambda: links.check(page, self.tree),
            lambda: self._of_facts(page),
            lambda: self._of_run(page),
        )
        for check in checks:
            try:
                yield from check()
            except Exception as error:  # noqa: BLE001 (one page must not end the check of all)
                yield Diagnostic.of_error(unexpected_error(page.document.path, error, "checked"))

    @property
    def site_diagnostics(self) -> tuple[Diagnostic, ...]:
        """The errors and notes about the sources of published numbers; they belong to no single page."""
        mode = self.options.sources
        if mode == "off":
            return ()
        return tuple(sources.check_published(self.policy.published, fatal=mode == "require"))

    def _of_numbers(self, page: Page) -> Iterable[Diagnostic]:
        return self.policy.check(page.document, self.numbers(page) if self.options.numbers != "off" else ())

    def _of_facts(self, page: Page) -> Iterable[Diagnostic]:
        facts, mode = self.options.facts, self.options.sources
        found: list[Diagnostic] = []
        if facts != "off":
            found += bilingual.check(page, self.tree, self.terms, fatal=facts == "require")
        if mode != "off":
            found += self.sources.check(page, fatal=mode == "require")
        if self.options.labels != "off":
            found += labels.check(page.document, fatal=self.options.labels == "require")
        return [*found, *self._of_registry(page)]

    def _of_registry(self, page: Page) -> Iterator[Diagnostic]:
        modes = self.options.described, self.options.code_names
        if self.descriptions and modes[0] != "off":
            yield from self.descriptions.check(page.document, page.language, fatal=modes[0] == "require")
            yield from self.named_pages.check(page, fatal=modes[0] == "require")
        # Without the registry, its names would be taken for mistakes.
        if modes[1] != "off" and (self.descriptions or not self.options.registry):
            self._known_words.add(page)
            yield from code_names.check(page.document, self._known_words, fatal=modes[1] == "require")

    def counts(self, page: Page) -> tuple[Count, ...]:
        """Return the numbers that are directly before a noun of the registry, such as "13 convolutions"."""
        return tuple(self.descriptions.counts(page.document, page.language)) if self.descriptions else ()

    def numbers(self, page: Page) -> tuple[Number, ...]:
        """Return the quantities in a page, each with its status; see `coverage.Number`."""
        if page.file not in self._numbers:
            self._numbers[page.file] = coverage.numbers(page.document, self.policy.not_quantities)
        return self._numbers[page.file]

    def result(self, page: Page) -> PageResult | None:
        """Return the results of a page's run, in the page's language; wait until the run has ended.

        The result is None if the page could not be planned, or if the option `execute` is "never".
        """
        self.start(page)
        planned = self.plan(page)
        if isinstance(planned, PageError) or planned.steps not in self._outcomes:
            return None
        return PageResult(planned, self._outcomes[planned.steps].result(), page.language, page.language)

    def prepare(self, pages: Iterable[Page]) -> None:
        """Plan pages that will be run later, and start importing the modules that their code needs.

        Raises:
            ArgumentError: the executor that the site's options name cannot be used; see `Engine.preload`.
        """
        if self.options.execute == "never":
            return
        plans = [each for each in map(self.plan, pages) if isinstance(each, Plan) and each.steps]
        if plans and self.cached:
            self._started_engine().prepare(plans)
        elif plans:
            names = dict.fromkeys(name for each in plans for name in each.imports)
            self._started_engine().preload(list(names))

    def start(self, page: Page) -> None:
        """Start running a page in all its languages in the background. Idempotent."""
        if self.options.execute == "never":
            return
        planned = self.plan(page)
        if isinstance(planned, Plan) and planned.steps not in self._outcomes:
            self._outcomes[planned.steps] = self._started_engine().submit(planned)

    def plan(self, page: Page) -> Plan | PageError:
        """Return the plan for a page in all its languages, or the error that prevented planning."""
        if page.name not in self._plans:
            versions = self.tree.by_name[page.name]
            languages = sorted(versions, key=self._rank)
            try:
                documents = {each: self.options.with_snippets(versions[each].document) for each in languages}
                self._plans[page.name] = plan(documents)
            except PageError as error:
                self._plans[page.name] = error
            except Exception as error:  # noqa: BLE001 (likewise)
                self._plans[page.name] = unexpected_error(page.document.path, error, "planned")
        return self._plans[page.name]

    def _of_run(self, page: Page) -> Iterable[Diagnostic]:
        result, planned = self.result(page), self.plan(page)
        if result:
            found = execution.check(page.document, result)
            return (replace(each, fatal=True) for each in found) if self.strict else found
        if isinstance(planned, Plan) and planned.steps:
            message = "the page's code is not run, because execute is 'never'; only its text is checked"
            return [Diagnostic(page.document.path, 0, "run", message, fatal=False)]
        # The error is in one language of the page; the others have nothing to report.
        if isinstance(planned, PageError) and planned.path == page.document.path:
            return [Diagnostic.of_error(planned)]
        return []

    def _started_engine(self) -> Engine:
        if self._engine is None:
            cache = self.options.cache_settings if self.cached else None
            self._engine = Engine(self.options.run_settings, self.tree.languages or ("",), cache)
        return self._engine

    def _rank(self, language: str) -> int:
        return self.tree.languages.index(language) if language else -1


def check_pages(
    root: Path,
    options: SiteOptions | None = None,
    only: Iterable[Path] | None = None,
    *,
    strict: bool = False,
    cached: bool = False,
    with_counts: bool = False,
) -> CheckReport:
    """Check a directory of pages, or some of its pages in all their languages.

    Args:
        root: the directory of pages.
        options: the options of the site.
        only: the pages to check, as files or as directories below `root`; None for all pages.
        strict: see `Checker`.
        cached: see `Checker`.
        with_counts: True adds the numbers of things, such as "13 convolutions", to the report.

    Raises:
        PageError: there is no such directory or page.
    """
    with Checker(root, options, strict=strict, cached=cached) as checker:
        pages, faults = checker.tree.chosen(only)
        found = [*faults, *checker.faults, *(() if only is not None else checker.site_diagnostics)]
        numbers: list[Number] = []
        checker.prepare(pages)
        for page in pages:  # all are started before the first is waited for
            checker.start(page)
        for page in pages:
            found += checker.diagnostics(page)
            if checker.options.numbers != "off":
                numbers += checker.numbers(page)
        counts = [each for page in pages for each in checker.counts(page)] if with_counts else []
        return CheckReport(tuple(sorted(found)), tuple(sorted(numbers)), len(pages), tuple(sorted(counts)))
