"""Report the mistakes that a page's run shows: failed code, wrong doctests and equations, side effects.

Doctest examples are compared with their actual output here (`compare_example`). Equations that contain
computed values are checked here, too.
"""

from __future__ import annotations

import doctest
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from convref.weave.check import symbols
from convref.weave.check.page_result import PageResult
from convref.weave.markdown import inline
from convref.weave.markdown.document import (
    CodeSpan,
    Document,
    Example,
    Fence,
    Formula,
    FormulaCheck,
    InlineValue,
    Region,
)
from convref.weave.markdown.fence_options import misspelt_exec, mistakes
from convref.weave.markdown.fences import LANGUAGES
from convref.weave.markdown.lines import Lines
from convref.weave.numbers import doctest_output, equations
from convref.weave.page.diagnostic import Diagnostic, Kind
from convref.weave.page.outcomes import SHARED, STR, Got, Outcome
from convref.weave.page.plan import Address
from convref.weave.page.prose import formula_text
from convref.weave.page.python_code import wanted_examples
from convref.weave.page.svg import has_title
from convref.wording import counted

_MOST_LINES: Final = 100  # of an output that is shown with a failure
_UNKNOWN: Final = "?"  # replaces a failed value in a formula, so that the side is not checked


def check(page: Document, result: PageResult, outer: Address = ()) -> Iterator[Diagnostic]:
    """Yield the diagnostics of a page's run.

    First come the diagnostics of blocks, inline values and other regions, in the order of the page; then
    those of its equations.

    Args:
        page: the page. Its text may have changed since the run was planned, if all its regions have the same
            offsets and the same code.
        result: the results of its run.
        outer: the position of the Markdown block in which the page is nested; () for a page that is not
            nested.
    """
    for region in page.regions:
        if isinstance(region, CodeSpan) and (message := inline.mistake(region.content)):
            yield Diagnostic(page.path, region.line, "run", message)
        yield from _check_region(page, region, (*outer, region.start), result)
    yield from _check_equations(page, result, outer)


def failed_step(page: Document, region: Region, address: Address, result: PageResult) -> Diagnostic:
    """Return the diagnostic that reports the failure of a block, an inline value or another region.

    Args:
        page: the page.
        region: the region whose code failed.
        address: the position of the region in the page, as a `convref.weave.page.plan.Address`.
        result: the results of the page's run.

    Raises:
        LookupError: the code of the region did not fail.
    """
    outcome = result.outcome(address)
    failure = outcome.failure if outcome else None
    if outcome is None or failure is None:
        raise LookupError(f"{page.path}:{region.line}: the code on this line did not fail")
    line = result.failure_line(page, region, address, failure)
    # The output may show which part of the code had run; if the process was killed, there is no traceback.
    parts = (_end_of(outcome.output), _end_of(outcome.stderr), failure.traceback)
    detail = "\n".join(part.strip("\n") for part in parts if part.strip())
    return Diagnostic(page.path, line, "run", str(failure), detail)


def _end_of(output: str) -> str:
    """Return the last lines of an output, with a note that says how many lines are left out."""
    lines = output.splitlines()
    left_out = len(lines) - _MOST_LINES
    return "\n".join([f"[{counted(left_out, 'line')} before]", *lines[left_out:]]) if left_out > 0 else output


def broken_fence(page: Document, fence: Fence) -> Diagnostic:
    """Return the diagnostic that reports a fence whose options or examples cannot be read."""
    kind: Kind = "option" if fence.error_line == fence.line else "doctest"
    return Diagnostic(page.path, fence.error_line, kind, fence.error)


def compare_example(path: str, example: Example, got: Got, ran_on: int) -> Diagnostic | None:
    """Compare a doctest example with its actual output; return a diagnostic if they differ, else None.

    Args:
        path: the page's path.
        example: the example, as it is written in the page.
        got: the actual output of the example, or the exception that it raised.
        ran_on: the line number that the example had when it was run. It differs from the line in this page if
            the example of a translation was run.
    """
    if got.failure and example.raises:
        detail = not dict(example.options).get(doctest.IGNORE_EXCEPTION_DETAIL, False)
        if doctest_output.agrees_error(example.want, str(got.failure), detail=detail):
            return None
        message = f"raised {got.failure} instead of the expected exception"
        return Diagnostic(path, example.want_line, "doctest", message, got.failure.traceback)
    if got.failure:
        line = example.line + got.failure.line - ran_on
        return Diagnostic(path, line, "doctest", str(got.failure), got.failure.traceback)
    if doctest_output.agrees(example.want, got.text):
        return None
    line = example.want_line if example.want else example.line
    message = f"expected {example.want.strip()!r}, but got {got.text.strip()!r}"
    return Diagnostic(path, line, "doctest", message)


def _check_region(
    page: Document, region: Region, address: Address, result: PageResult
) -> Iterator[Diagnostic]:
    if isinstance(region, Fence):
        yield from _check_options(page, region)
        if region.page:
            yield from check(region.page, result, address)
    outcome = result.outcome(address)
    if outcome is None:
        return
    if outcome.failure:
        yield failed_step(page, region, address, result)
    if isinstance(region, FormulaCheck):
        yield from _check_formula(page, region, outcome)
    if isinstance(region, Fence):
        if region.kind == "doctest":
            lines = [line for _, line in result.step(address).examples]
            yield from _check_examples(page, region, outcome, lines)
        elif not outcome.failure:
            yield from _check_display_options(page, region, outcome)
            yield from _check_alternative_text(page, region, outcome, result.display_language)
    yield from _check_side_effects(page, region, outcome)


