"""Tables that compare layers: parameters, operations, and ratios to a standard layer.

versus(cases)              compares a layer with the standard layer that it replaces, for several sizes
variants(layers, shape)    compares several layers with the first of them, for one input
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from convref.analysis.columns import COLUMNS
from convref.analysis.entry_point import analyze
from convref.analysis.report import Report
from convref.analysis.table import Column, Table
from convref.analysis.units import ratio_text, shape_text, short_count_text
from convref.nn import Layer, Shape

Words = Mapping[str, str]
"""A dict from language to text."""

Case = tuple[Sequence[int], Layer, Layer]
"""The shape of an input, the standard layer and the layer that replaces it."""

STANDARD = {"en": "standard", "zh": "标准卷积"}
HERE = {"en": "here", "zh": "本算子"}
COMMAS = {"en": ", ", "zh": "："}
COUNTED = ("params", "macs")


def versus(cases: Iterable[Case], *, standard: Words = STANDARD, here: Words = HERE) -> Table:
    """Return a table that compares a layer with the standard layer that it replaces, with a row per case.

    It shows the parameters and MACs of both layers, and their ratios. If the standard layers of the cases
    have different kernel sizes, a further column shows these.

    Args:
        cases: tuples (input shape without the batch, standard layer, other layer).
        standard: the name of the standard layer in headings, as a dict from language to text.
        here: the name of the other layer in headings, as a dict from language to text.

    Raises:
        ShapeError: the input does not fit one of the layers.

    Example:
        >>> from convref.nn import Conv2d
        >>> table = versus([((8, 9, 9), Conv2d(8, 8, 3), Conv2d(8, 8, 3, groups=4))])
        >>> table.titles()[1:4]
        ['Parameters, standard', 'Parameters, here', 'Ratio']
        >>> table.texts()[0][1:4]
        ['584', '152', '0.26']
    """
    columns = [Column("size", {"en": "Input → output", "zh": "输入 → 输出"}, _size_text)]
    for key in COUNTED:
        columns += [_count(key, "standard", standard), _count(key, "here", here), _ratio(key)]
    rows: list[tuple[Any, ...]] = []
    kernels = []
    for shape, *layers in cases:
        one, other = (analyze(layer, shape) for layer in layers)
        counts = [value for key in COUNTED for value in _counts(one, other, key)]
        window = one.net.window(one.input_shape)
        kernels.append(window.kernel if window else None)
        rows.append(((one.input_shape, other.output_shape), *counts))
    if len(set(kernels)) > 1:
        columns.insert(1, COLUMNS["kernel"].column)
        rows = [(size, kernel, *counts) for (size, *counts), kernel in zip(rows, kernels, strict=True)]
    return Table(columns=tuple(columns), rows=tuple(rows))


def variants(layers: Mapping[str, Layer], input_shape: Sequence[int]) -> Table:
    """Return a table of the outputs, parameters and MACs of several layers, with ratios to the first layer.

    Args:
        layers: a dict from the name of a layer to the layer. The name, such as `stride=2`, is shown as it is
            in every language.
        input_shape: the shape of the input of every layer, without the batch.

    Raises:
        ShapeError: the input does not fit one of the layers.

    Example:
        >>> from convref.nn import Conv2d
        >>> table = variants({"3 × 3": Conv2d(8, 8, 3), "1 × 1": Conv2d(8, 8, 1)}, (8, 9, 9))
        >>> table.texts()[1]
        ['1 × 1', '8 × 9 × 9', '72', '0.12', '5,184', '0.18']
    """
    reports = {name: analyze(layer, input_shape) for name, layer in layers.items()}
    first = next(iter(reports.values()))
    columns = [Column("variant", {"en": "Variant", "zh": "变化"}), COLUMNS["output"].column]
    for key in COUNTED:
        columns += [_count(key), _ratio(key)]
    rows = [
        (name, report.output_shape, *(value for key in COUNTED for value in _counts(first, report, key)[1:]))
        for name, report in reports.items()
    ]
    return Table(columns=tuple(columns), rows=tuple(rows))


def _counts(one: Report, other: Report, key: str) -> tuple[int, int, float | None]:
    standard, count = getattr(one, key), getattr(other, key)
    return standard, count, count / standard if standard else None


def _count(key: str, prefix: str = "", who: Words | None = None) -> Column:
    titles = COLUMNS[key].column.titles
    if who is not None:
        titles = {lang: f"{titles[lang]}{COMMAS[lang]}{who[lang]}" for lang in COMMAS}
    return Column(f"{prefix}_{key}", titles, lambda value, _lang: short_count_text(value), numeric=True)


def _ratio(key: str) -> Column:
    return Column(
        f"ratio_{key}",
        {"en": "Ratio", "zh": "比值"},
        lambda value, _lang: "" if value is None else ratio_text(value),
        numeric=True,
    )


def _size_text(shapes: tuple[Shape, Shape], _lang: str) -> str:
    """Return two shapes as text with an arrow between them. A line can only break before the arrow."""
    before, after = (shape_text(shape).replace(" ", "\u00a0") for shape in shapes)
    return f"{before} →\u00a0{after}"
