"""Check cited numbers: links to a published number, such as `[138 M](published:torchvision.vgg16.params)`.

A viewer that does not process the page shows the number as a link. This engine compares the number in the
link's text with the published one (`convref.weave.numbers.decimals`), and replaces the link's target by the
address of the source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from convref.errors import ArgumentError, UnknownNameError
from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import CodeSpan, Comment, Fence, FrontMatter, Raw, Region
from convref.weave.numbers import quantities
from convref.weave.numbers.equations import show
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import HALF_WIDTH, mask
from convref.wording import counted

# A link, not an image; the key has no spaces or parentheses.
_CITATION: Final = re.compile(r"(?<!!)\[(?P<text>[^\[\]]+)\]\(published:(?P<key>[^\s()]*)\)")


@dataclass(frozen=True)
class Citation(Region):
    """A citation in a page: `text` is the text of the link, `key` the key of the published number."""

    text: str
    key: str


def find(document: Document) -> tuple[Citation, ...]:
    """Return the citations in a page, in order, ignoring code and comments."""
    hidden = (
        (region.start, region.end)
        for region in document.regions
        if isinstance(region, FrontMatter | Comment | Raw | CodeSpan | Fence)
    )
    text = document.text
    return tuple(
        Citation(
            *match.span(), document.line_at(match.start()), text[slice(*match.span("text"))], match["key"]
        )
        for match in _CITATION.finditer(mask(text, hidden))
    )


def check(document: Document, published: Published) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each citation with an unknown key, or with other numbers than published."""
    for page in document.with_nested():
        for citation in find(page):
            message = _mistake(citation, published)
            if message:
                yield Diagnostic(page.path, citation.line, "citation", message)


def rendered(document: Document, published: Published) -> Iterator[tuple[Region, str]]:
    """Yield (citation, Markdown) for each citation with a known key; the Markdown replaces the citation.

    The Markdown is a link to the source, or a text with a tooltip if the source has no URL. Citations with
    unknown keys are not replaced; `check` reports them.
    """
    for citation in find(document):
        figure = published.figures.get(citation.key)
        if figure:
            title = html.escape(figure.source, quote=True)
            if figure.url:
                yield citation, f'[{citation.text}]({figure.url} "{title}")'
            else:
                yield citation, f'<abbr title="{title}">{citation.text}</abbr>'


def _mistake(citation: Citation, published: Published) -> str:
    """Return a sentence that describes the error in a citation; "" if there is no error."""
    if published.faults and citation.key not in published.figures:
        return f"the published value {citation.key!r} is not known: {published.path} has errors"
    written = quantities.amounts(citation.text.translate(HALF_WIDTH))
    if not published.figures:
        return f"unknown published value {citation.key!r}: {published.path} has no published values"
    try:
        figure = published.figure(citation.key)
    except UnknownNameError as error:
        return f"{error} (in {published.path})"
    if len(written) != len(figure.numbers):
        return (
            f"[{citation.text}] must have {counted(len(figure.numbers), 'number')}, as {citation.key} has,"
            f" not {len(written)}"
        )
    for amount, published_number in zip(written, figure.numbers, strict=True):
        try:
            is_right = amount.number.stands_for(published_number.value)
        except ArgumentError as error:
            return str(error)
        if not is_right:
            return f"{amount.text} differs from {citation.key}, which is {show(published_number.value)}"
    return ""
