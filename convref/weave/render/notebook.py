"""Render a notebook with its results: as an `.ipynb` file, and as two parts from which a site makes a page.

The outputs of a code cell are its printed text and its value, in the page's language. Inline values in text
cells are replaced by their results.

A host may render notebooks with other settings for Markdown, HTML and formulas than pages. To make a notebook
look like the other pages of the site, it is divided into two parts:

- The *skeleton* is the same notebook with placeholders. One placeholder replaces the Markdown of each text
  cell, another one the figures and rich values of each code cell. The host renders it as a notebook.
- `Notebook.markdown` has all contents that the placeholders replace. The host converts it as an ordinary page
  of the site.

`Notebook.joined` then replaces the placeholders in the HTML of the skeleton by the converted contents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from convref.weave.check import execution
from convref.weave.check.page_result import PageResult
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
from convref.weave.render.block import form_of, value_form
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import without_html
from convref.weave.render.page import PageRenderer, RenderedPage

Output = dict[str, Any]

_LINK: Final = re.compile(r"(?<!!)\[(?P<text>[^\[\]]+)\]\((?P<target>(?![\w+.-]+:|#|/)[^()\s]+)\)")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")
_ATTRIBUTES: Final = re.compile(r"[ \t]*\{:?[^{}]*\}[ \t]*$")


@dataclass(frozen=True)
class ShownCell:
    """A cell of a notebook with its results.

    Args:
        kind: "code", "markdown" or "raw".
        source: the code, or the Markdown in which inline values are replaced by their results.
        metadata: the cell's metadata.
        execution_count: the number of the cell in the order of running, from 1; None if the cell was not run.
        outputs: the outputs of the code cell, in the notebook format.
        skeleton_outputs: the outputs of the code cell in the skeleton (the notebook with placeholders).
        text: the Markdown that the placeholder replaces in the skeleton; "" without a placeholder.
        placeholder: a word that replaces `text` in the skeleton. In the page (`Notebook.markdown`), it
            follows `text` and so marks its end.
    """

    kind: str
    source: str
    metadata: Mapping[str, Any]
    execution_count: int | None = None
    outputs: tuple[Output, ...] = ()
    skeleton_outputs: tuple[Output, ...] = ()
    text: str = ""
    placeholder: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook with its results, from which an `.ipynb` file or a page of a site can be made.

    Args:
        cells: the cells in order.
        metadata: the notebook's metadata.
        front: the YAML front matter of the page.
        fragments: the HTML fragments to insert into the converted page.
        diagnostics: the errors and notes about the notebook.
        lines: the text of the notebook, in which Markdown cells have no comment marks. Each line has the same
            number as in the notebook's file, so that an error in a formula can name its line.
    """

    cells: tuple[ShownCell, ...]
    metadata: Mapping[str, Any]
    front: str
    fragments: Fragments
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: str = ""

    def ipynb(self, address: Callable[[str], str] = str) -> str:
        """Return the notebook with its results as the JSON text of an `.ipynb` file.

        Args:
            address: a function that converts a relative link into an absolute one, which works in a
                downloaded notebook. If it returns "", only the text of the link is kept. By default, links
                are unchanged.
        """

        def source(cell: ShownCell) -> str:
            if cell.kind != "markdown":
                return cell.source
            return self.fragments.inlined(_with_html_anchors(_with_addresses(cell.source, address)))

        return self._json((source(each), each.outputs) for each in self.cells)

    @property
    def skeleton(self) -> str:
        """The notebook with placeholders, as the JSON text of an `.ipynb` file that the host renders."""
        return self._json(
            (each.placeholder if each.kind == "markdown" else each.source, each.skeleton_outputs)
            for each in self.cells
        )

    @property
    def markdown(self) -> str:
        """The Markdown of the page: the contents that placeholders replace in the skeleton, in order."""
        parts = (f"{each.text}\n\n{each.placeholder}\n\n" for each in self.cells if each.placeholder)
        return "".join([self.front, *parts])

    def joined(self, skeleton: str, page: str) -> str:
        """Return the HTML of the notebook, combined from the HTML of the skeleton and that of the page.

        Each placeholder in the skeleton is replaced by the corresponding part of the page. HTML after the
        last part of the page, such as footnotes, is appended.

        Args:
            skeleton: the HTML that the host made of `skeleton`.
            page: the HTML that the host made of `markdown`.
        """
        texts: dict[str, str] = {}
        for placeholder in (each.placeholder for each in self.cells if each.placeholder):
            text, _, page = page.partition(f"<p>{placeholder}</p>")
            texts[placeholder] = text.strip()
        # The pattern that matches nothing is for a notebook without placeholders.
        pattern = re.compile("|".join(f"<p>({each})</p>|({each})" for each in texts) or "(?!)")
        filled = pattern.sub(lambda match: texts[next(filter(None, match.groups()))], skeleton)
        return f"{filled}\n{page.strip()}".rstrip()

    def _json(self, contents: Iterable[tuple[str, Iterable[Output]]]) -> str:
        cells = []
        for number, (cell, (source, outputs)) in enumerate(zip(self.cells, contents, strict=True), 1):
            about = {"id": f"cell-{number}", "metadata": dict(cell.metadata)}
            run = (
                {"execution_count": cell.execution_count, "outputs": list(outputs)}
                if cell.kind == "code"
                else {}
            )
            cells.append({"cell_type": cell.kind, "source": source, **about, **run})
        whole = {"cells": cells, "metadata": dict(self.metadata), "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def render(
    page: Document, metadata: Mapping[str, Any], result: PageResult, published: Published | None = None
) -> Notebook:
    """Return a notebook with the results of its run.

    Args:
        page: the notebook's document, from which its run was planned.
        metadata: the notebook's metadata.
        result: the results of its run.
        published: the published numbers that the notebook may cite; None leaves citations as they are.
    """
    fragments = Fragments(page.text)
    diagnostics = tuple(execution.check(page, result))
    renderer = _CellRenderer(page, result, fragments, published, diagnostics)
    replacements = renderer.replacements(page, ())  # this also collects the code cells
    cells = []
    for cell in page.cells:
        if cell.kind == "markdown":
            text = page.replaced(replacements, cell.start, cell.end).strip("\r\n")
            cells.append(ShownCell(cell.kind, text, cell.metadata, text=text, placeholder=fragments.add("")))
        else:
            cells.append(
                renderer.code_cells.get(cell.start) or ShownCell(cell.kind, cell.source, cell.metadata)
            )
    front = "".join(page.text[each.start : each.end] for each in page.of(FrontMatter))
    return Notebook(tuple(cells), metadata, front, fragments, diagnostics, page.text)


