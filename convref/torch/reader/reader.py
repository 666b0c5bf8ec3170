"""Convert a `torch.nn.Module` to a description, by recording the operations that it executes.

The steps, with the Python modules of this package that do them:

1. The module is copied to the meta device and run there, and every operation is recorded (`tape`). The
   recording is in static single assignment form: in-place writes become new values.
2. The recording is divided (`items`). The operations of a call become a layer only if they are exactly the
   operations of the layer's module (`twins`). Other operations become operations of the description.
3. A second run with another batch size shows which sizes depend on the batch size (`convref.assembly.sizes`).
4. The result is a `Graph`. Its parameters have the names of the module's, so the module's state_dict can be
   loaded.
5. The graph is compared with the recording: every shape, and the multiply-accumulates that torch itself
   counts (`check`). A difference is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch

from convref.assembly.assemble import Assembly
from convref.assembly.heads import with_training_heads
from convref.assembly.inputs import input_names, integer_choices
from convref.assembly.items import Item
from convref.assembly.outputs import outputs
from convref.assembly.problems import problems
from convref.assembly.recording import Recording
from convref.assembly.refusals import Refusal, Unreadable, listed, where
from convref.assembly.sizes import BatchDependent, Sizes
from convref.errors import ArgumentError, ConvrefError, UnknownNameError
from convref.nn import Graph, Layer
from convref.nn.given import checked_shapes
from convref.torch.composite import Composite
from convref.torch.reader.chance import drawn, states
from convref.torch.reader.changes import settles
from convref.torch.reader.check import check
from convref.torch.reader.held import Copied, copied, first_line, hidden_modules
from convref.torch.reader.items import Items
from convref.torch.reader.lazy import initialized
from convref.torch.reader.lines import error_line
from convref.torch.reader.recording import record
from convref.torch.reader.state import completed
from convref.torch.reader.tape import Tape
from convref.torch.reader.verify import verified
from convref.torch.reader.wording import explained_failure

BATCHES = (2, 7)
"""The batch sizes of the two recordings; they differ by a prime, so that few sizes agree by chance."""
THIRD = 5
ON_META = "from_torch runs the module on torch's meta device, where tensors have shapes but no elements"
DRAWN = "it draws random numbers in evaluation mode, from {}"
HIGHER_ORDER = (
    "torch.cond and other operators that call functions are not supported; use plain Python instead"
)
HINT = (
    "torch finds neither modules nor their parameters in a plain list or dict; "
    "use torch.nn.ModuleList or ModuleDict"
)


def from_torch(
    module: torch.nn.Module,
    input_shape: Sequence[Any],
    *,
    unknown: Literal["error", "keep"] = "error",
    verify: bool = False,
) -> Layer:
    """Convert a PyTorch module to a description, which can be analyzed, drawn and run in NumPy.

    The module is read in evaluation mode. Its first output is the main output of the description. Further
    outputs (of a tuple, a list or a dict) become taps, that is, auxiliary outputs. Heads that run only in
    training mode become taps too. The description includes parameters that the forward does not use.

    Args:
        module: the module; its forward takes one tensor or several, and other arguments keep their defaults.
        input_shape: the shape of the input without the batch, or a tuple of shapes for several inputs. The
            description is valid for this size only, since the operations that the forward executes may depend
            on it.
        unknown: "error" raises an error that lists all operations that convref does not know; "keep" leaves
            them in the description, with the shapes that torch returns and without a cost.
        verify: whether to also run the description in NumPy on a random input, and to compare its outputs
            with the module's.

    Raises:
        ArgumentError: `module` is not a module, does not accept an input of this shape, or executes
            something that cannot be read; the error names the operation, the module in which it is called,
            and the line. With `verify`, also if an output differs.
        UnknownNameError: `unknown` is neither "error" nor "keep".

    Example:
        >>> from torch import nn
        >>> net = from_torch(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()), (3, 32, 32))
        >>> net.output_shape((3, 32, 32)), list(net.parameters())
        ((8, 30, 30), ['0.weight', '0.bias'])
    """
    if unknown not in {"error", "keep"}:
        raise UnknownNameError("treatment of unknown operations", unknown, ("error", "keep"))
    module = unwrapped(module)
    shapes = checked_shapes(input_shape)
    if isinstance(module, Composite):
        return module.description
    several = shapes if shapes and isinstance(shapes[0], tuple) else (shapes,)
    given, module = module, initialized(module, several)
    # In inference mode, torch does not decompose functions into operations.
    with torch.inference_mode(False), torch.no_grad():
        reader = _Reader(module, several, keep=unknown == "keep")
        net = reader.read()
    if verify:
        verified(net, given, several, reader.indices)
    return net


def unwrapped(module: object) -> torch.nn.Module:
    """Return the module inside a `DataParallel` or a compiled module; return other modules unchanged.

    Raises:
        ArgumentError: `module` is not a module, or it was made by TorchScript.
    """
    _check_module(module)
    assert isinstance(module, torch.nn.Module)  # noqa: S101 - what else would have been refused
    if isinstance(module, torch.jit.ScriptModule):
        raise ArgumentError(
            "from_torch: scripted and traced modules cannot be converted, since their "
            "forward is not Python code; pass the original module"
        )
    inner = getattr(module, "_orig_mod", None)
    if isinstance(module, (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)):
        inner = module.module
    return module if inner is None else unwrapped(inner)


def _check_module(module: object) -> None:
    if isinstance(module, torch.nn.Module):
        if "_modules" not in vars(module) and not isinstance(module, torch.jit.ScriptModule):
            raise ArgumentError(
                f"from_torch: module (=a {type(module).__name__}) is not complete: "
                "its __init__ does not call super().__init__()"
            )
        return
    rule = "must be a torch.nn.Module"
    if isinstance(module, type):
        raise ArgumentError(f"from_torch: module (=class {module.__name__}) {rule}; give an instance")
    if isinstance(module, Layer):
        rule += "; this is a description already"
    raise ArgumentError(f"from_torch: module (=a {type(module).__name__}) {rule}")


@dataclass(frozen=True)
class _Read:
    """The result of reading a module in one mode (evaluation or training).

    Attributes:
        net: the description.
        items: the items of the recording from which it was made (see `items`).
        copied: the copy of the module that was recorded.
    """

    net: Graph
    items: list[Item]
    copied: Copied


class _Reader:
    """Converts one module to a description, for inputs of given shapes."""

    def __init__(self, module: torch.nn.Module, shapes: tuple[tuple[int, ...], ...], *, keep: bool) -> None:
        self._module, self._shapes, self._keep = module, shapes, keep
        self._dtype = number_type(module)
        self.indices: tuple[bool, ...] | None = None
        try:
            self._names = input_names(module.forward, len(shapes))
        except Unreadable as error:
            raise ArgumentError(f"from_torch: {error}") from error

    def read(self) -> Layer:
        """Convert the module, and return its description."""
        read = self._graph(training=False)
        net: Layer = read.net
        described_names = net.parameters().keys() | net.buffers().keys()
        if any(name not in described_names for name, _ in self._module.named_parameters()):
            try:
                net = with_training_heads(read.net, self._graph(training=True).net)
            except ConvrefError:  # the forward of training mode cannot be converted
                net = read.net
        return completed(net, self._module, self._dtype)

    def _graph(self, *, training: bool) -> _Read:
        first, twin = self._recorded(BATCHES[0], training=training)
        try:
            return self._described(first, twin, training=training)
        except Refusal as refusal:
            raise ArgumentError(f"from_torch: cannot read {where(refusal)}: {refusal.rule}") from refusal
        except BatchDependent as error:
            node = error.node
            place = (
                f" {where(Refusal(node.name, '', node.scope, node.line))}"
                if node is not None
                else " the forward"
            )
            raise ArgumentError(f"from_torch: cannot read{place}: {error}") from error
        except Unreadable as error:
            raise ArgumentError(f"from_torch: cannot read the forward: {error}") from error

    def _described(self, first: Recording, twin: Copied, *, training: bool) -> _Read:
        made = Items(first, training=training)
        items = made.all()
        sizes = None
        if first.reads_shapes or not _is_plain(items, first):
            second, _ = self._recorded(BATCHES[1], training=training)
            sizes = Sizes(first, second, BATCHES)
            Items(second, training=training).confirm(items, sizes)
        assembly = Assembly(first, sizes, made.leaves, self._dtype)
        results = outputs(first.result)
        alive = assembly.alive(items, first.inputs, set(results.values()))
        found = problems(alive, assembly, keep=self._keep)
        if found:
            raise ArgumentError(f"from_torch: cannot read {listed(found)}")
        net = assembly.make(alive, self._names, results)
        if sizes is not None and sizes.is_mixed:
            sizes.check(self._recorded(THIRD, training=training)[0], THIRD)
        check(net, first, assembly, self._shapes, BATCHES[0])
        return _Read(net, alive, twin)

    def _recorded(self, batch: int, *, training: bool) -> tuple[Recording, Copied]:
        """Record a run of a fresh copy of the module; return the recording and the copy.

        The first attempt gives all inputs the network's dtype. If the module does not accept them, further
        attempts make one input integers, then two, and so on.

        Raises:
            ArgumentError: the module accepts none of these inputs; the error is that of the first attempt.
        """
        failed: ArgumentError | None = None
        for indices in integer_choices(len(self._shapes)) if self.indices is None else (self.indices,):
            try:
                found = self._attempt(batch, training=training, indices=indices)
            except ArgumentError as error:
                failed = failed or error
                continue
            self.indices = indices
            return found
        assert failed is not None  # noqa: S101 - no choice was taken
        raise failed

    def _attempt(self, batch: int, *, training: bool, indices: tuple[bool, ...]) -> tuple[Recording, Copied]:
        twin = copied(self._module, training=training)
        tape = Tape(twin.leaves, twin.twins, training=training)
        given = [
            torch.empty((batch, *shape), dtype=torch.int64 if index else self._dtype, device="meta")
            for shape, index in zip(self._shapes, indices, strict=True)
        ]
        before = states(twin.module)
        try:
            recording = record(twin.module, twin.module, tape, given)
        except Exception as error:
            raise self._explained(error, tape) from error
        refusals = tape.refusals or _unsettled(tape)
        source = "" if training else drawn(before, states(twin.module))
        if source:
            refusals.append(Refusal("", DRAWN.format(source), "", ""))
        if refusals:
            raise self._refused(refusals[0])
        return recording, twin

    def _explained(self, error: Exception, tape: Tape) -> ArgumentError:
        """Return the error to raise for an exception in the module's forward.

        Its text names the operation that failed, and the line of the user's code.
        """
        refusals = _unsettled(tape) or tape.refusals
        if refusals:
            return self._refused(refusals[0])
        if tape.failure is not None and tape.failure.error is error:
            shapes = self._shapes[0] if len(self._shapes) == 1 else self._shapes
            told = explained_failure(tape.failure, tape)
            return ArgumentError(f"from_torch: the module does not take an input of shape {shapes}: {told}")
        line = error_line(error)
        told = first_line(error)
        if "HigherOrderOperator" in told:
            told = HIGHER_ORDER
        elif "meta" in told or "unallocated storage" in told:
            told += f" ({ON_META})"
        return ArgumentError(f"from_torch: cannot run the module's forward{line}: {told}{self._hint()}")

    def _refused(self, refusal: Refusal) -> ArgumentError:
        return ArgumentError(f"from_torch: cannot read {where(refusal)}: {refusal.rule}{self._hint()}")

    def _hint(self) -> str:
        hidden = next(hidden_modules(self._module), "")
        return f"; {hidden} is a module: {HINT}" if hidden else ""


def _unsettled(tape: Tape) -> list[Refusal]:
    """Return the errors for changes of the module's tensors, unless further calls leave them as they are."""
    return [] if settles(tape) else [refusal for _, refusal in tape.changes]


def number_type(module: torch.nn.Module) -> torch.dtype:
    """Return the dtype of a module's first floating-point or complex parameter; float32 if it has none."""
    parameters = (each for _, each in module.named_parameters())
    types = (each.dtype for each in parameters if each.is_floating_point() or each.is_complex())
    return next(types, torch.float32)


def _is_plain(items: Sequence[Item], recording: Recording) -> bool:
    """Return True if, in every value, only the first axis depends on the batch size, and it is the batch.

    This is certain if all items are layers, or sums, products and concatenations of their outputs. Otherwise
    the function returns False, and a second recording finds out which axes depend on the batch size.
    """
    flows = set(recording.inputs)
    for item in items:
        if not set(item.inputs) <= flows:
            return False
        if item.layer is None and item.name not in {"add.Tensor", "mul.Tensor", "cat", "alias"}:
            return False
        shapes = [recording.values[value].shape for value in item.inputs]
        if item.layer is None and len({(len(shape), *shape[:1]) for shape in shapes}) > 1:
            return False
        flows.update(item.outputs)
    return True
