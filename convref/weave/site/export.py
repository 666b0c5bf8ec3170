"""Export a directory of pages as plain Markdown, in which results replace the code that ran.

Every host that can show Markdown with embedded HTML can show the output. A notebook becomes a Markdown page
of the same name. All files except Markdown pages are copied, including the notebooks, since pages may link to
them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from convref.errors import ArgumentError
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


def export_pages(root: Path, out: Path, execute: str | None = None) -> ExportReport:
    """Run the pages under `root`, and write them with their results as plain Markdown into `out`.

    The options of the site are read from its MkDocs configuration.

    Args:
        root: the directory of pages.
        out: the directory into which the output is written.
        execute: a value that replaces that of the site's option `execute`; None for the site's value. If the
            site's value is "never", it is not replaced.

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
    tree = read_tree(root, options.notebooks, options.fence_rules, options.languages)
    policy = options.number_policy(root)
    found = [*tree.faults, *policy.faults]
    # All pages are read before any of them runs, since a page may delete or rewrite files of the site.
    sources = {page.file: _source(page) for page in tree.pages}
    others = list(_other_files(here))
    with Engine(options.run_settings, tree.languages or ("",), options.cache_settings) as engine:
        build = Build(engine, options, policy)
        for name, versions in tree.by_name.items():
            build.add(name, {language: sources[page.file] for language, page in versions.items()})
        build.start()
        for page in tree.pages:  # rendering waits for the run of each page
            source = sources[page.file]
            rendered = build.render(page.name, source, page.language)
            with build.late_fences(page.name, source, page.language, "", rendered.fragments) as fences:
                markdown = fences.replaced(rendered.markdown, near(source.path, source.text))
            target = (there / page.file.relative_to(here)).with_suffix(".md")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(rendered.fragments.inlined(markdown).encode())
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
    return ExportReport(len(tree.pages), tuple(found))


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
