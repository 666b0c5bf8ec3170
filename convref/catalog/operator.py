"""An operator of the reference, and what pages show of it: its code in three forms, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from convref.catalog.tabs import Code, evaluated
from convref.catalog.uses import Uses
from convref.nn import Layer, Shape, trace

LANGUAGES = ("en", "zh")
SEPARATORS = {"en": ", ", "zh": "、"}
STOPS = {"en": ".", "zh": "。"}
NOWHERE = {"en": "None of the networks here uses it.", "zh": "本站的网络都没有用到它。"}


@dataclass(frozen=True)
class Operator:
    """An operator of the reference: a row of the catalog.

    Attributes:
        key: its name everywhere; its pages are operators/<key>.md.
        title: the name that pages have, by language.
        example: a call that describes it, `Conv2d(3, 8, 3)`, in names of convref.nn and convref.nn.blocks.
        input_shape: an input of the example.
        description: the sources, module:name, of what describes it.
        numpy: the sources of what computes it on arrays; none for a composition, whose parts are elsewhere.
        torch: likewise in torch, where torch has none of its own.
        tests: the files that test it.
        used: which networks use it.
    """

    key: str
    title: dict[str, str]
    example: str
    input_shape: Shape
    description: tuple[str, ...]
    numpy: tuple[str, ...] = ()
    torch: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    used: Uses = field(default=lambda _plan: False, repr=False, compare=False)

    @property
    def layer(self) -> Layer:
        """The description that the example makes."""
        return evaluated(self.example)

    def code(self) -> Code:
        """Its description, its NumPy run and its PyTorch module, as three tabs of a page."""
        return Code(self.example, self.input_shape, self.description, self.numpy, self.torch)

    def used_in(self, docs: str | Path = "docs") -> UsedIn:
        """The registered networks that use it, with links to their pages.

        Args:
            docs: the folder of the pages, to link only to those that there are.
        """
        from convref import architectures

        families: dict[str, list[str]] = {}
        every: dict[str, list[str]] = {}
        for name in architectures.names():
            entry = architectures.find(name)
            every.setdefault(entry.family, []).append(name)
            if self.used(trace(architectures.build(name), entry.input_shape)):
                families.setdefault(entry.family, []).append(name)
        whole = frozenset(family for family, names in families.items() if names == every[family])
        return UsedIn({family: tuple(names) for family, names in families.items()}, whole, Path(docs))


@dataclass(frozen=True)
class UsedIn:
    """The networks that use an operator, by family, for pages.

    Attributes:
        families: the names of the networks by family.
        whole: the families all of whose networks are there.
        docs: the folder of the pages.
    """

    families: dict[str, tuple[str, ...]]
    whole: frozenset[str]
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
        """A link to the family's page where there is one; the names where not all of the family are meant."""
        page = self.docs / lang / "architectures" / f"{family}.md"
        link = family
        if page.is_file():
            title = page.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            link = f"[{title}](../architectures/{family}.md)"
        if family in self.whole:
            return link
        names = SEPARATORS[lang].join(f"`{name}`" for name in self.families[family])
        return f"{link} ({names})" if lang == "en" else f"{link}（{names}）"
