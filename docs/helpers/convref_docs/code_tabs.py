"""An operator's code in three tabs: as a description, on NumPy arrays, in PyTorch.

Each tab begins with a program that runs by itself; the package's source that the program calls follows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from convref import catalog
from convref.catalog import Operator
from convref_docs.package_source import blocks, fence

TITLES = {
    "en": {"description": "Description", "numpy": "NumPy", "torch": "PyTorch"},
    "zh": {"description": "描述", "numpy": "NumPy", "torch": "PyTorch"},
}


@dataclass(frozen=True)
class CodeTabs:
    """The code of an operator, as tabs of Material for MkDocs.

    Attributes:
        operator: the row of the catalog.
    """

    operator: Operator

    def _repr_lang_(self, lang: str) -> str | None:
        return "\n".join(self._tabs(lang)) if lang in TITLES else None

    def _repr_markdown_(self) -> str:
        return "\n".join(self._tabs("en"))

    def _tabs(self, lang: str) -> Iterator[str]:
        for form, title in TITLES[lang].items():
            yield f'=== "{title}"\n'
            for block in (fence(self.operator.snippet(form)), *blocks(getattr(self.operator, form))):
                yield textwrap.indent(block, "    ")


def code(key: str) -> CodeTabs:
    """Return the code of an operator as three tabs of a page.

    Raises:
        UnknownNameError: there is no such operator.
    """
    return CodeTabs(catalog.find(key))
