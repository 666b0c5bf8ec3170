"""`bars`: the share of each part of a network in its parameters, operations or memory."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis import COLUMNS, Report
from convref.analysis.columns import INPUT, ROW_NAMES, ReportColumn
from convref.draw.svg.canvas import BLUE, TINT, WIDTH, Canvas, fit, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import ArgumentError, UnknownNameError

MOST_BARS = 24
ROW = 28.0
HEAD = 24.0
THICK = 8.0

Bars = list[tuple[str, int]]


def bars(report: Report, column: str = "params", *, depth: int | None = None) -> Drawing:
    """Draw a bar for each part of a network with a nonzero amount, labelled with the amount and its share.

    Args:
        report: a report of `analyze`.
        column: a column with a total: params, macs, activations, activation_bytes, weight_bytes.
        depth: the number of names in the path of a part (1: `features`; 2: `features.0`); by default the
            largest that gives at most 24 bars.

    Raises:
        UnknownNameError: there is no such column with a total.
        ArgumentError: `depth` is not at least 1.

    Example:
        >>> from convref import analyze, architectures
        >>> report = analyze(architectures.build("vgg16"), (3, 224, 224))
        >>> bars(report, "params", depth=1).alt("zh")
        '参数量，合计 138,357,544。features：14,714,688（10.6 %）；classifier：123,642,856（89.4 %）。'
    """
    summing = {key: each for key, each in COLUMNS.items() if each.sums and key != "name"}
    if column not in summing:
        raise UnknownNameError("column", column, summing)
    if depth is not None and depth < 1:
        raise ArgumentError(f"bars: depth (={depth}) must be at least 1")
    chosen = _grouped(report, summing[column], depth) if depth else _deepest(report, summing[column])
    return drawing(lambda lang: _paint(summing[column], chosen, lang))


def _deepest(report: Report, column: ReportColumn) -> Bars:
    longest = max(row.name.count(".") + 1 for row in report.rows)
    for depth in range(longest, 1, -1):
        found = _grouped(report, column, depth)
        if len(found) <= MOST_BARS:
            return found
    return _grouped(report, column, 1)


def _grouped(report: Report, column: ReportColumn, depth: int) -> Bars:
    found: dict[str, int] = {}
    for row in report.rows:
        name = ".".join(row.name.split(".")[:depth])
        found[name] = found.get(name, 0) + int(column.value(row))
    return [(name, value) for name, value in found.items() if value]


def _paint(column: ReportColumn, found: Sequence[tuple[str, int]], lang: str) -> Canvas:
    total = sum(value for _, value in found)
    most = max((value for _, value in found), default=1)
    title = f"{column.column.titles[lang]}{tr(lang, ', total ', '，合计 ')}{column.column.text(total, lang)}"
    words = [
        (_name(name, lang), column.column.text(value, lang), _share(value, total)) for name, value in found
    ]
    listed = tr(lang, "; ", "；").join(
        tr(lang, f"{name}: {number} ({share})", f"{name}：{number}（{share}）")
        for name, number, share in words
    )
    canvas = Canvas(tr(lang, f"{title}. {listed}.", f"{title}。{listed}。"))
    canvas.text(0, HEAD / 2 - 2, title, anchor="start", bold=True)
    for index, ((_, value), (name, number, share)) in enumerate(zip(found, words, strict=True)):
        y = HEAD + index * ROW
        right = f"{number} · {share}"
        canvas.text(0, y + 8, fit(name, WIDTH - text_width(right) - 8), anchor="start")
        canvas.text(WIDTH, y + 8, right, anchor="end")
        length = max(WIDTH * value / most, 1.0)
        canvas.rect(0, y + 16, WIDTH, THICK, tint=TINT / 3, stroke=0)
        canvas.rect(0, y + 16, length, THICK, hue=BLUE, tint=1, stroke=0, mark=f"bar {value}")
    return canvas


def _name(name: str, lang: str) -> str:
    return ROW_NAMES[INPUT][lang] if name == INPUT else name


def _share(value: int, total: int) -> str:
    """Return a share in per cent with one decimal, rounded half up.

    Example:
        >>> _share(1, 8), _share(2, 3)
        ('12.5 %', '66.7 %')
    """
    tenths = (2000 * value + total) // (2 * total)
    return f"{tenths // 10}.{tenths % 10} %"
