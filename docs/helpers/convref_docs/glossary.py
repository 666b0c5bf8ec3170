"""Read the site's glossary of both languages, show its terms, and check prose for terms to avoid.

The file has sections of terms. A term has its Chinese form and a definition in both languages; it may have an
abbreviation, which both languages use unchanged, other usual names, further words under which the search
finds it, the page that explains it, and names to avoid because they are wrong or misleading:

    operators:
      title: {en: Operators, zh: 算子}
      terms:
        dropout:
          zh: 随机失活
          short: Dropout
          also: [丢弃法]
          search: [stochastic regularization]
          avoid: [drop-out]
          page: operators/dropout
          definition: {en: Setting values to zero at random., zh: 随机把数值置零。}

A name to avoid may still be mentioned: in quotation marks, or in brackets right after the preferred form. The
same holds for an English term on a Chinese page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from convref.errors import PageError, UnknownNameError
from convref_docs.contents import summary
from convref_docs.paths import DOCS, is_listed

FIELDS = ("zh", "short", "also", "search", "avoid", "page", "compare", "required", "forms", "definition")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MENTION = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|(?<![*\w])\*[^*\n]+(?:\n[^*\n]+)*\*(?!\*)")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary in both languages.

    Args:
        en: the English form that pages use.
        zh: the Chinese form that pages use.
        short: an abbreviation that both languages use.
        also: other usual names, in either language.
        search: words for which the search finds the term, but which do not name it, in either language; pages
            do not show them.
        avoid: wrong or misleading names.
        page: the path of the page that explains it, without language and file extension, maybe with an
            anchor.
        definition: one sentence in each language.
    """

    en: str
    zh: str
    short: str = ""
    also: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    page: str = ""
    definition: Mapping[str, str] = field(default_factory=dict)

    def form(self, lang: str) -> str:
        """Return the form of the term used on pages of a language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Section:
    """A group of related terms with a title in each language."""

    title: dict[str, str]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Misuse:
    """A use of a word to avoid on a page: the line, the word, and its replacement."""

    line: int
    found: str
    instead: str


@dataclass(frozen=True)
class Glossary:
    """The glossary of the site; `sections` maps names to sections of terms."""

    sections: Mapping[str, Section]

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, in the file's order."""
        return tuple(term for section in self.sections.values() for term in section.terms)

    def entries(self, section: str, docs: Path = DOCS) -> Entries:
        """Return the terms of a section with their definitions, for the glossary's page.

        Args:
            section: the section's name.
            docs: the folder of the pages; a term is linked if its page exists there.

        Raises:
            UnknownNameError: there is no such section.
        """
        if section not in self.sections:
            raise UnknownNameError("section", section, self.sections)
        return Entries(self.sections[section].terms, docs)

    def misuses(self, prose: str, lang: str) -> list[Misuse]:
        """Return the uses of words to avoid in a page's prose, in the order of the text.

        Args:
            prose: the page's text with code and markup masked, which keeps its line numbers.
            lang: "en" or "zh"; on a Chinese page English terms are reported too.

        Example:
            >>> stride = Term("stride", "步幅", avoid=("步长",))
            >>> words = Glossary({"basics": Section({"en": "Basics", "zh": "基础"}, (stride,))})
            >>> [(each.found, each.instead) for each in words.misuses("步长为 2，stride 为 2", "zh")]
            [('步长', '步幅'), ('stride', '步幅')]
            >>> words.misuses("步幅（stride），又称“步长”", "zh")
            []
        """
        text = self._without_mentions(prose)
        taken = [match.span() for form in self._kept(lang) for match in re.finditer(_pattern(form), text)]
        found = []
        words = [(word, term) for term in self.terms for word in _unwanted(term, lang)]
        for word, term in sorted(words, key=lambda pair: -len(pair[0])):
            for match in re.finditer(_pattern(word), text):
                inside = any(start <= match.start() and match.end() <= end for start, end in taken)
                if not inside and match[0] != term.short:
                    taken.append(match.span())
                    line = text.count("\n", 0, match.start()) + 1
                    found.append((match.start(), Misuse(line, match[0], term.form(lang))))
        return [misuse for _, misuse in sorted(found, key=lambda pair: pair[0])]

    def _kept(self, lang: str) -> set[str]:
        """Return the preferred forms in which a word to avoid must not be reported, since it is part of them.

        For Chinese these are the forms of more than two characters.
        """
        forms = {term.form(lang) for term in self.terms}
        return {form for form in forms if len(form) > 2} if lang == "zh" else forms

    def _without_mentions(self, prose: str) -> str:
        """Blank out quotations, italic titles, and brackets that directly follow a term."""
        forms = "|".join(re.escape(form) for term in self.terms for form in (term.en, term.zh))
        bracketed = rf"(?i)(?:{forms})s?[*_]*(?P<brackets>[ ]?\([^)\n]*\)|（[^）\n]*）)"
        text = _MENTION.sub(lambda match: " " * len(match[0]), prose)
        for match in re.finditer(bracketed, text):
            start, end = match.span("brackets")
            text = text[:start] + " " * (end - start) + text[end:]
        return text


