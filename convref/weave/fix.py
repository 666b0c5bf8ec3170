"""Rewrites stale doctest output in a page, and leaves every other byte as it is.

An output that no longer stands for what the code gives is replaced by that, with the prefix and the line
ends of its example. Code that was to give an output and raised an exception instead is not rewritten:
there the code is wrong, not the output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from convref.weave import doctests
from convref.weave.check import Checker, Options
from convref.weave.document import Document, Example, Fence
from convref.weave.outcomes import Failure, Got
from convref.weave.plan import is_doctest
from convref.weave.problems import Result, disagreement, doctests_skipped


def fix(root: Path, options: Options | None = None) -> tuple[str, ...]:
    """Rewrite the stale outputs in a tree of pages, in every language.

    Returns:
        The paths of the pages that were rewritten.
    """
    rewritten = []
    with Checker(root, options) as checker:
        for page in checker.tree.pages:
            result = checker.result(page)
            text = fixed(page.document, result) if result else page.document.text
            if text != page.document.text:
                page.file.write_bytes(text.encode("utf-8"))
                rewritten.append(page.document.path)
    return tuple(rewritten)


def fixed(document: Document, result: Result) -> str:
    """The text of a page with its stale outputs rewritten."""
    parts, place = [], 0
    for example, output in _stale(document, result):
        parts += [document.text[place : example.want_start], _written(document, example, output)]
        place = example.want_end
    return "".join([*parts, document.text[place:]])


def _stale(document: Document, result: Result) -> Iterator[tuple[Example, str]]:
    """The examples whose output is to be rewritten, each with what it has to be."""
    for fence in document.of(Fence):
        outcome = result.at((fence.start,)) if is_doctest(fence, result.auto) else None
        if outcome is None or outcome.failure:
            continue
        wanted = [example for example in fence.examples if not doctests_skipped(example)]
        for example, got in zip(wanted, outcome.got, strict=False):
            is_broken = got.failure is not None and not example.raises
            if disagreement(document.path, example, got, example.line) and not is_broken:
                yield example, _output(got)


def _output(got: Got) -> str:
    return doctests.as_expected(got.text, _error(got.failure) if got.failure else None)


def _error(failure: Failure) -> str:
    """The exception as a traceback ends with it, its module's name included."""
    lines = list(re.finditer(rf"(?m)^(?:\w+\.)*{re.escape(failure.kind)}(?::|$)", failure.traceback))
    return failure.traceback[lines[-1].start() :].rstrip() if lines else str(failure)


def _written(document: Document, example: Example, output: str) -> str:
    """An output as it stands in the page: with the example's prefix and line ends."""
    line = document.text[example.start : example.end]
    prefix, ending = line[: line.index(">>>")], re.search(r"\r\n|\n|\r", line)
    newline = ending[0] if ending else "\n"
    return "".join(f"{prefix}{each}{newline}" for each in output.split("\n")) if output else ""
