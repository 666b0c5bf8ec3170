"""Run *late fences*: fences that are not in a page's text and appear only when it is converted to HTML.

Late fences come from docstrings, macros and snippets, or are printed by another block. While a page is
converted, the host passes every text that becomes a part of it to `LateFences.replaced`. The late fences in
it run in the page's session, after the blocks in the page's text, in the order in which they appear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, Self

from convref.errors import PageError
from convref.weave.check import execution
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import Document, Fence, Region, parse, with_page
from convref.weave.markdown.fences import FenceRules
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Step, plan
from convref.weave.render.fragments import Fragments
from convref.weave.render.page import PageRenderer
from convref.weave.run.continuation import Continuation
from convref.weave.run.engine import Engine

DEEPEST: Final = 16
"""The maximum number of levels of blocks that are printed by other blocks and run."""


class Place(NamedTuple):
    """The file and line where a fence is written; an estimate if they are not known exactly."""

    path: str
    line: int


Locate = Callable[[str, int], Place]
"""A function (text, line) -> Place: it returns where the author wrote a line of a text to be converted."""


def near(path: str, text: str) -> Locate:
    r"""Return a function that estimates where a fence is written, for a fence whose origin is not known.

    The estimate is the line of the page that is nearest above the fence, among the lines that occur only
    once.

    Args:
        path: the page's path, as it appears in messages.
        text: the page's text as its author wrote it.

    Example:
        >>> near("a.md", "# A\n\ntext\n")("# A\n\ntext\n\n```md exec=on\n", 5)
        Place(path='a.md', line=3)
    """
    own = [each.strip() for each in text.splitlines()]

    def locate(converted: str, line: int) -> Place:
        for each in reversed(converted.splitlines()[: line - 1]):
            if each.strip() and own.count(each.strip()) == 1:
                return Place(path, own.index(each.strip()) + 1)
        return Place(path, 1)

    return locate


class LateFences:
    """Runs the fences that appear while a page is converted, and inserts their results.

    Args:
        engine: the engine that runs the page.
        rules: the site's rules that decide which fences are run; but plain doctest examples are never run
            here.
        steps: the steps of all sessions of the page's text.
        languages: the language of the page, and the language in which values are shown.
        fragments: the page's HTML fragments, to which the HTML of results is added.
    """

    def __init__(
        self,
        engine: Engine,
        rules: FenceRules,
        steps: Sequence[Step],
        languages: tuple[str, str],
        fragments: Fragments,
    ) -> None:
        self.engine, self.rules = engine, replace(rules, doctests=False)
        self.steps, self.languages, self.fragments = tuple(steps), languages, fragments
        self.diagnostics: list[Diagnostic] = []
        self.used = False  # True when a fence was run
        self._sessions: dict[str, Continuation] = {}
        self._renderer: PageRenderer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sessions in which late fences were run. Idempotent."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def replaced(self, text: str, locate: Locate) -> str:
        """Return a text in which each late fence is replaced by its result.

        Args:
            text: Markdown that is about to be converted.
            locate: a function that returns the file and line where the author wrote a line of this text.
        """
        for _ in range(DEEPEST):
            page = self._parsed(text, locate)
            fences = self._to_run(page) if page else []
            if page is None or not fences:
                return text
            parts = [self._rendered(page, fence, locate(text, fence.line)) for fence in fences]
            text = page.replaced(part for each in parts for part in each)
        place = locate(text, fences[0].line)
        message = f"blocks in the output of blocks must not be nested more than {DEEPEST} deep"
        self.diagnostics.append(Diagnostic(place.path, place.line, "run", message))
        return text

    def _to_run(self, page: Document) -> list[Fence]:
        """Return the fences of a page that are to be run.

        The results of earlier blocks may show the source of these blocks, in fences of the same language.
        These copies must not be run, even on a site that runs every fence of the language. The page does not
        say which fences are copies, but `Fragments.shown` says how often a result shows each code. If it is
        shown n times, the first n fences with this code are taken for the copies.
        """
        shown = Counter(self.fragments.shown)
        fences = []
        for fence in page.of(Fence):
            if not fence.is_block and fence.kind != "tree":
                continue
            code = fence.code.strip("\n")
            if fence.kind != "tree" and "exec" not in fence.options and shown[code]:
                shown[code] -= 1
            else:
                fences.append(fence)
        return fences

    def _parsed(self, text: str, locate: Locate) -> Document | None:
        """Parse a text; return None if it has no fence to be run, or if parsing fails, which is reported."""
        if "```" not in text and "~~~" not in text:
            return None
        if "exec" not in text and "tree" not in text and not self.rules.auto:
            return None
        try:
            return parse(text, "", rules=self.rules)
        except PageError as error:
            place = locate(text, error.line)
            self.diagnostics.append(Diagnostic(place.path, place.line, "page", error.rule))
            return None

    def _rendered(self, page: Document, fence: Fence, place: Place) -> list[tuple[Region, str]]:
        """Run a fence, and return pairs of a region and the text that replaces it."""
        self.used = True
        shift = place.line - fence.line
        moved = replace(
            fence,
            line=place.line,
            code_line=fence.code_line + shift,
            error_line=fence.error_line + shift,
        )
        if moved.page:
            moved = with_page(moved, moved.code, place.path, self.rules)
        document = replace(
            page, path=place.path, first_line=page.first_line + shift, regions=(moved,), rules=self.rules
        )
        try:
            planned = plan({self.languages[0]: document})
        except PageError as error:
            self.diagnostics.append(Diagnostic.of_error(error))
            return []
        outcomes = tuple(self._run(step) for step in planned.steps)
        result = PageResult(planned, outcomes, *self.languages)
        found = tuple(execution.check(document, result))
        self.diagnostics += found
        renderer = PageRenderer(result, self.fragments, None, found)
        if self._renderer:
            renderer.blocks = self._renderer.blocks  # it counts the drawings of the page
        self._renderer = renderer
        return renderer.replacements(document, ())

    def _run(self, step: Step) -> Outcome:
        if step.session not in self._sessions:
            before = [each for each in self.steps if each.session == step.session]
            self._sessions[step.session] = Continuation(self.engine, before)
        return self._sessions[step.session].run(step)