def _check_options(page: Document, fence: Fence) -> Iterator[Diagnostic]:
    """Report a wrong language or wrong options of a fence that is run; in other fences, a misspelt `exec`."""
    if fence.kind == "unsupported":
        message = f"code in {fence.language or 'no language'!r} cannot be run"
        yield Diagnostic(page.path, fence.line, "run", message)
    if fence.kind == "broken":
        yield broken_fence(page, fence)
    if fence.is_block or fence.kind in {"tree", "pyodide"}:
        for message in mistakes(fence.options):
            yield Diagnostic(page.path, fence.line, "option", message)
    elif fence.language in LANGUAGES and (meant := misspelt_exec(fence.options)):
        message = f"unknown option {meant!r}; the nearest is 'exec'"
        yield Diagnostic(page.path, fence.line, "option", message)


def _check_examples(
    page: Document, fence: Fence, outcome: Outcome, lines: Sequence[int]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each doctest example of a fence whose actual output is not the written one.

    `lines` are the line numbers that the examples had when they were run.
    """
    # A session that ended early has fewer outputs than the fence has examples.
    for example, got, line in zip(wanted_examples(fence), outcome.got, lines, strict=False):
        found = compare_example(page.path, example, got, line)
        if found:
            yield found


def _check_display_options(page: Document, fence: Fence, outcome: Outcome) -> Iterator[Diagnostic]:
    """Report the options `figure` and `caption` of a block that shows nothing: they have no effect."""
    shows_errors = fence.stderr == "show" and outcome.stderr.strip()
    results = (outcome.output.strip(), outcome.figures, outcome.forms, outcome.displays, outcome.shown_error)
    if any(results) or shows_errors:
        return
    for name in ("figure", "caption"):
        if fence.options.on(name):
            message = f"{name} (={fence.options[name]!r}) has no effect: the block shows nothing"
            yield Diagnostic(page.path, fence.line, "option", message)


def _check_alternative_text(
    page: Document, fence: Fence, outcome: Outcome, language: str
) -> Iterator[Diagnostic]:
    """Report figures without an alternative text, which screen readers need."""
    if fence.options.get("alt"):
        return
    values = [outcome.forms, *(each.forms for each in outcome.displays)]
    shown = [form for forms in values for form in [forms.get(language) or forms.get(SHARED, {})]]
    drawings = [*outcome.figures, *(form["image/svg+xml"] for form in shown if "image/svg+xml" in form)]
    has_image = any("image/png" in form or "image/jpeg" in form for form in shown)
    if has_image or any(not has_title(svg) for svg in drawings):
        message = 'the figure has no alternative text; give it alt="..."'
        yield Diagnostic(page.path, fence.line, "run", message)


def _check_side_effects(page: Document, region: Region, outcome: Outcome) -> Iterator[Diagnostic]:
    """Report output that was cut off or is not valid UTF-8, and side effects such as threads left running."""
    if outcome.dropped:
        kept = len(outcome.output.encode(errors="surrogatepass"))
        message = f"wrote {counted(kept + outcome.dropped, 'byte')}; the output is cut after {kept}"
        yield Diagnostic(page.path, region.line, "run", message)
    if not outcome.valid:
        message = "wrote bytes that are not UTF-8; each is shown as a replacement character"
        yield Diagnostic(page.path, region.line, "run", message)
    is_logged = not isinstance(region, Fence) or region.stderr == "log"
    if outcome.stderr.strip() and is_logged and not outcome.failure:
        message = "wrote to standard error"
        yield Diagnostic(page.path, region.line, "run", message, outcome.stderr, fatal=False)
    for remark in outcome.remarks:
        yield Diagnostic(page.path, region.line, "run", remark, fatal=False)


def _check_formula(page: Document, comment: FormulaCheck, outcome: Outcome) -> Iterator[Diagnostic]:
    """Report a formula whose values differ from those of the expression in the comment before it."""
    if not outcome.failure:
        message = symbols.compare_formula(page, comment, _shown_in_formula(outcome))
        if message:
            yield Diagnostic(page.path, comment.line, "symbol", message)


def _check_equations(page: Document, result: PageResult, outer: Address) -> Iterator[Diagnostic]:
    def shown(value: InlineValue) -> str:
        return _shown_in_formula(result.outcome((*outer, value.start)))

    for line, message in wrong_equations(page, shown):
        yield Diagnostic(page.path, line, "equation", message)


def wrong_equations(page: Document, shown: Callable[[InlineValue], str]) -> Iterator[tuple[int, str]]:
    """Check the equations between numbers in the formulas of a page, after inserting the computed values.

    Args:
        page: the page.
        shown: a function that returns the text that an inline value shows.

    Yields:
        (line, message) for each equation that is false.
    """
    for formula in page.of(Formula):
        content, parts, position = formula_text(page, formula), [], 0
        for value in page.inside(formula, InlineValue):
            parts += [content[position : value.start - formula.content_start], " ".join(shown(value).split())]
            position = value.end - formula.content_start
        text = "".join([*parts, content[position:]])
        wrong = [link for link in equations.links(text) if link.holds is False]  # None: not comparable
        if wrong:
            lines = Lines(text, formula.line)
            yield from ((lines.number_at(link.right.start), link.message) for link in wrong)


def _shown_in_formula(outcome: Outcome | None) -> str:
    return outcome.forms.get(SHARED, {}).get(STR, _UNKNOWN) if outcome else _UNKNOWN
