"""Document and results -> Markdown, in one language.

What Markdown can say is put into the text as Markdown, where it stands (headings reach the table of
contents, tables get the site's style); HTML and SVG become `Fragments` that the host puts in after the
conversion.
Everything outside the blocks and values that were run stays as it is, byte for byte.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from convref.weave.check import citations
from convref.weave.check.problems import Result, diagnostics, failed
from convref.weave.markdown.document import Document, Fence, InlineValue, Region
from convref.weave.markdown.fence_options import OWN
from convref.weave.markdown.fences import shown_source
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import SHARED, STR, Outcome
from convref.weave.page.plan import Address
from convref.weave.page.svg import renamed, titled
from convref.weave.render import directory_tree as tree
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import code_block, escaped, nested, tabbed, visible

_TAB_BREAK = re.compile(r"(?<!\\)\|")
_TABS = {"zh": ("源代码", "结果")}
_CUT = {"zh": "输出过长，已截断，另有 {} 字节未显示。"}
_HTML_BLOCK = re.compile(
    r"<(?:svg|div|table|figure|img|pre|details|section|iframe|video|p|ul|ol)\b(?![^>]*\smarkdown)"
)


@dataclass(frozen=True)
class Rendered:
    """A page as Markdown, the fragments that its HTML gets, and what is wrong with it."""

    markdown: str
    fragments: Fragments
    diagnostics: tuple[Diagnostic, ...]


def render(page: Document, result: Result, published: Published | None = None) -> Rendered:
    """Put the results of a run into a page.

    Args:
        page: the page, as it was planned.
        result: what came of the plan, in the page's language.
        published: the figures that the page may cite.
    """
    fragments = Fragments(page.text)
    renderer = Renderer(result, fragments, published)
    found = tuple(diagnostics(page, result))
    renderer.diagnostics = found
    return Rendered(renderer.page(page, ()), fragments, found)


class Renderer:
    """Renders the regions of a page, and of the pages inside its literate blocks.

    Args:
        result: what came of the plan, in the page's language.
        fragments: where HTML goes.
        published: the figures that the page may cite.
    """

    def __init__(self, result: Result, fragments: Fragments, published: Published | None) -> None:
        self.result, self.fragments, self.published = result, fragments, published
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.drawn: dict[str, int] = {}

    def page(self, page: Document, outer: Address) -> str:
        """A page with its results."""
        return page.replaced(self.replacements(page, outer))

    def replacements(self, page: Document, outer: Address) -> list[tuple[Region, str]]:
        """What stands in the place of the regions that were run, and of citations."""
        replacements: list[tuple[Region, str]] = []
        if self.published:
            replacements += citations.rendered(page, self.published)
        for region in page.regions:
            address = (*outer, region.start)
            if isinstance(region, Fence):
                text = self.fence(page, region, address)
                if text is not None:
                    replacements.append(_placed(page, region, text))
            elif isinstance(region, InlineValue):
                replacements.append((region, self._value(page, region, address)))
        return replacements

    def fence(self, page: Document, fence: Fence, address: Address) -> str | None:
        """What a fence becomes; None where it stays as it is."""
        if fence.kind == "tree":
            drawn = tree.draw(fence.code, fence.options.get("icons", "auto"))
            return code_block(fence.options.get("result", "bash"), drawn, _shown_options(fence))
        if fence.page:
            return self._beside_source(fence, self.page(fence.page, address).strip("\n"), fence.code)
        outcome = self.result.at(address)
        if outcome is None:
            plain = "exec" not in fence.options  # the host knows nothing of that option
            return None if plain else code_block(fence.language, fence.code, _shown_options(fence))
        if fence.kind == "doctest":
            lines = range(fence.line, fence.code_line + fence.code.count("\n") + 1)
            boxes = [self.box(each) for each in self.diagnostics if each.fatal and each.line in lines]
            written = f"{fence.marks}{fence.info}\n{fence.code}{fence.marks}"
            return "\n\n".join([written, *boxes]) if boxes else None
        if outcome.failure:
            box = self.box(failed(page, fence, address, self.result))
            return self._beside_source(fence, box, shown_source(fence.kind, fence.code), console=False)
        return self._beside_source(fence, self._shown(fence, outcome), shown_source(fence.kind, fence.code))

    def _shown(self, fence: Fence, outcome: Outcome) -> str:
        """What a block's results look like, without its source."""
        options, output = fence.options, self.written(outcome)
        parts = []
        if output.strip():
            if options.on("html") or (fence.prefix and _HTML_BLOCK.match(output.strip())):
                parts.append(self.fragments.add(output.strip()))
            elif options.get("result") and options.get("source") != "console":
                parts.append(code_block(options["result"], output))
            else:
                parts.append(output.strip("\n"))
        parts += self._drawn(fence, outcome)
        if outcome.forms:
            parts.append(self._form(fence, chosen(outcome, self.result.shown)))
        return self._scoped(fence, self._captioned(fence, "\n\n".join(parts)))

    def beyond_text(self, fence: Fence, outcome: Outcome) -> str:
        """What a block's results look like, but for what it wrote and for a value that is but text."""
        parts = self._drawn(fence, outcome)
        form = chosen(outcome, self.result.shown)
        if set(form) - {"text/plain", STR}:
            parts.append(self._form(fence, form))
        return self._scoped(fence, self._captioned(fence, "\n\n".join(parts)))

    def written(self, outcome: Outcome) -> str:
        """What a block wrote, and how much of it is missing."""
        if not outcome.dropped:
            return outcome.output
        cut = _CUT.get(self.result.shown[:2], "The output is cut here; {} bytes more are not shown.")
        return f"{outcome.output}\n{cut.format(outcome.dropped)}\n"

    def _drawn(self, fence: Fence, outcome: Outcome) -> list[str]:
        shown = [code_block("pytb", outcome.shown_error)] if outcome.shown_error else []
        return [*shown, *(self._svg(svg, fence) for svg in outcome.figures)]

    def _form(self, fence: Fence, form: Mapping[str, str]) -> str:
        """A value that stands alone."""
        if fence.options.on("html") and "text/html" in form:
            return self.fragments.add(form["text/html"])
        if "text/markdown" in form:
            return form["text/markdown"].strip("\n")
        if "image/svg+xml" in form:
            return self._svg(form["image/svg+xml"], fence)
        if "text/html" in form:
            return self.fragments.add(form["text/html"])
        for media in ("image/png", "image/jpeg"):
            if media in form:
                alt = html.escape(fence.options.get("alt", ""))
                return self.fragments.add(f'<img alt="{alt}" src="data:{media};base64,{form[media]}">')
        if "text/latex" in form:
            return form["text/latex"]
        if fence.options.get("source") == "console":
            return form["text/plain"]
        return code_block(fence.options.get("result", "python"), form["text/plain"])

    def _svg(self, svg: str, fence: Fence) -> str:
        number = self.drawn.get(svg, 0)
        self.drawn[svg] = number + 1
        if number:
            svg = renamed(svg, f"-{number + 1}")
        unique = f"figure-{fence.line}-{len(self.fragments.html)}"
        return self.fragments.add(titled(svg, fence.options.get("alt", ""), unique))

    def _captioned(self, fence: Fence, text: str) -> str:
        name, caption = fence.options.get("figure", ""), fence.options.get("caption", "")
        if not text or not (caption or fence.options.on("figure")):
            return text
        identifier = f' id="{html.escape(name)}"' if name not in {"", "on", "1", "yes", "true"} else ""
        if caption:
            text += "\n\n" + self.fragments.wrap("<figcaption>", caption, "</figcaption>")
        return self.fragments.wrap(f'<figure class="convref-figure"{identifier}>', text, "</figure>")

    def _scoped(self, fence: Fence, text: str) -> str:
        options = fence.options
        prefix = options.get("idprefix", f"{options['id']}-" if options.get("id") else "")
        in_toc = options.on("updatetoc", default=True)
        return self.fragments.scope(text, prefix, in_toc) if text and (prefix or not in_toc) else text

    def _beside_source(self, fence: Fence, shown: str, source: str, console: bool = True) -> str:
        """A block's results with its source, in the order that it asks for."""
        options, where = fence.options, fence.options.get("source", "")
        if not where or where.lower() in {"0", "no", "off", "false"}:
            return shown
        code = visible(source)
        if where == "console" and console:
            return code_block(
                options.get("result", fence.language), f"{code}\n{shown}", _shown_options(fence)
            )
        block = code_block(fence.language, code, _shown_options(fence))
        if where == "below":
            return f"{shown}\n\n{block}"
        if where in {"block", "material-block"}:
            return f"{block}\n\n" + self.fragments.wrap('<div class="result">', shown, "</div>")
        if where in {"tabbed-left", "tabbed-right"}:
            titles = _TABS.get(self.result.shown[:2], ("Source", "Result"))
            if "tabs" in options:
                given = [part.replace(r"\|", "|").strip() for part in _TAB_BREAK.split(options["tabs"], 1)]
                titles = (given[0], given[1]) if len(given) == len(titles) else titles
            both = [(titles[0], block), (titles[1], shown)]
            tabs = tabbed(both if where == "tabbed-left" else both[::-1])
            return f"{tabs}\n\n{self.fragments.add('')}"  # or tabs that follow would join these
        return f"{block}\n\n{shown}"

    def _value(self, page: Document, value: InlineValue, address: Address) -> str:
        """What an inline value becomes."""
        outcome = self.result.at(address)
        if outcome is None or outcome.failure:
            failure = failed(page, value, address, self.result)
            if value.where == "formula":
                return r"\text{?}"
            if value.where == "heading":
                return escaped(f"[{failure.message}]")
            told = html.escape(f"{failure.location}: {failure.message}")
            return self.fragments.add(
                f'<span class="convref-error" title="{told}" role="alert">{told}</span>'
            )
        form = chosen(outcome, self.result.shown)
        if value.where == "formula":
            return form.get("text/latex", "").strip().strip("$") or form.get(STR, "")
        if "text/markdown" in form:
            text = " ".join(form["text/markdown"].strip().split("\n"))
            return text.replace("|", r"\|") if value.where == "table" else text
        if value.where != "heading":
            for media in ("text/html", "image/svg+xml"):
                if media in form:
                    return self.fragments.add(form[media].strip())
            if "text/latex" in form:
                return form["text/latex"].strip()
        return escaped(form.get(STR, ""))

    def box(self, failure: Diagnostic) -> str:
        """A failure in the place of the result."""
        detail = f"<pre><code>{html.escape(failure.detail)}</code></pre>" if failure.detail else ""
        return self.fragments.add(
            f'<div class="admonition failure convref-error" role="alert">'
            f'<p class="admonition-title">{html.escape(failure.location)}</p>'
            f"<p>{html.escape(failure.message)}</p>{detail}</div>"
        )


def chosen(outcome: Outcome, lang: str) -> Mapping[str, str]:
    """The form of a block's value in a language; empty where there is no value."""
    shared = outcome.forms.get(SHARED, {})
    own = outcome.forms.get(lang)
    return {"text/plain": shared.get("text/plain", ""), STR: shared.get(STR, ""), **own} if own else shared


def _shown_options(fence: Fence) -> dict[str, str]:
    return {key: value for key, value in fence.options.items() if key not in OWN and key != "class"}


def _placed(page: Document, fence: Fence, text: str) -> tuple[Region, str]:
    """A text in the place of a fence, with its prefix, apart from what stands around it."""
    start = fence.start - len(fence.prefix)
    above = page.text[:start].rstrip("\r\n").rpartition("\n")[2].strip("> \t\r") if start else ""
    close = not page.text[:start].endswith(("\n\n", "\r\n\r\n"))
    below = page.text[fence.end :].lstrip("\r").removeprefix("\n").partition("\n")[0].strip("> \t\r")
    text = ("\n" if above and close and text else "") + text + ("\n" if below and text else "")
    return Region(start, fence.end, fence.line), nested(text, fence.prefix) if text else ""
