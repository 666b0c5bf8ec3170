"""Keep sizes, quantities, dates and references such as "table 2" on one line of a page.

Long dotted names may be broken after a dot.
"""

from __future__ import annotations

import re

from convref_docs.outside_elements import changed_outside

SPACE = "\N{NO-BREAK SPACE}"

# Code, formulas, drawings, scripts and comments are unchanged.
_KEPT = re.compile(
    r"(<(?P<tag>pre|code|math|svg|script|style|textarea|title)\b.*?</(?P=tag)>|<!--.*?-->)", re.DOTALL
)
# A text with a digit, from the end of a tag to the next tag: few texts have one, and a page has thousands.
_TEXT = re.compile(r">[^<\d]*\d[^<]*")
_SIZE = re.compile(r"(?<![^\W\d])(\d+|[A-Za-z]) × (?=(?:\d+|[A-Za-z])(?![^\W\d]))")
_QUANTITY = re.compile(r"(\d) (?=(?:[KMGT]i?B|[KMG]|ms|µs|GFLOP|%)(?!\w))")
_PLACE = re.compile(
    r"\b(tables?|figures?|sections?|chapters?|equations?|appendix) (?=\d|[A-Z]\b)", re.IGNORECASE
)

_DATE = re.compile(r"(<td\b[^>]*>)(\d{4}-\d\d-\d\d)(?=</td>)")
# All that an element contains, as in a table's first column and in the heading of a module.
_DOTTED = re.compile(r">(?=[^<]{20})\w+(?:\.\w+){2,}(?=<)")


def unbroken(page: str) -> str:
    """Return a page whose lines are not broken within "3 × 3", "82 GB", "table 2" or a date.

    Examples:
        >>> unbroken('<p>A 3 × 3 kernel, <code>3 × 3</code>, as in table 2: 82 GB.</p>').replace(SPACE, "~")
        '<p>A 3~×~3 kernel, <code>3 × 3</code>, as in table~2: 82~GB.</p>'
        >>> unbroken("<td>2026-11-30</td><td>fuse.deeper.fuse.upscore</td>")
        '<td><time>2026-11-30</time></td><td>fuse.<wbr>deeper.<wbr>fuse.<wbr>upscore</td>'
    """
    return changed_outside(_KEPT, page, _changed)


def _changed(part: str) -> str:
    joined = _TEXT.sub(_joined, f">{part}")[1:]
    dated = _DATE.sub(r"\1<time>\2</time>", joined)
    return _DOTTED.sub(lambda match: match[0].replace(".", ".<wbr>"), dated)


def _joined(match: re.Match[str]) -> str:
    text = _SIZE.sub(rf"\1{SPACE}×{SPACE}", match[0])
    text = _QUANTITY.sub(rf"\1{SPACE}", text)
    return _PLACE.sub(rf"\1{SPACE}", text)
