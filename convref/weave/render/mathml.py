r"""Convert formulas from LaTeX to MathML Core, and to plain text where markup is not allowed.

    mathml(latex, display)      return the MathML; raise a PageError with the line of a mistake
    plain(markup)               return plain text for a table of contents or a title: "a/b" for a fraction

Browsers display MathML natively, so that a page needs neither a script nor a font for its formulas.
"""

from __future__ import annotations

import html
import re
from functools import cache
from xml.etree import ElementTree as ET

from math_core import LatexError, LatexToMathML

from convref.errors import PageError

# The parser is recursive: on a stack of 8 MiB, about 5,000 levels end the process, and with it the build.
_MOST = 2000
_MOST_WITH_DEFINITIONS = 40  # each use of a command that the formula defines repeats the command's content
_NESTING = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.DOTALL)
_DEFINITION = re.compile(r"\\(?:(?:new|renew|provide)command|g?def)(?![A-Za-z])")
_POSITION = re.compile(r"(?P<offset>\d+): (?P<reason>.*)", re.DOTALL)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;")
# Operators that are not drawn, such as the multiplication in `2p`.
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


def mathml(latex: str, *, display: bool, path: str = "", line: int = 0) -> str:
    r"""Convert a LaTeX formula to MathML.

    Args:
        latex: the formula without its delimiters.
        display: True for a formula between paragraphs, False for a formula in a sentence.
        path: the path of the page, for the error message.
        line: the line on which `latex` begins, from 1; 0 if unknown.

    Raises:
        PageError: the formula does not parse, or is nested too deeply. The error names the line of the
            mistake.

    Example:
        >>> mathml(r"\frac{a}{b}", display=False)
        '<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
    """
    if not latex.strip():
        raise PageError(path, line, "the formula is empty")
    _check_nesting(latex, path, line)
    try:  # a local state: macros that a formula defines do not reach the next one
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        offset, reason = _position_and_reason(str(error))
        below = latex.count("\n", 0, offset) if line else 0
        raise PageError(path, line + below, f"cannot parse ${' '.join(latex.split())}$: {reason}") from None


def _check_nesting(latex: str, path: str, line: int) -> None:
    r"""Raise a PageError if a formula may be nested too deeply.

    Commands such as `\sqrt\sqrt 2` are nested without braces, and are counted, too.
    """
    opened = deepest = braces = commands = 0
    for match in _NESTING.finditer(latex):
        if match[0] == "{":
            opened, braces = opened + 1, braces + 1
            deepest = max(deepest, opened)
        elif match[0] == "}":
            opened -= 1
        else:
            commands += 1
    defines = _DEFINITION.search(latex) is not None
    count, most = (braces + commands, _MOST_WITH_DEFINITIONS) if defines else (deepest + commands, _MOST)
    if count > most:
        kind = "a formula that defines commands" if defines else "a formula"
        start = " ".join(latex[:80].split())
        rule = f"{kind} must have at most {most} commands and levels of braces, not {count}: {start}…"
        raise PageError(path, line, rule)


def _position_and_reason(message: str) -> tuple[int, str]:
    found = _POSITION.fullmatch(message)
    return (int(found["offset"]), found["reason"]) if found else (0, message)


def plain(markup: str) -> str:
    r"""Convert the MathML of a formula to plain text on one line.

    Example:
        >>> plain(mathml(r"\frac{n + 2p}{s}", display=False)), plain(mathml("C^2_i", display=False))
        ('(n+2p)/s', 'C_i^2')
    """
    # XML knows only five named entities; the others of HTML are replaced before.
    root = ET.fromstring(_ENTITY.sub(lambda entity: html.unescape(entity[0]), markup))  # noqa: S314
    return _plain_text(root).translate(_INVISIBLE)


def _plain_text(element: ET.Element) -> str:
    parts = [_plain_text(child) for child in element]
    match element.tag, parts:
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "msup" | "mover", [base, above]:
            return f"{base}^{_grouped(above)}"
        case "msub" | "munder", [base, below]:
            return f"{base}_{_grouped(below)}"
        case "msubsup" | "munderover", [base, below, above]:
            return f"{base}_{_grouped(below)}^{_grouped(above)}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mspace", _:
            return " " if element.get("width") else ""
        case _:
            return (element.text or "") + "".join(parts)


def _grouped(text: str) -> str:
    return text if text.isalnum() or len(text) <= 1 else f"({text})"
