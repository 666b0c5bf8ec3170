"""Keep on one line what is read as one: sizes, quantities, and the number of a table or a section."""

from __future__ import annotations

import re

SPACE = "\N{NO-BREAK SPACE}"

# Code, formulas, drawings and scripts are unchanged, and so are tags with their attributes.
_PART = re.compile(
    r"<(pre|code|math|svg|script|style|textarea|title)\b.*?</\1>|<!--.*?-->|<[^>]*>|(?P<text>[^<]+)",
    re.DOTALL,
)
_SIZE = re.compile(r"(?<![^\W\d])(\d+|[A-Za-z]) × (?=(?:\d+|[A-Za-z])(?![^\W\d]))")
_QUANTITY = re.compile(r"(\d) (?=(?:[KMGT]i?B|[KMG]|ms|µs|GFLOP|%)(?!\w))")
_PLACE = re.compile(
    r"\b(tables?|figures?|sections?|chapters?|equations?|appendix) (?=\d|[A-Z]\b)", re.IGNORECASE
)


def unbroken(page: str) -> str:
    """Return a page in whose text a line does not end within "3 × 3", "82 GB" or "table 2".

    Example:
        >>> unbroken('<p>A 3 × 3 kernel, <code>3 × 3</code>, as in table 2: 82 GB.</p>').replace(SPACE, "~")
        '<p>A 3~×~3 kernel, <code>3 × 3</code>, as in table~2: 82~GB.</p>'
    """
    return _PART.sub(lambda part: _joined(part[0]) if part["text"] else part[0], page)


def _joined(text: str) -> str:
    if not any(map(str.isdigit, text)):
        return text
    text = _SIZE.sub(rf"\1{SPACE}×{SPACE}", text)
    text = _QUANTITY.sub(rf"\1{SPACE}", text)
    return _PLACE.sub(rf"\1{SPACE}", text)
