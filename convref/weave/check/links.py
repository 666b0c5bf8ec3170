"""Links, anchors and images between the pages of a tree: each leads to something that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from convref.weave.page import percent, references
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.references import Reference
from convref.weave.page.tree import Page, Tree


def check(page: Page, tree: Tree) -> Iterator[Diagnostic]:
    """The links and images of a page that lead nowhere.

    A target is looked for beside the page and, in a tree of languages, also where the page would stand
    if its language were the whole tree, which is where hosts that merge the languages look.
    """
    for reference in references.references(page.document):
        if reference.is_local:
            message = _fault(reference, page, tree)
            if message:
                yield Diagnostic(page.document.path, reference.line, "link", message)


def _fault(reference: Reference, page: Page, tree: Tree) -> str:
    target = _target(reference, page, tree)
    if target is None:
        hint = _source_of_notebook(reference, page, tree)
        return f"the {reference.kind} {reference.target} leads to no file{hint}"
    other = tree.by_file.get(target)
    made_by_host = reference.anchor.startswith(("fn:", "fnref:", "__"))
    if reference.anchor and other and not made_by_host and reference.anchor not in tree.anchors[target]:
        return f"the link {reference.target}: {other.document.path} has no anchor #{reference.anchor}"
    return ""


def _source_of_notebook(reference: Reference, page: Page, tree: Tree) -> str:
    """What to link in the place of a notebook that the site makes of a page."""
    if not reference.path.endswith(".ipynb"):
        return ""
    source = replace(reference, target=str(PurePosixPath(reference.path).with_suffix(percent.SUFFIX)))
    is_page = _target(source, page, tree) in tree.by_file
    return f"; link the notebook's source, {source.target}" if is_page else ""


def _target(reference: Reference, page: Page, tree: Tree) -> Path | None:
    """The file or directory that a reference leads to."""
    if not reference.path:
        return page.file
    places = [page.file.parent]
    if page.language:
        places.append((tree.root / page.name).resolve().parent)
    for place in places:
        target = Path(os.path.normpath(place / reference.path))
        if target.is_dir():
            target = next(
                (target / each for each in ("index.md", "README.md") if (target / each).exists()), target
            )
        if target.exists():
            return target
    return None
