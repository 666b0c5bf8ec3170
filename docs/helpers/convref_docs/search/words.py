"""Split text into search terms; `docs/assets/search.js` splits a reader's query by the same rules.

A term is a word in lower case, without a plural's s. A name is kept whole and in parts: `VGG-16` gives
`vgg16` and `vgg`, `ConvTranspose2d` gives `convtranspose2d`, `conv`, `transpose` and `2d`. Chinese text is
split by jieba, whose dictionary also contains the glossary's terms and all names; a long word also gives its
parts.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import jieba  # type: ignore[import-untyped]

_STOPS = """
a an and are as at be been but by can do does for from had has have how i if in into is it its may my not of
on one or our s so such than that the their them then there these they this to was we were what when where
which while who why will with you your between vs versus difference

的 了 是 在 和 与 或 也 都 就 而 及 着 被 把 从 到 对 为 以 上 下 中 里 个 这 那 其 它 不 有 没有 一个 什么
怎么 如何 为什么 多少 区别 我 我的 吗 呢 各 每 可以 以及 因此 因为 所以 但 但是 如果 这样 这些
那些 这个 它们
"""
STOPS = frozenset(_STOPS.split())
_WORD = re.compile(r"[a-z]+(?:-\d+)?[a-z0-9]*|\d+(?:x\d+)+|\d+d\b|\d+|[\u4e00-\u9fff]+", re.IGNORECASE)
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+[a-z]?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")


class Cutter:
    """A tokenizer that splits English and Chinese text into search terms.

    Args:
        names: the words that must stay whole in Chinese text: terms of the glossary, names of networks.
    """

    def __init__(self, names: Iterable[str]) -> None:
        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        self._counts: dict[str, Counter[str]] = {}
        for name in names:
            if is_chinese(name):
                self._jieba.add_word(name, freq=100_000)

    def phrase(self, name: str) -> str:
        """Return the terms of one of the names, separated by spaces, as they follow each other in a query.

        In Chinese these are whole words only, since the names are words of the dictionary.
        """
        text = unicodedata.normalize("NFKC", name).replace("×", "x")
        words = [match[0] for match in _WORD.finditer(text)]
        return " ".join(
            term for word in words for term in ([word] if is_chinese(word) else latin_terms(word))
        )

    def count(self, text: str) -> Counter[str]:
        """Return the number of occurrences of each term of a text. Memoized."""
        if text not in self._counts:
            self._counts[text] = Counter(self.terms(text))
        return self._counts[text]

    def terms(self, text: str) -> Iterator[str]:
        """Yield the terms of a text in order, without stop words."""
        text = unicodedata.normalize("NFKC", text).replace("×", "x").replace("\u200b", "")
        for match in _WORD.finditer(_GROUPED.sub(" ", text)):
            word = match[0]
            if is_chinese(word):
                yield from (
                    term for term in self._jieba.cut_for_search(word) if term not in STOPS and len(term) > 1
                )
            else:
                yield from latin_terms(word)


def latin_terms(word: str) -> Iterator[str]:
    """Yield the terms of one word of Latin letters and digits.

    Example:
        >>> list(latin_terms("VGG-16")), list(latin_terms("layers")), list(latin_terms("ConvTranspose2d"))
        (['vgg16', 'vgg'], ['layer'], ['convtranspose2d', 'conv', 'transpose', '2d'])
    """
    if word.isdigit():
        if len(word) < 4:
            yield word
        return
    whole = word.replace("-", "")
    yield from _kept(whole)
    parts = _PART.findall(whole)
    if len(parts) > 1:
        for part in parts:
            if not part.isdigit() and len(part) > 1 and part.lower() != whole.lower():
                yield from _kept(part)


def _kept(word: str) -> Iterator[str]:
    term = word.lower()
    if len(term) > 1 and term not in STOPS:
        yield singular(term)


def singular(term: str) -> str:
    """Return a word without the s of an English plural.

    Example:
        >>> singular("layers"), singular("loss"), singular("memories"), singular("analysis")
        ('layer', 'loss', 'memory', 'analysis')
    """
    if len(term) > 4 and term.endswith("ies"):
        return term[:-3] + "y"
    if len(term) > 3 and term.endswith("s") and not term.endswith(("ss", "us", "is")):
        return term[:-1]
    return term


def is_chinese(text: str) -> bool:
    """Return whether a text contains Chinese characters."""
    return any("\u4e00" <= character <= "\u9fff" for character in text)
