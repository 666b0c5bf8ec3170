"""The class `Row`, a row of a report, and the columns that the table of a report can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from convref.analysis.sights import Extent, Field, extent
from convref.analysis.table import Column, Translated
from convref.analysis.units import bytes_text, count_text, extent_text, shapes_text, time_text
from convref.nn import Cost, Layer, Operation, Parameter, Shape
from convref.nn.sizes import FullShape, listed

NAMES = {
    "input": Translated("input", {"en": "input", "zh": "输入"}),
    "total": Translated("total", {"en": "total", "zh": "合计"}),
}
"""The names of the rows that are not layers."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a report: one step of a network, several steps together, the network's input, or the total.

    Attributes:
        kind: "layer" for one or several steps, "input" for the network's input, or "total".
        name: the layer's path in tables, such as `features.0`.
        layer: the description of the layer; None for the input and the total.
        inputs, output: the shapes of the inputs and the output, without the batch.
        params, buffers: the numbers of elements of parameters and buffers. A layer that is used several times
            has them only in the row of its first use.
        cost: the operations on one input, by kind.
        macs: the number of operations on one input, as the report's convention counts them; by default, these
            are multiply-accumulates.
        activations: the number of elements of the output if that is a new feature map, otherwise 0.
        activation_bytes: the bytes of that feature map, for the report's batch.
        live_bytes: the bytes of all values in memory while the step runs, for the report's batch.
        weight_bytes: the bytes of the parameters.
        fields: the receptive field of the output along each spatial axis; empty if it is not known.
        frozen: the number of parameters that training does not change.
        dtype: the type of the output; empty if it is the type of the network.
        moved_bytes: the bytes of inputs, parameters and output that the step reads and writes, for the
            report's batch. It is 0 for a view. A layer that counts as done in place reads and writes its
            input.
        time: the predicted seconds on the report's device, for the report's batch; 0 if it has no device.
        listed: the shape of the output as the table shows it. It differs from `output` if an operation has
            merged the batch with another axis: in `(64, 36 * N)`, N is the number of samples in the batch.
    """

    kind: Literal["input", "layer", "total"]
    name: str
    layer: Layer | None
    inputs: tuple[Shape, ...]
    output: Shape
    params: int
    buffers: int
    cost: Cost
    macs: int
    activations: int
    activation_bytes: int
    live_bytes: int
    weight_bytes: int
    fields: tuple[Field, ...]
    frozen: int = 0
    dtype: str = ""
    moved_bytes: int = 0
    time: float = 0.0
    listed: FullShape = ()

    @property
    def type(self) -> str:
        """The name of the layer's class, or of the operation; empty for the input and the total."""
        if isinstance(self.layer, (Operation, Parameter)):
            return self.layer.label
        return type(self.layer).__name__ if self.layer is not None else ""

    def absorbing(self, other: Row) -> Row:
        """Return this row with the parameters and costs of `other`, the row of an in-place layer, added."""
        return replace(
            self,
            params=self.params + other.params,
            buffers=self.buffers + other.buffers,
            frozen=self.frozen + other.frozen,
            cost=self.cost + other.cost,
            macs=self.macs + other.macs,
            live_bytes=max(self.live_bytes, other.live_bytes),
            weight_bytes=self.weight_bytes + other.weight_bytes,
            moved_bytes=self.moved_bytes + other.moved_bytes,
            time=self.time + other.time,
        )

    def followed_by(self, other: Row) -> Row:
        """Return one row for the layers of this row and of the next row, `other`.

        It has the sums of their parameters, costs and activations.
        """
        return replace(
            self.absorbing(other),
            output=other.output,
            listed=other.listed,
            dtype=other.dtype,
            fields=other.fields,
            activations=self.activations + other.activations,
            activation_bytes=self.activation_bytes + other.activation_bytes,
        )


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report: its heading and the function that computes its values.

    Attributes:
        column: the key and the headings of the column.
        value: a function from a row to the value of its cell in this column.
        sums: whether the values of all rows add up to the total, so that the total is shown.
    """

    column: Column
    value: Callable[[Row], Any]
    sums: bool = False


def _count_text(value: int | None, _lang: str) -> str:
    return "" if value is None else count_text(value)


def _bytes_text(value: int | None, _lang: str) -> str:
    return "" if value is None else bytes_text(value)


def _time_text(value: float | None, _lang: str) -> str:
    return "" if value is None else time_text(value)


def _shape_text(value: FullShape | None, _lang: str) -> str:
    return shapes_text(value) if value else ""


def _counts(key: str, en: str, zh: str, value: Callable[[Row], int]) -> ReportColumn:
    return ReportColumn(Column(key, {"en": en, "zh": zh}, _count_text, numeric=True), value, sums=True)


def _bytes(key: str, en: str, zh: str, value: Callable[[Row], int]) -> ReportColumn:
    return ReportColumn(Column(key, {"en": en, "zh": zh}, _bytes_text, numeric=True), value, sums=True)


def _shapes(key: str, en: str, zh: str, value: Callable[[Row], FullShape | None]) -> ReportColumn:
    return ReportColumn(Column(key, {"en": en, "zh": zh}, _shape_text, numeric=True), value)


def input_of(row: Row) -> FullShape | None:
    """Return the shape of a row's first input, as the table shows it; None if the row has no input."""
    if isinstance(row.layer, Operation) and row.layer.inputs:
        return listed(row.layer.inputs[0])
    return row.inputs[0] if row.inputs else None


