r"""The Python-Markdown extension `convref.formulas`: converts formulas to MathML.

    $…$   \(…\)     in a sentence, wherever Markdown accepts text: tables, headings, lists, tabs
    $$…$$ \[…\]     between paragraphs, $$…$$ also within a paragraph

A `$` opens a formula if a character other than a space follows it. It closes a formula if a character other
than a space precedes it and no digit follows. So `$5 and $6` is text. `\$` is a dollar sign. In a table,
write `\vert` for `|`, which Markdown takes for the end of the cell.

If a formula does not parse, a PageError is raised. It names the path and the line if the host has passed the
path and the source of the page. If the host has passed a function `report`, this function is called with the
error instead, and the page shows the error.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from markdown import Extension
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from convref.errors import PageError
from convref.weave.markdown.document import Formula, parse
from convref.weave.render.mathml import mathml, plain

if TYPE_CHECKING:
    from markdown import Markdown
    from markdown.blockparser import BlockParser

_DOLLARS = r"\$\$(?P<dollars>(?:\\.|[^\\$])+?)\$\$"
_BLOCK = re.compile(rf"(?:^|\n)[ ]{{0,3}}(?:{_DOLLARS}|\\\[(?P<brackets>.+?)\\\])[ ]*(?=\n|$)", re.DOTALL)
_INLINE = (  # \x02 and \x03 enclose the placeholders of Markdown, such as that of a code span
    rf"(?<![\\$])(?:{_DOLLARS}"
    r"|(?P<lead>[（“]?)(?:\$(?![\s$])(?P<dollar>(?:\\.|[^\\$\x02\x03])+?)(?<!\s)\$(?![\d$])"
    r"|\\\((?P<parenthesis>[^\x02\x03]+?)\\\))(?P<tail>[.,;:)，。、；：）]*))"
)
_QUOTES = re.compile(r"^[> \t]+", re.MULTILINE)

# The priorities of Markdown's own processors: code spans 190 and escapes 180; indented code 80 and tables 75;
# inline text 20 and the table of contents 5.
_AFTER_CODE_SPANS, _AFTER_CODE_BLOCKS, _BEFORE_TOC = 185, 79, 6
# The first preprocessor sees the page as the host gave it.
_FIRST = 1000

ErrorReporter: TypeAlias = Callable[[PageError], None]


class Formulas:
    """The state shared by all processors of one Markdown instance: the page and its converted formulas."""

    def __init__(self, md: Markdown, path: str, source: str | None, report: ErrorReporter | None) -> None:
        self.md = md
        self.path = path
        self.given = source
        self.source = source or ""
        self.report = report
        self.markups: dict[str, tuple[str, str, str]] = {}

    def set(self, found: re.Match[str], *, display: bool) -> AtomicString:
        """Convert a formula, and return a placeholder that Python-Markdown later replaces by the MathML.

        Args:
            found: the match of the formula.
            display: True for a formula between paragraphs, False for one in a sentence.
        """
        texts = {name: text for name, text in found.groupdict().items() if text is not None}
        lead, tail = texts.pop("lead", ""), texts.pop("tail", "")
        (latex,) = texts.values()
        try:
            markup = self._mathml(latex, display=display)
        except PageError as error:
            if self.report is None:
                raise
            self.report(error)
            markup = f'<code class="convref-error">{html.escape(error.rule)}</code>'
        # Markdown takes a bare <math> for a block and drops the paragraph around it; and a browser would
        # break the line between a formula and its full stop, or the Chinese bracket before it.
        shown = markup if display else f'<span class="math">{lead}{markup}{tail}</span>'
        placeholder = self.md.htmlStash.store(shown)
        self.markups[placeholder] = lead, markup, tail
        return AtomicString(placeholder)

    def plain_text(self, placeholder: str) -> str:
        """Return the plain text of the formula that a placeholder represents, escaped for HTML.

        A placeholder of other content, such as a code span, is returned unchanged.
        """
        if placeholder not in self.markups:
            return placeholder
        lead, markup, tail = self.markups[placeholder]
        return html.escape(lead + plain(markup) + tail)

    def _mathml(self, latex: str, *, display: bool) -> str:
        try:
            return mathml(latex, display=display)
        except PageError:  # the line is searched for only now, since that requires parsing the page
            return mathml(latex, display=display, path=self.path, line=self._line(latex))

    def _line(self, latex: str) -> int:
        """Return the 1-based line on which a formula begins; 0 if the source does not contain it."""
        page = parse(self.source, self.path)
        words = _QUOTES.sub("", latex).split()  # Markdown has removed indentation and quote marks
        starts = (
            each.content_start for each in page.of(Formula) if _QUOTES.sub("", each.content).split() == words
        )
        return next((page.line_at(start) for start in starts), 0)


class _Source(Preprocessor):
    """The preprocessor that stores the page's source, in which the lines of wrong formulas are looked up.

    It does nothing if the host has set the source already.
    """

    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(md)
        self.formulas = formulas

    def run(self, lines: list[str]) -> list[str]:
        if self.formulas.given is None:
            self.formulas.source = "\n".join(lines)
        return lines


class _Display(BlockProcessor):
    """The block processor for displayed formulas, which are paragraphs by themselves."""

    def __init__(self, parser: BlockParser, formulas: Formulas) -> None:
        super().__init__(parser)
        self.formulas = formulas

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002 (Python-Markdown's)
        return _BLOCK.search(block) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        found = _BLOCK.search(block)
        assert found is not None  # noqa: S101 (Python-Markdown calls `run` only if `test` returned True)
        if before := block[: found.start()].rstrip("\n"):
            self.parser.parseBlocks(parent, [before])
        box = ET.SubElement(parent, "div", {"class": "math", "tabindex": "0"})
        box.text = self.formulas.set(found, display=True)
        if after := block[found.end() :].lstrip("\n"):
            blocks.insert(0, after)


class _Inline(InlineProcessor):
    """The inline processor for formulas in a sentence and displayed formulas within a paragraph."""

    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(_INLINE, md)
        self.formulas = formulas

    def handleMatch(  # type: ignore[override]  # noqa: N802 (Python-Markdown's name)
        self,
        found: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ET.Element | str, int, int]:
        display = found[0].startswith("$$")
        placeholder = self.formulas.set(found, display=display)
        if not display:
            return placeholder, found.start(), found.end()
        box = ET.Element("span", {"class": "math", "tabindex": "0"})
        box.text = placeholder
        return box, found.start(), found.end()


class _Labels(Treeprocessor):
    """The tree processor that shows formulas in headings as plain text in the table of contents."""

    def __init__(self, md: Markdown, formulas: Formulas) -> None:
        super().__init__(md)
        self.formulas = formulas

    def run(self, root: ET.Element) -> None:
        if "toc" not in self.md.treeprocessors:
            return
        for heading in root.iter():
            if not re.fullmatch(r"h[1-6]", str(heading.tag)) or "data-toc-label" in heading.attrib:
                continue
            text = "".join(heading.itertext())
            label = HTML_PLACEHOLDER_RE.sub(lambda stash: self.formulas.plain_text(stash[0]), text)
            if label != text:
                heading.set("data-toc-label", label)


class FormulaExtension(Extension):
    """The Markdown extension that converts formulas to MathML.

    Args:
        path: the path of the page, as it appears in messages.
        source: the page as its author wrote it, needed if the host changes the text before it is converted.
        report: a function that is called with the error of each formula that does not parse; without it, the
            error is raised.
    """

    def __init__(
        self, path: str = "", source: str | None = None, report: ErrorReporter | None = None
    ) -> None:
        super().__init__()
        self.path, self.source, self.report = path, source, report

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the processors with Python-Markdown."""
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        formulas = Formulas(md, self.path, self.source, self.report)
        md.preprocessors.register(_Source(md, formulas), "convref-source", _FIRST)
        md.parser.blockprocessors.register(
            _Display(md.parser, formulas), "convref-display", _AFTER_CODE_BLOCKS
        )
        md.inlinePatterns.register(_Inline(md, formulas), "convref-inline", _AFTER_CODE_SPANS)
        md.treeprocessors.register(_Labels(md, formulas), "convref-labels", _BEFORE_TOC)


def makeExtension(**kwargs: object) -> FormulaExtension:  # noqa: N802 (Python-Markdown's name)
    """Create the extension; Python-Markdown calls this function when it loads an extension by name."""
    return FormulaExtension(**kwargs)  # type: ignore[arg-type]
