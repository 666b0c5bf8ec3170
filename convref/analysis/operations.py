"""A table of layers with the numbers of their operations of every kind, not only of multiply-accumulates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convref.analysis.entry_point import analyze
from convref.analysis.table import Column, Table
from convref.analysis.units import short_count_text
from convref.nn import Cost, Layer

PARAMETERS = {"en": "Parameters", "zh": "参数量"}
KINDS: Mapping[str, tuple[dict[str, str], Callable[[Cost], int]]] = {
    "macs": ({"en": "MACs", "zh": "乘加"}, lambda cost: cost.macs),
    "adds": ({"en": "Additions", "zh": "加法"}, lambda cost: cost.adds + cost.bias_adds),
    "muls": ({"en": "Multiplications", "zh": "乘法"}, lambda cost: cost.muls),
    "comparisons": ({"en": "Comparisons", "zh": "比较"}, lambda cost: cost.comparisons),
    "functions": ({"en": "Divisions, functions", "zh": "除法与函数"}, lambda cost: cost.functions),
}


def operations(layers: Mapping[str, Layer], input_shape: Sequence[int]) -> Table:
    """Return a table of the parameters and operations of layers, with a column per kind of operation.

    Kinds that do not occur have no column.

    Args:
        layers: a dict from the name of a layer to the layer. The name is shown as it is in every language.
        input_shape: the shape of the input of every layer, without the batch.

    Raises:
        ShapeError: the input does not fit one of the layers.

    Example:
        >>> from convref.nn import AvgPool2d, MaxPool2d
        >>> table = operations({"max": MaxPool2d(2), "mean": AvgPool2d(2)}, (1, 4, 4))
        >>> table.titles()
        ['Variant', 'Parameters', 'Additions', 'Comparisons', 'Divisions, functions']
        >>> table.texts()
        [['max', '0', '0', '12', '0'], ['mean', '0', '12', '0', '4']]
    """
    reports = {name: analyze(layer, input_shape) for name, layer in layers.items()}
    costs = {name: sum((row.cost for row in report.rows), Cost()) for name, report in reports.items()}
    kinds = {key: kind for key, kind in KINDS.items() if any(map(kind[1], costs.values()))}
    columns = [Column("variant", {"en": "Variant", "zh": "变化"}), _count("params", PARAMETERS)]
    columns += [_count(key, titles) for key, (titles, _) in kinds.items()]
    rows = [
        (name, report.params, *(count(costs[name]) for _, count in kinds.values()))
        for name, report in reports.items()
    ]
    return Table(columns=tuple(columns), rows=tuple(rows))


def _count(key: str, titles: dict[str, str]) -> Column:
    return Column(key, titles, lambda value, _lang: short_count_text(value), numeric=True)
