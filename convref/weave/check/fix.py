"""Rewrites stale doctest output in a page, and leaves every other byte as it is.

An output that no longer stands for what the code gives is replaced by that, with the prefix and the line
ends of its example, so that in a notebook it stays a comment. Code that was to give an output and raised an
exception instead is not rewritten: there the code is wrong, not the output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from convref.weave.check.checker import Checker, Options
from convref.weave.check.problems import Result, disagreement
from convref.weave.markdown.document import Document, Example, Fence
from convref.weave.markdown.lines import Lines
from convref.weave.numbers import doctest_output as doctests
from convref.weave.page import tree
from convref.weave.page.outcomes import Failure, Got
from convref.weave.page.python_code import wanted_examples


def fix(root: Path, options: Options | None = None, only: Path | None = None) -> tuple[str, ...]:
    """Rewrite the stale outputs in a tree of pages, or in one page of it, in every language.

    Returns:
        The paths of the pages that were rewritten.
    """
    rewritten = []
    with Checker(root, options) as checker:
        some, _ = checker.tree.chosen(only)
        for page in some:
            result = checker.result(page)
            written = tree.read_text(page.file)
            text = fixed(page.document, result, written) if result else written
            if text != written:
                page.file.write_bytes(text.encode("utf-8"))
                rewritten.append(page.document.path)
    return tuple(rewritten)


def fixed(document: Document, result: Result, text: str) -> str:
    """A page with its stale outputs rewritten.

    Args:
        document: the page.
        result: what came of it.
        text: the page's file, which has the lines of the document.
    """
    lines = [text[each.start : each.end] for each in Lines(text).all]
    for example, output in reversed(list(_stale(document, result))):
        count = len(Lines(document.text[example.want_start : example.want_end]).all)
        first = example.want_line - 1
        lines[first : first + count] = _written(lines[example.line - 1], output)
    return "".join(lines)


def _stale(document: Document, result: Result) -> Iterator[tuple[Example, str]]:
    """The examples whose output is to be rewritten, each with what it has to be."""
    for fence in document.of(Fence):
        outcome = result.at((fence.start,)) if fence.kind == "doctest" else None
        if outcome is None or outcome.failure:
            continue
        for example, got in zip(wanted_examples(fence), outcome.got, strict=False):
            is_broken = got.failure is not None and not example.raises
            if disagreement(document.path, example, got, example.line) and not is_broken:
                yield example, _output(got)


def _output(got: Got) -> str:
    return doctests.as_expected(got.text, _error(got.failure) if got.failure else None)


def _error(failure: Failure) -> str:
    """The exception as a traceback ends with it, its module's name included."""
    lines = list(re.finditer(rf"(?m)^(?:\w+\.)*{re.escape(failure.kind)}(?::|$)", failure.traceback))
    return failure.traceback[lines[-1].start() :].rstrip() if lines else str(failure)


def _written(prompt: str, output: str) -> list[str]:
    """The lines of an output as it stands in the file: with the prefix and the line end of its prompt."""
    prefix, ending = prompt[: prompt.index(">>>")], re.search(r"\r\n|\n|\r", prompt)
    newline = ending[0] if ending else "\n"
    return [f"{prefix}{each}{newline}" for each in output.split("\n")] if output else []
