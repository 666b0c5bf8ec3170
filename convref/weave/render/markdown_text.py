"""Pieces of Markdown: code blocks, tabs, nesting, escaping."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping

HIDE = "markdown-exec: hide"
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|$~^]")
_TICKS = re.compile(r"`+")


def code_block(language: str, code: str, options: Mapping[str, str] | None = None) -> str:
    r"""Return a fenced block whose marks are longer than any in the code.

    Example:
        >>> code_block("python", "x = 1\n", {"title": "a"})
        '```python title="a"\nx = 1\n```'
    """
    longest = max((len(ticks) for ticks in _TICKS.findall(code)), default=0)
    marks = "`" * max(3, longest + 1)
    given = "".join(f" {key}={_quoted(value)}" for key, value in (options or {}).items())
    body = code.rstrip("\n")
    return f"{marks}{language}{given}\n{body}\n{marks}"


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'


def tabbed(tabs: Iterable[tuple[str, str]]) -> str:
    """Return content tabs for pymdownx.tabbed, from pairs of title and text.

    The first mark has an exclamation point, which keeps the tabs apart from tabs before them.
    """
    marks = itertools.chain(["===!"], itertools.repeat("==="))
    return "\n\n".join(
        f'{mark} "{title}"\n\n{nested(text, "    ")}'
        for mark, (title, text) in zip(marks, tabs, strict=False)
    )


def nested(text: str, prefix: str) -> str:
    """Put a prefix before each line of a text, without trailing spaces on blank lines."""
    return "\n".join(f"{prefix}{line}" if line else prefix.rstrip() for line in text.split("\n"))


def escaped(text: str) -> str:
    """Return a text on one line that Markdown shows literally, also in the cell of a table."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split("\n")))


def visible(code: str) -> str:
    """Return code without the lines marked `markdown-exec: hide`."""
    return "\n".join(line for line in code.split("\n") if HIDE not in line).strip("\n")
