"""The table of a report: a row for each layer, the chosen columns, the totals, and the notes below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from convref.analysis.columns import (
    COLUMNS,
    NAMES,
    ReportColumn,
    Row,
    dtype_of,
    input_of,
    output_of,
    share_of,
)
from convref.analysis.conventions import convention_notes
from convref.analysis.folding import folded, notes
from convref.analysis.remarks import remarks
from convref.analysis.stages import grouped, nested
from convref.analysis.table import Table
from convref.errors import UnknownNameError
from convref.nn import Size
from convref.wording import is_among

if TYPE_CHECKING:
    from convref.analysis.report import Report

_SHAPES: Final = {"input": input_of, "output": output_of}
_WITH_BATCH: Final = {
    "en": "N is the number of samples in the batch.",
    "zh": "N 是批量中的样本数。",
}
DEFAULT_COLUMNS = ("name", "type", "output", "params", "macs", "activations")


def table_of(
    report: Report, columns: Sequence[str], lang: str, *, full: bool, depth: int | None, tree: bool
) -> Table:
    """Return the rows of a report as a table; the arguments are those of `Report.table`.

    The table has a row of totals unless no column but the names has a total.
    """
    default = DEFAULT_COLUMNS if report.device is None else (*DEFAULT_COLUMNS, "time")
    chosen = [report.column(key) for key in columns or default]
    rows = report.rows
    if tree:
        rows, full = tuple(nested(report.net, rows, depth)), True
    elif depth is not None:
        rows = tuple(grouped(report.net, rows, depth))
    note = _notes(report, rows, {each.column.key for each in chosen}, full=full)
    rows = rows if full else tuple(folded(rows))
    has_totals = any(each.sums for each in chosen if each.column.key != "name")
    totals = (_total(report),) if has_totals else ()
    return Table(
        columns=tuple(each.column for each in chosen),
        rows=tuple(tuple(each.value(row) for each in chosen) for row in rows),
        totals=tuple(tuple(each.value(row) if each.sums else None for each in chosen) for row in totals),
        lang=lang,
        notes=note,
    )


def column_of(report: Report, key: str) -> ReportColumn:
    """Return a column for the table of a report; the argument `key` is that of `Report.column`."""
    if not is_among(key, COLUMNS):
        raise UnknownNameError("column", key, COLUMNS)
    if key == "share":
        return share_of(report.params)
    own = {"dtype": dtype_of(report.dtype if report.is_given else "", report.dtype)}
    return own.get(key, COLUMNS[key])


def _notes(report: Report, rows: Sequence[Row], keys: set[str], *, full: bool) -> dict[str, str]:
    """Return the notes below a table that shows the columns `keys`, as a dict from language to text.

    Args:
        report: the report.
        rows: the rows of the table, before in-place layers are added to other rows.
        keys: the keys of the columns.
        full: whether every layer has a row.
    """
    note = {} if full or "params" not in keys else notes(rows)
    if "macs" in keys:
        counts = convention_notes(report.convention, folded=not full)
        note |= {lang: f"{text}{note.get(lang, '')}".strip() for lang, text in counts.items()}
    further = [remarks(report.net, report.plan)] if keys & {"params", "macs"} else []
    shapes = [get(row) for key, get in _SHAPES.items() if key in keys for row in rows]
    if any(isinstance(size, Size) for shape in shapes for size in shape or ()):
        further.append(_WITH_BATCH)
    for each in further:
        note |= {lang: f"{note.get(lang, '')} {text}".strip() for lang, text in each.items()}
    return note


def _total(report: Report) -> Row:
    """Return the row of totals, from the properties of the report."""
    return Row(
        kind="total",
        name=NAMES["total"],
        layer=None,
        inputs=(),
        output=(),
        params=report.params,
        buffers=report.buffers,
        cost=report.cost,
        macs=report.macs,
        activations=report.activations,
        activation_bytes=report.activation_bytes,
        live_bytes=report.peak_activation_bytes,
        weight_bytes=report.weight_bytes,
        fields=(),
        frozen=report.frozen,
        moved_bytes=report.moved_bytes,
        time=report.time if report.device is not None else 0.0,
    )
