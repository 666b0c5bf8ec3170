"""The pytest plugin: collects pages, an item for each block, value line, doctest, equation and check.

It is installed with convref and so is present in every project that uses convref, whose Markdown may be
none of its business. A Markdown file is therefore collected only

- if it is under a directory that the option `convref_pages` of pytest's configuration names, or
- if it is under a path given on the command line (or by `testpaths`) that lies in a directory of pages:
  one with a `mkdocs.yml` beside it that has the plugin `convref`.

    [tool.pytest.ini_options]
    convref_pages = ["docs"]

A Python file there is collected if the site's option `notebooks` makes it a notebook. The options of the
checks come from that `mkdocs.yml`. A page is run once, in all its languages, and its items share what came of
it; with pytest-xdist's `--dist=loadfile`, those of all languages stay in one worker.

The engine itself is imported when the first page is collected, so that pytest starts as fast as without it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from convref.weave.site import config

if TYPE_CHECKING:
    from convref.weave.check.checker import Checker
    from convref.weave.check.items import Claim
    from convref.weave.page.diagnostic import Diagnostic
    from convref.weave.page.tree import Page

_CHECKERS: Final = pytest.StashKey["dict[Path, Checker]"]()
_INI: Final = "convref_pages"
_SUFFIXES: Final = frozenset({".md", ".py"})


class WrongPageError(Exception):
    """A check of a page failed.

    Args:
        errors: the diagnostics that it found.
    """

    def __init__(self, errors: Iterable[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, errors)))


class PageItem(pytest.Item):
    """One check of a page."""

    def __init__(self, *, claim: Claim, file: PageFile, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.claim, self.file = claim, file

    def runtest(self) -> None:
        """Raise WrongPageError for the errors that the check finds."""
        from convref.weave.check import items as claims

        found = claims.of(self.claim, self.file.claims, self.file.errors())
        if found:
            raise WrongPageError(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the errors alone; a traceback through the plugin helps nobody."""
        if isinstance(excinfo.value, WrongPageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The page, its line from 0, and what the item is called."""
        return self.path, self.claim.line - 1, f"{self.file.shown}:{self.claim.line}: {self.claim.name}"


class PageFile(pytest.File):
    """A page of a tree; `page` is missing where it cannot be read."""

    def __init__(self, *, root: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.root = root
        self.page: Page | None = None
        self.claims: tuple[Claim, ...] = ()
        self.shown = str(self.path)

    @property
    def checker(self) -> Checker:
        """That of the page's tree, shared by the whole run of pytest."""
        from convref.weave.check.checker import Checker

        checkers = self.config.stash[_CHECKERS]
        if self.root not in checkers:
            checkers[self.root] = Checker(self.root, config.read(self.root))
        return checkers[self.root]

    def collect(self) -> Iterator[pytest.Item]:
        """The checks of the page."""
        from convref.weave.check import items as claims

        options, tree = self.checker.options, self.checker.tree
        self.page = tree.by_file.get(self.path.resolve())
        if self.page is None:
            self.claims = (claims.REST,)
        else:
            self.shown = self.page.document.path
            kinds = {"citation", "link"}
            kinds |= {"parity"} if self.page.language else set()
            kinds |= {"number"} if options.numbers == "require" else set()
            self.claims = claims.claims(self.page.document, kinds)
        for claim in self.claims:
            yield PageItem.from_parent(self, name=f"{claim.name}:{claim.line}", claim=claim, file=self)

    def errors(self) -> tuple[Diagnostic, ...]:
        """Return the errors of the page, without the notes."""
        if self.page:
            return tuple(each for each in self.checker.diagnostics(self.page) if each.fatal)
        return tuple(each for each in self.checker.tree.faults if Path(each.path).resolve() == self.path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make the option known."""
    parser.addini(_INI, "directories of pages that convref checks, relative to the root", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Make a place for the checkers."""
    config.stash[_CHECKERS] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a page of a tree that is meant to be checked."""
    root = _root(file_path.resolve(), parent.config) if file_path.suffix in _SUFFIXES else None
    if root is None or (file_path.suffix != ".md" and not _is_notebook(root, file_path)):
        return None
    return PageFile.from_parent(parent, path=file_path, root=root)


@pytest.hookimpl(wrapper=True, specname="pytest_collect_file")
def pytest_collect_notebook_once(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """A notebook is a page and no module: importing it, in search of doctests, would run it."""
    found = yield
    ours: list[pytest.Collector] = [each for each in found if isinstance(each, PageFile)]
    return ours if ours and file_path.suffix != ".md" else found


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to load what the collected pages import."""
    if session.config.option.collectonly:
        return
    files = {item.file for item in session.items if isinstance(item, PageItem) and item.file.page}
    for root, checker in session.config.stash[_CHECKERS].items():
        checker.prepare([file.page for file in files if file.root == root and file.page])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist=loadfile`, give all languages of a page to one worker, which then runs it once."""
    if config.getvalue("dist") != "loadfile" or not config.getini(_INI):
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class PageScheduling(LoadFileScheduling):  # type: ignore[misc]
        """Takes the languages of a page for one file."""

        def _split_scope(self, nodeid: str) -> str:
            return _page(super()._split_scope(nodeid), config)

    return PageScheduling(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the processes of the runs."""
    for checker in config.stash.get(_CHECKERS, {}).values():
        checker.close()


def _root(file: Path, settings: pytest.Config) -> Path | None:
    """The directory of pages to which a file belongs, as messages are to call it; None if it is no page."""
    for name in settings.getini(_INI):
        root = settings.rootpath / name
        if file.is_relative_to(root.resolve()):
            return _shown(root)
    given = [(settings.invocation_params.dir / each.partition("::")[0]).resolve() for each in settings.args]
    for root in file.parents:
        is_asked_for = any(file.is_relative_to(each) and each.is_relative_to(root) for each in given)
        if is_asked_for and config.site_file(root):
            return _shown(root)
    return None


def _is_notebook(root: Path, file: Path) -> bool:
    """Whether a Python file is a notebook of the site that `root` belongs to."""
    from convref.weave.page import tree

    return tree.is_notebook(tree.relative_path(root, file), config.read(root).notebooks)


def _page(file: str, settings: pytest.Config) -> str:
    """What the languages of a page have in common; a file that is no page stands for itself."""
    from convref.weave.page import tree

    for name in settings.getini(_INI):
        root, path = settings.rootpath / name, settings.rootpath / file
        if path.suffix in _SUFFIXES and path.is_relative_to(root) and root.is_dir():
            return f"{name}:{tree.language_and_name(root, path, tree.languages_of(root))[1]}"
    return file


def _shown(root: Path) -> Path:
    """A directory relative to the working directory where it is below that."""
    return root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root
