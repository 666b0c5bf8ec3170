"""A notebook with its results: Document and results -> `.ipynb`, and what a site needs to show it.

What a cell wrote and computed are its outputs, in the page's language; values in the text stand in the text.
A host that sets notebooks has its own ways with Markdown, HTML and formulas. So that a notebook looks like
the site's pages, such a host gets a *shell*: the same notebook, in which one word stands for the Markdown of
each cell, and one for what a cell shows beyond plain text. All that goes the pages' way, as one page, and
comes back into the shell's HTML in the place of the words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from convref.weave.check.problems import Result, diagnostics, failed
from convref.weave.markdown.document import (
    Cell,
    CodeSpan,
    Document,
    Fence,
    Formula,
    FrontMatter,
    Heading,
    Raw,
    parse,
)
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import STR, Outcome
from convref.weave.page.plan import Address
from convref.weave.render.fragments import Fragments
from convref.weave.render.page import Rendered, Renderer, chosen

Output = dict[str, Any]

_LINK: Final = re.compile(r"(?<!!)\[(?P<text>[^\[\]]+)\]\((?P<target>(?![\w+.-]+:|#|/)[^()\s]+)\)")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")
_ATTRIBUTES: Final = re.compile(r"[ \t]*\{:?[^{}]*\}[ \t]*$")


@dataclass(frozen=True)
class ShownCell:
    """A cell with what came of it.

    Args:
        kind: code, markdown or raw.
        source: code, or Markdown with its values in it.
        metadata: what the cell says of itself.
        count: the how manieth cell was run; None where none was.
        outputs: what came of the code, as notebooks keep it.
        shell: the same for the shell.
        text: the Markdown that goes the pages' way.
        word: what stands after `text` in the page, and for it in the shell.
    """

    kind: str
    source: str
    metadata: Mapping[str, Any]
    count: int | None = None
    outputs: tuple[Output, ...] = ()
    shell: tuple[Output, ...] = ()
    text: str = ""
    word: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook with its results.

    Args:
        cells: the cells in order.
        metadata: what the notebook says of itself.
        front: the metadata of the page, as a page has them before its text.
        fragments: what the page's HTML gets when all else is done.
        diagnostics: the errors and notes about it.
        lines: the text that has the notebook's Markdown on the lines of its file.
    """

    cells: tuple[ShownCell, ...]
    metadata: Mapping[str, Any]
    front: str
    fragments: Fragments
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: str = ""

    def ipynb(self, address: Callable[[str], str] = str) -> str:
        """The notebook as Jupyter opens it, with all that it computed.

        Args:
            address: where a relative link leads from anywhere; empty if that cannot be said, and then the
                link's text stands alone. Links stay as they are unless it is given.
        """

        def alone(cell: ShownCell) -> str:
            if cell.kind != "markdown":
                return cell.source
            return self.fragments.inlined(_anchored(_led(cell.source, address)))

        return self._json((alone(each), each.outputs) for each in self.cells)

    @property
    def shell(self) -> str:
        """The notebook for a host that sets it."""
        return self._json(
            (each.word if each.kind == "markdown" else each.source, each.shell) for each in self.cells
        )

    @property
    def markdown(self) -> str:
        """The page of all that goes the pages' way."""
        parts = (f"{each.text}\n\n{each.word}\n\n" for each in self.cells if each.word)
        return "".join([self.front, *parts])

    def joined(self, shell: str, page: str) -> str:
        """The notebook's HTML, of the HTML that the shell and the page became.

        What the page has after its parts, such as footnotes, comes last.
        """
        texts: dict[str, str] = {}
        for word in (each.word for each in self.cells if each.word):
            text, _, page = page.partition(f"<p>{word}</p>")
            texts[word] = text.strip()
        words = re.compile("|".join(f"<p>({word})</p>|({word})" for word in texts) or "(?!)")
        filled = words.sub(lambda match: texts[next(filter(None, match.groups()))], shell)
        return f"{filled}\n{page.strip()}".rstrip()

    def _json(self, contents: Iterable[tuple[str, Iterable[Output]]]) -> str:
        cells = []
        for number, (cell, (source, outputs)) in enumerate(zip(self.cells, contents, strict=True), 1):
            about = {"id": f"cell-{number}", "metadata": dict(cell.metadata)}
            run = {"execution_count": cell.count, "outputs": list(outputs)} if cell.kind == "code" else {}
            cells.append({"cell_type": cell.kind, "source": source, **about, **run})
        whole = {"cells": cells, "metadata": dict(self.metadata), "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def render(
    page: Document, metadata: Mapping[str, Any], result: Result, published: Published | None = None
) -> Notebook:
    """Put the results of a run into a notebook.

    Args:
        page: the notebook, as it was planned.
        metadata: what it says of itself.
        result: what came of the plan, in the notebook's language.
        published: the figures that the notebook may cite.
    """
    fragments = Fragments(page.text)
    renderer = _Cells(page, result, fragments, published)
    found = tuple(diagnostics(page, result))
    renderer.diagnostics = found
    replacements = renderer.replacements(page, ())
    cells = []
    for cell in page.cells:
        if cell.kind == "markdown":
            text = page.replaced(replacements, cell.start, cell.end).strip("\r\n")
            cells.append(ShownCell(cell.kind, text, cell.metadata, text=text, word=fragments.add("")))
        else:
            cells.append(renderer.shown.get(cell.start) or ShownCell(cell.kind, cell.source, cell.metadata))
    front = "".join(page.text[each.start : each.end] for each in page.of(FrontMatter))
    return Notebook(tuple(cells), metadata, front, fragments, found, page.text)


