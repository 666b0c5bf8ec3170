"""Translate the titles of a docstring's sections on Chinese pages; the docstring itself is in English."""

from __future__ import annotations

import re

TITLES = {
    "Attributes": "属性",
    "Examples": "示例",
    "Parameters": "参数",
    "Raises": "抛出的异常",
    "Returns": "返回值",
}

_TITLE = re.compile(rf'(<span class="doc-section-title">)({"|".join(TITLES)}):(?=</span>)')


def section_titles(page: str) -> str:
    """Return a page with translated titles where mkdocstrings lists parameters, errors and examples.

    mkdocstrings takes one language for the whole site, and this site has two.

    Example:
        >>> section_titles('<html lang="zh"><span class="doc-section-title">Raises:</span>')
        '<html lang="zh"><span class="doc-section-title">抛出的异常：</span>'
    """
    if '<html lang="zh"' not in page:
        return page
    return _TITLE.sub(lambda match: f"{match[1]}{TITLES[match[2]]}：", page)
