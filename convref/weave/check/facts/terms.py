"""The technical terms of a site: the names of each concept in several languages, and a search for the names.

The file of terms is in YAML. Each of its sections contains `terms`. The names of a concept are the key of the
term, its `short` form, the elements of the list `also`, and the values of fields named after languages:

    operators:
      terms:
        max pooling:
          zh: 最大池化
          also: [max pool]
          page: operators/max_pool
          compare: true

These fields are used, too; others are ignored:

- `compare`: the term is compared between languages. The value is true, or the name of another term that a
  translation may use instead: `compare: computational cost`.
- `required: true`: a paragraph must mention the term in all languages or in none of them.
- `forms`: a list of words that may replace the term in a translation, such as verbs. If one language has
  "training", "trained" is enough in the other.

A name that is a single Chinese character is found only where the character is a whole word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from convref.errors import PageError

_PLURAL: Final = re.compile(r"(?<=[a-z]{2}[a-rt-z])s(?![a-z])")
_NO_NAMES: Final = frozenset({"avoid", "page", "definition", "compare", "required", "forms"})
_LETTER_BEFORE: Final = re.compile(r"(?<=[a-z])")
# A single character is a word beside something that is not Chinese, a numeral or a function word.
_WORD_BEFORE: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![一两二三四五六七八九十几每各该首末某的和与或及是为按成把整])"
)
_WORD_BEHIND: Final = r"(?![\u4e00-\u9fff])|(?=[的和与或及是为在上都各按有从对乘])"


@dataclass(frozen=True)
class Term:
    """A concept, with its names in all languages.

    Attributes:
        name: its name in messages.
        names: all its names.
        compared_as: a key that must be the same in a translation. If a translation may use either of two
            terms, they have the same key. It is "" if the term is not compared.
        section: its section in the file. A translation may confuse terms of the same section.
        forms: other words that may replace it in a translation.
        required: True if a paragraph must mention it in all languages or in none of them.
    """

    name: str
    names: frozenset[str]
    compared_as: str
    section: str = ""
    forms: frozenset[str] = frozenset()
    required: bool = False


@dataclass(frozen=True)
class Terms:
    """All technical terms of a site."""

    terms: tuple[Term, ...] = ()

    @cached_property
    def _by_name(self) -> _Index:
        return _Index(((name, term) for term in self.terms for name in term.names), whole=True)

    @cached_property
    def _by_form(self) -> _Index:
        return _Index(((form, term) for term in self.terms for form in term.forms), whole=False)

    def mentions(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield (start, end, term) for each mention of a term in a text; start and end are offsets.

        Plural forms and other capitalizations are found, too.

        Example:
            >>> pooling = Term("max pooling", frozenset({"max pooling", "最大池化"}), "max pooling")
            >>> [(start, end, term.name) for start, end, term in Terms((pooling,)).mentions("先做最大池化")]
            [(2, 6, 'max pooling')]
        """
        # The last term that has a name gets it.
        yield from ((start, end, found[-1]) for start, end, found in self._by_name.search(plain(text)))

    def forms(self, text: str) -> Iterator[tuple[int, Term]]:
        """Yield (offset, term) for each word in a text that is one of the `forms` of a term.

        Example:
            >>> training = Term("training", frozenset({"training"}), "training", forms=frozenset({"trained"}))
            >>> [(start, term.name) for start, term in Terms((training,)).forms("weights are trained")]
            [(12, 'training')]
        """
        for start, _, found in self._by_form.search(plain(text)):
            yield from ((start, term) for term in found)