def unreadable(page: RenderedPage) -> Notebook:
    """Return a notebook of one cell that replaces a notebook which cannot be parsed.

    Args:
        page: the content of the cell: the error and the source of the file, rendered as a page.
    """
    placeholder = page.fragments.add("")
    cell = ShownCell("markdown", page.markdown, {}, text=page.markdown, placeholder=placeholder)
    return Notebook((cell,), {}, "", page.fragments, page.diagnostics)


class _CellRenderer(PageRenderer):
    """A page renderer for the text of a notebook.

    It also collects the rendered code cells in `code_cells`. The keys are the offsets of the cells.
    """

    def __init__(
        self,
        page: Document,
        result: PageResult,
        fragments: Fragments,
        published: Published | None,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        super().__init__(result, fragments, published, diagnostics)
        self._cells = {cell.start: cell for cell in page.cells if cell.kind == "code"}
        self.code_cells: dict[int, ShownCell] = {}

    def fence(self, page: Document, fence: Fence, address: Address) -> str | None:
        """Return the text that replaces a fence; add a code cell to `code_cells` and return "".

        The arguments, and the result for a fence in a text cell, are those of `PageRenderer.fence`.
        """
        cell = self._cells.get(fence.start) if len(address) == 1 else None
        if cell is None:
            return super().fence(page, fence, address)
        outcome = self.result.outcome(address)
        if outcome:
            failure = execution.failed_step(page, fence, address, self.result) if outcome.failure else None
            self.code_cells[cell.start] = self._code_cell(fence, cell, outcome, failure)
        return ""

    def _code_cell(self, fence: Fence, cell: Cell, outcome: Outcome, failure: Diagnostic | None) -> ShownCell:
        count = len(self.code_cells) + 1
        written = self.blocks.output(outcome)
        form = value_form(outcome, self.result.display_language)
        data = _without_str(form)
        is_plain = set(data) <= {"text/plain"}
        if not is_plain:  # the page does not show the object's address, which would differ in each run
            data["text/plain"] = _ADDRESS.sub("", data["text/plain"])
        printed = [{"output_type": "stream", "name": "stdout", "text": written}] if written.strip() else []
        displays = [
            _display(_without_str(form_of(each.forms, self.result.display_language)), "")
            for each in outcome.displays
        ]
        values = [_value(data, count)] if data else []
        errors = [_error(outcome, failure)] if outcome.shown_error or failure else []
        figures = [_display({"image/svg+xml": svg}, fence.options.get("alt", "")) for svg in outcome.figures]
        caption = fence.options.get("caption", "")
        captions = [_display({"text/markdown": without_html(caption)}, caption)] if caption else []
        text = self.blocks.error_box(failure) if failure else self.blocks.rich_result(fence, outcome)
        placeholder = self.fragments.add("") if text else ""
        both = {"text/html": placeholder, "text/plain": placeholder}
        replaced = [_display(both, "") if is_plain else _value(both, count)] if text else []
        return ShownCell(
            kind=cell.kind,
            source=cell.source,
            metadata=cell.metadata,
            execution_count=count,
            outputs=(*printed, *displays, *figures, *values, *captions, *errors),
            skeleton_outputs=(*printed, *replaced, *(values if is_plain else ())),
            text=text,
            placeholder=placeholder,
        )


def _without_str(form: Mapping[str, str]) -> dict[str, str]:
    """Return a value's representations without `STR`, the text that only inline values show."""
    return {media: text for media, text in form.items() if media != STR}


def _value(data: Mapping[str, str], count: int) -> Output:
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}