def unreadable(page: Rendered) -> Notebook:
    """A notebook that is but one page, which says why there is no other."""
    word = page.fragments.add("")
    cell = ShownCell("markdown", page.markdown, {}, text=page.markdown, word=word)
    return Notebook((cell,), {}, "", page.fragments, page.diagnostics)


class _Cells(Renderer):
    """Renders the text of a notebook, and keeps what came of its code cells by where they start."""

    def __init__(
        self, page: Document, result: Result, fragments: Fragments, published: Published | None
    ) -> None:
        super().__init__(result, fragments, published)
        self.cells = {cell.start: cell for cell in page.cells if cell.kind == "code"}
        self.shown: dict[int, ShownCell] = {}

    def fence(self, page: Document, fence: Fence, address: Address) -> str | None:
        """What a fence of the text becomes; nothing for a code cell, which is no part of the text."""
        cell = self.cells.get(fence.start) if len(address) == 1 else None
        if cell is None:
            return super().fence(page, fence, address)
        outcome = self.result.at(address)
        if outcome:
            failure = failed(page, fence, address, self.result) if outcome.failure else None
            self.shown[cell.start] = self._cell(fence, cell, outcome, failure)
        return ""

    def _cell(self, fence: Fence, cell: Cell, outcome: Outcome, failure: Diagnostic | None) -> ShownCell:
        count = len(self.shown) + 1
        written = self.written(outcome)
        data = {name: text for name, text in chosen(outcome, self.result.shown).items() if name != STR}
        is_plain = set(data) <= {"text/plain"}
        if not is_plain:  # no reader sees where the object lay, but each run would differ
            data["text/plain"] = _ADDRESS.sub("", data["text/plain"])
        printed = [{"output_type": "stream", "name": "stdout", "text": written}] if written.strip() else []
        values = [_value(data, count)] if data else []
        errors = [_error(outcome, failure)] if outcome.shown_error or failure else []
        figures = [_display({"image/svg+xml": svg}, fence.options.get("alt", "")) for svg in outcome.figures]
        caption = fence.options.get("caption", "")
        captions = [_display({"text/markdown": caption}, caption)] if caption else []
        text = self.box(failure) if failure else self.beyond_text(fence, outcome)
        word = self.fragments.add("") if text else ""
        mark = {"text/html": word, "text/plain": word}
        marked = [_display(mark, "") if is_plain else _value(mark, count)] if text else []
        return ShownCell(
            kind=cell.kind,
            source=cell.source,
            metadata=cell.metadata,
            count=count,
            outputs=(*printed, *figures, *values, *captions, *errors),
            shell=(*printed, *marked, *(values if is_plain else ())),
            text=text,
            word=word,
        )


def _value(data: Mapping[str, str], count: int) -> Output:
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}


def _display(data: Mapping[str, str], plain: str) -> Output:
    return {"output_type": "display_data", "data": {"text/plain": plain, **data}, "metadata": {}}


def _error(outcome: Outcome, failure: Diagnostic | None) -> Output:
    """The error that ended a cell, or that the cell shows on purpose."""
    traceback = failure.detail if failure else outcome.shown_error
    said = str(outcome.failure) if outcome.failure else traceback.rstrip().rpartition("\n")[2]
    name, _, value = said.partition(": ")
    lines = traceback.rstrip("\n").split("\n")
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _led(text: str, address: Callable[[str], str]) -> str:
    """Markdown whose relative links lead to where they do from anywhere."""
    code = [each for each in parse(text, "").regions if isinstance(each, Fence | CodeSpan | Raw | Formula)]

    def link(match: re.Match[str]) -> str:
        if any(each.start <= match.start() < each.end for each in code):
            return match[0]
        target = address(match["target"])
        return f"[{match['text']}]({target})" if target else match["text"]

    return _LINK.sub(link, text)


def _anchored(text: str) -> str:
    """Markdown whose headings have their anchors in a way that Jupyter understands."""
    page = parse(text, "")
    return page.replaced(
        (each, f'<a id="{each.id}"></a>\n\n{_ATTRIBUTES.sub("", text[each.start : each.end])}')
        for each in page.of(Heading)
        if each.id
    )
