"""Draw a bar chart of the share of each part of a network in its parameters, operations or memory."""

from __future__ import annotations

from convref.analysis import COLUMNS, Report
from convref.analysis.columns import ReportColumn
from convref.analysis.table import Translated
from convref.draw.svg.canvas import BLUE, TINT, WIDE, WIDTH, Canvas, Point, fit, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import ArgumentError, UnknownNameError
from convref.wording import is_among

MOST_BARS = 24  # on a phone, this many bars fill about one and a half screens
FEWEST_BARS = 5  # with fewer bars, the chart would not be informative
HEAD = 26.0
ROW, THICK = 33.0, 11.0  # on a phone, a bar is drawn below its text
WIDE_ROW, WIDE_THICK = 20.0, 13.0  # in a wide column, the bar is drawn beside its text
GAP = 8.0

Bars = list[tuple[str, float]]
Row = tuple[str, str, str]


def bars(report: Report, column: str = "params", *, depth: int | None = None) -> Drawing:
    """Draw a bar for each part of a network with a nonzero amount, labelled with the amount and its share.

    Args:
        report: a report of `analyze`.
        column: the key of a report's column that has a total: params, macs, activations, activation_bytes,
            weight_bytes or moved_bytes; or time, if the report has a device.
        depth: the number of names in the path of a part: 1 for `features`, 2 for `features.0`. By default, it
            is the smallest depth that gives 5 to 24 bars; if there is none, the largest depth that gives at
            most 24 bars.

    Raises:
        UnknownNameError: `column` is not one of these keys.
        ArgumentError: `depth` is not at least 1, or times are asked for and the report has no device.

    Example:
        >>> from convref import analyze, architectures
        >>> report = analyze(architectures.build("vgg16"), (3, 224, 224))
        >>> bars(report, "params", depth=1).alt("zh")
        '参数量，合计 138,357,544。features：14,714,688（10.6%）；classifier：123,642,856（89.4%）。'
    """
    summing = [key for key, each in COLUMNS.items() if each.sums and key != "name"]
    if not is_among(column, summing):
        raise UnknownNameError("column", column, summing)
    shown = report.column(column)
    if depth is not None and (type(depth) is not int or depth < 1):
        raise ArgumentError(f"bars: depth (={depth!r}) must be an integer of at least 1")
    chosen = _grouped(report, shown, depth) if depth else _by_stage(report, shown)
    return drawing(
        lambda lang: _paint(shown, chosen, lang),
        lambda lang: _paint_wide(shown, chosen, lang),
    )


def _by_stage(report: Report, column: ReportColumn) -> Bars:
    longest = max(row.name.count(".") + 1 for row in report.rows)
    choices = [_grouped(report, column, depth) for depth in range(1, longest + 1)]
    few = [bars for bars in choices if len(bars) <= MOST_BARS] or choices[:1]
    return next((bars for bars in few if len(bars) >= FEWEST_BARS), few[-1])


def _grouped(report: Report, column: ReportColumn, depth: int) -> Bars:
    found: dict[tuple[str, str], float] = {}
    for row in report.rows:
        name = row.name if row.kind == "input" else ".".join(row.name.split(".")[:depth])
        name = name or row.type  # the step of the network itself, such as the last resizing
        found[row.kind, name] = found.get((row.kind, name), 0) + column.value(row)
    return [(name, value) for (_, name), value in found.items() if value]


def _paint(column: ReportColumn, found: Bars, lang: str) -> Canvas:
    canvas, rows = _begin(column, found, lang, WIDTH)
    for index, ((name, amount, share), (_, value)) in enumerate(zip(rows, found, strict=True)):
        y = HEAD + index * ROW
        right = f"{amount} · {share}"
        canvas.text(0, y + 8, fit(name, WIDTH - text_width(right) - GAP), anchor="start")
        canvas.text(WIDTH, y + 8, right, anchor="end")
        _paint_bar(canvas, (0, y + 16), (WIDTH, THICK), value, found)
    return canvas


def _paint_wide(column: ReportColumn, found: Bars, lang: str) -> Canvas:
    canvas, rows = _begin(column, found, lang, WIDE)
    names, amounts, shares = (max(text_width(row[at]) for row in rows) for at in (0, 1, 2))
    names = min(names, WIDE / 3)
    left, right = names + GAP, WIDE - amounts - shares - 2 * GAP
    for index, ((name, amount, share), (_, value)) in enumerate(zip(rows, found, strict=True)):
        y = HEAD + index * WIDE_ROW
        canvas.text(names, y + WIDE_ROW / 2, fit(name, names), anchor="end")
        _paint_bar(canvas, (left, y + 4), (right - left, WIDE_THICK), value, found)
        canvas.text(WIDE - shares - GAP, y + WIDE_ROW / 2, amount, anchor="end")
        canvas.text(WIDE, y + WIDE_ROW / 2, share, anchor="end")
    return canvas


def _begin(column: ReportColumn, found: Bars, lang: str, width: float) -> tuple[Canvas, list[Row]]:
    """Return a canvas with the title painted, and for each bar the texts of its name, amount and share."""
    total = sum(value for _, value in found)
    amount = column.column.text(total, lang)
    title = f"{column.column.titles[lang]}{tr(lang, ', total ', '，合计 ')}{amount}"
    rows = [
        (_name(name, lang), column.column.text(value, lang), _share(value, total)) for name, value in found
    ]
    listed = tr(lang, "; ", "；").join(
        tr(lang, f"{name}: {number} ({share})", f"{name}：{number}（{share}）")
        for name, number, share in rows
    )
    canvas = Canvas(tr(lang, f"{title}. {listed}.", f"{title}。{listed}。"), width=width)
    canvas.text(0, HEAD / 2 - 2, title, anchor="start", bold=True)
    return canvas, rows


def _paint_bar(canvas: Canvas, corner: Point, size: Point, value: float, found: Bars) -> None:
    """Paint a bar on a faint track; the track's full length represents the largest value."""
    (x, y), (width, height) = corner, size
    most = max(each for _, each in found)
    canvas.rect(x, y, width, height, tint=TINT / 3, stroke=0)
    length = max(width * value / most, 1.0)  # so that a small share is still visible
    canvas.rect(x, y, length, height, hue=BLUE, tint=1, stroke=0, mark=f"bar {value}")


def _name(name: str, lang: str) -> str:
    return name.texts[lang] if isinstance(name, Translated) else name


def _share(value: float, total: float) -> str:
    """Return a share as a percentage with one decimal, rounded half up.

    Example:
        >>> _share(1, 8), _share(2, 3)
        ('12.5%', '66.7%')
    """
    tenths = (2000 * value + total) // (2 * total)
    return f"{tenths // 10}.{tenths % 10}%"
