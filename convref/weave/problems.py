"""What is wrong with a page that was run: failures and remarks, each with page and line.

The same list serves the build's log, the box in the page and the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convref.weave import doctests
from convref.weave.document import Document, Example, Fence, Region, parse
from convref.weave.plan import LITERATE, Address, Plan, is_doctest, runs
from convref.weave.session import Failure, Got, Outcome
from convref.weave.svg import has_title
from convref.weave.values import SHARED

RUNNABLE = frozenset({"python", "py", "pycon", "bash", "sh", "console", "md", "markdown", "tree"})


@dataclass(frozen=True)
class Problem:
    """Something that the page's author should know.

    Args:
        path, line: where.
        rule: what, in a sentence.
        detail: a traceback or the output, possibly empty.
        fatal: whether it is wrong; otherwise it is only remarkable.
    """

    path: str
    line: int
    rule: str
    detail: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


@dataclass(frozen=True)
class Result:
    """A plan with what came of it, as one language's page sees it.

    Args:
        plan: what was run.
        outcomes: what came of each step.
        lang: the language in which the page is written.
        shown: the language in which values are shown: the same, but for a page that stands in for another.
        auto: languages of fences that are run without `exec`.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    lang: str
    shown: str
    auto: frozenset[str] = frozenset()

    def at(self, address: Address) -> Outcome | None:
        """What came of the region with this address."""
        number = self.plan.places[self.lang].get(address)
        return None if number is None else self.outcomes[number]

    def line(self, page: Document, address: Address, region: Region, failure: Failure) -> int:
        """The line of a failure in this language's page; the code may have been run from another's."""
        step = self.plan.steps[self.plan.places[self.lang][address]]
        if not isinstance(region, Fence):
            return region.line + failure.line - step.line
        last = page.line_at(region.code_end) - 1
        return max(min(region.code_line + failure.line - step.line, last), region.line)


def problems(page: Document, result: Result, outer: Address = ()) -> Iterator[Problem]:
    """The problems of a page in order."""
    for region in page.regions:
        address = (*outer, region.start)
        if isinstance(region, Fence) and runs(region, result.auto):
            if region.language not in RUNNABLE:
                yield Problem(page.path, region.line, f"there is no way to run {region.language or 'this'!r}")
            if region.language in LITERATE:
                yield from problems(parse(region.code, page.path, region.code_line), result, address)
        outcome = result.at(address)
        if outcome is None:
            continue
        if outcome.failure:
            yield failed(page, region, address, result)
        if isinstance(region, Fence):
            if is_doctest(region, result.auto):
                yield from _doctests(page, region, outcome)
            elif not outcome.failure:
                yield from _figures(page, region, outcome, result.shown)
        yield from _remarks(page, region, outcome)


def failed(page: Document, region: Region, address: Address, result: Result) -> Problem:
    """The problem that a failed outcome is."""
    outcome = result.at(address)
    failure = outcome.failure if outcome else None
    if outcome is None or failure is None:
        raise LookupError(f"{page.path}:{region.line}: nothing failed here")
    detail = failure.traceback or "".join(part for part in (outcome.output, outcome.stderr) if part)
    return Problem(page.path, result.line(page, address, region, failure), str(failure), detail)


def _doctests(page: Document, fence: Fence, outcome: Outcome) -> Iterator[Problem]:
    wanted = [each for each in fence.examples if not doctests_skipped(each)]
    for example, got in zip(wanted, outcome.got, strict=False):
        problem = disagreement(page.path, example, got)
        if problem:
            yield problem


def disagreement(path: str, example: Example, got: Got) -> Problem | None:
    """What is wrong with a doctest example, if anything."""
    if got.failure and example.raises:
        if doctests.agrees_error(example.want, str(got.failure)):
            return None
        return Problem(
            path, example.want_line, f"raised {got.failure}, not what is written", got.failure.traceback
        )
    if got.failure:
        return Problem(path, got.failure.line, str(got.failure), got.failure.traceback)
    if doctests.agrees(example.want, got.text):
        return None
    line = example.want_line if example.want else example.line
    rule = f"gave {got.text.strip()!r}, but {example.want.strip()!r} is written"
    return Problem(path, line, rule)


def doctests_skipped(example: Example) -> bool:
    """Whether an example says that it is not to be run."""
    import doctest

    return dict(example.options).get(doctest.SKIP, False)


def _figures(page: Document, fence: Fence, outcome: Outcome, lang: str) -> Iterator[Problem]:
    if fence.options.get("alt"):
        return
    form = outcome.forms.get(lang) or outcome.forms.get(SHARED, {})
    drawn = [*outcome.figures, *([form["image/svg+xml"]] if "image/svg+xml" in form else [])]
    if any(not has_title(svg) for svg in drawn) or "image/png" in form or "image/jpeg" in form:
        yield Problem(page.path, fence.line, 'the figure has no alternative text; give it alt="..."')


def _remarks(page: Document, region: Region, outcome: Outcome) -> Iterator[Problem]:
    if outcome.dropped:
        kept = len(outcome.output.encode(errors="surrogatepass"))
        rule = f"wrote {kept + outcome.dropped} bytes; the output is cut after {kept}"
        yield Problem(page.path, region.line, rule)
    if not outcome.valid:
        yield Problem(page.path, region.line, "wrote bytes that are not UTF-8; they are replaced")
    for remark in outcome.remarks:
        yield Problem(page.path, region.line, remark, fatal=False)


def all_fatal(found: Sequence[Problem]) -> list[Problem]:
    """Those that must not be there."""
    return [each for each in found if each.fatal]