def output_of(row: Row) -> FullShape:
    """Return the shape of a row's output, as the table shows it."""
    return row.listed or row.output


def _of_window(row: Row, what: str) -> Shape | None:
    window = row.layer.window(row.inputs[0]) if row.layer is not None and row.inputs else None
    shape: Shape | None = getattr(window, what, None)
    return shape


def _share_text(value: float | None, _lang: str) -> str:
    return "" if value is None else f"{value:.1%}"


def share_of(total: int) -> ReportColumn:
    """Return the column with the share of each row in the total number of parameters, `total`."""
    column = Column("share", {"en": "Share", "zh": "占比"}, _share_text, numeric=True)
    return ReportColumn(column, lambda row: row.params / total if total else 0.0)


def dtype_of(given: str, own: str) -> ReportColumn:
    """Return the column with the type of each row's output.

    Args:
        given: the type that the caller of `analyze` chose for all floating-point values; empty if the caller
            chose none.
        own: the type of the network.
    """

    def value(row: Row) -> str:
        kind = row.dtype or own
        return given if given and "float" in kind else kind

    return ReportColumn(Column("dtype", {"en": "Type of output", "zh": "输出类型"}), value)


def _extent_text(value: Extent | None, _lang: str) -> str:
    return extent_text(value) if value else ""


COLUMNS: dict[str, ReportColumn] = {
    each.column.key: each
    for each in (
        # The network itself, such as a single layer, has no name.
        ReportColumn(
            Column("name", {"en": "Layer", "zh": "层"}), lambda row: row.name or row.type, sums=True
        ),
        ReportColumn(Column("type", {"en": "Type", "zh": "类型"}), lambda row: row.type),
        _shapes("kernel", "Kernel", "卷积核", lambda row: _of_window(row, "kernel")),
        _shapes("stride", "Stride", "步幅", lambda row: _of_window(row, "stride")),
        _shapes("input", "Input", "输入", input_of),
        _shapes("output", "Output", "输出", output_of),
        _counts("params", "Parameters", "参数量", lambda row: row.params),
        share_of(0),
        _counts("trainable", "Trainable", "可训练参数", lambda row: row.params - row.frozen),
        _counts("frozen", "Frozen", "冻结参数", lambda row: row.frozen),
        _counts("buffers", "Buffers", "缓冲量", lambda row: row.buffers),
        dtype_of("", "float32"),
        _counts("macs", "MACs", "乘加次数", lambda row: row.macs),
        _counts("activations", "Activations", "激活值个数", lambda row: row.activations),
        _bytes(
            "activation_bytes",
            "Activation memory",
            "激活值内存",
            lambda row: row.activation_bytes,
        ),
        ReportColumn(
            Column("live_bytes", {"en": "Live memory", "zh": "驻留内存"}, _bytes_text, numeric=True),
            lambda row: row.live_bytes,
        ),
        _bytes("weight_bytes", "Weight memory", "权重内存", lambda row: row.weight_bytes),
        _bytes("moved_bytes", "Memory traffic", "访存量", lambda row: row.moved_bytes),
        ReportColumn(
            Column("time", {"en": "Predicted time", "zh": "预测时间"}, _time_text, numeric=True),
            lambda row: row.time,
            sums=True,
        ),
        ReportColumn(
            Column("receptive_field", {"en": "Receptive field", "zh": "感受野"}, _extent_text, numeric=True),
            lambda row: extent(row.fields),
        ),
    )
}
