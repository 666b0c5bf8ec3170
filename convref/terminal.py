"""Tables on a terminal, by rich; the only place that lays out for the terminal."""

from __future__ import annotations

from convref.analysis import Table


def print_table(table: Table) -> None:
    """Print a table, its totals below a line, folding long cells rather than cutting them."""
    import rich.box
    import rich.table
    from rich.console import Console

    shown = rich.table.Table(box=rich.box.SIMPLE_HEAD, show_footer=bool(table.totals), pad_edge=False)
    totals = table.texts(table.totals)
    for index, (column, title) in enumerate(zip(table.columns, table.titles(), strict=True)):
        footer = "\n".join(row[index] for row in totals)
        justify = "right" if column.numeric else "left"
        shown.add_column(title, footer=footer, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in table.texts(table.rows):
        shown.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a pipe has no width; nothing is folded in a file
    console.print(shown)
