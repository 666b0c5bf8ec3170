"""A table in English or Chinese, with exports to Markdown, HTML, CSV and JSON."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from convref.errors import UnknownNameError
from convref.wording import is_among

LANGUAGES = ("en", "zh")


class Translated(str):
    """A word in a cell of a table with its translations; it is a string, the English word.

    Example:
        >>> word = Translated("total", {"en": "total", "zh": "合计"})
        >>> word == "total", word.texts["zh"]
        (True, '合计')
    """

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, word: str, texts: Mapping[str, str]) -> Self:
        """Create the word; `texts` are its translations by language."""
        made = super().__new__(cls, word)
        made.texts = texts
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, str]]]:
        return type(self), (str(self), self.texts)


class Branch(str):
    """A dotted name in a cell of a table that shows a tree.

    The cell shows only the last part of the name, indented. Its value, as in CSV, is the whole name.

    Example:
        >>> Branch("layer1.0.conv1").shown
        '│ ├ conv1'
    """

    __slots__ = ()

    @property
    def shown(self) -> str:
        """The text of the cell: the last part of the name, after lines that show its depth in the tree."""
        *above, last = self.split(".")
        return f"{'│ ' * (len(above) - 1)}{'├ ' if above else ''}{last}"


def _plain_text(value: object, lang: str) -> str:
    if isinstance(value, Branch):
        return value.shown
    if isinstance(value, Translated):
        return value.texts[lang]
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Column:
    """A column of a table: its key, headings and text format.

    Attributes:
        key: the identifier by which callers select the column, such as `activation_bytes`.
        titles: the heading of the column, as a dict from language to text.
        text: a function that takes a value and a language, and returns the text of a cell.
        numeric: whether the cells are aligned to the right.
    """

    key: str
    titles: dict[str, str]
    text: Callable[[Any, str], str] = _plain_text
    numeric: bool = False


@dataclass(frozen=True, repr=False)
class Table:
    """A table of plain values, which may have rows of totals.

    A page shows it in the language of the page; elsewhere it is shown in the language `lang`.

    Attributes:
        columns: the columns, from left to right.
        rows: the rows, each with a value for each column; None for an empty cell.
        totals: the rows of totals, shown below a line.
        lang: the language of `str`, `_repr_markdown_` and `_repr_html_`.
        notes: a dict from language to a sentence on how to read the table; may be empty.

    Raises:
        UnknownNameError: there is no such language.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[tuple[Any, ...], ...] = ()
    lang: str = "en"
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_among(self.lang, LANGUAGES):
            raise UnknownNameError("language", self.lang, LANGUAGES)

    def in_language(self, lang: str) -> Table:
        """Return the same table in another language."""
        return replace(self, lang=lang)

    def without(self, *keys: str) -> Table:
        """Return the same table without some of its columns.

        Args:
            keys: the keys of the columns to leave out.

        Raises:
            UnknownNameError: there is no such column.

        Example:
            >>> table = Table((Column("a", {"en": "A"}), Column("b", {"en": "B"})), rows=((1, 2),))
            >>> table.without("a").texts()
            [['2']]
        """
        own = [column.key for column in self.columns]
        for key in keys:
            if not is_among(key, own):
                raise UnknownNameError("column", key, own)
        kept = [place for place, key in enumerate(own) if key not in keys]

        def less(row: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(row[place] for place in kept)

        return replace(
            self,
            columns=less(self.columns),
            rows=tuple(map(less, self.rows)),
            totals=tuple(map(less, self.totals)),
        )

    def noting(self, notes: Mapping[str, str]) -> Table:
        """Return the same table with a further note.

        Args:
            notes: a dict from language to the sentence to add.
        """
        return replace(
            self, notes={lang: f"{self.notes.get(lang, '')} {notes[lang]}".strip() for lang in LANGUAGES}
        )

    @property
    def note(self) -> str:
        """The note on how to read the table, in the table's language; may be empty."""
        return self.notes.get(self.lang, "")

    def titles(self) -> list[str]:
        """Return the headings of the columns, in the table's language."""
        return [column.titles[self.lang] for column in self.columns]

    def texts(self, rows: Sequence[tuple[Any, ...]] | None = None) -> list[list[str]]:
        """Return the texts of the cells in `rows`, row by row; by default, in all rows and totals."""
        shown = self.rows + self.totals if rows is None else rows
        return [
            [column.text(value, self.lang) for column, value in zip(self.columns, row, strict=True)]
            for row in shown
        ]

    def to_markdown(self) -> str:
        """Return the table as a Markdown pipe table, with totals in bold and the note below."""
        rule = ["---:" if column.numeric else "---" for column in self.columns]
        cells = [[_escape_pipe(cell) for cell in row] for row in self.texts(self.rows)]
        bold = [
            [f"**{_escape_pipe(cell)}**" if cell else "" for cell in row] for row in self.texts(self.totals)
        ]
        lines = [[_escape_pipe(title) for title in self.titles()], rule, *cells, *bold]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
        return f"{table}\n{self.note}\n" if self.note else table

    def to_html(self) -> str:
        """Return the table as `<table>` on one line, so that Markdown does not change it."""

        def row(cells: Sequence[str], tag: str) -> str:
            tagged = [
                f'<{tag} style="text-align: right;">' if column.numeric else f"<{tag}>"
                for column in self.columns
            ]
            inner = "".join(
                f"{start}{html.escape(cell)}</{tag}>" for start, cell in zip(tagged, cells, strict=True)
            )
            return f"<tr>{inner}</tr>"

        head = row(self.titles(), "th")
        body = "".join(row(cells, "td") for cells in self.texts(self.rows))
        foot = "".join(row(cells, "td") for cells in self.texts(self.totals))
        tail = f"<tfoot>{foot}</tfoot>" if foot else ""
        note = f'<caption style="caption-side: bottom">{html.escape(self.note)}</caption>'
        caption = note if self.note else ""
        return (
            f'<table class="convref-table">{caption}<thead>{head}</thead><tbody>{body}</tbody>{tail}</table>'
        )

    def to_csv(self) -> str:
        """Return the table as CSV, with headings but without totals; a shape is written 64x112x112.

        Words are in the table's language. Numbers have neither separators nor units.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.titles())
        for row in self.rows:
            cells = zip(self.columns, row, strict=True)
            writer.writerow(
                column.text(value, self.lang) if isinstance(value, str) else _plain(value)
                for column, value in cells
            )
        return out.getvalue()

    def to_json(self) -> str:
        """Return the table as JSON: headings, rows and totals are dicts by column key, shapes are lists."""
        keys = [column.key for column in self.columns]

        def by_key(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
            return [dict(zip(keys, row, strict=True)) for row in rows]

        titles = dict(zip(keys, self.titles(), strict=True))
        content: dict[str, Any] = {
            "columns": titles,
            "rows": by_key(self.rows),
            "totals": by_key(self.totals),
        }
        if self.note:
            content["note"] = self.note
        # The only other values are sizes that depend on the batch, which are written as texts such as "36N".
        return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"

    def _repr_lang_(self, lang: str) -> Table | None:
        """Return the table in the language of a page; None if the table does not exist in that language."""
        return self.in_language(lang) if lang in LANGUAGES else None

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.to_markdown()

    __repr__ = __str__  # a Python prompt shows the table itself, as a page does


def _escape_pipe(cell: str) -> str:
    return cell.replace("|", "\\|")


def _plain(value: object) -> object:
    if isinstance(value, tuple):  # a pair inside a shape is a range
        return "x".join("-".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    return value
