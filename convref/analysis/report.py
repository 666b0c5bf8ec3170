"""Compute shapes, parameters, costs and memory of a network, as integers in a `Report`.

The activations are the input of the network, and the output of every layer that makes a new feature map
(convolutions, linear layers, pooling that changes the size, attention, concatenation). Elementwise layers,
norms, sums, dropout, reshapes and identities count as done in place: they add no activations. In a table they
have no row; their parameters and costs are added to the row before them, so that columns sum to the totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from convref.analysis import memory
from convref.analysis.columns import ReportColumn, Row
from convref.analysis.memory import TrainingMemory
from convref.analysis.readings import Held, Readings
from convref.analysis.receptive_field import last_fields
from convref.analysis.remarks import uncounted, unreached
from convref.analysis.report_table import column_of, table_of
from convref.analysis.roofline import Device
from convref.analysis.sights import Extent, Fields, extent
from convref.analysis.step_memory import peak_of_step
from convref.analysis.table import Table
from convref.analysis.units import DTYPE_BYTES, OTHER_BYTES, shape_text, shapes_text
from convref.errors import ArgumentError
from convref.nn import Cost, Layer, Plan, Shape, trace
from convref.nn.graph import frozen as frozen_names


@dataclass(frozen=True, repr=False)
class Report:
    """The result of `analyze`: the rows and totals of a network.

    Attributes:
        net: the description.
        plan: the list of the network's computation steps for the input.
        dtype: the type of parameters and activations, which determines their bytes.
        batch: the number of inputs for which the bytes of activations are counted.
        convention: the name of the tool by whose rules the operations in `macs` are counted.
        is_given: whether the caller of `analyze` chose `dtype`. If so, all floating-point values and
            parameters are counted as if they had this type. Otherwise each one has its type in the network.
        device: the device for which times are predicted; None if no times are predicted.
    """

    net: Layer
    plan: Plan
    dtype: str
    batch: int
    convention: str
    is_given: bool = True
    device: Device | None = None

    def __repr__(self) -> str:
        """Return the shapes and totals on one line; a Python prompt should not print every step."""
        shapes = f"{shapes_text(self.input_shape)} → {shape_text(self.plan.listed(self.plan.output))}"
        return f"<Report {shapes}: {self.params:,} parameters, {self.macs:,} MACs>"

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """A row for the input, for every step in order, and for layers that inference does not run."""
        return tuple(self._read.rows(self._itemsize, self.batch, self.device))

    def _itemsize(self, dtype: str) -> int:
        """Return the bytes of an element of type `dtype`, or of the network's type if `dtype` is empty."""
        if self.is_given and "float" in dtype:
            return DTYPE_BYTES[self.dtype]
        return (DTYPE_BYTES | OTHER_BYTES)[dtype or self.dtype]

    @cached_property
    def _read(self) -> Readings:
        return Readings(self.net, self.plan, self.convention)

    @property
    def input_shape(self) -> Shape:
        """The shape of the input, without the batch; a tuple of shapes for a network with several inputs."""
        return self.plan.input_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of the main output, without the batch."""
        return self.plan.output_shape

    @cached_property
    def params(self) -> int:
        """The number of learnt parameters; a layer that is used several times counts once."""
        return sum(held.params for held in self._held)

    @cached_property
    def frozen(self) -> int:
        """The number of frozen parameters, which training does not change."""
        return sum(held.frozen for held in self._held)

    @property
    def trainable(self) -> int:
        """The number of parameters that training changes."""
        return self.params - self.frozen

    @cached_property
    def buffers(self) -> int:
        """The number of elements of the buffers: tensors that are stored but not learnt."""
        return sum(held.buffers for held in self._held)

    @property
    def _held(self) -> list[Held]:
        return self._read.held + [head.held for head in self._read.heads]

    @cached_property
    def cost(self) -> Cost:
        """The numbers of operations on one input, by kind."""
        return sum(self._read.costs, Cost())

    @cached_property
    def macs(self) -> int:
        """The number of operations on one input, by default multiply-accumulates; see `convention`."""
        return sum(self._read.macs)

    @cached_property
    def activations(self) -> int:
        """The number of elements of the input and of all new feature maps."""
        return self.plan.elements(0) + sum(self._read.activations)

    @property
    def receptive_field(self) -> Shape:
        """The size of the receptive field, per axis, of the last value with more than one position.

        The output of a global pool or a fully connected layer depends on the whole input in any network, so
        values with one position are ignored. In a network with squeeze-and-excitation, the receptive field is
        the whole input, because the factors are computed from all positions. The tuple is empty if the field
        is not known.
        """
        return tuple(field.size for field in self._last_fields)

    @property
    def receptive_extent(self) -> Extent:
        """The size of the receptive field along each axis; a pair (smallest, largest) if positions differ.

        Example:
            >>> from convref import analyze, architectures
            >>> report = analyze(architectures.build("fcn8s_vgg16"), (3, 224, 224))
            >>> report.receptive_field, report.receptive_extent
            ((468, 468), ((436, 468), (436, 468)))
        """
        return extent(self._last_fields)

    @property
    def sees_all(self) -> bool:
        """True if all output positions depend on the same input elements, such as the whole input.

        The output is here the last value with more than one position, as in `receptive_field`.
        """
        fields = self._last_fields
        return bool(fields) and all(field.stride == 0 for field in fields)

    @cached_property
    def _last_fields(self) -> Fields:
        return last_fields(self.plan)

    @property
    def unreached(self) -> tuple[str, ...]:
        """The names of the steps whose results no output depends on; the totals include these steps, too."""
        return unreached(self.plan)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The names, with source lines, of the operations whose cost is not known and is counted as zero."""
        return uncounted(self.plan)

    @property
    def activation_bytes(self) -> int:
        """The bytes of the activations, for the report's batch."""
        return sum(row.activation_bytes for row in self.rows)

    @cached_property
    def weight_bytes(self) -> int:
        """The bytes of the parameters."""
        return sum(row.weight_bytes for row in self.rows)

    @cached_property
    def peak_activation_bytes(self) -> int:
        """The peak memory of the outputs of layers during inference on the batch, in bytes.

        A value stays in memory until the last step that reads it has run.
        """
        return max(self._read.live(self._itemsize, self.batch))

    @property
    def peak_bytes(self) -> int:
        """The peak memory of inference on the batch, in bytes: parameters, buffers and outputs of layers."""
        return self.peak_activation_bytes + self.weight_bytes + self.buffers * self._itemsize("")

    @property
    def moved_bytes(self) -> int:
        """The bytes of inputs, parameters and outputs that all steps read and write for the batch."""
        return sum(self._read.moved(self._itemsize, self.batch))

    @property
    def time(self) -> float:
        """The predicted time of inference on the batch, in seconds: the sum over the steps.

        The time of a step is operations / `device.peak` or bytes / `device.bandwidth`, whichever is longer.

        Raises:
            ArgumentError: `analyze` was not given a device.

        Example:
            >>> from convref import analyze
            >>> from convref.analysis import Device
            >>> from convref.nn import Linear
            >>> slow_memory = Device(peak=1e9, bandwidth=1e6)
            >>> analyze(Linear(9, 10, bias=False), (9,), device=slow_memory).time  # 4 * (9 + 90 + 10) bytes
            0.000436
        """
        moved = self._read.moved(self._itemsize, self.batch)
        return sum(self._read.times(self._device(), moved, self.batch))

    def _device(self) -> Device:
        if self.device is None:
            raise ArgumentError("times need a device: analyze(…, device=Device(peak, bandwidth))")
        return self.device

    def training_memory(self, optimizer: str = "sgd", device: memory.Device = "cuda") -> TrainingMemory:
        """Return the memory of one training step on the batch: its parts, their total and the peak, in bytes.

        Args:
            optimizer: "sgd", "momentum" or "adam".
            device: "cuda" or "cpu". The mask of a dropout takes one byte per element on CUDA, but as many
                bytes as the values on the CPU.

        Raises:
            UnknownNameError: `optimizer` or `device` is not one of these names.

        Example:
            >>> from convref import analyze, architectures
            >>> report = analyze(architectures.build("resnet18"), (3, 224, 224), batch=32)
            >>> memory = report.training_memory("adam")
            >>> memory.optimizer == 2 * memory.gradients == 2 * report.weight_bytes
            True
            >>> memory.total < memory.peak
            True
        """
        states = memory.optimizer_states(optimizer)
        memory.check_device(device)
        plan = trace(self.net, self.input_shape, training=True)
        trained = self.weight_bytes - self._read.frozen_bytes(self._itemsize)
        return TrainingMemory(
            weights=self.weight_bytes,
            gradients=trained,
            optimizer=states * trained,
            activations=memory.kept_bytes(plan, self.batch, self._itemsize, device),
            values=peak_of_step(plan, self.batch, self._itemsize, device, frozenset(frozen_names(self.net))),
        )

    def table(
        self,
        *columns: str,
        lang: str = "en",
        full: bool = False,
        depth: int | None = None,
        tree: bool = False,
    ) -> Table:
        """Return the rows as a table, with a row of totals if a column has a total.

        Args:
            columns: the columns to show, as keys of `convref.analysis.COLUMNS`. By default, these are the
                most common ones, and `time` if the report has a device.
            lang: the language in which the table is shown, "en" or "zh". A page shows it in the page's
                language.
            full: whether every layer has a row. By default, a layer that makes no new feature map is added to
                the row before it.
            depth: the number of names that identify a row; None for one row per layer. With 1, all layers
                inside `layer1` share a row; with 2, those inside `layer1.0`.
            tree: whether to show the network as a tree: the row of each part has the sums of all layers in
                it, and the rows of its own parts follow. `depth` then limits the depth of the tree.

        Raises:
            ArgumentError: `depth` is not a positive integer, or the column `time` is asked for without a
                device.
            UnknownNameError: there is no such column, or no such language.

        Example:
            >>> from convref import analyze, architectures
            >>> report = analyze(architectures.build("alexnet"), (3, 224, 224))
            >>> len(report.table("name", "output").rows), len(report.table(full=True).rows)
            (12, 23)
        """
        return table_of(self, columns, lang, full=full, depth=depth, tree=tree)

    def column(self, key: str) -> ReportColumn:
        """Return a column for the table of this report: its heading, and the function for its values.

        Some columns depend on the report: the share of the parameters needs their total.

        Raises:
            ArgumentError: the column is `time`, and `analyze` was not given a device.
            UnknownNameError: there is no such column.
        """
        column = column_of(self, key)
        if key == "time":
            self._device()
        return column
