"""Compare and inspect Python code in pages without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from convref.weave.markdown.regions import Example, Fence

_PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""The exceptions that `ast` raises for text that is not Python, or is nested too deeply for its parser."""

SETTINGS_BELOW = 1000
"""Whole numbers below this limit are mostly arguments in code, such as a number of channels."""

_CALL = re.compile(r"\w\(")
_PHRASE = re.compile(r"[\s=%]")
_TYPED = re.compile(r"""["'][^"'\n]*\d|print\(|^[ \t]*[\d"']""", re.MULTILINE)


def statements(code: str) -> Sequence[ast.stmt] | None:
    """Return the top-level statements of Python code, or None if it cannot be parsed."""
    try:
        return ast.parse(code).body
    except _PARSE_ERRORS:
        return None


def meaning(code: str) -> str:
    """Return a key that is equal for Python code that differs only in comments and layout.

    If the code cannot be parsed, the key is the code itself.

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
    """Iterate over the examples of a doctest fence, without those marked `# doctest: +SKIP`."""
    import doctest  # imports the debugger, which takes longer than parsing a page

    return (each for each in fence.examples if not dict(each.options).get(doctest.SKIP, False))


def texts_by_language(code: str, languages: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Iterate over dictionaries in code that have texts in two or more languages, as in `{"en": …, "zh": …}`.

    Yields:
        The 0-based index of the line on which the dictionary begins, and a dict from language to text. If a
        text is an f-string, each expression in it is replaced by `{}`.

    Example:
        >>> list(texts_by_language('x = {"en": "two", "zh": "二"}', ("en", "zh")))
        [(0, {'en': 'two', 'zh': '二'})]
    """
    if not all(f'"{each}"' in code or f"'{each}'" in code for each in languages[:2]) or len(languages) < 2:
        return
    for statement in statements(code) or ():
        for node in ast.walk(statement):
            if isinstance(node, ast.Dict):
                texts = {
                    str(key.value): text
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value in languages
                    for text in _literal_text(value)
                }
                if len(texts) > 1:
                    yield node.lineno - 1, texts


def _literal_text(node: ast.expr) -> Iterator[str]:
    """Yield the text of a string or an f-string; yield nothing for any other expression.

    In an f-string, each expression is replaced by `{}`.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)


def typed_texts(code: str) -> Iterator[tuple[int, str]]:
    r"""Iterate over constants in code that probably appear in its output exactly as they are written.

    In the output, such a constant looks like a result although it is not computed, so its numbers must be
    checked.

    Two kinds of constants are found: strings and parts of f-strings that contain a space, an equals sign or a
    percent sign; and constants that are printed, or that are a statement by themselves. Four kinds are left
    out: names and keys, such as `"conv3"`; docstrings; calls with variables, such as `"Conv2d(C, O, 1)"`; and
    small whole numbers, which are mostly arguments, such as a number of channels.

    Yields:
        The 0-based index of the line, and the constant as text.

    Example:
        >>> list(typed_texts('n = 3\nprint(f"{n} of 183 M", 2014)'))
        [(1, '2014'), (1, ' of 183 M')]
    """
    if not _TYPED.search(code):  # saves parsing most code
        return
    for statement in statements(code) or ():
        skipped = {id(each) for each in _not_shown(statement)}
        shown = {id(each) for node in ast.walk(statement) for each in _shown(node)}
        for node in ast.walk(statement):
            if not isinstance(node, ast.Constant) or id(node) in skipped or isinstance(node.value, bool):
                continue
            is_phrase = isinstance(node.value, str) and _is_phrase(node.value)
            if is_phrase or (id(node) in shown and _is_typed(node.value)):
                yield node.lineno - 1, str(node.value)


def _is_phrase(text: str) -> bool:
    """Return whether a string is probably text for readers, not a name, a key or a call with variables."""
    if not _PHRASE.search(text):
        return False
    calls = [
        node
        for statement in (statements(text) if _CALL.search(text) else None) or ()
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
    ]
    arguments = (each for call in calls for each in (*call.args, *(named.value for named in call.keywords)))
    return not any(isinstance(node, ast.Name) for each in arguments for node in ast.walk(each))


def _is_typed(value: object) -> bool:
    """Return whether a constant is a string, a number with a decimal point, or a large whole number.

    Small whole numbers are left out, because code mostly needs them as arguments, such as sizes of layers.
    """
    is_setting = isinstance(value, int) and abs(value) < SETTINGS_BELOW
    return isinstance(value, str | int | float) and not is_setting


def _not_shown(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of constants that never appear in output: docstrings, and formats in f-strings."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and isinstance(node.body[0], ast.Expr):
            yield node.body[0].value
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            yield from ast.walk(node.format_spec)


def _shown(node: ast.AST) -> Sequence[ast.expr]:
    """Return the expressions whose values are displayed when a node is run.

    For a statement that is only an expression, this is the expression; for a call of `print`, its arguments.
    """
    if isinstance(node, ast.Expr):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
        return node.args
    return []
