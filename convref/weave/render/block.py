"""Render the result of one block as Markdown: its output, value and figures, and its source if shown."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

from convref.weave.markdown.fence_options import OWN
from convref.weave.markdown.regions import Fence
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import SHARED, STR, Forms, Outcome
from convref.weave.page.svg import renamed, titled
from convref.weave.render.fragments import Fragments
from convref.weave.render.markdown_text import tabbed, visible, without_html

_TAB_SEPARATOR: Final = re.compile(r"(?<!\\)\|")
_TAB_TITLES: Final = {"zh": ("源代码", "结果")}
_CUT_NOTES: Final = {"zh": "输出过长，已截断，另有 {} 字节未显示。"}
_HTML_BLOCK: Final = re.compile(
    r"<(?:svg|div|table|figure|img|pre|details|section|iframe|video|p|ul|ol)\b(?![^>]*\smarkdown)"
)


class BlockRenderer:
    """A renderer for the results of the blocks in one page.

    Args:
        fragments: the page's HTML fragments; results in HTML are added to them.
        language: the language in which values are shown.
    """

    def __init__(self, fragments: Fragments, language: str) -> None:
        self.fragments, self.language = fragments, language
        self._drawn: dict[str, int] = {}  # how often each drawing has been put into the page

    def result(self, fence: Fence, outcome: Outcome) -> str:
        """Return the Markdown of a block's output, value and figures, without its source.

        Args:
            fence: the block.
            outcome: the result of running it.
        """
        output, position = self.output(outcome), 0
        parts = []
        for each in outcome.displays:
            parts += self._printed(fence, output[position : each.offset])
            parts.append(self._value(fence, form_of(each.forms, self.language)))
            position = each.offset
        parts += self._printed(fence, output[position:])
        if fence.stderr == "show" and outcome.stderr.strip():
            parts.append(self.fragments.code_block("text", outcome.stderr.strip("\n")))
        parts += self._figures(fence, outcome)
        if outcome.forms:
            parts.append(self._value(fence, value_form(outcome, self.language)))
        text = "\n\n".join(parts)
        if (
            fence.options.get("source") == "console"
        ):  # the text is put into a code block, which would show a placeholder as it is
            return text
        return self._with_scope(fence, self._with_caption(fence, text))

    def _printed(self, fence: Fence, output: str) -> list[str]:
        """Return [Markdown] for a text that a block printed, or [] if the text is blank."""
        options = fence.options
        if not output.strip():
            return []
        # Indented HTML would become a code block, so in a list or a tab it is kept out of the Markdown.
        if options.on("html") or (fence.prefix and _HTML_BLOCK.match(output.strip())):
            return [self.fragments.add(output.strip())]
        if options.get("result") and options.get("source") != "console":
            return [self.fragments.code_block(options["result"], output)]
        return [output.strip("\n")]

    def rich_result(self, fence: Fence, outcome: Outcome) -> str:
        """Return the Markdown of those results of a block that are not plain text.

        These are the objects that the block displays, its figures, and its value if this has a representation
        such as HTML. `convref.weave.render.notebook` makes one output of a cell from this Markdown, and
        another from the printed text.

        Args:
            fence: the block.
            outcome: the result of running it.
        """
        parts = [self._value(fence, form_of(each.forms, self.language)) for each in outcome.displays]
        parts += self._figures(fence, outcome)
        form = value_form(outcome, self.language)
        if set(form) - {"text/plain", STR}:
            parts.append(self._value(fence, form))
        return self._with_scope(fence, self._with_caption(fence, "\n\n".join(parts)))

    def output(self, outcome: Outcome) -> str:
        """Return the text that a block printed, with a note if the text was cut off."""
        if not outcome.dropped:
            return outcome.output
        note = _CUT_NOTES.get(self.language[:2], "The output is cut here; {} bytes more are not shown.")
        return f"{outcome.output}\n{note.format(outcome.dropped)}\n"

    def error_box(self, failure: Diagnostic) -> str:
        """Return the placeholder of an error box, which a page shows in place of the result."""
        detail = f"<pre><code>{html.escape(failure.detail)}</code></pre>" if failure.detail else ""
        return self.fragments.add(
            f'<div class="admonition failure convref-error" role="alert">'
            f'<p class="admonition-title">{html.escape(failure.location)}</p>'
            f"<p>{html.escape(failure.message)}</p>{detail}</div>"
        )

    def with_source(self, fence: Fence, result: str, source: str, *, console: bool = True) -> str:
        """Return the Markdown of a block's result together with its source.

        The block's option `source` determines whether the source is above, below, in another tab, or not
        shown.

        Args:
            fence: the block.
            result: the rendered result.
            source: the source, as it is shown in a page.
            console: True if `source="console"` is allowed, which puts source and result into one code block.
                An error box cannot be put there.
        """
        options, position = fence.options, fence.options.get("source", "")
        if not position or not options.on("source"):
            return result
        code = visible(source)
        if position == "console" and console:
            language = options.get("result", fence.language)
            return self.fragments.code_block(language, f"{code}\n{result}", host_options(fence))
        block = self.fragments.code_block(fence.language, code, host_options(fence))
        if position == "below":
            return f"{result}\n\n{block}"
        if position in {"block", "material-block"}:
            return f"{block}\n\n" + self.fragments.wrap('<div class="result">', result, "</div>")
        if position in {"tabbed-left", "tabbed-right"}:
            titles = self._tab_titles(fence)
            both = [(titles[0], block), (titles[1], result)]
            tabs = tabbed(both if position == "tabbed-left" else both[::-1])
            return f"{tabs}\n\n{self.fragments.add('')}"  # otherwise tabs that follow would join these
        return f"{block}\n\n{result}"

    def _tab_titles(self, fence: Fence) -> tuple[str, str]:
        titles = _TAB_TITLES.get(self.language[:2], ("Source", "Result"))
        given = _TAB_SEPARATOR.split(fence.options.get("tabs", ""), 1)
        names = [each.replace(r"\|", "|").strip() for each in given]
        return (names[0], names[1]) if len(names) == len(titles) else titles

    def _figures(self, fence: Fence, outcome: Outcome) -> list[str]:
        error = [self.fragments.code_block("pytb", outcome.shown_error)] if outcome.shown_error else []
        return [*error, *(self._svg(svg, fence) for svg in outcome.figures)]

    def _value(self, fence: Fence, form: Mapping[str, str]) -> str:
        """Return the Markdown of a block's value, as a paragraph, made from its best representation.

        Args:
            fence: the block.
            form: the value's representations; the keys are media types such as "text/html".
        """
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
                return self.fragments.add(
                    f'<img alt="{alt}" src="data:{media};base64,{html.escape(form[media])}">'
                )
        if "text/latex" in form:
            return form["text/latex"]
        if fence.options.get("source") == "console":
            return form["text/plain"]
        return self.fragments.code_block(fence.options.get("result", "python"), form["text/plain"])

    def _svg(self, svg: str, fence: Fence) -> str:
        number = self._drawn.get(svg, 0)
        self._drawn[svg] = number + 1
        if number:  # the identifiers in a drawing must be unique in the page
            svg = renamed(svg, f"-{number + 1}")
        unique = f"figure-{fence.line}-{len(self.fragments.html)}"
        return self.fragments.add(titled(svg, fence.options.get("alt", ""), unique))

    def _with_caption(self, fence: Fence, text: str) -> str:
        name, caption = fence.options.get("figure", ""), fence.options.get("caption", "")
        if not text or not (caption or fence.options.on("figure")):
            return text
        identifier = f' id="{html.escape(name)}"' if name not in {"", "on", "1", "yes", "true"} else ""
        if caption:
            text += "\n\n" + self.fragments.wrap("<figcaption>", without_html(caption), "</figcaption>")
        return self.fragments.wrap(f'<figure class="convref-figure"{identifier}>', text, "</figure>")

    def _with_scope(self, fence: Fence, text: str) -> str:
        options = fence.options
        prefix = options.get("idprefix", f"{options['id']}-" if options.get("id") else "")
        in_toc = options.on("updatetoc", default=True)
        return self.fragments.scope(text, prefix, in_toc) if text and (prefix or not in_toc) else text


def value_form(outcome: Outcome, language: str) -> Mapping[str, str]:
    """Return the representations of a block's value in a language, by media type; {} without a value."""
    return form_of(outcome.forms, language)


def form_of(forms: Forms, language: str) -> Mapping[str, str]:
    """Return the texts that represent a value in a language; the keys are media types such as "text/html"."""
    shared = forms.get(SHARED, {})
    own = forms.get(language)
    return {"text/plain": shared.get("text/plain", ""), STR: shared.get(STR, ""), **own} if own else shared


def host_options(fence: Fence) -> dict[str, str]:
    """Return those options of a fence that the host interprets, such as `title` and `linenums`."""
    return {key: value for key, value in fence.options.items() if key not in OWN and key != "class"}
