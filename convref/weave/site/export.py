"""Export a directory of pages as plain Markdown, in which results replace the code that ran.

Every host that can show Markdown with embedded HTML can show the output. A notebook becomes a Markdown page
of the same name. All files except Markdown pages are copied, including the notebooks, since pages may link to
them. If readers can run blocks in their browser, the scripts, Python and its packages are among the files.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from convref.errors import ArgumentError
from convref.weave.browser.browser import FOLDER
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.tree import Page, Tree, page_files, path_in_messages, read_text, read_tree
from convref.weave.run.engine import Engine
from convref.weave.site.build import Build, Source, changed_since
from convref.weave.site.config_file import load_options
from convref.weave.site.late_fences import near


@dataclass(frozen=True)
class ExportReport:
    """The result of an export: the number of pages that were written, and the diagnostics about them."""

    pages: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors, without the notes."""
        return tuple(each for each in self.diagnostics if each.fatal)


def export_pages(
    root: Path,
    out: Path,
    execute: str | None = None,
    in_site: Callable[[PurePath], PurePath] = lambda path: path,
) -> ExportReport:
    """Run the pages under `root`, and write them with their results as plain Markdown into `out`.

    The options of the site are read from its MkDocs configuration.

    Args:
        root: the directory of pages.
        out: the directory into which the output is written.
        execute: a value that replaces that of the site's option `execute`; None for the site's value. If the
            site's value is "never", it is not replaced.
        in_site: a function from the path of a page in `out` to its path in the site that a host builds; the
            two differ if the host leaves out the directory of a language. Pages load the scripts that run
            their blocks from `assets/convref` in this site.

    Raises:
        PageError: there is no such directory, or a file of the site cannot be read.
        ArgumentError: one of the directories contains the other.
    """
    here, there = root.resolve(), out.resolve()
    if there.is_relative_to(here) or here.is_relative_to(there):
        raise ArgumentError(
            f"weave: out (={out}) must not be inside the directory of pages (={root}), or contain it"
        )
    options = load_options(root).replaced(execute=execute)
    browser = options.browser
    tree = read_tree(root, options.notebooks, options.fence_rules, options.languages)
    policy = options.number_policy(root)
    found = [*tree.faults, *policy.faults]
    # All pages are read before any of them runs, since a page may delete or rewrite files of the site.
    sources = {page.file: _source(page) for page in tree.pages}
    others = list(_other_files(here))
    with Engine(options.run_settings, tree.languages or ("",), options.cache_settings) as engine:
        build = Build(engine, options, policy, browser=browser)
        for name, versions in tree.by_name.items():
            build.add(name, {language: sources[page.file] for language, page in versions.items()})
        build.start()
        for page in tree.pages:  # rendering waits for the run of each page
            source = sources[page.file]
            rendered = build.render(page.name, source, page.language)
            with build.late_fences(page.name, source, page.language, "", rendered.fragments) as fences:
                markdown = fences.replaced(rendered.markdown, near(source.path, source.text))
            place = page.file.relative_to(here).with_suffix(".md")
            url = _url(in_site(place), directories=options.directory_urls)
            text = rendered.fragments.inlined(markdown, interactive=True)
            scripts = rendered.blocks.data(f"./{'../' * url.count('/')}{FOLDER}", in_markdown=True)
            target = there / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((f"{text.rstrip()}\n\n{scripts}\n" if scripts else text).encode())
            found += (*rendered.diagnostics, *fences.diagnostics)
        build.close()
        found += _changed_pages(tree, sources)
    for file in others:
        target = there / file.relative_to(here)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, target)
        except OSError as error:
            path = path_in_messages(root, root / file.relative_to(here))
            found.append(Diagnostic(path, 0, "page", f"the file cannot be copied: {error.strerror}"))
    browser.write(there)
    return ExportReport(len(tree.pages), tuple(found))


def _url(path: PurePath, *, directories: bool) -> str:
    """Return the URL of a page, relative to the root of the site.

    Args:
        path: the path of the page's file.
        directories: whether the URL of a page is that of a directory, as MkDocs' `use_directory_urls`.
    """
    if path.stem in {"index", "README"}:
        path = path.with_name("index.md")
    if not directories:
        return path.with_suffix(".html").as_posix()
    folder = path.parent if path.stem == "index" else path.with_suffix("")
    return "" if folder == PurePath() else f"{folder.as_posix()}/"


def _source(page: Page) -> Source:
    return Source(page.document.path, read_text(page.file))


def _changed_pages(tree: Tree, sources: Mapping[Path, Source]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each page whose file has changed since it was read."""
    for page in tree.pages:
        if message := changed_since(page.file, sources[page.file].text):
            yield Diagnostic(page.document.path, 0, "page", message)


def _other_files(root: Path) -> Iterator[Path]:
    """Yield all files under a directory except Markdown pages."""
    markdown = set(page_files(root))
    yield from (file for file in sorted(root.rglob("*")) if file.is_file() and file not in markdown)
