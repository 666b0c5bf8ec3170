"""`analyze`: a description and an input's shape -> a `Report` of its layers and totals, in integers.

What counts as an activation: the input, and the output of every layer that makes a new map (convolutions,
linear layers, pooling that changes the size, attention, concatenation). What is elementwise, normalizes,
adds, drops, reshapes or changes nothing counts as done in place. In a table such rows fold into the row
before them, with their parameters and costs, so that a column still sums to its total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from convref.analysis.columns import COLUMNS, INPUT, TOTAL, ReportColumn, Row
from convref.analysis.receptive_field import Fields, receptive_fields
from convref.analysis.table import Table
from convref.analysis.units import DTYPE_BYTES
from convref.errors import UnknownNameError
from convref.nn import Cost, Layer, Plan, Shape, Step, trace
from convref.nn.base import numel

DEFAULT_COLUMNS = ("name", "type", "output", "params", "macs", "activations")


@dataclass(frozen=True)
class Report:
    """What `analyze` found.

    Attributes:
        net: the description.
        plan: its steps on the input.
        dtype: the type of parameters and activations.
        rows: the input and every step, in order.
    """

    net: Layer
    plan: Plan
    dtype: str
    rows: tuple[Row, ...] = field(repr=False)

    @property
    def input_shape(self) -> Shape:
        """The input's shape, without the batch."""
        return self.plan.input_shape

    @property
    def output_shape(self) -> Shape:
        """The main output's shape, without the batch."""
        return self.plan.output_shape

    @cached_property
    def params(self) -> int:
        """The number of learnt parameters, shared ones once."""
        return sum(map(numel, self.net.parameters().values()))

    @cached_property
    def buffers(self) -> int:
        """The number of values that are kept but not learnt."""
        return sum(map(numel, self.net.buffers().values()))

    @cached_property
    def cost(self) -> Cost:
        """The operations of one input, by kind."""
        return sum((row.cost for row in self.rows), Cost())

    @property
    def macs(self) -> int:
        """The multiply-accumulates of one input."""
        return self.cost.macs

    @cached_property
    def activations(self) -> int:
        """The elements of the input and of all maps made from it."""
        return sum(row.activations for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """What the activations take in `dtype`."""
        return self.activations * DTYPE_BYTES[self.dtype]

    @property
    def weight_bytes(self) -> int:
        """What the parameters take in `dtype`."""
        return self.params * DTYPE_BYTES[self.dtype]

    def table(self, *columns: str, lang: str = "en", full: bool = False) -> Table:
        """The rows as a table.

        Args:
            columns: which, by key, from `convref.analysis.COLUMNS`.
            lang: the language outside of pages; a page shows its own.
            full: a row for every layer; else what makes no new map folds into the row before it.

        Raises:
            UnknownNameError: there is no such column, or no such language.

        Example:
            >>> from convref import analyze, architectures
            >>> report = analyze(architectures.build("alexnet"), (3, 224, 224))
            >>> len(report.table("name", "output").rows), len(report.table(full=True).rows)
            (12, 23)
        """
        chosen = [_column(key) for key in columns or DEFAULT_COLUMNS]
        rows = self.rows if full else tuple(_folded(self.rows))
        total = self._total()
        return Table(
            columns=tuple(each.column for each in chosen),
            rows=tuple(tuple(each.value(row) for each in chosen) for row in rows),
            totals=(tuple(each.value(total) if each.sums else None for each in chosen),),
            lang=lang,
        )

    def _total(self) -> Row:
        return Row(
            name=TOTAL,
            layer=None,
            inputs=(),
            output=(),
            params=self.params,
            buffers=self.buffers,
            cost=self.cost,
            activations=self.activations,
            itemsize=DTYPE_BYTES[self.dtype],
            fields=(),
        )


def analyze(net: Layer, input_shape: Sequence[int], *, dtype: str = "float32") -> Report:
    """Read a network's shapes, parameters, costs and activations from its description; no array is made.

    Args:
        net: the description.
        input_shape: channels first, without the batch: (3, 224, 224).
        dtype: the type that bytes are counted in: float64, float32, float16, bfloat16 or int8.

    Raises:
        ShapeError: the input does not fit the network; the error names the path of the layer.
        UnknownNameError: there is no such dtype.

    Example:
        >>> from convref import architectures
        >>> report = analyze(architectures.build("vgg16"), (3, 224, 224))
        >>> report.params, report.macs
        (138357544, 15470264320)
    """
    if dtype not in DTYPE_BYTES:
        raise UnknownNameError("dtype", dtype, DTYPE_BYTES)
    plan = trace(net, input_shape)
    return Report(net, plan, dtype, tuple(_rows(plan, DTYPE_BYTES[dtype])))


def _rows(plan: Plan, itemsize: int) -> Iterator[Row]:
    fields = receptive_fields(plan)
    counted = numel(plan.input_shape)
    yield Row(INPUT, None, (), plan.input_shape, 0, 0, Cost(), counted, itemsize, fields[0])
    seen: set[str] = set()
    for step, seen_by in zip(plan.steps, fields[1:], strict=True):
        yield _row(step, itemsize, seen_by, shared=step.path in seen)
        if step.kind == "layer":
            seen.add(step.path)


def _row(step: Step, itemsize: int, fields: Fields, *, shared: bool) -> Row:
    own = step.kind == "layer" and not shared
    return Row(
        name=step.name,
        layer=step.layer,
        inputs=step.input_shapes,
        output=step.output_shape,
        params=sum(map(numel, step.layer.parameters().values())) if own else 0,
        buffers=sum(map(numel, step.layer.buffers().values())) if own else 0,
        cost=step.cost,
        activations=numel(step.output_shape) if step.makes_map else 0,
        itemsize=itemsize,
        fields=fields,
    )


def _folded(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows that make a map, each with what the rows up to the next one add to it."""
    current = rows[0]
    for row in rows[1:]:
        if row.activations:
            yield current
            current = row
        else:
            current = current.absorbing(row)
    yield current


def _column(key: str) -> ReportColumn:
    if key not in COLUMNS:
        raise UnknownNameError("column", key, COLUMNS)
    return COLUMNS[key]