def _display(data: Mapping[str, str], plain: str) -> Output:
    return {"output_type": "display_data", "data": {"text/plain": plain, **data}, "metadata": {}}


def _error(outcome: Outcome, failure: Diagnostic | None) -> Output:
    """Return the error output of a cell that failed or that raised an expected exception."""
    of_failure = outcome.failure.traceback if outcome.failure else ""
    traceback = of_failure or (failure.detail if failure else outcome.shown_error)
    last = str(outcome.failure) if outcome.failure else traceback.rstrip().rpartition("\n")[2]
    # The format of notebooks has separate fields for the exception's name and its message.
    name, _, value = last.partition(": ")
    lines = traceback.rstrip("\n").split("\n")
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": lines}


def _with_addresses(text: str, address: Callable[[str], str]) -> str:
    """Return Markdown with absolute links in place of relative ones.

    Args:
        text: the Markdown.
        address: see `Notebook.ipynb`.
    """
    code = [each for each in parse(text, "").regions if isinstance(each, Fence | CodeSpan | Raw | Formula)]

    def link(match: re.Match[str]) -> str:
        if any(each.start <= match.start() < each.end for each in code):
            return match[0]
        target = address(match["target"])
        return f"[{match['text']}]({target})" if target else match["text"]

    return _LINK.sub(link, text)


def _with_html_anchors(text: str) -> str:
    """Return Markdown with HTML anchors, which Jupyter supports, in place of ids such as `{#id}`."""
    page = parse(text, "")
    return page.replaced(
        (each, f'<a id="{each.id}"></a>\n\n{_ATTRIBUTES.sub("", text[each.start : each.end])}')
        for each in page.of(Heading)
        if each.id
    )
