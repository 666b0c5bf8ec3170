"""Change the HTML of a page outside of elements that must stay as they are, such as `<pre>`."""

from __future__ import annotations

import re
from collections.abc import Callable


def changed_outside(kept: re.Pattern[str], page: str, change: Callable[[str], str]) -> str:
    """Return a page in which a function has changed all text that a pattern does not match.

    Args:
        kept: a pattern for the elements that stay as they are. It has two groups: the whole element, and the
            name of its tag.
        page: the HTML of the page.
        change: returns the changed HTML for the HTML between two of the elements.

    Example:
        >>> changed_outside(re.compile(r"(<(pre)>.*?</pre>)"), "<p>a</p><pre>b</pre>c", str.upper)
        '<P>A</P><pre>b</pre>C'
    """
    parts = kept.split(page)
    # Each match gives two parts, what is kept and its tag's name, after the text before it.
    return "".join(
        change(part) if position % 3 == 0 else part
        for position, part in enumerate(parts)
        if position % 3 != 2
    )
