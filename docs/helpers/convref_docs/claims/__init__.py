"""Widespread claims about convolutional networks, each checked by computation, with a verdict.

`docs/claims.yml` has the texts of the claims, by section and key. Each module of this package has the checks
of one section: for each key a function that returns the cells of the claim, which are its parts with the
computed values. The verdict follows from the cells (`convref_docs.claims.model.verdict`).

    convref_docs.claims("weights")      the claims of a section
    convref_docs.claims_overview()      all claims with their verdicts, as links
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

import yaml

from convref.analysis.table import LANGUAGES
from convref.errors import UnknownNameError
from convref_docs.claims.model import DEPENDS, OPEN, RESULTS, VERDICTS, Cell, Number, verdict
from convref_docs.paths import DOCS

SECTIONS = ("weights", "sizes", "cost", "memory", "networks", "layers")
"""The sections of the page, which are the names of the modules of their checks."""

_WORDS = {
    "head": {"en": "| Checked | Claimed | Computed | Result |", "zh": "| 检验 | 说法 | 计算值 | 结果 |"},
    "plain_head": {"en": "| Checked | Result |", "zh": "| 检验 | 结果 |"},
    "verdict": {"en": "Verdict: {}", "zh": "结论：{}"},
    "code": {"en": "How it is computed:", "zh": "计算方法："},
    "all": {"en": "All claims and verdicts in one table", "zh": "全部说法与结论一览表"},
    "overview": {"en": "| Claim | Verdict |", "zh": "| 说法 | 结论 |"},
    "colon": {"en": ": ", "zh": "："},
}


@dataclass(frozen=True)
class Claim:
    """A claim, its check and the words around it.

    Attributes:
        key: its name in `docs/claims.yml`, also its anchor on the page.
        texts: `title`, `says` (the claim), `note` (the explanation) and, for some verdicts, `depends` (the
            condition) or `open` (the reason why it cannot be decided), each a dict from language to text.
        check: the function that computes the cells.
    """

    key: str
    texts: Mapping[str, Mapping[str, str]]
    check: Callable[[], tuple[Cell, ...]]

    @functools.cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The parts of the claim, each with the computed value."""
        return self.check()

    @property
    def verdict(self) -> str:
        """The verdict, in English and without its condition."""
        return verdict(self.cells, depends="depends" in self.texts, open_="open" in self.texts)

    def verdict_text(self, lang: str, *, brief: bool = False) -> str:
        """Return the verdict in a language, with its condition if it depends on one.

        Args:
            lang: "en" or "zh".
            brief: True to leave out the reason why a claim cannot be decided, and the part of a condition
                after a colon or semicolon or in brackets.
        """
        word = self.verdict if lang == "en" else VERDICTS[self.verdict]
        if self.verdict == DEPENDS:
            condition = self.texts["depends"][lang]
            if brief:
                condition = re.sub(r" \([^)]*\)|（[^）]*）", "", re.split("[:;：；]", condition)[0])
            return f"{word} {condition}" if lang == "en" else word + condition
        if self.verdict == OPEN and not brief:
            return word + _WORDS["colon"][lang] + self.texts["open"][lang]
        return word

    def lines(self, lang: str) -> Iterator[str]:
        """Yield the lines of the claim's part of the page, as Markdown.

        The verdict is the title of a collapsed box with everything but the claim, so that the page with all
        claims stays short enough for a phone. `docs/assets/frame.js` opens the box of the claim to which a
        link leads.
        """
        yield f"### {self.texts['title'][lang]} {{#{self.key}}}\n"
        yield f"> {self.texts['says'][lang]}\n"
        title = _WORDS["verdict"][lang].format(self.verdict_text(lang, brief=True))
        yield f'??? note convref-claim "{title}"\n'
        yield textwrap.indent("\n".join(self._folded(lang)), "    ") + "\n"

    def _folded(self, lang: str) -> Iterator[str]:
        whole = self.verdict_text(lang)
        if whole != self.verdict_text(lang, brief=True):
            stop = "." if lang == "en" else "。"
            yield f"{_WORDS['verdict'][lang].format(whole)}{stop}\n"
        yield f"{self.texts['note'][lang]}\n"
        numbers = any(isinstance(cell, Number) for cell in self.cells)
        yield _WORDS["head" if numbers else "plain_head"][lang]
        yield "| --- | ---: | ---: | --- |" if numbers else "| --- | --- |"
        for cell in self.cells:
            result = cell.result if lang == "en" else RESULTS[cell.result]
            label, *found = cell.texts(lang)
            yield f"| {' | '.join((label, *(found if numbers else ()), result))} |"
        # The code is shown as plain text: with syntax colors, it would be larger than the rest of the page.
        yield f"\n{_WORDS['code'][lang]}\n\n```text\n{self._code()}\n```"

    def _code(self) -> str:
        """Return the source of the private functions that the check calls, followed by that of the check."""
        module = vars(inspect.getmodule(self.check))
        used = [name for name in self.check.__code__.co_names if name.startswith("_") and name in module]
        return "\n\n\n".join(
            inspect.getsource(each).rstrip() for each in (*(module[n] for n in used), self.check)
        )


@dataclass(frozen=True)
class Claims:
    """The claims of a section, shown one after another."""

    all: tuple[Claim, ...]

    def _repr_lang_(self, lang: str) -> str | None:
        return (
            "\n".join(line for each in self.all for line in each.lines(lang)) if lang in LANGUAGES else None
        )


@dataclass(frozen=True)
class Overview:
    """A collapsed table of claims and verdicts that links to each claim on the same page."""

    all: tuple[Claim, ...]

    def _repr_lang_(self, lang: str) -> str | None:
        if lang not in LANGUAGES:
            return None
        rows = (
            f"| [{each.texts['title'][lang]}](#{each.key}) | {each.verdict_text(lang, brief=True)} |"
            for each in self.all
        )
        table = "\n".join((_WORDS["overview"][lang], "| --- | --- |", *rows))
        return f'??? abstract "{_WORDS["all"][lang]}"\n\n{textwrap.indent(table, "    ")}\n'


def checks(section: str) -> ModuleType:
    """Return the module with the checks of a section.

    It is imported here, since the checks need NumPy, and every page imports this package.
    """
    return importlib.import_module(f"convref_docs.claims.{section}")


@functools.cache
def registered() -> Mapping[str, tuple[Claim, ...]]:
    """Return a dict from section to its claims, in the order of `docs/claims.yml`."""
    texts = yaml.safe_load((DOCS / "claims.yml").read_text(encoding="utf-8"))
    return {
        section: tuple(
            Claim(key, each, getattr(checks(section), key.replace("-", "_"))) for key, each in claims.items()
        )
        for section, claims in texts.items()
    }


def claims(section: str) -> Claims:
    """Return the claims of a section of `docs/claims.yml`.

    Raises:
        UnknownNameError: there is no such section.

    Example:
        >>> [each.verdict for each in claims("weights").all][:3]
        ['rounded', 'rounded', 'rounded']
    """
    if section not in registered():
        raise UnknownNameError("section of claims", section, list(registered()))
    return Claims(registered()[section])


def claims_overview() -> Overview:
    """Return a table of all claims with their verdicts."""
    return Overview(tuple(each for section in registered().values() for each in section))
