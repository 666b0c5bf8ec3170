"""List the names by which readers search for a page: glossary terms, layers, registered networks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from convref import architectures, catalog
from convref_docs.glossary import Glossary
from convref_docs.search.words import Cutter, is_chinese

PAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "your_network": {
        "en": (
            "your own network",
            "my own network",
            "own network",
            "own model",
            "PyTorch module",
            "from_torch",
        ),
        "zh": ("自己的网络", "自己的模型", "我的网络", "我的模型", "PyTorch 模块", "from_torch"),
    },
    "playground": {
        "en": ("playground", "run in the browser", "own network", "own model"),
        "zh": ("在线运行", "浏览器", "自己的网络", "自己的模型", "我的网络", "我的模型"),
    },
    "calculators": {"en": ("calculator", "try it"), "zh": ("计算器", "试一试")},
    "concepts/operations_and_time": {
        "en": ("depthwise convolution slow", "depthwise slow", "slower", "not faster", "GPU speed"),
        "zh": (
            "深度卷积为什么慢",
            "逐通道卷积为什么慢",
            "为什么慢",
            "为什么不快",
            "速度慢",
            "深度卷积 为什么慢",
        ),
    },
    "concepts/choosing": {"en": ("choosing layers",), "zh": ("如何选择", "怎么选择")},
    "concepts/conventions": {
        "en": ("flops differ", "tools disagree"),
        "zh": ("各工具结果不同", "为什么不一致"),
    },
    "concepts/parameter_sharing": {"en": ("parameter sharing",), "zh": ("参数共享",)},
    "algorithms/comparison": {
        "en": ("convolution algorithm", "fastest algorithm", "im2col FFT Winograd"),
        "zh": ("卷积算法", "哪种算法", "im2col FFT Winograd"),
    },
    "guide/plugin": {"en": ("MkDocs plugin",), "zh": ("插件",)},
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
        for name in (term.en, term.zh, term.short, *term.also, *term.search):
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


def short_names(names: Iterable[str]) -> Iterator[str]:
    """Yield what readers call a kind of convolution for short: "dilated" for "dilated convolution".

    Example:
        >>> list(short_names(["dilated convolution", "空洞卷积", "channel shuffle", "卷积"]))
        ['dilated', '空洞']
    """
    for name in names:
        for ending in (" convolution", "卷积"):
            if name.endswith(ending) and name != ending.strip():
                yield name.removesuffix(ending)


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
        others = [*term.also, *term.search, *term.avoid, term.short]
        for name in [*others, term.en] if lang == "zh" else others:
            key = [name] if is_chinese(name) else list(cutter.terms(name))
            if key and own and not set(key) <= set(own) and (lang == "zh" or not is_chinese(name)):
                found.setdefault(" ".join(key), own)
    return found
