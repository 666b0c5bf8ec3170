"""List the networks that use an operator, as a sentence with links to their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref import architectures, catalog
from convref.analysis.table import LANGUAGES
from convref.catalog.uses import Uses, networks_using
from convref_docs.contents import summary
from convref_docs.paths import DOCS, family_page, is_listed

SEPARATORS = {"en": ", ", "zh": "、"}
STOPS = {"en": ".", "zh": "。"}
NOWHERE = {"en": "None of the networks here uses it.", "zh": "本站的网络都没有用到它。"}


@dataclass(frozen=True)
class UsedIn:
    """The networks that use an operator, grouped by family.

    Attributes:
        families: family -> names of its networks that use the operator.
        docs: the folder of the site's pages; only families that have a page there are linked.
    """

    families: dict[str, tuple[str, ...]]
    docs: Path

    def _repr_lang_(self, lang: str) -> str | None:
        return "".join(self._text(lang)) if lang in LANGUAGES else None

    def _repr_markdown_(self) -> str:
        return "".join(self._text("en"))

    def _text(self, lang: str) -> Iterator[str]:
        if not self.families:
            yield NOWHERE[lang]
            return
        yield SEPARATORS[lang].join(self._family(family, lang) for family in self.families)
        yield STOPS[lang]

    def _family(self, family: str, lang: str) -> str:
        """Return a link to the family's page; if only some of its networks qualify, their names follow."""
        page = family_page(self.docs, lang, family)
        link = family
        if is_listed(page):
            link = f"[{summary(page).title}](../architectures/{family}.md)"
        if self.families[family] == _members(family):
            return link
        names = SEPARATORS[lang].join(f"`{name}`" for name in self.families[family])
        return f"{link} ({names})" if lang == "en" else f"{link}（{names}）"


def used_in(operator: str | Uses, docs: str | Path = DOCS) -> UsedIn:
    """Return the registered networks that use an operator, with links to their pages.

    Args:
        operator: an operator's key in the catalog, or a predicate on the plan of a network
            (`convref.catalog.uses`).
        docs: the folder of the site's pages.

    Raises:
        UnknownNameError: there is no such operator.
    """
    uses = catalog.find(operator).used if isinstance(operator, str) else operator
    return UsedIn(networks_using(uses), Path(docs))


def _members(family: str) -> tuple[str, ...]:
    return tuple(name for name in architectures.names() if architectures.find(name).family == family)
