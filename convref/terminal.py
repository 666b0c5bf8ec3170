"""Tables printed on a terminal by the library rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref.analysis import Table

if TYPE_CHECKING:
    from rich.text import Text


def print_table(table: Table) -> None:
    """Print a table with its totals below a line; long cells are folded, not cut off."""
    import rich.box
    import rich.table
    from rich.console import Console
    from rich.text import Text

    # Gaps are part of the cells: rich's own padding wraps each cell in a renderable, which doubles the time.
    shown = rich.table.Table(
        box=rich.box.SIMPLE_HEAD, show_footer=bool(table.totals), pad_edge=False, padding=0
    )
    totals = table.texts(table.totals)
    for index, (column, title) in enumerate(zip(table.columns, table.titles(), strict=True)):
        justify = "right" if column.numeric else "left"
        shown.add_column(
            _cell(title, index),
            footer=_cell("\n".join(row[index] for row in totals), index),
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
        )
    for row in table.texts(table.rows):
        shown.add_row(*[_cell(text, index) for index, text in enumerate(row)])
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a pipe has no width, and lines of a file must not be folded
    console.print(shown)
    if table.note:
        console.print(Text(table.note))


def _cell(text: str, index: int) -> Text:
    """Return the content of a cell as plain text (rich's markup is not interpreted), indented by a gap."""
    from rich.text import Text

    gap = "  " if index else ""
    return Text("\n".join(gap + line for line in text.split("\n")))
