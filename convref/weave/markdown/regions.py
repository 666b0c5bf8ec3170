"""The regions of a page: what it consists of besides plain text.

Every region has the offsets `start` and `end` of its source in the page's text, and the `line`, from 1, on
which it starts. Regions may enclose others: an inline value may be inside a heading or a formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convref.weave.markdown.fence_options import FenceOptions
from convref.weave.markdown.fences import BLOCKS, FenceKind

if TYPE_CHECKING:
    from convref.weave.markdown.document import Document


@dataclass(frozen=True)
class Region:
    """A piece of the page's text: ``text[start:end]``, starting on `line`."""

    start: int
    end: int
    line: int


@dataclass(frozen=True)
class FrontMatter(Region):
    """The YAML header between two ``---``."""

    content: str


@dataclass(frozen=True)
class Comment(Region):
    """An HTML comment; nothing in it is parsed."""

    content: str


@dataclass(frozen=True)
class FormulaCheck(Comment):
    """A comment that names the function which the next formula describes.

    In ``<!-- formula: size(n, k) for n in 5..9, k in 1..3 -->``, `expression` is ``size(n, k)`` and `ranges`
    are the symbols with their first and last values. The expression is run for all of them, and its results
    are compared with the formula.
    """

    expression: str
    ranges: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Raw(Region):
    """Text that Markdown takes as it is: an indented code block, or a script, style or pre element."""

    content: str


@dataclass(frozen=True)
class Heading(Region):
    """A heading, ATX or underlined; `id` is what ``{#id}`` gives, or empty."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Formula(Region):
    r"""A formula.

    Attributes:
        content: the text between the delimiters.
        content_start: its offset.
        opening: the first delimiter, one of those of pymdownx.arithmatex: ``$``, ``$$``, ``\(``, ``\[``.
    """

    content: str
    content_start: int
    opening: str

    @property
    def display(self) -> bool:
        """True where the formula is displayed, set apart from the text."""
        return self.opening in {"$$", "\\["}


@dataclass(frozen=True)
class CodeSpan(Region):
    """Inline code that is not a value."""

    content: str


@dataclass(frozen=True)
class InlineValue(Region):
    """An inline value, `` `{python} expression` ``; `where` is text, table, heading or formula."""

    expression: str
    where: str


@dataclass(frozen=True)
class Example(Region):
    """One doctest example: `source` and the output `want` that is written under it.

    `start`, `end` and `line` are those of the prompt lines in the page; `want_start`, `want_end` and
    `want_line` those of the output, both whole lines with their prefix. Without output, `want` is empty
    and `want_start` equals `want_end`. `options` are doctest's flags, switched on or off in the source.
    """

    source: str
    want: str
    want_start: int
    want_end: int
    want_line: int
    options: tuple[tuple[int, bool], ...]
    raises: str


@dataclass(frozen=True)
class Fence(Region):
    r"""A fenced code block.

    Args:
        prefix: the text before the fence's marks, on the first line: spaces, tabs, ``>``.
        marks: the opening marks, three or more backticks or tildes.
        info: the text after the marks.
        language: the first word of the info string, or the first class in braces.
        options: the options of the info string.
        kind: what becomes of the fence, decided for this site (`convref.weave.markdown.fences`).
        code: the content without the prefix, each line ended by ``\n``.
        code_line: the line of the content's first line; code line i (from 0) is line ``code_line + i``.
        code_start, code_end: the offsets of the content in the page, with prefixes and line ends.
        examples: the doctest examples, for the language pycon.
        page: for the kind markdown, the content read as a page.
    """

    prefix: str
    marks: str
    info: str
    language: str
    options: FenceOptions
    kind: FenceKind
    code: str
    code_line: int
    code_start: int
    code_end: int
    examples: tuple[Example, ...] = ()
    page: Document | None = None

    @property
    def executed(self) -> bool:
        """True where the fence's code is run: as a block, or as doctest examples."""
        return self.is_block or self.kind == "doctest"

    @property
    def is_block(self) -> bool:
        """True where the fence is run and replaced by its result."""
        return self.kind in BLOCKS


@dataclass(frozen=True)
class Cell(Region):
    """A cell of a notebook, from its marker up to the next.

    Args:
        kind: code, markdown or raw; the block of a code cell starts where the cell does.
        source: the cell's source in Jupyter.
        metadata: the cell's metadata.
    """

    kind: str
    source: str
    metadata: Mapping[str, Any] = field(hash=False)
