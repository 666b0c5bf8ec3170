"""What is wrong with a page that was run: failures and remarks, each with page and line.

The same list serves the build's log, the box in the page and the tests.
"""

from __future__ import annotations

import doctest
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convref.weave.check import equation_check as sums
from convref.weave.markdown import inline
from convref.weave.markdown.document import CodeSpan, Document, Example, Fence, Region
from convref.weave.markdown.fence_options import misspelt_exec, mistakes
from convref.weave.markdown.fences import LANGUAGES
from convref.weave.numbers import doctest_output as doctests
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.outcomes import SHARED, STR, Failure, Got, Outcome
from convref.weave.page.plan import Address, Plan
from convref.weave.page.python_code import wanted_examples
from convref.weave.page.svg import has_title
from convref.wording import counted


@dataclass(frozen=True)
class Result:
    """A plan with what came of it, as one language's page sees it.

    Args:
        plan: what was run.
        outcomes: what came of each step.
        lang: the language in which the page is written.
        shown: the language in which values are shown: the same, but for a page that stands in for another.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    lang: str
    shown: str

    def at(self, address: Address) -> Outcome | None:
        """What came of the region with this address."""
        number = self.plan.step_of[self.lang].get(address)
        return None if number is None else self.outcomes[number]

    def line(self, page: Document, address: Address, region: Region, failure: Failure) -> int:
        """The line of a failure in this language's page; the code may have been run from another's."""
        step = self.plan.steps[self.plan.step_of[self.lang][address]]
        if not isinstance(region, Fence):
            return region.line + failure.line - step.line
        last = page.line_at(region.code_end) - 1
        return max(min(region.code_line + failure.line - step.line, last), region.line)


def diagnostics(page: Document, result: Result, outer: Address = ()) -> Iterator[Diagnostic]:
    """Yield the diagnostics of a page that was run, in the order of its regions."""
    for region in page.regions:
        if isinstance(region, CodeSpan) and (rule := inline.mistake(region.content)):
            yield Diagnostic(page.path, region.line, "run", rule)
        yield from _of_region(page, region, (*outer, region.start), result)
    for line, rule in sums.wrong(page, lambda value: _text(result.at((*outer, value.start)))):
        yield Diagnostic(page.path, line, "equation", rule)


def _of_region(page: Document, region: Region, address: Address, result: Result) -> Iterator[Diagnostic]:
    if isinstance(region, Fence):
        yield from _options(page, region)
        if region.kind == "unsupported":
            message = f"there is no way to run {region.language or 'this'!r}"
            yield Diagnostic(page.path, region.line, "run", message)
        if region.page:
            yield from diagnostics(region.page, result, address)
    outcome = result.at(address)
    if outcome is None:
        return
    if outcome.failure:
        yield failed(page, region, address, result)
    if isinstance(region, Fence):
        if region.kind == "doctest":
            step = result.plan.steps[result.plan.step_of[result.lang][address]]
            yield from _doctests(page, region, outcome, [line for _, line in step.examples])
        elif not outcome.failure:
            yield from _idle(page, region, outcome)
            yield from _figures(page, region, outcome, result.shown)
    yield from _remarks(page, region, outcome)


def _options(page: Document, fence: Fence) -> Iterator[Diagnostic]:
    """What is wrong with the options of a fence that is run, or that was meant to be."""
    if fence.is_block or fence.kind == "tree":
        for rule in mistakes(fence.options):
            yield Diagnostic(page.path, fence.line, "option", rule)
    elif fence.language in LANGUAGES and (meant := misspelt_exec(fence.options)):
        message = f"unknown option {meant!r}; the nearest is 'exec'"
        yield Diagnostic(page.path, fence.line, "option", message)


def failed(page: Document, region: Region, address: Address, result: Result) -> Diagnostic:
    """Return the diagnostic of a step that failed.

    Raises:
        LookupError: the step did not fail.
    """
    outcome = result.at(address)
    failure = outcome.failure if outcome else None
    if outcome is None or failure is None:
        raise LookupError(f"{page.path}:{region.line}: nothing failed here")
    detail = failure.traceback or "".join(part for part in (outcome.output, outcome.stderr) if part)
    line = result.line(page, address, region, failure)
    return Diagnostic(page.path, line, "run", str(failure), detail)


def _doctests(page: Document, fence: Fence, outcome: Outcome, lines: Sequence[int]) -> Iterator[Diagnostic]:
    """The examples that gave something else; `lines` are those on which they were run, in any language."""
    for example, got, line in zip(wanted_examples(fence), outcome.got, lines, strict=False):
        found = disagreement(page.path, example, got, line)
        if found:
            yield found


def disagreement(path: str, example: Example, got: Got, ran_on: int) -> Diagnostic | None:
    """What is wrong with a doctest example, if anything.

    Args:
        path: the page.
        example: the example as the page has it.
        got: what it gave.
        ran_on: the line on which it was run, in this page or in its counterpart.
    """
    if got.failure and example.raises:
        detail = not dict(example.options).get(doctest.IGNORE_EXCEPTION_DETAIL, False)
        if doctests.agrees_error(example.want, str(got.failure), detail=detail):
            return None
        rule = f"raised {got.failure}, not what is written"
        return Diagnostic(path, example.want_line, "doctest", rule, got.failure.traceback)
    if got.failure:
        line = example.line + got.failure.line - ran_on
        return Diagnostic(path, line, "doctest", str(got.failure), got.failure.traceback)
    if doctests.agrees(example.want, got.text):
        return None
    line = example.want_line if example.want else example.line
    rule = f"gave {got.text.strip()!r}, but {example.want.strip()!r} is written"
    return Diagnostic(path, line, "doctest", rule)


def _text(outcome: Outcome | None) -> str:
    """What a value shows in a formula."""
    return outcome.forms.get(SHARED, {}).get(STR, sums.UNKNOWN) if outcome else sums.UNKNOWN


def _idle(page: Document, fence: Fence, outcome: Outcome) -> Iterator[Diagnostic]:
    """Options that say how to show what is not there."""
    if outcome.output.strip() or outcome.figures or outcome.forms or outcome.shown_error:
        return
    for name in ("figure", "caption"):
        if fence.options.on(name):
            rule = f"{name} (={fence.options[name]!r}) has no effect: the block shows nothing"
            yield Diagnostic(page.path, fence.line, "option", rule)


def _figures(page: Document, fence: Fence, outcome: Outcome, lang: str) -> Iterator[Diagnostic]:
    if fence.options.get("alt"):
        return
    form = outcome.forms.get(lang) or outcome.forms.get(SHARED, {})
    drawn = [*outcome.figures, *([form["image/svg+xml"]] if "image/svg+xml" in form else [])]
    if any(not has_title(svg) for svg in drawn) or "image/png" in form or "image/jpeg" in form:
        message = 'the figure has no alternative text; give it alt="..."'
        yield Diagnostic(page.path, fence.line, "run", message)


def _remarks(page: Document, region: Region, outcome: Outcome) -> Iterator[Diagnostic]:
    if outcome.dropped:
        kept = len(outcome.output.encode(errors="surrogatepass"))
        rule = f"wrote {counted(kept + outcome.dropped, 'byte')}; the output is cut after {kept}"
        yield Diagnostic(page.path, region.line, "run", rule)
    if not outcome.valid:
        message = "wrote bytes that are not UTF-8; they are replaced"
        yield Diagnostic(page.path, region.line, "run", message)
    if outcome.stderr.strip() and not outcome.failure:
        message = "wrote to standard error"
        yield Diagnostic(page.path, region.line, "run", message, outcome.stderr, fatal=False)
    for remark in outcome.remarks:
        yield Diagnostic(page.path, region.line, "run", remark, fatal=False)
