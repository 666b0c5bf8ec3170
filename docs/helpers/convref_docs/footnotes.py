"""Finish the footnotes of a page: a comma between references in a row, and titles in the page's language."""

from __future__ import annotations

import re

_IN_A_ROW = re.compile(r'(</sup>)(?=<sup id="fnref)')
_TITLE = re.compile(r'title="Jump back to footnote (\d+) in the text"')


def footnotes(page: str) -> str:
    """Return a page with a comma between footnote references that follow each other without text between.

    Without it, references to notes 5 and 7 read as 57. CSS cannot add it, because its selectors ignore text.
    Python-Markdown's title of the link from a note to its reference is translated on Chinese pages.

    Examples:
        >>> footnotes('<sup id="fnref:a">5</sup><sup id="fnref:b">7</sup> or <sup id="fnref:c">8</sup>')
        '<sup id="fnref:a">5</sup><sup>, </sup><sup id="fnref:b">7</sup> or <sup id="fnref:c">8</sup>'
        >>> footnotes('<html lang="zh"><a title="Jump back to footnote 2 in the text">↩</a>')
        '<html lang="zh"><a title="回到正文中引用脚注 2 处">↩</a>'
    """
    page = _IN_A_ROW.sub(r"\1<sup>, </sup>", page)
    return _TITLE.sub(r'title="回到正文中引用脚注 \1 处"', page) if '<html lang="zh"' in page else page
