"""Remove the indentation of a page's HTML, which no reader sees and which is a ninth of its bytes."""

from __future__ import annotations

import re

_KEPT = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_EMPTY = re.compile(r"\n{2,}")


def unindented(page: str) -> str:
    r"""Return a page without spaces at the ends of lines and without empty lines.

    Browsers show a run of whitespace as one space. Elements whose text shows every space, such as `<pre>`,
    are unchanged.

    Example:
        >>> unindented("<ul>\n\n    <li>a</li>\n  </ul>\n<pre>  b\n\n  c</pre>")
        '<ul>\n<li>a</li>\n</ul>\n<pre>  b\n\n  c</pre>'
    """
    parts = _KEPT.split(page)
    # Each match gives two parts, the element and its tag's name, after the text before it.
    return "".join(
        _EMPTY.sub("\n", _INDENT.sub("", part)) if position % 3 == 0 else part
        for position, part in enumerate(parts)
        if position % 3 != 2
    )
