"""What a page refers to and what can be referred to in it: links, images, anchors."""

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
from convref.weave.page.prose import MASK

_TARGET: Final = r"""\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))
    (?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
_REFERENCE: Final = re.compile(
    rf"""(?P<image>!)?\[(?:[^\[\]!]|!(?!\[)|!?\[[^\[\]]*+\](?:\([^()]*+\))?)*+\]{_TARGET}
      | ^[> \t]*\[(?!\^)[^\]\n]+\]:[ \t]*<?(?P<defined>[^\s<>]+)>?
      | <(?P<tag>a|img|source|object)\s[^<>]*?\b(?:href|src|data)=["'](?P<attribute>[^"']*)["']""",
    re.VERBOSE | re.MULTILINE,
)
_NESTED: Final = re.compile(rf"!\[[^\[\]]*\]{_TARGET}", re.VERBOSE)
_ANCHOR: Final = re.compile(
    r"""(?:\bid|\bname)=["']?(?P<id>[^\s"'>]+)|\{:?[^{}\n]*\#(?P<attribute>[\w:.-]+)"""
)
_MARKUP: Final = re.compile(
    r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\]]*\])|</?[A-Za-z][^<>]*>|[*`]|(?<!\w)_|_(?!\w)"
)


@dataclass(frozen=True)
class Reference:
    """A link or an image: the line, where it leads as written, and which of the two it is."""

    line: int
    target: str
    kind: Literal["link", "image"]

    @property
    def is_local(self) -> bool:
        """Whether it leads to a file of the site, or to another place in the page."""
        return not re.match(r"[A-Za-z][\w+.-]*:|//|/", self.target)

    @property
    def path(self) -> str:
        """The file that it leads to, relative to the page; empty for the page itself."""
        return unquote(re.split(r"[?#]", self.target, maxsplit=1)[0])

    @property
    def anchor(self) -> str:
        """What stands behind the ``#``."""
        return unquote(self.target.partition("#")[2])


def references(document: Document) -> tuple[Reference, ...]:
    """The links and images of a page, in order, those in code and comments left out.

    Those in blocks of Markdown that are run come last.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> [(each.kind, each.target) for each in references(parse("[![a](b.png)](c.md#d)", "x.md"))]
        [('link', 'c.md#d'), ('image', 'b.png')]
    """
    return tuple(found for page in document.with_nested() for found in _references(page))


def _references(document: Document) -> Iterator[Reference]:
    text, lines = _readable(document), Lines(document.text, document.first_line)
    for match in _REFERENCE.finditer(text):
        is_image = bool(match["image"]) or match["tag"] in {"img", "source"}
        yield _reference(match, lines, is_image=is_image)
        for each in _NESTED.finditer(text, match.start() + 1, match.end()):
            yield _reference(each, lines, is_image=True)


def anchors(document: Document) -> frozenset[str]:
    """The anchors of a page: ids that are written, and those that headings get.

    A heading's id depends on the host's way of making it. Both usual ways count, the one that drops what
    is not ASCII and the one that keeps it, with `_1` and so on where ids meet. A heading with a computed
    value in it has no id that could be told.
    """
    return frozenset().union(*map(_anchors, document.with_nested()))


def _anchors(document: Document) -> set[str]:
    found = {match["id"] or match["attribute"] for match in _ANCHOR.finditer(_readable(document))}
    valued = [value.start for value in document.of(InlineValue)]
    for make in (_ascii_slug, _unicode_slug):
        taken: set[str] = set()
        for heading in document.of(Heading):
            if not any(heading.start <= start < heading.end for start in valued):
                taken.add(_unique(heading.id or make(_MARKUP.sub(r"\1", heading.text)), taken))
        found |= taken
    return found | {fence.options["figure"] for fence in document.of(Fence) if fence.options.on("figure")}


def _readable(document: Document) -> str:
    """The page's text with code, comments and formulas masked."""
    text = document.text
    for region in document.regions:
        if isinstance(region, FrontMatter | Comment | Raw | CodeSpan | Fence | Formula | InlineValue):
            text = text[: region.start] + MASK * (region.end - region.start) + text[region.end :]
    return text


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


def _unique(slug: str, taken: set[str]) -> str:
    """`slug`, or with the first free number behind it, as Python-Markdown does."""
    count = 0
    candidate = slug
    while candidate in taken or not candidate:
        count += 1
        candidate = f"{slug}_{count}"
    return candidate
