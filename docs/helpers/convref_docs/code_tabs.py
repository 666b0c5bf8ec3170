"""Show an operator's code in three tabs: a loop over NumPy arrays, PyTorch code, a description.

Each tab begins with a complete program. The loop is a short, readable implementation in
`convref_docs/naive/<key>.py`; operators composed of others have none. A collapsed box with the source code in
the package follows the tabs.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convref import catalog
from convref.catalog import Operator
from convref_docs.package_source import blocks, fence

TITLES = {
    "en": {"numpy": "NumPy", "torch": "PyTorch", "description": "convref"},
    "zh": {"numpy": "NumPy", "torch": "PyTorch", "description": "convref"},
}
SOURCE = {"en": "The source in convref", "zh": "convref 中的源码"}
NAIVE = Path(__file__).parent / "naive"


def naive(key: str) -> str:
    """Return the source of the loop that computes an operator; empty if there is none."""
    path = NAIVE / f"{key}.py"
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    docstring = ast.parse(text).body[0]  # is not shown: it describes the file, not the computation
    return "\n".join(text.splitlines()[docstring.end_lineno :]).strip()


@dataclass(frozen=True)
class CodeTabs:
    """The code of an operator, as tabs of Material for MkDocs.

    Attributes:
        operator: the operator's entry in the catalog.
    """

    operator: Operator

    def _repr_lang_(self, lang: str) -> str | None:
        return "\n".join(self._tabs(lang)) if lang in TITLES else None

    def _repr_markdown_(self) -> str:
        return "\n".join(self._tabs("en"))

    def _tabs(self, lang: str) -> Iterator[str]:
        loop = naive(self.operator.key)
        for form, title in TITLES[lang].items():
            yield f'=== "{title}"\n'
            if form == "numpy" and loop:
                yield textwrap.indent(fence(loop), "    ")
            yield textwrap.indent(fence(self.operator.snippet(form)), "    ")
        names = [name for form in TITLES[lang] for name in getattr(self.operator, form)]
        if names:
            yield f'??? abstract "{SOURCE[lang]}"\n'
            for block in blocks(names):
                yield textwrap.indent(block, "    ")


def code(key: str) -> CodeTabs:
    """Return the code of an operator, displayed as three tabs.

    Raises:
        UnknownNameError: there is no such operator.
    """
    return CodeTabs(catalog.find(key))