class _Index:
    """An index of terms by their names, with a search for these names in a text.

    Args:
        pairs: pairs (name, term). A name that several terms have in common occurs in several pairs.
        whole: True if a name of one Chinese character is found only as a whole word; False if it is also
            found as part of a word.
    """

    def __init__(self, pairs: Iterable[tuple[str, Term]], *, whole: bool) -> None:
        self._terms: dict[str, tuple[Term, ...]] = {}
        for name, term in pairs:
            key = " ".join(plain(name).split())
            self._terms[key] = (*self._terms.get(key, ()), term)
        self._whole = whole
        self._patterns: dict[str, re.Pattern[str]] = {}

    def search(self, plain: str) -> Iterator[tuple[int, int, tuple[Term, ...]]]:
        """Yield (start, end, terms) for each name in a text, where `terms` are all terms with this name.

        Args:
            plain: the text, as the function `plain` returns it.
        """
        words = " ".join(plain.split())
        found = [
            (match.start(), -match.end(), name)
            for name in self._terms
            if name in words  # most texts mention few terms
            for match in self._finditer(name, plain)
        ]
        position = 0
        # The longest name comes first: "global average pooling" does not mention "average pooling".
        for start, end, name in sorted(found):
            if start >= position:
                position = -end
                yield start, position, self._terms[name]

    def _finditer(self, name: str, plain: str) -> Iterator[re.Match[str]]:
        # One pattern for all names would be slow, and so is one for the names of each text, or a pattern that
        # does not begin with a letter.
        if name not in self._patterns:
            pattern = re.escape(name).replace(r"\ ", r"\s+")
            behind = "(?![a-z])" if name.isascii() else f"(?:{_WORD_BEHIND})" if self._is_word(name) else ""
            self._patterns[name] = re.compile(pattern + behind)
        refused = _LETTER_BEFORE if name.isascii() else _WORD_BEFORE if self._is_word(name) else None
        for match in self._patterns[name].finditer(plain):
            if not refused or not refused.match(plain, match.start()):
                yield match

    def _is_word(self, name: str) -> bool:
        """Return whether a name is found only as a whole word: one Chinese character, if `whole` is true.

        The character 行, for example, is not found in the word 执行.
        """
        return self._whole and len(name) == 1


def plain(text: str) -> str:
    """Return a text in lower case, in which a space replaces each hyphen and the s of each plural.

    The length of the text does not change, so offsets remain valid.
    """
    return _PLURAL.sub(" ", text.lower()).replace("-", " ")


def load(*paths: Path) -> Terms:
    """Read the files of terms of a site.

    Raises:
        PageError: there is no such file, it is not a file of terms, or PyYAML is not installed.
    """
    found = [term for path in paths for term in _read(path)]
    # A term that is compared as another one belongs to the other's section.
    sections = {term.name: term.section for term in found}
    return Terms(tuple(replace(each, section=sections.get(each.compared_as, each.section)) for each in found))


def _read(path: Path) -> Iterator[Term]:
    try:
        import yaml
    except ImportError:
        rule = "a file of terms needs PyYAML; install it with: pip install 'convref[weave]'"
        raise PageError(str(path), 0, rule) from None
    try:
        # The loader in C is ten times as fast; not every build of PyYAML has it.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        content = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 (both are safe loaders)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # A ValueError is an impossible date or a text that is not UTF-8.
        raise PageError(str(path), 0, f"the file of terms cannot be read: {error}") from error
    yield from _terms(str(path), content)


def _terms(path: str, content: Any) -> Iterator[Term]:
    sections = content.items() if isinstance(content, Mapping) else ()
    for title, section in sections:
        given = section.get("terms") if isinstance(section, Mapping) else None
        if not isinstance(given, Mapping):
            raise PageError(path, 0, f"the section {title} must contain a mapping `terms`")
        for name, fields in given.items():
            if not isinstance(fields, Mapping):
                raise PageError(path, 0, f"the term {name!r} (={fields!r}) must be a mapping of fields")
            named = [each for key, each in fields.items() if key not in _NO_NAMES]
            names = [each for one in named for each in (one if isinstance(one, list) else [one])]
            compare = fields.get("compare", False)
            compared_as = str(name) if compare is True else str(compare or "")
            yield Term(
                str(name),
                frozenset(map(str, [name, *names])),
                compared_as,
                str(title),
                forms=frozenset(map(str, fields.get("forms") or ())),
                required=fields.get("required") is True,
            )
