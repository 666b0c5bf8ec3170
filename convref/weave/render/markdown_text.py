"""Helpers that generate Markdown: code blocks, tabs, nesting, escaping."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping

HIDE = "markdown-exec: hide"
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|$~^]")
_TICKS = re.compile(r"`+")


def code_block(language: str, code: str, options: Mapping[str, str] | None = None) -> str:
    r"""Return a fenced code block whose fence is longer than any run of backticks in the code.

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
    """Return content tabs for pymdownx.tabbed from pairs of title and text.

    The first tab is marked with an exclamation point, which separates it from tabs directly above.
    """
    marks = itertools.chain(["===!"], itertools.repeat("==="))
    return "\n\n".join(
        f'{mark} "{title}"\n\n{nested(text, "    ")}'
        for mark, (title, text) in zip(marks, tabs, strict=False)
    )


def nested(text: str, prefix: str) -> str:
    """Prefix each line of a text, without adding trailing spaces to blank lines."""
    return "\n".join(f"{prefix}{line}" if line else prefix.rstrip() for line in text.split("\n"))


def escaped(text: str) -> str:
    """Escape a text so that Markdown shows it literally, and join it to one line; safe in table cells."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split("\n")))


def visible(code: str) -> str:
    """Return code without the lines that are marked with `markdown-exec: hide`."""
    return "\n".join(line for line in code.split("\n") if HIDE not in line).strip("\n")
