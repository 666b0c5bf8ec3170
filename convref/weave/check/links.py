"""Check the links of pages: the linked pages, anchors and images must exist."""

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
    """Yield a diagnostic for each link or image whose target does not exist.

    A target is relative to the page. In a tree with several languages, the target is also looked up relative
    to the page's path without the language: a link in the page `en/a/b.md` may be written as in a page
    `a/b.md`. Site generators that merge the languages allow this.
    """
    for reference in references.references(page.document):
        if reference.is_local:
            message = _mistake(reference, page, tree)
            if message:
                yield Diagnostic(page.document.path, reference.line, "link", message)


def _mistake(reference: Reference, page: Page, tree: Tree) -> str:
    """Return a sentence that describes the error in a link or image; "" if there is no error."""
    target = _target(reference, page, tree)
    if target is None:
        hint = _notebook_hint(reference, page, tree)
        return f"the file of the {reference.kind} {reference.target} does not exist{hint}"
    # Footnotes and the anchors of Python-Markdown's extensions exist only in the converted page.
    made_by_host = reference.anchor.startswith(("fn:", "fnref:", "__"))
    # Without an anchor, the page need not be parsed.
    other = tree.by_file.get(target) if reference.anchor and not made_by_host else None
    if other and reference.anchor not in tree.anchors[target]:
        return f"the link {reference.target}: {other.document.path} has no anchor #{reference.anchor}"
    return ""


def _notebook_hint(reference: Reference, page: Page, tree: Tree) -> str:
    """Return a hint for a link to the `.ipynb` file of a notebook: to link its Python file instead.

    For other links, return "".
    """
    if not reference.path.endswith(".ipynb"):
        return ""
    source = replace(reference, target=str(PurePosixPath(reference.path).with_suffix(percent.SUFFIX)))
    is_page = _target(source, page, tree) in tree.by_file
    return f"; link the notebook's source, {source.target}" if is_page else ""


def _target(reference: Reference, page: Page, tree: Tree) -> Path | None:
    """Return the file or directory to which a link or image points; None if it does not exist."""
    if not reference.path:
        return page.file
    folders = [page.file.parent]
    if page.language:
        folders.append((tree.root / page.name).resolve().parent)
    for folder in folders:
        target = Path(os.path.normpath(folder / reference.path))
        if target.is_dir():  # hosts serve the index page of a folder
            target = next(
                (target / each for each in ("index.md", "README.md") if (target / each).exists()), target
            )
        if target.exists():
            return target
    return None
