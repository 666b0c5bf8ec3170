"""A table that readers can sort, filter and download."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from convref.analysis import Column, Table
from convref.analysis.table import LANGUAGES

DATA = {"en": "The data", "zh": "数据"}
SEPARATOR = {"en": ": ", "zh": "："}


@dataclass(frozen=True)
class Sortable:
    """A table whose numeric cells carry a sort key, with links to its data as CSV and JSON.

    The script docs/assets/sort.js turns the headings into buttons; without JavaScript the table is static.
    The links contain the data themselves; the build writes them to files beside the page
    (convref_docs.data_files).

    Attributes:
        table: the table; shapes are sorted by their number of elements, text alphabetically.
        name: the file name of the data, without extension.
        address: a function that takes the name in a row and the page's language, and returns the URL to which
            the name links; None for a name that is not linked.
        filters: the keys of the columns by whose values readers can filter the rows. If there are any,
            readers can also filter the rows by text, which is compared with the first column and with the
            filtered ones that are not numeric.
        rare: the keys of the columns that are hidden until a reader chooses them; without JavaScript they
            are visible.
    """

    table: Table
    name: str
    address: Callable[[str, str], str | None] = lambda _name, _lang: None
    filters: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()

    def _repr_lang_(self, lang: str) -> Sortable | None:
        return replace(self, table=self.table.in_language(lang)) if lang in LANGUAGES else None

    def _repr_html_(self) -> str:
        table = self.table
        head = "".join(
            f"<th{_aligned(column)}{self._marks(column)}>{html.escape(title)}</th>"
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

    def _marks(self, column: Column) -> str:
        filtered = f' data-filter="{column.key}"' if column.key in self.filters else ""
        return filtered + (" data-rare" if column.key in self.rare else "")

    def _cell(self, column: Column, value: Any, text: str) -> str:
        shown = html.escape(text).replace("_", "_<wbr>")  # a long name may go on in a second line after it
        if not column.numeric:
            address = self.address(value, self.table.lang)
            return f'<td><a href="{address}">{shown}</a></td>' if address else f"<td>{shown}</td>"
        key = "" if value is None else _elements(value) if isinstance(value, tuple) else value
        return f'<td{_aligned(column)} data-value="{key}">{shown}</td>'

    def _links(self) -> str:
        data = {"csv": ("text/csv", self.table.to_csv()), "json": ("application/json", self.table.to_json())}
        return ", ".join(
            f'<a download="{self.name}.{ending}" href="data:{kind};base64,'
            f'{b64encode(text.encode()).decode()}">{ending.upper()}</a>'
            for ending, (kind, text) in data.items()
        )


def _elements(shape: tuple[int | tuple[int, int], ...]) -> int:
    """Return the number of elements of a shape; a size given as a range counts with its maximum."""
    return prod(max(each) if isinstance(each, tuple) else each for each in shape)


def _aligned(column: Column) -> str:
    return ' style="text-align: right;"' if column.numeric else ""
