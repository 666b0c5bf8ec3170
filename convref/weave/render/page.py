"""Render a page with its results as Markdown, in one language.

Results that can be written in Markdown are inserted as Markdown, so that their headings are in the table of
contents and their tables have the site's style. HTML and SVG become `Fragments`, which the host inserts after
the conversion. All text except blocks and values that were run is kept byte for byte.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import partial

from convref.weave.browser.browser import PageBlocks
from convref.weave.check import citations, execution
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import Document, Fence, InlineValue, Region
from convref.weave.markdown.fences import shown_source
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import STR
from convref.weave.page.plan import Address
from convref.weave.render import directory_tree
from convref.weave.render.block import BlockRenderer, host_options, value_form
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import escaped, nested


@dataclass(frozen=True)
class RenderedPage:
    """A page as Markdown.

    Args:
        markdown: the Markdown, with placeholders for HTML.
        fragments: the HTML that replaces the placeholders after the conversion.
        diagnostics: the errors and notes about the page.
        blocks: the blocks that readers can run in their browser.
    """

    markdown: str
    fragments: Fragments
    diagnostics: tuple[Diagnostic, ...]
    blocks: PageBlocks = field(default_factory=PageBlocks)


def render(
    page: Document,
    result: PageResult,
    published: Published | None = None,
    blocks: PageBlocks | None = None,
) -> RenderedPage:
    """Return a page in which blocks and inline values are replaced by the results of a run.

    Args:
        page: the page's document, from which its run was planned.
        result: the results of its run.
        published: the published numbers that the page may cite; None leaves citations as they are.
        blocks: the blocks that readers can run in their browser; None if the host does not offer this.
    """
    fragments = Fragments(page.text)
    blocks = blocks or PageBlocks()
    diagnostics = (*execution.check(page, result), *blocks.diagnostics)
    renderer = PageRenderer(result, fragments, published, diagnostics, blocks)
    return RenderedPage(renderer.page(page, ()), fragments, diagnostics, blocks)


class PageRenderer:
    """A renderer for a page and for the pages nested in its Markdown blocks.

    Args:
        result: the results of the page's run.
        fragments: the page's HTML fragments; results in HTML are added to them.
        published: the published numbers that the page may cite; None leaves citations as they are.
        diagnostics: the errors and notes about the page.
        browser_blocks: the blocks that readers can run in their browser.
    """

    def __init__(
        self,
        result: PageResult,
        fragments: Fragments,
        published: Published | None,
        diagnostics: tuple[Diagnostic, ...],
        browser_blocks: PageBlocks | None = None,
    ) -> None:
        self.result, self.fragments, self.published = result, fragments, published
        self.diagnostics = diagnostics
        self.browser_blocks = browser_blocks or PageBlocks()
        self.blocks = BlockRenderer(fragments, result.display_language)

    def page(self, page: Document, outer: Address) -> str:
        """Return the Markdown of a page with its results.

        Args:
            page: the page.
            outer: the position of the Markdown block in which the page is nested; () for a page that is not
                nested.
        """
        return page.replaced(self.replacements(page, outer))

    def replacements(self, page: Document, outer: Address) -> list[tuple[Region, str]]:
        """Return pairs (region, text): a region of the page, and the text that replaces it.

        The regions are the blocks and inline values that were run, the directory trees, and the citations.

        Args:
            page: the page.
            outer: the position of the Markdown block in which the page is nested; () for a page that is not
                nested.
        """
        replacements: list[tuple[Region, str]] = []
        if self.published:
            replacements += citations.rendered(page, self.published)
        for region in page.regions:
            address = (*outer, region.start)
            if isinstance(region, Fence):
                text = self.fence(page, region, address)
                if text is not None:
                    replacements.append(_replacement(page, region, text))
            elif isinstance(region, InlineValue):
                replacements.append((region, self._value(page, region, address)))
        return replacements

    def fence(self, page: Document, fence: Fence, address: Address) -> str | None:
        """Return the text that replaces a fence, or None if the fence is kept unchanged.

        Args:
            page: the page that contains the fence.
            fence: the fence.
            address: the position of the fence; see `convref.weave.page.plan.Address`.
        """
        if fence.kind == "pyodide":
            text: str | None = self.fragments.code_block("python", fence.code, host_options(fence))
        else:
            text = self._fence(page, fence, address)
        widget = self.browser_blocks.widget(address)
        if not widget:
            return text
        written = f"{fence.marks}{fence.info}\n{fence.code}{fence.marks}" if text is None else text
        return f"{written}\n\n{self.fragments.add_interactive(widget)}"

    def _fence(self, page: Document, fence: Fence, address: Address) -> str | None:
        if fence.kind == "tree" and not fence.code.strip():
            return ""
        if fence.kind == "tree":
            drawn = directory_tree.draw(
                fence.code, fence.options.get("icons", "auto"), partial(self._icon, fence.rules.icons)
            )
            return self.fragments.code_block(fence.options.get("result", "bash"), drawn, host_options(fence))
        if fence.kind == "broken":
            box = self.blocks.error_box(execution.broken_fence(page, fence))
            return f"{box}\n\n{self.fragments.code_block(fence.language, fence.code)}"
        if fence.page:
            inner = self.page(fence.page, address).strip("\n")
            return self.blocks.with_source(fence, inner, fence.code)
        outcome = self.result.outcome(address)
        if outcome is None:
            # The fence is rewritten without `exec="off"`, an option that no host understands.
            options = host_options(fence)
            shown = self.fragments.code_block
            return shown(fence.language, fence.code, options) if "exec" in fence.options else None
        if fence.kind == "doctest":
            return self._doctest(fence)
        source = shown_source(fence.kind, fence.code)
        if outcome.failure:
            failure = execution.failed_step(page, fence, address, self.result)
            return self.blocks.with_source(fence, self.blocks.error_box(failure), source, console=False)
        return self.blocks.with_source(fence, self.blocks.result(fence, outcome), source)

    def _icon(self, folder: str, name: str) -> str:
        """Return a placeholder for the theme's icon for a file; "" if the theme has no icons.

        Args:
            folder: the directory of the theme's icons; "" for a theme without icons.
            name: the file's name.
        """
        svg = directory_tree.theme_icon(folder, name)
        return self.fragments.add(f'<span class="twemoji">{svg}</span>') if svg else ""

    def _doctest(self, fence: Fence) -> str | None:
        """Return the doctest examples of a fence with a box for each error; None if there are no errors."""
        lines = range(fence.line, fence.code_line + fence.code.count("\n") + 1)
        errors = [each for each in self.diagnostics if each.fatal and each.line in lines]
        if not errors:
            return None
        written = f"{fence.marks}{fence.info}\n{fence.code}{fence.marks}"
        return "\n\n".join([written, *map(self.blocks.error_box, errors)])

    def _value(self, page: Document, value: InlineValue, address: Address) -> str:
        """Return the text that replaces an inline value.

        It depends on the position of the value: LaTeX in a formula, plain text in a heading; in a table, `|`
        is escaped.
        """
        outcome = self.result.outcome(address)
        if outcome is None or outcome.failure:
            return self._failed_value(value, execution.failed_step(page, value, address, self.result))
        form = value_form(outcome, self.result.display_language)
        if value.where == "formula":
            return form.get("text/latex", "").strip().strip("$") or form.get(STR, "")
        if "text/markdown" in form:
            text = " ".join(form["text/markdown"].strip().split("\n"))
            return text.replace("|", r"\|") if value.where == "table" else text
        if value.where != "heading":  # a table of contents would show the placeholder of a fragment
            for media in ("text/html", "image/svg+xml"):
                if media in form:
                    return self.fragments.add(form[media].strip())
            if "text/latex" in form:
                return form["text/latex"].strip()
        return escaped(form.get(STR, ""))

    def _failed_value(self, value: InlineValue, failure: Diagnostic) -> str:
        if value.where == "formula":
            return r"\text{?}"
        if value.where == "heading":
            return escaped(f"[{failure.message}]")
        text = html.escape(f"{failure.location}: {failure.message}")
        return self.fragments.add(f'<span class="convref-error" title="{text}" role="alert">{text}</span>')


def _replacement(page: Document, fence: Fence, text: str) -> tuple[Region, str]:
    """Return the region of a fence, including the indentation before it, and the text that replaces it.

    The text is indented like the fence. Where it would join the paragraph above or below, a blank line is
    added.
    """
    start = fence.start - len(fence.prefix)
    above = page.text[:start].rstrip("\r\n").rpartition("\n")[2].strip("> \t\r") if start else ""
    close = not page.text[:start].endswith(("\n\n", "\r\n\r\n"))
    below = page.text[fence.end :].lstrip("\r").removeprefix("\n").partition("\n")[0].strip("> \t\r")
    text = ("\n" if above and close and text else "") + text + ("\n" if below and text else "")
    return Region(start, fence.end, fence.line), nested(text, fence.prefix) if text else ""
