"""Check labels in code: the numbers in a label must occur in the code that it describes.

A label is a string beside a call: `{"dilation 2": Conv2d(1, 1, 3, dilation=2)}`, `("k = 3", Conv1d(1, 1, 3))`
or `bar("k = 3", measured(3))`. Labels that are names with a number, such as "ResNet-50" and "2-D", are not
checked. Nor are labels of code that contains no number, and texts by language, `{"en": ..., "zh": ...}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Fence
from convref.weave.page import python_code
from convref.weave.page.diagnostic import Diagnostic

_NUMERAL: Final = re.compile(r"(?<![\w.-])\d+(?:[,_]\d{3})*(?:\.\d+)?(?![\w-])")
_MAYBE: Final = re.compile(r"[\"'][^\"'\n]*\d")


def check(document: Document, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each label with a number that the code beside it does not contain.

    Args:
        document: the page.
        fatal: True makes the diagnostics errors, False notes.
    """
    for page in document.with_nested():
        for fence in page.of(Fence):
            if fence.is_block and fence.kind == "python" and _MAYBE.search(fence.code):
                for line, message in _mistakes(fence.code):
                    yield Diagnostic(page.path, fence.code_line + line, "label", message, fatal=fatal)


def _mistakes(code: str) -> Iterator[tuple[int, str]]:
    for statement in python_code.statements(code) or ():
        for node in ast.walk(statement):
            for label, described in _labels(node):
                texts = [each for each in _texts(label) if _NUMERAL.search(each.value)]
                if not texts or not any(isinstance(each, ast.Call) for each in _nodes(described)):
                    continue
                known = set(_numbers(described))
                for text in texts if known else ():
                    missing = [each for each in _NUMERAL.findall(text.value) if _value(each) not in known]
                    if missing:
                        numbers = ", ".join(dict.fromkeys(missing))
                        yield (
                            text.line,
                            f"{text.value!r} is the label of code that does not contain {numbers}",
                        )


def _labels(node: ast.AST) -> Iterator[tuple[ast.expr, Sequence[ast.expr]]]:
    """Yield (label, described) for each expression in a syntax node that may be a label.

    `described` are the expressions that the label may describe. A key of a dictionary describes its value. An
    element of a tuple or list describes the other elements, and an argument of a call the other arguments.
    """
    if isinstance(node, ast.Dict):
        yield from ((key, [value]) for key, value in zip(node.keys, node.values, strict=True) if key)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from ((each, [other for other in node.elts if other is not each]) for each in node.elts)
    elif isinstance(node, ast.Call):
        named = [keyword.value for keyword in node.keywords]
        for each in node.args:
            yield each, [other for other in (*node.args, *named) if other is not each]


class _Text(NamedTuple):
    """A literal string in a label, with its line in the code, which counts from 0."""

    value: str
    line: int


def _texts(label: ast.expr) -> Iterator[_Text]:
    parts = label.values if isinstance(label, ast.JoinedStr) else [label]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield _Text(part.value, part.lineno - 1)


def _nodes(expressions: Sequence[ast.expr]) -> Iterator[ast.AST]:
    return (each for expression in expressions for each in ast.walk(expression))


def _numbers(expressions: Sequence[ast.expr]) -> Iterator[float]:
    for each in _nodes(expressions):
        if isinstance(each, ast.Constant) and isinstance(each.value, int | float):
            yield float(each.value)


def _value(numeral: str) -> float:
    return float(numeral.replace(",", "").replace("_", ""))
