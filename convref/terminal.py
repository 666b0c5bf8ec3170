"""Tables printed on a terminal by the library rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from convref.analysis import Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

UNFOLDED = 1000
"""The width to assume for a pipe or a file, which have no width; it is so large that no line is folded."""
MOST_OF_NAMES = 16
"""The least width, in characters, to which a column of text is narrowed in a narrow terminal."""
GAP = "  "


def print_table(table: Table) -> None:
    """Print a table on the terminal, with its totals below a line.

    Cells that are too long for the width of the terminal are folded onto several lines.
    """
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = UNFOLDED
    _print(table, console)


def text_of(table: Table) -> str:
    """Return the text that `print_table` prints, but without colors and with every row on one line."""
    from rich.console import Console

    out = io.StringIO()
    _print(table, Console(file=out, width=UNFOLDED, color_system=None))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n") + "\n"


def _print(table: Table, console: Console) -> None:
    import rich.box
    import rich.table
    from rich.text import Text

    # Gaps are part of the cells: rich's own padding wraps each cell in a renderable, which doubles the time.
    shown = rich.table.Table(
        box=rich.box.SIMPLE_HEAD, show_footer=bool(table.totals), pad_edge=False, padding=0
    )
    totals = table.texts(table.totals)
    rows = table.texts(table.rows)
    for index, (column, title) in enumerate(zip(table.columns, table.titles(), strict=True)):
        justify = "right" if column.numeric else "left"
        cells = [title, *(row[index] for row in [*rows, *totals])]
        shown.add_column(
            _cell(title, index),
            footer=_cell("\n".join(row[index] for row in totals), index),
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
            min_width=_longest_word(cells, MOST_OF_NAMES if not column.numeric else UNFOLDED)
            + (len(GAP) if index else 0),
        )
    for row in rows:
        shown.add_row(*[_cell(text, index) for index, text in enumerate(row)])
    console.print(shown, crop=False)
    if table.note:
        console.print(Text(table.note))


def _cell(text: str, index: int) -> Text:
    """Return the text of a cell for rich, with a gap on its left unless it is in the first column (index 0).

    In the result, rich does not interpret markup such as `[red]`.
    """
    from rich.text import Text

    gap = GAP if index else ""
    return Text("\n".join(gap + line for line in text.split("\n")))


def _longest_word(cells: list[str], most: int) -> int:
    """Return the width of the longest word in the cells of a column, but at most `most`.

    The column gets at least this width, because a number that is broken onto two lines looks like two
    numbers.
    """
    from rich.cells import cell_len

    return min(max((cell_len(word) for cell in cells for word in cell.split()), default=0), most)
