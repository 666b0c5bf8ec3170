"""The links, images and anchors of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from convref.weave.markdown.document import Document
from convref.weave.markdown.lines import Lines
from convref.weave.markdown.regions import (
    CodeSpan,
    Comment,
    Fence,
    Formula,
    FrontMatter,
    Heading,
    InlineValue,
    Raw,
)
from convref.weave.page.prose import mask

_TARGET: Final = r"""\(\s*+(?:<(?P<angled>[^<>\n]*+)>|(?P<bare>[^\s()<>]*+(?:\([^\s()]*+\)[^\s()]*+)*+))
    (?:\s++(?:"[^"]*+"|'[^']*+'))?+\s*+\)"""
_REFERENCE: Final = re.compile(
    rf"""(?P<image>!)?\[(?:[^\[\]!]|!(?!\[)|!?\[[^\[\]]*+\](?:\([^()]*+\))?)*+\]{_TARGET}
      | ^[> \t]*+\[(?!\^)[^\]\n]++\]:[ \t]*+<?(?P<defined>[^\s<>]++)>?
      | <(?P<tag>a|img|source|object)\s[^<>]*?\b(?:href|src|data)=["'](?P<attribute>[^"']*+)["']""",
    re.VERBOSE | re.MULTILINE,
)
_NESTED: Final = re.compile(rf"!\[[^\[\]]*\]{_TARGET}", re.VERBOSE)
_ANCHOR: Final = re.compile(
    r"""(?:\bid|\bname)=["']?(?P<id>[^\s"'>]+)|\{:?[^{}\n]*\#(?P<attribute>[\w:.-]+)"""
)
_NUMBERED: Final = re.compile(r"(.*)_(\d{1,9})", re.DOTALL)
_MARKUP: Final = re.compile(
    r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\]]*\])|</?[A-Za-z][^<>]*>|[*`]|(?<!\w)_|_(?!\w)"
)


@dataclass(frozen=True)
class Reference:
    """A link or an image: its line, its target as the author wrote it, and its kind, "link" or "image"."""

    line: int
    target: str
    kind: Literal["link", "image"]

    @property
    def is_local(self) -> bool:
        """True if the target is a relative path or an anchor, and not a URL or an absolute path."""
        return not re.match(r"[A-Za-z][\w+.-]*:|//|/", self.target)

    @property
    def path(self) -> str:
        """The target's path relative to the page; empty for an anchor on the same page."""
        return unquote(re.split(r"[?#]", self.target, maxsplit=1)[0])

    @property
    def anchor(self) -> str:
        """The part of the target after the ``#``; empty if there is none."""
        return unquote(self.target.partition("#")[2])


def references(document: Document) -> tuple[Reference, ...]:
    """Return the links and images in a page, in order, except those in code and comments.

    References in Markdown blocks that are run come after all others.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> [(each.kind, each.target) for each in references(parse("[![a](b.png)](c.md#d)", "x.md"))]
        [('link', 'c.md#d'), ('image', 'b.png')]
    """
    return tuple(found for page in document.with_nested() for found in _references(page))


def _references(document: Document) -> Iterator[Reference]:
    text, lines = _readable(document), document.lines
    for match in _REFERENCE.finditer(text):
        is_image = bool(match["image"]) or match["tag"] in {"img", "source"}
        yield _reference(match, lines, is_image=is_image)
        for each in _NESTED.finditer(text, match.start() + 1, match.end()):
            yield _reference(each, lines, is_image=True)


def anchors(document: Document) -> frozenset[str]:
    """Return the anchors of a page: explicit ids, and the ids generated for headings.

    A heading's id is computed from its text by the site generator. It either keeps or removes non-ASCII
    characters, so both results are included. Repeated ids get `_1`, `_2`, … appended. If a heading contains a
    computed value, its id is unknown before the page is run, so it is left out.
    """
    return frozenset().union(*map(_anchors, document.with_nested()))


def _anchors(document: Document) -> set[str]:
    found = {match["id"] or match["attribute"] for match in _ANCHOR.finditer(_readable(document))}
    headings = [each for each in document.of(Heading) if not any(document.inside(each, InlineValue))]
    for slug in (_ascii_slug, _unicode_slug):
        unique = _UniqueNames()
        for heading in headings:
            unique.add(heading.id or slug(_MARKUP.sub(r"\1", heading.text)))
        found |= unique.names
    return found | {fence.options["figure"] for fence in document.of(Fence) if fence.options.on("figure")}


def _readable(document: Document) -> str:
    """Return the page's text with code, comments and formulas masked, so that links in them are not found."""
    return mask(
        document.text,
        (
            (region.start, region.end)
            for region in document.regions
            if isinstance(region, FrontMatter | Comment | Raw | CodeSpan | Fence | Formula | InlineValue)
        ),
    )


def _reference(match: re.Match[str], lines: Lines, *, is_image: bool) -> Reference:
    groups = match.groupdict()
    target = next(
        (groups[name] for name in ("angled", "bare", "defined", "attribute") if groups.get(name)), ""
    )
    return Reference(lines.number_at(match.start()), target, "image" if is_image else "link")


def _ascii_slug(text: str) -> str:
    return _unicode_slug(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _unicode_slug(text: str) -> str:
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())


class _UniqueNames:
    """A set of names in which a repeated name gets a number, as Python-Markdown does for ids."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._next: dict[str, int] = {}  # the number to try first for a stem, so that n equal names take O(n)

    def add(self, name: str) -> None:
        """Add a name. If the name `a` is already in the set, add the first free one of `a_1`, `a_2`, …."""
        if name and name not in self.names:
            self.names.add(name)
            return
        match = _NUMBERED.fullmatch(name)
        stem, number = (match[1], int(match[2]) + 1) if match else (name, 1)
        number = max(number, self._next.get(stem, 1))
        while f"{stem}_{number}" in self.names:
            number += 1
        self.names.add(f"{stem}_{number}")
        self._next[stem] = number + 1
