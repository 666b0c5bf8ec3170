"""The terms of a site: the names of each concept in several languages, and a search for them in a text.

The file of terms is in YAML. Its sections have `terms`. The key of a term, its `short` form, the list `also`,
and the values of fields named after languages are all names of one concept:

    operators:
      terms:
        max pooling:
          zh: 最大池化
          also: [max pool]
          page: operators/max_pool
          compare: true

Only terms with `compare` are compared between languages. Its value is true, or the name of another term that
a translation may use instead: `compare: computational cost`. Other fields are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from convref.errors import PageError

_PLURAL: Final = re.compile(r"(?<=[a-z]{2}[a-rt-z])s(?![a-z])")
_NO_NAMES: Final = frozenset({"avoid", "page", "definition", "compare"})


@dataclass(frozen=True)
class Term:
    """A concept.

    Attributes:
        name: its name in messages.
        names: all its names.
        compared_as: a key that is equal for terms that translations may exchange; "" if it is not compared.
        section: its section in the file; terms of one section are those that can be mistaken for each other.
    """

    name: str
    names: frozenset[str]
    compared_as: str
    section: str = ""


@dataclass(frozen=True)
class Terms:
    """All terms of a site."""

    terms: tuple[Term, ...] = ()

    @cached_property
    def _by_name(self) -> Mapping[str, Term]:
        return {" ".join(_plain(name).split()): term for term in self.terms for name in term.names}

    def mentions(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield the start, the end and the term of each mention of a term in a text; plurals are found too.

        Example:
            >>> pooling = Term("max pooling", frozenset({"max pooling", "最大池化"}), "max pooling")
            >>> [(start, end, term.name) for start, end, term in Terms((pooling,)).mentions("先做最大池化")]
            [(2, 6, 'max pooling')]
        """
        plain = _plain(text)
        # Most texts mention few terms, and a pattern of many alternatives is slow.
        words = " ".join(plain.split())
        names = sorted((name for name in self._by_name if name in words), key=len, reverse=True)
        if not names:
            return
        # The longest name comes first: "global average pooling" does not mention "average pooling".
        patterns = (re.escape(each).replace(r"\ ", r"\s+") for each in names)
        whole = (rf"(?<![a-z]){each}(?![a-z])" if each.isascii() else each for each in patterns)
        for match in re.finditer("|".join(whole), plain):
            yield *match.span(), self._by_name[" ".join(match[0].split())]


def _plain(text: str) -> str:
    """Return a text in lower case, with spaces for hyphens and plural s; its length is unchanged."""
    return _PLURAL.sub(" ", text.lower()).replace("-", " ")


def load(path: Path) -> Terms:
    """Load a file of terms.

    Raises:
        PageError: there is no such file, it is not a file of terms, or PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError:
        rule = "a file of terms needs PyYAML; install it with: pip install 'convref[site]'"
        raise PageError(str(path), 0, rule) from None
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # A ValueError is an impossible date or a text that is not UTF-8.
        raise PageError(str(path), 0, f"the terms cannot be read: {error}") from error
    terms = tuple(_terms(str(path), content))
    # A term that is compared as another one belongs to the other's section.
    sections = {term.name: term.section for term in terms}
    return Terms(tuple(replace(each, section=sections.get(each.compared_as, each.section)) for each in terms))


def _terms(path: str, content: Any) -> Iterator[Term]:
    sections = content.items() if isinstance(content, Mapping) else ()
    for title, section in sections:
        given = section.get("terms") if isinstance(section, Mapping) else None
        if not isinstance(given, Mapping):
            raise PageError(path, 0, "each section of a file of terms must have `terms`")
        for name, fields in given.items():
            if not isinstance(fields, Mapping):
                raise PageError(path, 0, f"the term {name} (={fields!r}) must be a mapping of fields")
            named = [each for key, each in fields.items() if key not in _NO_NAMES]
            names = [each for one in named for each in (one if isinstance(one, list) else [one])]
            compare = fields.get("compare", False)
            compared_as = str(name) if compare is True else str(compare or "")
            yield Term(str(name), frozenset(map(str, [name, *names])), compared_as, str(title))
