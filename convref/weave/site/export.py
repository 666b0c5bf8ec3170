"""A tree of pages -> the same tree as plain Markdown, with results in the place of what was run.

Any host that reads Markdown and the HTML in it can show what comes out. A notebook becomes a page of the same
name. Files that are no pages are copied, and so are notebooks, to which links lead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref.errors import ArgumentError
from convref.weave.check.number_policy import Reading
from convref.weave.numbers import published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.tree import Page, page_files, read_text, read_tree
from convref.weave.run.engine import Engine
from convref.weave.site import config
from convref.weave.site.build import Build, Source


@dataclass(frozen=True)
class Woven:
    """What came of a tree: how many pages there are, and what is wrong in them."""

    pages: int
    diagnostics: tuple[Diagnostic, ...]


def weave(root: Path, out: Path) -> Woven:
    """Write the pages under `root` as plain Markdown into `out`, by the options of the site of `root`.

    Raises:
        PageError: there is no such directory, or the published figures cannot be read.
        ArgumentError: the directories lie in each other.
    """
    here, there = root.resolve(), out.resolve()
    if there.is_relative_to(here) or here.is_relative_to(there):
        raise ArgumentError(f"weave: out (={out}) must lie outside of {root}, and not around it")
    options = config.read(root)
    tree = read_tree(root, options.notebooks, options.auto)
    figures = published.load(options.published or root / "published.toml")
    reading = Reading(options.numbers, options.not_quantities, figures)
    found: list[Diagnostic] = list(tree.faults)
    with Engine(options.settings, tree.languages or ("",), config.cache(root)) as engine:
        build = Build(engine, options.auto, options.snippets, reading)
        for name, versions in tree.by_name.items():
            build.add(name, {lang: _source(page) for lang, page in versions.items()})
        build.start()
        for page in tree.pages:
            rendered = build.render(page.name, _source(page), page.language)
            _write(
                (there / page.file.relative_to(here)).with_suffix(".md"),
                rendered.fragments.inlined(rendered.markdown),
            )
            found += rendered.diagnostics
        build.close()
    for file in _others(here):
        target = there / file.relative_to(here)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return Woven(len(tree.pages), tuple(found))


def _source(page: Page) -> Source:
    return Source(page.document.path, read_text(page.file))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def _others(root: Path) -> Iterator[Path]:
    markdown = set(page_files(root))
    yield from (file for file in sorted(root.rglob("*")) if file.is_file() and file not in markdown)
