"""Python code of a page, compared and looked into without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from convref.weave.markdown.regions import Example, Fence

_PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast` raises for text that is no Python or is nested too deeply for its parser."""


def statements(code: str) -> Sequence[ast.stmt] | None:
    """Return the top-level statements of Python code, or None if it cannot be parsed."""
    try:
        return ast.parse(code).body
    except _PARSE_ERRORS:
        return None


def meaning(code: str) -> str:
    """Return a key that is equal for Python code that computes the same, whatever its comments and layout.

    Code that cannot be parsed is its own key.

    Example:
        >>> meaning("x = 1  # eins") == meaning("x=1")
        True
        >>> meaning("x =")
        'x ='
    """
    try:
        return ast.dump(ast.parse(code))
    except _PARSE_ERRORS:
        return code


def wanted_examples(fence: Fence) -> Iterator[Example]:
    """Iterate over the examples of a doctest fence that are run: those without `# doctest: +SKIP`."""
    import doctest  # imports the debugger, which takes longer than parsing a page

    return (each for each in fence.examples if not dict(each.options).get(doctest.SKIP, False))
