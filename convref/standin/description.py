"""Convert a module to a description; PyTorch is not needed.

The module is built from the classes of `convref.standin`, which replace those of PyTorch. Its forward is run
on tensors that have a shape but hold no data.

The forward runs twice, with two batch sizes, as in `convref.torch.from_torch`. The comparison of both runs
shows which sizes depend on the batch size, and whether the forward mixes the batch with another axis.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Sequence
from typing import Any

from convref.assembly.assemble import Assembly
from convref.assembly.check import checked_shapes as check
from convref.assembly.heads import with_training_heads
from convref.assembly.held import leaves_of
from convref.assembly.inputs import input_names, integer_choices
from convref.assembly.outputs import opened, outputs
from convref.assembly.problems import problems
from convref.assembly.recording import Recording
from convref.assembly.refusals import Refusal, Unreadable, listed, where
from convref.assembly.sizes import BatchDependent, Sizes
from convref.assembly.state import completed
from convref.errors import ArgumentError, ConvrefError
from convref.nn import Graph, Layer
from convref.nn.given import checked_shapes
from convref.standin.dtypes import float32, int64
from convref.standin.layers import described
from convref.standin.lines import error_line
from convref.standin.module import Module
from convref.standin.tape import Tape
from convref.standin.tensor import Tensor

BATCHES = (2, 7)
"""The batch sizes of the two runs. They differ by a prime, so that few sizes are equal by chance."""
THIRD = 5
PREFIX = "without PyTorch"


def description(module: Module, input_shape: Sequence[Any]) -> Layer:
    """Return the description of a module of the stand-in for PyTorch.

    It equals the description that `convref.torch.from_torch` returns for the same code with PyTorch.

    Args:
        module: the module.
        input_shape: the shape of the input without the batch, or a tuple of shapes for several inputs.

    Raises:
        ArgumentError: the module does not accept such an input, or its forward uses an operation that the
            stand-in does not support. The error names the operation, the module that calls it, and the line.

    Example:
        >>> from convref.standin import installed
        >>> with installed():
        ...     import torch.nn
        ...
        ...     net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU())
        ...     print(description(net, (3, 32, 32)).output_shape((3, 32, 32)))
        (8, 30, 30)
    """
    shapes = checked_shapes(input_shape)
    several = shapes if shapes and isinstance(shapes[0], tuple) else (shapes,)
    try:
        return _Reader(module, several).read()
    except Refusal as refusal:
        raise ArgumentError(f"{PREFIX}: cannot read {where(refusal)}: {refusal.rule}") from refusal
    except BatchDependent as error:
        node = error.node
        at = " the forward" if node is None else f" {where(Refusal(node.name, '', node.scope, node.line))}"
        raise ArgumentError(f"{PREFIX}: cannot read{at}: {error}") from error
    except Unreadable as error:
        raise ArgumentError(f"{PREFIX}: cannot read the forward: {error}") from error


class _Reader:
    """Converts one module to a description, for inputs of given shapes."""

    def __init__(self, module: Module, shapes: tuple[tuple[int, ...], ...]) -> None:
        self._module, self._shapes = module, shapes
        floats = (each.dtype for _, each in module.named_parameters() if each.is_floating_point())
        self._dtype = next(floats, float32)
        self._indices: tuple[bool, ...] = (False,) * len(shapes)
        self._names = input_names(module.forward, len(shapes))

    def read(self) -> Layer:
        """Return the description. Afterwards, each module has its former mode (training or evaluation)."""
        modes = {part: part.training for _, part in self._module.named_modules()}
        try:
            return self._read()
        finally:
            for part, mode in modes.items():
                part.training = mode

    def _read(self) -> Layer:
        net: Layer = self._graph(training=False)
        names = net.parameters().keys() | net.buffers().keys()
        if any(name not in names for name, _ in self._module.named_parameters()):
            try:
                assert isinstance(net, Graph)  # noqa: S101 - what is assembled is one
                net = with_training_heads(net, self._graph(training=True))
            except (ConvrefError, Unreadable):  # training does more than can be followed
                pass
        parts = [(path, functools.partial(described, part)) for path, part in self._module.named_modules()]
        return completed(net, leaves_of(self._module, Tensor), parts, self._dtype)

    def _graph(self, *, training: bool) -> Graph:
        self._module.train(training)
        first, tape = self._attempt(BATCHES[0])
        sizes = Sizes(first, self.recorded(BATCHES[1])[0], BATCHES)
        assembly = Assembly(first, sizes, tape.leaves, self._dtype)
        results = outputs(first.result)
        alive = assembly.alive(tape.items, first.inputs, set(results.values()))
        found = problems(alive, assembly, keep=False)
        if found:
            raise ArgumentError(f"{PREFIX}: cannot read {listed(found)}")
        net = assembly.make(alive, self._names, results)
        if sizes.is_mixed:
            sizes.check(self.recorded(THIRD)[0], THIRD)
        check(net, first, assembly, self._shapes, BATCHES[0])
        return net

    def _attempt(self, batch: int) -> tuple[Recording, Tape]:
        """Record a run. If it fails and the module has embeddings, try again with integers as inputs."""
        try:
            return self.recorded(batch)
        except (Unreadable, ConvrefError):
            if any(self._indices) or not any(
                type(each).__name__ == "Embedding" for _, each in self._module.named_modules()
            ):
                raise
            *others, last = integer_choices(len(self._shapes))[1:]
            for self._indices in others:
                with contextlib.suppress(Unreadable, ConvrefError):
                    return self.recorded(batch)
            self._indices = last
            return self.recorded(batch)

    def recorded(self, batch: int) -> tuple[Recording, Tape]:
        """Run the forward with a batch of `batch` samples, and return the recording and its tape.

        Raises:
            ArgumentError: the forward raised an error.
        """
        leaves = {id(leaf.tensor): leaf for leaf in leaves_of(self._module, Tensor)[0]}
        paths: dict[int, str] = {}
        for path, part in self._module.named_modules():
            paths.setdefault(id(part), path)
        tape = Tape(leaves, paths, batch)
        with tape.active():
            given = [
                tape.input((batch, *shape), int64 if index else self._dtype)
                for shape, index in zip(self._shapes, self._indices, strict=True)
            ]
            try:
                result = tape.template(opened(self._module(*given)))
            except (Unreadable, ConvrefError):
                raise
            except Exception as error:
                line = error_line(error)
                rule = str(error).strip().partition("\n")[0] or type(error).__name__
                at = f" at {line}" if line else ""
                raise ArgumentError(f"{PREFIX}: cannot run the module's forward{at}: {rule}") from error
        inputs = tuple(range(len(self._shapes)))
        return Recording(tape.nodes, tape.values, tape.events, inputs, result, tape.literals, True), tape
