"""The previous and the next page of the reading order, which `docs/en/path.md` lists."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path

from convref.errors import UnknownNameError
from convref_docs.contents import page_file, summary
from convref_docs.paths import DOCS

WORDS = {
    "en": {"name": "Reading order", "previous": "Previous step", "next": "Next step", "count": "{} of {}"},
    "zh": {"name": "阅读路线", "previous": "上一步", "next": "下一步", "count": "第 {} 步，共 {} 步"},
}
_LIST = re.compile(r"^convref_docs\.contents\((.*?)^\)", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r'"(\w+/\w+)"')


def steps(docs: Path = DOCS) -> tuple[str, ...]:
    """Return the pages of the reading order, as paths from the folder of a language without their endings.

    Example:
        >>> steps()[:2]
        ('concepts/why_convolution', 'operators/conv2d')
    """
    return _listed((docs / "en" / "path.md").read_text(encoding="utf-8"))


@lru_cache(maxsize=4)  # each page of the site asks for them
def _listed(text: str) -> tuple[str, ...]:
    return tuple(page for listed in _LIST.findall(text) for page in _PAGE.findall(listed))


def neighbours(page: str, docs: Path = DOCS) -> tuple[str | None, str | None]:
    """Return the previous and the next page of the reading order; None at its ends.

    Raises:
        UnknownNameError: the page does not belong to the reading order.

    Example:
        >>> neighbours("operators/conv2d")
        ('concepts/why_convolution', 'concepts/output_size')
    """
    order = steps(docs)
    if page not in order:
        raise UnknownNameError("page of the reading order", page, order)
    at = order.index(page)
    return (order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)


def links(page: str, lang: str, docs: Path = DOCS) -> str:
    """Return the HTML of the links from a page to its neighbours; empty if it is not in the reading order.

    Args:
        page: the path of the page from the folder of its language, without its ending.
        lang: "en" or "zh".
        docs: the folder of the site's pages.

    Example:
        >>> print(links("concepts/why_convolution", "en"))
        <nav class="convref-path" aria-label="Reading order">
        <a href="../../path/">Reading order</a> <span>1 of ...</span>
        <a href="../../operators/conv2d/" rel="next">Next step: 2-D convolution</a>
        </nav>
    """
    order = steps(docs)
    if page not in order:
        return ""
    words, root = WORDS[lang], "../" * (page.count("/") + 1)
    count = words["count"].format(order.index(page) + 1, len(order))
    lines = [
        f'<nav class="convref-path" aria-label="{words["name"]}">',
        f'<a href="{root}path/">{words["name"]}</a> <span>{count}</span>',
    ]
    for key, rel, target in zip(("previous", "next"), ("prev", "next"), neighbours(page, docs), strict=True):
        if target is not None:
            title = escape(summary(page_file(docs / lang, target)).title)
            colon = "：" if lang == "zh" else ": "
            lines.append(f'<a href="{root}{target}/" rel="{rel}">{words[key]}{colon}{title}</a>')
    return "\n".join([*lines, "</nav>"])
