"""Compare the numbers that pages state about a thing, such as VGG-16, with the site's registry.

- A number directly before a noun of the registry is compared in a sentence that names a thing. In "the three
  fully connected layers of VGG-16", the registry must have this number of layers for the thing or for a part
  of it. In "VGG-16 has thirteen convolutions", the sentence is about the whole thing, so the number must be
  one of the thing's totals. An ordinal, "the third layer", must not be greater than the largest number.
- A kernel size, "3 × 3 convolutions in VGG-16" or "AlexNet's 11 × 11", must be one of the thing's sizes.
- A kernel size with two different numbers, "1 × 7 kernels", must be in the registry's list of such sizes,
  even if the sentence names no thing.
- A version, "MobileNet V2" or "ResNet-50", must exist.

If a sentence names several things, it is enough that the number is right for one of them. Numbers in other
sentences are not compared, but `counts` lists them, too. The number words "one" and 一 are left out, because
they are often articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from convref.weave.check.facts.registry import Facts, Registry
from convref.weave.markdown.document import Document
from convref.weave.markdown.paragraphs import paragraphs
from convref.weave.markdown.regions import Fence, Raw
from convref.weave.numbers.number_words import Numeral, numerals
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import MASK, masked

_SENTENCE: Final = re.compile(r"(?<=[.!?:])[\s\"”)]+(?=[^a-z])|[。！？：；]")
_GAP: Final = rf"[\s\[*_{MASK}]*"
_END_OF_LINK: Final = rf"[\])\s*_{MASK}]*"
_SIZE: Final = re.compile(r"(?<![\d×.])\d{1,2}(?:\s*[×x]\s*\d{1,2}){1,2}(?![\d×]|\.\d|\s*[×x])")
_ORDINAL: Final = re.compile(
    r"(?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|\w+tie)th)$|第|\d+(?:st|nd|rd|th)$"
)
_MEASURE: Final = "[个层组条种次]?"
_OF: Final = re.compile(r"\bof\s+(?:the\s+)?[\[*_]*$")
_WHOLE_BEFORE: Final = re.compile(
    rf"{_END_OF_LINK}(?:\s(?:has|have|contains?|consists of)\s+(?:the\s+|its\s+)?|\s*(?:的|共?有|包含)\s*)$"
)
_WHOLE_BEHIND: Final = re.compile(rf"s?\s+of\s+{_GAP}$")
_VERSION: Final = r"(?P<version>-\d+(?!\d|\.\d)|[ -]?[vV]\d(?!\d|\.\d)|[ -]?B\d)(?![A-Za-z\d])"


@dataclass(frozen=True, order=True)
class Count:
    """A number directly before a noun of the registry, such as "13 convolutions".

    Attributes:
        path, line: the path of the page and the line of the number.
        text: the number and the noun.
        names: the things of the registry that the sentence names; () if it names no thing.
    """

    path: str
    line: int
    text: str
    names: tuple[str, ...] = ()


class _Name(NamedTuple):
    start: int
    end: int
    name: str


class Descriptions:
    """A registry, with methods that compare pages with it."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._facts: dict[str, Facts] = {}

    def check(self, document: Document, language: str, *, fatal: bool) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each number, size or version that the registry contradicts.

        Args:
            document: the page.
            language: its language; "" if the site has no languages.
            fatal: True makes the diagnostics errors, False notes.
        """
        for page in document.with_nested():
            for offset, message in self._mistakes(page, language):
                yield Diagnostic(page.path, page.line_at(offset), "registry", message, fatal=fatal)

    def counts(self, document: Document, language: str) -> Iterator[Count]:
        """Yield each number directly before a noun of the registry in a page, such as "13 convolutions".

        Args:
            document: the page.
            language: its language; "" if the site has no languages.
        """
        for page in document.with_nested():
            prose = masked(page)
            known = self._names_in(prose)
            for start, text in _sentences(page, prose):
                names = tuple(sorted({each.name for each in _find(known, text)}))
                for offset, shown, *_ in self._counted(text, language):
                    yield Count(page.path, page.line_at(start + offset), shown, names)

    def facts(self, name: str) -> Facts:
        """Return the numbers that the registry has for the thing with this name."""
        if name not in self._facts:
            self._facts[name] = self.registry.facts[name]()
        return self._facts[name]

    def _mistakes(self, page: Document, language: str) -> Iterator[tuple[int, str]]:
        prose = masked(page)
        yield from self._versions(prose)
        yield from self._oblong(prose)
        known = self._names_in(prose)
        for start, text in _sentences(page, prose) if known else ():
            names = _find(known, text)
            if names:
                for offset, message in (*self._sizes(text, names), *self._numbers(text, language, names)):
                    yield start + offset, message

    def _numbers(self, text: str, language: str, names: Sequence[_Name]) -> Iterator[tuple[int, str]]:
        shown = ", ".join(dict.fromkeys(each.name for each in names))
        for offset, counted, value, noun, ordinal, end in self._counted(text, language):
            facts = [self.facts(each.name) for each in names]
            # Neither "the third layer of VGG-16" nor "two 3 × 3 convolutions" is all of them.
            is_some = ordinal or _SIZE.search(counted)
            whole = "" if is_some else self._whole(text, names, offset, end)
            groups = [self.facts(whole).totals] if whole else [g for e in facts for g in (e.totals, e.parts)]
            known = {number for group in groups for number in group.get(noun, ())}
            holds = value <= max(known, default=value) if ordinal else value in known
            if known and not holds:
                wanted = ", ".join(map(str, sorted(known)))
                yield offset, f"{counted}: {whole or shown} has {wanted}"

    def _whole(self, text: str, names: Sequence[_Name], start: int, end: int) -> str:
        """Return the name of the thing if the count in text[start:end] is for the whole thing; "" otherwise.

        In "VGG-16 has 13 convolutions", it is for the whole. In "the last stage of VGG-16 has three", it is
        for a part.
        """
        for each in names:
            # In "the last stage of VGG-16 has three layers", they are those of the stage.
            is_part = _OF.search(text[: each.start])
            is_before = not is_part and each.end <= start and _WHOLE_BEFORE.fullmatch(text, each.end, start)
            is_behind = end <= each.start and _WHOLE_BEHIND.fullmatch(text, end, each.start)
            if is_before or is_behind:
                return each.name
        return ""

    def _sizes(self, text: str, names: Sequence[_Name]) -> Iterator[tuple[int, str]]:
        for match in _SIZE.finditer(text):
            is_owned = re.search(r"(?:['’]s|的)\s*$", text[: match.start()]) and re.match(
                r"\s*(?:$|[,.;:)，。；：）])", text[match.end() :]
            )
            if not is_owned and not self._is_kernel(text, match.end()):
                continue
            known = {size for each in names for size in self.facts(each.name).sizes}
            size = _numbers(match[0])
            if known and size not in known:
                wanted = ", ".join(" × ".join(map(str, each)) for each in sorted(known))
                shown = ", ".join(dict.fromkeys(each.name for each in names))
                yield match.start(), f"{match[0]}: the kernels of {shown} have the sizes {wanted}"

    def _oblong(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (offset, message) for each kernel size of two different numbers that is not in the registry.

        Such a size, as in "3 × 5 kernels", is probably a typing error.
        """
        for match in _SIZE.finditer(text) if self.registry.oblong else ():
            size = _numbers(match[0])
            if len(set(size)) > 1 and size not in self.registry.oblong and self._is_kernel(text, match.end()):
                yield match.start(), f"{match[0]}: no kernel of the registry has this size"

    def _is_kernel(self, text: str, end: int) -> bool:
        """Return whether a size such as `3 × 3` is followed by a noun that can have a kernel size.

        Args:
            text: the text.
            end: the offset at which the size ends.
        """
        noun = self._noun.match(text, end)
        return noun is not None and self._key(noun["noun"]) in self.registry.sized

    def _versions(self, text: str) -> Iterator[tuple[int, str]]:
        families = [each for each in self.registry.versions if each in text]
        for match in _with_version(families).finditer(text) if families else ():
            known = self.registry.versions[match["family"]]
            if _version(match["version"]) not in {_version(each) for each in known}:
                message = f"{match[0]}: the versions of {match['family']} are {', '.join(sorted(known))}"
                yield match.start(), message

    def _counted(self, text: str, language: str) -> Iterator[tuple[int, str, int, str, bool, int]]:
        """Yield a tuple for each number directly before a noun of the registry.

        Yields:
            The offset; the number and noun as text; the value; the noun; True if the number is an ordinal;
            the offset of the end.
        """
        sizes = [range(*match.span()) for match in _SIZE.finditer(text)]
        for numeral in _numerals(text, language):
            start, end = numeral.start, numeral.start + len(numeral.text)
            before = text[max(start - 1, 0) : start]
            if isinstance(numeral.value, str) or numeral.value.denominator > 1 or not numeral.firm:
                continue
            if (
                numeral.value <= 1
                or any(start in each for each in sizes)
                or re.match(r"[\w.+-]", before, re.ASCII)
            ):
                continue
            size = re.compile(rf"\s*[个]?\s*(?:{_SIZE.pattern})").match(text, end)
            noun = self._noun.match(text, size.end() if size else end)
            if noun:
                shown = " ".join(text[start : noun.end()].replace(MASK, "").split())
                ordinal = _ORDINAL.search(numeral.text.lower()) is not None or before == "第"
                key = self._key(noun["noun"])
                yield start, shown, int(numeral.value), key, ordinal, noun.end()

    @cached_property
    def _noun(self) -> re.Pattern[str]:
        words = sorted(
            (word for each in self.registry.nouns.values() for word in each), key=len, reverse=True
        )
        forms = (rf"{re.escape(each)}(?:s|es)?(?![\w-])" if each.isascii() else each for each in words)
        return re.compile(rf"{_GAP}{_MEASURE}{_GAP}(?P<noun>{'|'.join(forms) or '(?!)'})")

    def _key(self, word: str) -> str:
        return self._nouns.get(word) or self._nouns.get(word.removesuffix("s")) or self._nouns[word[:-2]]

    @cached_property
    def _nouns(self) -> Mapping[str, str]:
        return {word: noun for noun, words in self.registry.nouns.items() for word in words}

    def _names_in(self, text: str) -> re.Pattern[str] | None:
        """Return a pattern for those names of the registry that occur in a text; None if no name occurs."""
        # A pattern of all names would be slow.
        found = sorted((name for name in self.registry.facts if name in text), key=len, reverse=True)
        forms = (
            rf"(?<![\w-]){re.escape(each)}(?=s?(?![\w-]))" if each.isascii() else re.escape(each)
            for each in found
        )
        return re.compile("|".join(forms), re.ASCII) if found else None


def _find(names: re.Pattern[str] | None, text: str) -> list[_Name]:
    return [_Name(*match.span(), match[0]) for match in names.finditer(text)] if names else []


def _with_version(families: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, families), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?P<family>{names}){_VERSION}", re.ASCII)


def _numbers(size: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", size)))


def _numerals(text: str, language: str) -> Iterable[Numeral]:
    """Return the numbers in a text; without a language, find both English and Chinese number words."""
    return numerals(text, language) if language else sorted({*numerals(text, "en"), *numerals(text, "zh")})


def _version(text: str) -> str:
    return text.lower().strip(" -").removeprefix("v")


def _sentences(page: Document, text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, sentence) for each sentence of a page.

    Args:
        page: the page.
        text: the text of the page in which everything except prose is masked.
    """
    for paragraph in paragraphs(page):
        if isinstance(paragraph.region, Raw):
            continue
        # In the first line of a block of code, captions and titles are prose; the code is masked.
        is_code = isinstance(paragraph.region, Fence)
        start, end = paragraph.start, paragraph.end
        if is_code:
            end = max(text.find("\n", start, end), start)
        for match in _SENTENCE.finditer(text, start, end):
            yield start, text[start : match.start()]
            start = match.end()
        yield start, text[start:end]
