"""The table over all networks, for pages: sortable where scripts run, with its data to download."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

from convref.analysis import Column, Table
from convref.analysis.table import LANGUAGES
from convref.catalog.source import ROOT

DATA = {"en": "The data", "zh": "数据"}
SEPARATOR = {"en": ": ", "zh": "："}


@dataclass(frozen=True)
class Sortable:
    """A table whose cells carry what they are sorted by, and links that hold its data as CSV and JSON.

    The script docs/assets/sort.js makes buttons of the headings; without it the table is as it is. The
    links hold the data themselves; the build writes them to files beside the page (docs/theme/data.py).

    Attributes:
        table: what to show; a shape is sorted by the number of its elements, text by the reader's alphabet.
        name: of the files, without their endings.
        address: where the name in a row's first cell leads; None for nowhere.
    """

    table: Table
    name: str
    address: Callable[[str, str], str | None] = lambda _name, _lang: None

    def _repr_lang_(self, lang: str) -> Sortable | None:
        return replace(self, table=self.table.in_language(lang)) if lang in LANGUAGES else None

    def _repr_html_(self) -> str:
        table = self.table
        head = "".join(
            f"<th{_aligned(column)}>{html.escape(title)}</th>"
            for column, title in zip(table.columns, table.titles(), strict=True)
        )
        body = "".join(
            f"<tr>{''.join(map(self._cell, table.columns, row, texts))}</tr>"
            for row, texts in zip(table.rows, table.texts(table.rows), strict=True)
        )
        return (
            f"<table data-sortable><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{DATA[table.lang]}{SEPARATOR[table.lang]}{self._links()}</p>"
        )

    def _cell(self, column: Column, value: Any, text: str) -> str:
        shown = html.escape(text)
        if not column.numeric:
            address = self.address(value, self.table.lang)
            return f'<td><a href="{address}">{shown}</a></td>' if address else f"<td>{shown}</td>"
        key = "" if value is None else prod(value) if isinstance(value, tuple) else value
        return f'<td{_aligned(column)} data-value="{key}">{shown}</td>'

    def _links(self) -> str:
        data = {"csv": ("text/csv", self.table.to_csv()), "json": ("application/json", self.table.to_json())}
        return ", ".join(
            f'<a download="{self.name}.{ending}" href="data:{kind};base64,'
            f'{b64encode(text.encode()).decode()}">{ending.upper()}</a>'
            for ending, (kind, text) in data.items()
        )


def overview(docs: str | Path = ROOT / "docs") -> Sortable:
    """All registered networks, each at the input that it was made for, linked to their families' pages.

    A receptive field is None where every place sees the whole input, as where gates average the map.

    Example:
        >>> overview().table.rows[0]
        ('lenet5', (1, 32, 32), 61706, 416520, 9118, 270344, (16, 16))
    """
    from convref import architectures
    from convref.comparison import compare

    def address(name: str, lang: str) -> str | None:
        family = architectures.find(name).family
        page = Path(docs) / lang / "architectures" / f"{family}.md"
        return f"../{family}/" if page.is_file() else None

    return Sortable(compare(*architectures.names()), "networks", address)


def _aligned(column: Column) -> str:
    return ' style="text-align: right;"' if column.numeric else ""
