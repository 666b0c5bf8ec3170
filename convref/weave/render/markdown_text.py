"""Helpers that generate Markdown: code blocks, tabs, nesting, escaping."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping

from convref.weave.markdown.document import CodeSpan, Formula, parse
from convref.weave.markdown.regions import Region

HIDE = "markdown-exec: hide"
_SPECIAL = re.compile(r"""[\\`*_\[\]<>&|$~^#{}!"']|[=+-]{2,}|:(?=[\w+-]+:)|\?(?=\?)""")
# At the start of a line: the marks of list items and definitions, and of a heading in the line above.
_OPENING = re.compile(r"(?:[+=:-]|\d+[.)]|[A-Za-z][.)]|[ivxlcdmIVXLCDM]+[.)])(?=\s|$)")
_BLANKS = re.compile(r"[ \t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LANGUAGE = re.compile(r"[^\s`~'\"<>{}&=]*")
_TICKS = re.compile(r"`+")


def code_block(language: str, code: str, options: Mapping[str, str] | None = None) -> str:
    r"""Return a fenced code block whose fence is longer than any run of backticks in the code.

    If the language is not a single word, it cannot be written after the fence, and `text` is written instead.

    Example:
        >>> code_block("python", "x = 1\n", {"title": "a"})
        '```python title="a"\nx = 1\n```'
    """
    longest = max((len(ticks) for ticks in _TICKS.findall(code)), default=0)
    marks = "`" * max(3, longest + 1)
    given = "".join(f" {key}={_quoted(value)}" for key, value in (options or {}).items())
    body = code.rstrip("\n")
    word = language if _LANGUAGE.fullmatch(language) else "text"
    return f"{marks}{word}{given}\n{body}\n{marks}"


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'


def tabbed(tabs: Iterable[tuple[str, str]]) -> str:
    """Return the Markdown of content tabs, in the syntax of pymdownx.tabbed.

    The first tab is marked with an exclamation point. Without it, tabs directly above would join these tabs.

    Args:
        tabs: pairs (title, content). HTML in titles is escaped.
    """
    marks = itertools.chain(["===!"], itertools.repeat("==="))
    return "\n\n".join(
        f'{mark} "{without_html(title)}"\n\n{nested(text, "    ")}'
        for mark, (title, text) in zip(marks, tabs, strict=False)
    )


def nested(text: str, prefix: str) -> str:
    """Return a text with a prefix, such as an indentation, before each line; no trailing spaces are added."""
    return "\n".join(f"{prefix}{line}" if line else prefix.rstrip() for line in text.split("\n"))


def escaped(text: str) -> str:
    """Return a text on one line, escaped so that Markdown shows it literally.

    The result is safe at the start of a line, in headings, in table cells and in the attributes of HTML tags.

    Example:
        >>> escaped("a_b"), escaped("1. a"), escaped("-5.2")
        ('a&#95;b', '1&#46; a', '-5.2')
    """
    line = _BLANKS.sub(" ", text)
    opening = _OPENING.match(line, line.startswith(" "))
    end = opening.end() if opening else 0
    mark = f"{line[: end - 1]}{_entities(line[end - 1])}" if opening else ""
    return mark + _SPECIAL.sub(lambda match: _entities(match[0]), line[end:])


def without_html(markdown: str) -> str:
    """Return a line of Markdown in which HTML is escaped, except in code spans and formulas.

    Example:
        >>> without_html("**a** <b> `x < y`")
        '**a** &lt;b> `x < y`'
    """
    page = parse(_BLANKS.sub(" ", markdown), "")
    kept = [(each.start, each.end) for each in page.regions if isinstance(each, CodeSpan | Formula)]
    signs = (match.start() for match in re.finditer("<", page.text))
    escaped_signs = [at for at in signs if not any(start <= at < end for start, end in kept)]
    return page.replaced((Region(at, at + 1, 1), "&lt;") for at in escaped_signs)


def _entities(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def visible(code: str) -> str:
    """Return code without the lines that contain the comment `markdown-exec: hide`."""
    return "\n".join(line for line in code.split("\n") if HIDE not in line).strip("\n")