@dataclass(frozen=True)
class Entries:
    """A list of terms, rendered as a Markdown definition list in the language of the page.

    Example:
        >>> stride = Term("stride", "步幅", also=("步长",), definition={"en": "How far the kernel moves."})
        >>> print(Entries((stride,), DOCS)._repr_lang_("en"))
        **stride** · 步幅
        :   How far the kernel moves. *Also:* 步长
        <BLANKLINE>
    """

    terms: tuple[Term, ...]
    docs: Path

    def _repr_lang_(self, lang: str) -> str:
        return "\n".join(self._entry(term, lang) for term in self.terms)

    def _entry(self, term: Term, lang: str) -> str:
        other = term.en if lang == "zh" else term.zh
        page, _, anchor = term.page.partition("#")
        title = f"**{term.form(lang)}**"
        path = self.docs / lang / f"{page}.md"
        if page and is_listed(path) and anchor in {"", *summary(path).anchors}:
            title = f"[{title}]({page}.md{'#' if anchor else ''}{anchor})"
        names = "，" if lang == "zh" else ", "
        also = f" *{'又称：' if lang == 'zh' else 'Also:'}* {names.join(term.also)}" if term.also else ""
        short = f" · {term.short}" if term.short else ""
        equal = term.en == term.zh
        return f"{title}{short}{'' if equal else f' · {other}'}\n:   {term.definition.get(lang, '')}{also}\n"


def load(path: str | Path = DOCS / "glossary.yml") -> Glossary:
    """Read a glossary; by default, the site's.

    Raises:
        PageError: the file is not a glossary; the error names the term and the rule that it breaks.
    """
    return parse(Path(path).read_text(encoding="utf-8"), str(path))


def parse(text: str, path: str = "glossary.yml") -> Glossary:
    """Parse the text of a glossary.

    Args:
        text: the text, in YAML.
        path: the path of the file, for error messages.
    """
    loader = getattr(
        yaml, "CSafeLoader", yaml.SafeLoader
    )  # PyYAML's loader in C is ten times as fast, but not every build of PyYAML has it
    content = yaml.load(text, loader)  # noqa: S506 (both loaders are safe)
    if not isinstance(content, dict):
        raise PageError(path, 0, "a glossary must have sections")
    return Glossary({name: _section(path, name, given) for name, given in content.items()})


def _section(path: str, name: str, given: Any) -> Section:
    if not isinstance(given, dict) or set(given) != {"title", "terms"}:
        raise PageError(path, 0, f"section {name} must have the fields title and terms, and no others")
    return Section(given["title"], tuple(_term(path, en, form) for en, form in given["terms"].items()))


def _term(path: str, en: str, given: Any) -> Term:
    if not isinstance(given, dict) or not isinstance(given.get("zh"), str) or not set(given) <= set(FIELDS):
        raise PageError(
            path, 0, f"term {en} (={given!r}) must have the field zh, and only fields of {', '.join(FIELDS)}"
        )
    definition = given.get("definition")
    if not isinstance(definition, dict) or set(definition) != {"en", "zh"}:
        raise PageError(path, 0, f"term {en}: definition (={definition!r}) must have the fields en and zh")
    lists = {name: tuple(given.get(name, ())) for name in ("also", "search", "avoid")}
    return Term(
        en, given["zh"], given.get("short", ""), **lists, page=given.get("page", ""), definition=definition
    )


def _unwanted(term: Term, lang: str) -> Iterator[str]:
    for word in term.avoid:
        if lang == "zh" or not _CHINESE.search(word):
            yield word
    if lang == "zh" and term.en.lower() != term.zh.lower():
        yield term.en


def _pattern(word: str) -> str:
    if _CHINESE.search(word):
        return re.escape(word)
    return rf"(?i)(?<![A-Za-z0-9_-]){re.escape(word)}s?(?![A-Za-z0-9_-])"
