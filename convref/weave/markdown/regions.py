"""The classes of regions. A region is a part of a page that is not plain text, such as a fence or a formula.

Every region has the offsets `start` and `end` in the page's text, and the 1-based `line` on which it starts.
Regions may be nested: an inline value may be inside a heading or a formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convref.weave.markdown.fence_options import FenceOptions
from convref.weave.markdown.fences import BLOCKS, DEFAULT_RULES, FenceKind, FenceRules

if TYPE_CHECKING:
    from convref.weave.markdown.document import Document


@dataclass(frozen=True)
class Region:
    """A region of a page's text, ``text[start:end]``, which starts on `line`."""

    start: int
    end: int
    line: int


@dataclass(frozen=True)
class FrontMatter(Region):
    """The YAML front matter between two lines ``---``."""

    content: str


@dataclass(frozen=True)
class Comment(Region):
    """An HTML comment, whose content is not parsed."""

    content: str


@dataclass(frozen=True)
class FormulaCheck(Comment):
    """A comment with a Python expression that must have the same values as the formula below the comment.

    In ``<!-- formula: size(n, k) for n in 5..9, k in 1..3 -->``, `expression` is ``size(n, k)``, and `ranges`
    contains each symbol with its first and last value. The expression and the formula are evaluated for all
    combinations of values of the symbols, and must give equal results for each.
    """

    expression: str
    ranges: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Raw(Region):
    """Text that is not parsed as Markdown: an indented code block, or a script, style or pre element."""

    content: str


@dataclass(frozen=True)
class Heading(Region):
    """A heading, marked by ``#`` or underlined.

    `id` is the identifier that the author has given it, as in ``## Title {#id}``, or "".
    """

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Formula(Region):
    r"""A formula.

    Attributes:
        content: the text between the delimiters.
        content_start: the offset of the content.
        opening: the opening delimiter, as in pymdownx.arithmatex: ``$``, ``$$``, ``\(`` or ``\[``.
    """

    content: str
    content_start: int
    opening: str

    @property
    def display(self) -> bool:
        """True if the formula is shown between paragraphs, and not within a sentence."""
        return self.opening in {"$$", "\\["}


@dataclass(frozen=True)
class CodeSpan(Region):
    """Inline code that is not an inline value."""

    content: str


@dataclass(frozen=True)
class InlineValue(Region):
    """An inline value, `` `{python} expression` ``, which is replaced by the value of the expression.

    `where` is the kind of text that contains it: text, table, heading or formula.
    """

    expression: str
    where: str


@dataclass(frozen=True)
class Example(Region):
    """A doctest example: its code `source`, and the expected output `want`.

    `start`, `end` and `line` give the position of the code, with its prompts, in the page. `want_start`,
    `want_end` and `want_line` give the position of the expected output. If no output is expected, `want` is
    empty, and `want_start` equals `want_end`. `options` are the doctest flags that comments in the code set,
    as pairs of a flag and True or False. `raises` is the exception that the example is expected to raise,
    such as `KeyError: 'a'`, or empty.
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
        prefix: the text before the opening marks on their line: spaces, tabs, ``>``.
        marks: the opening marks, three or more backticks or tildes.
        info: the text after the marks.
        language: the first word of the info string, or the first class in braces.
        options: the options of the info string.
        kind: the kind, which determines whether and how the fence is run on this site; the kinds are listed
            in `convref.weave.markdown.fences`.
        code: the content; its lines have no prefix, and each ends with ``\n``.
        code_line: the line number of the content's first line; the line with index i is line
            ``code_line + i``.
        code_start, code_end: the offsets in the page between which the content is, with prefixes.
        examples: the doctest examples, if the fence contains Python with prompts.
        page: the content parsed as a page, if the kind is markdown.
        error: the reason why the fence cannot be run, if the kind is broken.
        error_line: the line number of the error.
        rules: the site's rules for running fences.
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
    error: str = ""
    error_line: int = 0
    rules: FenceRules = DEFAULT_RULES

    @property
    def stderr(self) -> str:
        """The treatment of the text that the block writes to standard error: "show", "log" or "hide"."""
        return self.options.get("stderr", self.rules.stderr)

    @property
    def executed(self) -> bool:
        """True if the fence's code is run, as a block or as doctest examples."""
        return self.is_block or self.kind == "doctest"

    @property
    def is_block(self) -> bool:
        """True if the fence is run, and is replaced by its result in the page."""
        return self.kind in BLOCKS


@dataclass(frozen=True)
class Cell(Region):
    """A cell of a notebook, from its marker to the next marker.

    Args:
        kind: code, markdown or raw. For a code cell, the document also has a fence, which starts at the same
            offset as the cell.
        source: the source that Jupyter shows: code, or Markdown without comment marks.
        metadata: the cell's metadata.
    """

    kind: str
    source: str
    metadata: Mapping[str, Any] = field(hash=False)
