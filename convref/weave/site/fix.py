"""Rewrite stale doctest output in place, without changing any other byte of a page.

An expected output that differs from the actual output is replaced. Each new line gets the prefix and line end
of the example's lines, so that in a notebook the output remains a comment. If an example raises an exception
instead of printing its expected output, it is left unchanged, because then the code is wrong, not the output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from convref.weave.check.execution import compare_example
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import Document, Example, Fence
from convref.weave.markdown.lines import Lines
from convref.weave.numbers import doctest_output
from convref.weave.page.outcomes import Failure, Got
from convref.weave.page.python_code import wanted_examples
from convref.weave.page.tree import read_text
from convref.weave.site.checker import Checker
from convref.weave.site.options import SiteOptions


def fix_pages(
    root: Path, options: SiteOptions | None = None, only: Iterable[Path] | None = None
) -> tuple[str, ...]:
    """Rewrite stale doctest output in a directory of pages, or in some of its pages, in every language.

    Args:
        root: the directory of pages.
        options: the options of the site.
        only: the pages, as files or as directories below `root`; None for all pages.

    Returns:
        The paths of the pages that were rewritten.

    Raises:
        PageError: there is no such directory or page.
    """
    rewritten = []
    # Whoever asks for new outputs asks for the examples to be run, as under pytest.
    options = (options or SiteOptions(root=root.resolve().parent)).replaced(doctests=True)
    with Checker(root, options) as checker:
        pages, _ = checker.tree.chosen(only)
        for page in pages:
            result = checker.result(page)
            before = read_text(page.file)
            after = with_fresh_outputs(page.document, result, before) if result else before
            if after != before:
                page.file.write_bytes(after.encode("utf-8"))
                rewritten.append(page.document.path)
    return tuple(rewritten)


def with_fresh_outputs(document: Document, result: PageResult, text: str) -> str:
    """Return a page's text with stale doctest outputs replaced by the actual ones.

    Args:
        document: the page.
        result: the results of running the page.
        text: the text of the page's file. In a notebook, its lines begin with comment marks, which the
            document's text does not have.
    """
    lines = [text[each.start : each.end] for each in Lines(text).all]
    for example, output in reversed(list(_stale_examples(document, result))):  # keeps earlier line numbers
        count = len(Lines(document.text[example.want_start : example.want_end]).all)
        first = example.want_line - 1
        lines[first : first + count] = _output_lines(lines[example.line - 1], output)
    return "".join(lines)


def _stale_examples(document: Document, result: PageResult) -> Iterator[tuple[Example, str]]:
    """Yield (example, output) for each doctest example whose written output must be replaced by `output`."""
    for fence in document.of(Fence):
        outcome = result.outcome((fence.start,)) if fence.kind == "doctest" else None
        if outcome is None or outcome.failure:
            continue
        for example, got in zip(wanted_examples(fence), outcome.got, strict=False):
            is_broken = got.failure is not None and not example.raises
            if compare_example(document.path, example, got, example.line) and not is_broken:
                yield example, _new_output(got)


def _new_output(got: Got) -> str:
    error = _last_lines(got.failure) if got.failure else None
    return doctest_output.as_expected(got.text, error)


def _last_lines(failure: Failure) -> str:
    """Return the last lines of a failure's traceback, starting with the line that names the exception."""
    lines = list(re.finditer(rf"(?m)^(?:\w+\.)*{re.escape(failure.kind)}(?::|$)", failure.traceback))
    return failure.traceback[lines[-1].start() :].rstrip() if lines else str(failure)


def _output_lines(prompt: str, output: str) -> list[str]:
    """Return an output as lines for the file, with the same prefix and line end as the prompt line."""
    prefix, ending = prompt[: prompt.index(">>>")], re.search(r"\r\n|\n|\r", prompt)
    newline = ending[0] if ending else "\n"
    return [f"{prefix}{each}{newline}" for each in output.split("\n")] if output else []
