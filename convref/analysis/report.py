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
from convref.analysis.columns import COLUMNS, NAMES, ReportColumn, Row, dtype_of, share_of
from convref.analysis.conventions import convention_notes
from convref.analysis.folding import folded, notes
from convref.analysis.memory import TrainingMemory
from convref.analysis.readings import Held, Readings
from convref.analysis.receptive_field import last_fields
from convref.analysis.remarks import remarks, uncounted, unreached
from convref.analysis.roofline import Device
from convref.analysis.sights import Extent, Fields, extent
from convref.analysis.stages import grouped, nested
from convref.analysis.step_memory import peak_of_step
from convref.analysis.table import Table
from convref.analysis.units import DTYPE_BYTES, OTHER_BYTES, shape_text, shapes_text
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Cost, Layer, Plan, Shape, trace
from convref.nn.graph import frozen as frozen_names
from convref.wording import is_among

DEFAULT_COLUMNS = ("name", "type", "output", "params", "macs", "activations")


@dataclass(frozen=True, repr=False)
class Report:
    """The result of `analyze`: the rows and totals of a network.

    Attributes:
        net: the description.
        plan: the plan of the description for the input: the list of its steps.
        dtype: the type of parameters and activations, which determines their bytes.
        batch: the number of inputs for which the bytes of activations are counted.
        convention: the name of the tool whose count of operations `macs` has.
        is_given: whether the caller of `analyze` gave `dtype`. All floating values and parameters then count
            in that type, otherwise each in the type that the network gives it.
        device: the device for which times are predicted; None for none.
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
        shapes = f"{shapes_text(self.input_shape)} → {shape_text(self.output_shape)}"
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
        """The number of learnt parameters; those of a layer that is used several times count once."""
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
        """The number of multiply-accumulates on one input, or of operations as `convention` counts them."""
        return sum(self._read.macs)

    @cached_property
    def activations(self) -> int:
        """The number of elements of the input and of all new feature maps."""
        return self.plan.elements(0) + sum(self._read.activations)

    @property
    def receptive_field(self) -> Shape:
        """The size of the receptive field, per axis, of the last value with more than one position.

        After a global pool or a fully connected layer, every value depends on the whole input, so later
        values are not informative. If values are multiplied by factors that are computed from all positions,
        as in squeeze-and-excitation, the receptive field is the whole input. The tuple is empty if the field
        is not known.
        """
        return tuple(field.size for field in self._last_fields)

    @property
    def receptive_extent(self) -> Extent:
        """The receptive field along each axis, as (smallest, largest) if it differs between positions.

        Example:
            >>> from convref import analyze, architectures
            >>> report = analyze(architectures.build("fcn8s_vgg16"), (3, 224, 224))
            >>> report.receptive_field, report.receptive_extent
            ((468, 468), ((436, 468), (436, 468)))
        """
        return extent(self._last_fields)

    @property
    def sees_all(self) -> bool:
        """True if all positions of the last value with several positions have the same receptive field."""
        fields = self._last_fields
        return bool(fields) and all(field.stride == 0 for field in fields)

    @cached_property
    def _last_fields(self) -> Fields:
        return last_fields(self.plan)

    @property
    def unreached(self) -> tuple[str, ...]:
        """The names of the steps on which no output depends; they are computed, and so they are counted."""
        return unreached(self.plan)

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The names of operations whose cost is not known and counts as zero, with their source lines."""
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
        """The largest number of bytes of values in memory at once during inference on the batch.

        A value is freed after the last step that reads it.
        """
        return max(self._read.live(self._itemsize, self.batch))

    @property
    def peak_bytes(self) -> int:
        """The largest number of bytes in memory at once at inference: parameters, buffers and live values."""
        return self.peak_activation_bytes + self.weight_bytes + self.buffers * self._itemsize("")

    @property
    def moved_bytes(self) -> int:
        """The bytes that all steps read and write on the batch: inputs, parameters and outputs."""
        return sum(self._read.moved(self._itemsize, self.batch))

    @property
    def time(self) -> float:
        """The predicted time of inference on the batch, in seconds: the sum over the steps.

        Each step takes the larger of operations / peak and bytes / bandwidth of the report's device.

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
        """Return the memory of one training step on the batch, in bytes: what it keeps, and its peak.

        Args:
            optimizer: "sgd", "momentum" or "adam".
            device: "cuda" or "cpu". On CUDA, the mask of a dropout takes a byte per element; on the CPU it
                has the type of the values.

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
        """Return the rows as a table with totals.

        Args:
            columns: the columns to show, as keys of `convref.analysis.COLUMNS`; by default, a selection, to
                which `time` belongs if the report has a device.
            lang: the language in which the table is shown, "en" or "zh". A page shows it in the page's
                language.
            full: whether every layer has a row; by default, layers that make no new feature map are added to
                the row before them.
            depth: if given, the layers whose paths begin with the same `depth` names share a row: with 1
                there is a row for `layer1`, with 2 one for `layer1.0`.
            tree: whether to show the network as a tree: every part has a row with the sums of all layers in
                it, followed by the rows of its own parts, down to `depth` names or to the layers.

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
        default = DEFAULT_COLUMNS if self.device is None else (*DEFAULT_COLUMNS, "time")
        chosen = [self.column(key) for key in columns or default]
        rows = self.rows
        if tree:
            rows, full = tuple(nested(self.net, rows, depth)), True
        elif depth is not None:
            rows = tuple(grouped(self.net, rows, depth))
        keys = {each.column.key for each in chosen}
        note = {} if full or "params" not in keys else notes(rows)
        if "macs" in keys:
            counts = convention_notes(self.convention, folded=not full)
            note |= {lang: f"{text}{note.get(lang, '')}".strip() for lang, text in counts.items()}
        if keys & {"params", "macs"}:
            further = remarks(self.net, self.plan)
            note |= {lang: f"{note.get(lang, '')} {text}".strip() for lang, text in further.items()}
        rows = rows if full else tuple(folded(rows))
        total = self._total()
        return Table(
            columns=tuple(each.column for each in chosen),
            rows=tuple(tuple(each.value(row) for each in chosen) for row in rows),
            totals=(tuple(each.value(total) if each.sums else None for each in chosen),),
            lang=lang,
            notes=note,
        )

    def column(self, key: str) -> ReportColumn:
        """Return a column of this report; some, such as the share of parameters, depend on the report.

        Raises:
            ArgumentError: the column is `time`, and `analyze` was not given a device.
            UnknownNameError: there is no such column.
        """
        if not is_among(key, COLUMNS):
            raise UnknownNameError("column", key, COLUMNS)
        if key == "time":
            self._device()
        if key == "share":
            return share_of(self.params)
        own = {"dtype": dtype_of(self.dtype if self.is_given else "", self.dtype)}
        return own.get(key, COLUMNS[key])

    def _total(self) -> Row:
        return Row(
            kind="total",
            name=NAMES["total"],
            layer=None,
            inputs=(),
            output=(),
            params=self.params,
            buffers=self.buffers,
            cost=self.cost,
            macs=self.macs,
            activations=self.activations,
            activation_bytes=self.activation_bytes,
            live_bytes=self.peak_activation_bytes,
            weight_bytes=self.weight_bytes,
            fields=(),
            frozen=self.frozen,
            moved_bytes=self.moved_bytes,
            time=self.time if self.device is not None else 0.0,
        )
