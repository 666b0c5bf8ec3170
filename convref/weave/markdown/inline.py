"""What stands inside prose: comments, inline values, code spans, formulas.

A dollar opens a formula when no space follows it, and closes one when no space stands before it and no
digit follows, so that prices stay prices. Nothing but a comment crosses a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from convref.weave.markdown.regions import CodeSpan, Comment, Formula, InlineValue, Region
from convref.wording import nearest_text

_ANY = r"(?:(?!(?:\r\n|\n|\r)[> \t]*(?:\r\n|\n|\r))[\s\S])"
_VALUE = r"`\{(?:python|py)\}[^`]+`"
_INLINE = re.compile(
    rf"""
      (?P<comment><!--[\s\S]*?-->)
    | (?P<ticks>`+)(?!`)(?P<code>{_ANY}+?)(?<!`)(?P=ticks)(?!`)
    | (?P<lonely>`+)
    | \$\$(?P<display>(?:\\[\s\S]|{_VALUE}|(?!\$\$){_ANY})+?)\$\$
    | \$(?![\s$])(?P<dollar>(?:\\[\s\S]|{_VALUE}|(?![\\$`]){_ANY})+?)(?<!\s)\$(?!\d)
    | \\\((?P<round>(?:{_VALUE}|(?!\\\)){_ANY})+?)\\\)
    | (?<![^\r\n> \t])\\\[(?P<square>(?:{_VALUE}|(?!\\\]){_ANY})+?)\\\](?=[ \t]*(?:[\r\n]|\Z))
    | \\[\s\S]
    | <[A-Za-z/][^<>`\r\n]*>
    """,
    re.VERBOSE,
)
_IS_VALUE = re.compile(r"\s*\{(?:python|py)\}\s+(?P<expression>\S[\s\S]*?)\s*")
_VALUES = re.compile(_VALUE)
_BRACED = re.compile(r"\{(?P<word>\w+)\}(?P<rest>[\s\S]*)")
_LIKE = 0.75  # of 1: `pyton` is like `python`, `path` is not
_BREAK = re.compile(r"[ \t]*(?:\r\n|\n|\r)[> \t]*")
_OPENING = {"display": "$$", "dollar": "$", "round": "\\(", "square": "\\["}


def scan(
    text: str, start: int, end: int, number_at: Callable[[int], int], where: Callable[[int], str]
) -> Iterator[Region]:
    """The inline regions of ``text[start:end]`` in order, a formula before the values inside it.

    Args:
        text: the whole page.
        start: where the run of prose starts.
        end: where it ends.
        number_at: the line of an offset.
        where: the kind of the block in which an offset stands: text, table or heading.
    """
    for match in _INLINE.finditer(text, start, end):
        kind = match.lastgroup or ""
        span, line = match.span(), number_at(match.start())
        if kind == "comment":
            yield Comment(*span, line, match[0][4:-3])
        elif kind == "code":
            value = _value(match["code"])
            if value:
                yield InlineValue(*span, line, value, where(span[0]))
            else:
                yield CodeSpan(*span, line, match["code"].strip())
        elif kind in _OPENING:
            yield Formula(*span, line, match[kind], match.start(kind), _OPENING[kind])
            for each in _VALUES.finditer(text, *match.span(kind)):
                value = _value(each[0][1:-1])
                if value:
                    yield InlineValue(*each.span(), number_at(each.start()), value, "formula")


def mistake(content: str) -> str:
    """What is wrong with code that was meant to be a value, in a sentence; empty for other code.

    Example:
        >>> mistake("{pyton} 1 + 1")
        "there is no way to compute 'pyton' in a sentence; the nearest is 'python'"
        >>> mistake("{python}")
        'there must be an expression behind {python}, after a space'
    """
    import difflib  # only code that begins so needs it

    match = _BRACED.fullmatch(content)
    if not match:
        return ""
    word = match["word"]
    if word in {"python", "py"}:
        return f"there must be an expression behind {{{word}}}, after a space"
    if not match["rest"][:1].isspace() or not difflib.get_close_matches(
        word.lower(), ["python"], cutoff=_LIKE
    ):
        return ""
    return f"there is no way to compute {word!r} in a sentence; {nearest_text(['python'])}"


def _value(code: str) -> str:
    match = _IS_VALUE.fullmatch(code)
    return _BREAK.sub(" ", match["expression"]) if match else ""
