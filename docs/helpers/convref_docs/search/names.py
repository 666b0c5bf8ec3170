"""List the names by which readers search for a page: glossary terms, layers, registered networks."""

from __future__ import annotations

from collections import Counter, defaultdict

from convref import architectures, catalog
from convref_docs.glossary import Glossary
from convref_docs.search.words import Cutter, is_chinese

PAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "your_network": {
        "en": ("your own network", "own network", "own model", "PyTorch module", "from_torch"),
        "zh": ("自己的网络", "自己的模型", "PyTorch 模块", "from_torch"),
    },
    "playground": {"en": ("playground", "run in the browser"), "zh": ("在线运行", "浏览器")},
    "calculators": {"en": ("calculator", "try it"), "zh": ("计算器", "试一试")},
}
"""Names for pages that are not about a term, an operator or a network, by page and language."""


def names(words: Glossary, lang: str) -> dict[str, tuple[str, ...]]:
    """Return a dict from the address of a page, without the language, to the names of its subjects.

    Chinese pages have the English names, too, since their readers search for both.

    Args:
        words: the glossary of the site.
        lang: the language of the pages.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for term in words.terms:
        for name in (term.en, term.zh, term.short, *term.also):
            if name and (lang == "zh" or not is_chinese(name)):
                found[term.page.partition("#")[0]][name] = None
    rows = catalog.operators()
    layers = Counter(type(row.layer).__name__ for row in rows.values())
    for key, row in rows.items():
        layer = type(row.layer).__name__
        own = layers[layer] == 1 or layer.lower() == key
        for name in (row.title[lang], row.title["en"], *((layer, layer.rstrip("123d")) if own else ())):
            found[f"operators/{key}"][name] = None
    for name in architectures.names():
        page = f"architectures/{architectures.find(name).family}"
        for each in (name.replace("_", " "), name.replace("_", "")):
            found[page][each] = None
    for page, by_language in PAGES.items():
        for each in by_language[lang]:
            found[page][each] = None
    return {page: tuple(each) for page, each in found.items() if page}


def same(words: Glossary, lang: str, cutter: Cutter) -> dict[str, list[str]]:
    """Return a dict from the search terms of each alternative name to those of the preferred name.

    Args:
        words: the glossary of the site, which lists the names.
        lang: the language of the index.
        cutter: splits the names into terms.
    """
    found: dict[str, list[str]] = {}
    for term in words.terms:
        own = list(dict.fromkeys(cutter.terms(term.form(lang))))
        others = [*term.also, *term.avoid, term.short]
        for name in [*others, term.en] if lang == "zh" else others:
            key = [name] if is_chinese(name) else list(cutter.terms(name))
            if key and own and not set(key) <= set(own) and (lang == "zh" or not is_chinese(name)):
                found.setdefault(" ".join(key), own)
    return found
