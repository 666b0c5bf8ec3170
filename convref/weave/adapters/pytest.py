"""The pytest plugin: collects pages, with one item per block, inline value, doctest, equation and check.

The plugin is installed with convref, so it is active in every project that uses convref. Most Markdown files
of these projects are not meant to be checked. A Markdown file is therefore collected only in two cases:

- It is below a directory that the option `convref_pages` of pytest's configuration names.
- It is below a path that is given on the command line or by `testpaths`, and this path is in a directory of
  pages. A directory of pages has a `mkdocs.yml` beside it that lists the plugin `convref`.

The option `convref_pages` is set in `pyproject.toml`:

    [tool.pytest.ini_options]
    convref_pages = ["docs"]

A Python file in these directories is collected if it matches the site's option `notebooks`. The options of a
site are read from its `mkdocs.yml`. A page runs once for all its languages, and all its items use the result.
With pytest-xdist's `--dist=loadfile`, the items of all its languages therefore go to one worker process.

The page engine is imported only when the first page is collected, so that pytest itself starts fast.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from convref.errors import ConvrefError

if TYPE_CHECKING:
    from convref.weave.page.diagnostic import Diagnostic
    from convref.weave.page.tree import Page
    from convref.weave.site.checker import Checker
    from convref.weave.site.page_checks import PageCheck

_CHECKERS: Final = pytest.StashKey["dict[Path, Checker]"]()
_LANGUAGES: Final = pytest.StashKey["dict[Path, tuple[str, ...]]"]()
_SITES: Final = pytest.StashKey["dict[Path, bool]"]()
_INI: Final = "convref_pages"
_SUFFIXES: Final = frozenset({".md", ".py"})


class WrongPageError(Exception):
    """The exception that an item raises if its check finds errors in the page.

    Args:
        errors: the diagnostics of the errors.
    """

    def __init__(self, errors: Iterable[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, errors)))


class PageItem(pytest.Item):
    """A pytest item for one check of a page, such as the check of a block or a doctest."""

    def __init__(self, *, check: PageCheck, file: PageFile, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check, self.file = check, file

    def runtest(self) -> None:
        """Run the check; raise WrongPageError if it finds errors."""
        from convref.weave.site.page_checks import NEED_RUN, share_of

        if self.file.checker.options.execute == "never" and self.check.name in NEED_RUN and self.file.page:
            pytest.skip("not run, because execute is 'never'")
        errors = share_of(self.check, self.file.checks, self.file.errors())
        if errors:
            raise WrongPageError(errors)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the errors without a traceback, which would only show the plugin's code."""
        if isinstance(excinfo.value, WrongPageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the page's path, the 0-based line of the check, and the name under which pytest lists it."""
        return self.path, self.check.line - 1, f"{self.file.shown}:{self.check.line}: {self.check.name}"


class PageFile(pytest.File):
    """A pytest collector for the page in one file; `page` is None if the file cannot be parsed."""

    def __init__(self, *, root: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.root = root
        self.page: Page | None = None
        self.checks: tuple[PageCheck, ...] = ()
        self.shown = str(self.path)

    @property
    def checker(self) -> Checker:
        """The checker of the page's site; all pages of the site share it."""
        return _checker(self.root, self.config)

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a pytest item for each check of the page."""
        from convref.weave.site.page_checks import REST, page_checks

        self.page = self.checker.tree.by_file.get(self.path.resolve())
        if self.page is None:  # it cannot be parsed; its only item fails with the error
            self.checks = (REST,)
        else:
            self.shown = self.page.document.path
            kinds = {"citation", "link"}
            kinds |= {"parity"} if self.page.language else set()
            options = self.checker.options
            modes = {
                "number": options.numbers,
                "symbol": options.symbols,
                "label": options.labels,
                "source": options.sources,
                "registry": options.described,
                "name": options.code_names,
            }
            modes |= {"fact": options.facts} if self.page.language else {}
            kinds |= {kind for kind, mode in modes.items() if mode == "require"}
            self.checks = page_checks(self.page.document, kinds)
        for check in self.checks:
            yield PageItem.from_parent(self, name=f"{check.name}:{check.line}", check=check, file=self)

    def errors(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of the page that are errors; notes are left out."""
        if self.page:
            return tuple(each for each in self.checker.diagnostics(self.page) if each.fatal)
        return tuple(each for each in self.checker.tree.faults if Path(each.path).resolve() == self.path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the configuration option `convref_pages`."""
    parser.addini(_INI, "directories of pages that convref checks, relative to the root", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Create empty dictionaries for the checkers, the languages and the directories of the sites."""
    config.stash[_CHECKERS] = {}
    config.stash[_LANGUAGES] = {}
    config.stash[_SITES] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Return a collector if a file is a page that is to be checked; None for other files."""
    root = _root(file_path.resolve(), parent.config) if file_path.suffix in _SUFFIXES else None
    if root is None or (file_path.suffix != ".md" and not _is_notebook(root, file_path, parent.config)):
        return None
    return PageFile.from_parent(parent, path=file_path, root=root)


@pytest.hookimpl(wrapper=True, specname="pytest_collect_file")
def pytest_collect_notebook_once(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Keep pytest from also collecting a notebook for doctests: importing it would run its code."""
    found = yield
    ours: list[pytest.Collector] = [each for each in found if isinstance(each, PageFile)]
    return ours if ours and file_path.suffix != ".md" else found


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start loading the modules that the collected pages import, in the background."""
    if session.config.option.collectonly:
        return
    # Loading takes seconds, and goes on while the first items run.
    files = {item.file for item in session.items if isinstance(item, PageItem) and item.file.page}
    for root, checker in session.config.stash[_CHECKERS].items():
        try:
            checker.prepare([file.page for file in files if file.root == root and file.page])
        except ConvrefError as error:
            raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return a scheduler for `--dist=loadfile` that sends all languages of a page to one worker."""
    if config.getvalue("dist") != "loadfile" or not config.getini(_INI):
        return None
    # Workers share no results, so a second worker would run the page again.
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class PageScheduling(LoadFileScheduling):  # type: ignore[misc]
        """A scheduler that treats the translations of a page as one file."""

        def _split_scope(self, nodeid: str) -> str:
            return _page(super()._split_scope(nodeid), config)

    return PageScheduling(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Terminate the worker processes of all sites."""
    for checker in config.stash.get(_CHECKERS, {}).values():
        checker.close()


def _root(file: Path, settings: pytest.Config) -> Path | None:
    """Return the directory of pages that contains a file; None if the file is not to be checked."""
    for name in settings.getini(_INI):
        root = settings.rootpath / name
        if file.is_relative_to(root.resolve()):
            return _shown(root)
    # An argument may name an item, as in docs/a.md::doctest:3.
    given = [(settings.invocation_params.dir / each.partition("::")[0]).resolve() for each in settings.args]
    for root in file.parents:
        is_asked_for = any(file.is_relative_to(each) and each.is_relative_to(root) for each in given)
        if is_asked_for and _has_site(root, settings):
            return _shown(root)
    return None


def _has_site(root: Path, settings: pytest.Config) -> bool:
    """Return whether a directory is the directory of pages of a site. Memoized: each file asks for it."""
    from convref.weave.site.config_file import find_config

    sites = settings.stash[_SITES]
    if root not in sites:
        try:
            sites[root] = find_config(root) is not None
        except ConvrefError as error:
            raise pytest.UsageError(str(error)) from error
    return sites[root]


def _checker(root: Path, settings: pytest.Config) -> Checker:
    """Return the checker of a site, created on first use."""
    from convref.weave.site.checker import Checker
    from convref.weave.site.config_file import load_options

    checkers = settings.stash[_CHECKERS]
    if root not in checkers:
        try:
            # No other check of the project runs plain examples, so that pytest always runs them.
            options = load_options(root).replaced(doctests=True)
            checkers[root] = Checker(root, options)
        except ConvrefError as error:  # a wrong configuration concerns the site, so no item may fail with it
            raise pytest.UsageError(str(error)) from error
    return checkers[root]


def _is_notebook(root: Path, file: Path, settings: pytest.Config) -> bool:
    """Return whether a Python file matches the site's option `notebooks`."""
    from convref.weave.page import tree

    checker = _checker(root, settings)
    return tree.is_notebook(tree.relative_path(root, file), checker.options.notebooks, checker.tree.languages)


def _page(file: str, settings: pytest.Config) -> str:
    """Return a name that is the same for all translations of a page; for other files, return the path."""
    from convref.weave.page import tree

    for name in settings.getini(_INI):
        root, path = settings.rootpath / name, settings.rootpath / file
        if path.suffix in _SUFFIXES and path.is_relative_to(root) and root.is_dir():
            languages = _languages(_shown(root.resolve()), settings)
            return f"{name}:{tree.language_and_name(root, path, languages)[1]}"
    return file


def _languages(root: Path, settings: pytest.Config) -> tuple[str, ...]:
    """Return the languages of a site, without parsing its pages."""
    from convref.weave.page import tree
    from convref.weave.site.config_file import load_options

    known = settings.stash[_LANGUAGES]
    if root not in known:
        known[root] = tree.languages_of(root, load_options(root).languages)
    return known[root]


def _shown(root: Path) -> Path:
    """Return a directory as a path relative to the working directory; unchanged if it is not below that."""
    return root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root
