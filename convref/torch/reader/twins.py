"""Check that a recorded call executed exactly the operations of a certain layer.

By its name and arguments, a call of a module or a function may be a layer. A new module of `torch.nn` (the
*twin*) is then created for that layer, and run on inputs of the same shapes. The call becomes the layer only
if both recordings have the same operations with the same arguments and parameters. They usually differ if the
module has a hook, a replaced forward, a changed attribute or an overridden method. In that case the single
operations of the call become part of the description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from convref.assembly.nodes import Leaf, Meta, Node, Ref, refs, replaced
from convref.assembly.recording import Recording
from convref.assembly.refusals import Unreadable
from convref.nn import Layer
from convref.torch.build import build
from convref.torch.reader.held import leaves_of
from convref.torch.reader.recording import record
from convref.torch.reader.tape import Tape

NAMES_ALONE = frozenset({"leaf", "tensor", "input"})
"""Nodes that introduce a value without computing anything."""
TWIN_ERRORS = (RuntimeError, TypeError, ValueError, LookupError, AttributeError, Unreadable)


@dataclass(frozen=True)
class Span:
    """A part of a recording that may be one layer.

    Attributes:
        nodes: the operations of the part.
        args, kwargs: the arguments of the call, each tensor replaced by a `Ref`.
        result: the return value of the call, each tensor replaced by a `Ref`.
    """

    nodes: Sequence[Node]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any


@dataclass(frozen=True)
class Match:
    """The result of a successful comparison of recorded operations with those of a layer.

    Attributes:
        owner: the path of the module that holds the layer's parameters; None for a layer without parameters.
        inputs: the numbers of the values that are the layer's inputs.
        output: the number of the value that is its output.
    """

    owner: str | None
    inputs: tuple[int, ...]
    output: int


class Twins:
    """Creates and runs the twins for one recording; one twin serves all equal layers with equal shapes.

    Args:
        values: the shape, the strides and the dtype of each value of the recording that is read.
        leaves: each tensor of the module, by the number of its value.
        literals: the data of each tensor that the forward makes from plain numbers, by the number of its
            value.
        training: whether the module was recorded in training mode.
    """

    def __init__(
        self,
        values: Sequence[Meta],
        leaves: Mapping[int, Leaf],
        literals: Mapping[int, torch.Tensor],
        *,
        training: bool,
    ) -> None:
        self._values, self._leaves, self._literals, self._training = values, leaves, literals, training
        self._made: dict[Any, Recording | None] = {}

    def match(self, layer: Layer, span: Span) -> Match | None:
        """Compare a part of the recording with the twin of a layer.

        Returns:
            The `Match`, or None if the operations are not those that the layer would execute.
        """
        inputs = tuple(dict.fromkeys(ref.value for ref in refs((span.args, span.kwargs))))
        if any(each in self._leaves for each in inputs):
            return None
        twin = self._twin(layer, span, inputs)
        return None if twin is None else _compare(twin, span, inputs, self)

    def _twin(self, layer: Layer, span: Span, inputs: tuple[int, ...]) -> Recording | None:
        place = {value: index for index, value in enumerate(inputs)}
        args = replaced(span.args, lambda each: Ref(place[each.value]) if isinstance(each, Ref) else each)
        kwargs = replaced(
            dict(span.kwargs), lambda each: Ref(place[each.value]) if isinstance(each, Ref) else each
        )
        metas = tuple([self._values[value] for value in inputs])
        key = (layer, repr(args), repr(kwargs), metas)
        if key not in self._made:
            try:
                self._made[key] = self._recorded(layer, args, kwargs, metas)
            except TWIN_ERRORS:
                self._made[key] = None
        return self._made[key]

    def _recorded(
        self, layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any], metas: tuple[Meta, ...]
    ) -> Recording:
        with torch.device("meta"), _WithoutNumbers():
            module = _module(layer).to(_number_type(metas))
        module.train(self._training).requires_grad_(False)
        leaves = {id(leaf.tensor): leaf for leaf in leaves_of(module)[0]}
        given = [
            torch.empty_strided(each.shape, each.stride, dtype=each.dtype, device="meta") for each in metas
        ]
        tape = Tape(leaves, {}, training=self._training, lines=False)

        def run(*tensors: torch.Tensor) -> Any:
            def tensor(each: Any) -> Any:
                return tensors[each.value] if isinstance(each, Ref) else each

            return module(*replaced(args, tensor), **replaced(kwargs, tensor))

        return record(module, run, tape, given)

    def leaf(self, value: int) -> Leaf | None:
        """Return the module's tensor that has this value; None for any other value."""
        return self._leaves.get(value)

    def literal(self, value: int) -> torch.Tensor | None:
        """Return the data of a value that the forward made from plain numbers; None for any other value."""
        return self._literals.get(value)

    def meta(self, value: int) -> Meta:
        """Return the shape, the strides and the dtype of a value."""
        return self._values[value]


class _WithoutNumbers(TorchFunctionMode):
    """A torch function mode that skips the functions of `torch.nn.init`, since meta tensors have no data."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function. If it is one of `torch.nn.init`, only return its tensor, unchanged."""
        if getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _module(layer: Layer) -> torch.nn.Module:
    """Create the module of a layer: torch's module with the layer's name, or convref's if torch has none."""
    kind = getattr(torch.nn, type(layer).__name__, None)
    if kind is not None and not layer.composite:
        module: torch.nn.Module = kind(**{field.name: value for field, value in layer.given()})
        return module
    return build(layer)


def _number_type(metas: Sequence[Meta]) -> torch.dtype:
    types = [each.dtype for each in metas if each.dtype.is_floating_point or each.dtype.is_complex]
    return types[0] if types else torch.get_default_dtype()


class _Comparison:
    """A comparison of the twin's recording with a part of the recording that is read.

    Attributes:
        owners: the paths of the modules to which the parameters in the part belong. If there are several, the
            part cannot be one layer.
    """

    def __init__(self, twin: Recording, inputs: tuple[int, ...], here: Twins) -> None:
        self._twin, self._here = twin, here
        self._same = dict(zip(twin.inputs, inputs, strict=True))
        self._held = {node.outputs[0]: node.leaf for node in twin.nodes if node.leaf is not None}
        self.owners: set[str | None] = set()

    def equal(self, one: Any, other: Any) -> bool:
        """Return True if two arguments are equal. Two `Ref`s are equal if their values correspond."""
        if isinstance(one, Ref) and isinstance(other, Ref):
            return self._equal_values(one.value, other.value)
        if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
            return len(one) == len(other) and all(map(self.equal, one, other))
        if isinstance(one, dict) and isinstance(other, dict):
            return one.keys() == other.keys() and all(self.equal(one[key], other[key]) for key in one)
        return type(one) is type(other) and bool(one == other)

    def _equal_values(self, one: int, other: int) -> bool:
        if one in self._same:
            return self._same[one] == other
        if self._twin.values[one][::2] != self._here.meta(other)[::2]:
            return False
        if one in self._held:
            self.owners.add(_owner(self._held[one], self._here.leaf(other)))
            return None not in self.owners
        return _same_numbers(self._twin.literals.get(one), self._here.literal(other))

    def equal_nodes(self, one: Node, other: Node) -> bool:
        """Return True if two operations are the same, and note that their outputs correspond."""
        if one.name != other.name or len(one.outputs) != len(other.outputs):
            return False
        if not self.equal(one.args, other.args) or not self.equal(one.kwargs, other.kwargs):
            return False
        for mine, its in zip(one.outputs, other.outputs, strict=True):
            if self._twin.values[mine][::2] != self._here.meta(its)[::2]:
                return False
            self._same[mine] = its
        return True


def _compare(twin: Recording, span: Span, inputs: tuple[int, ...], here: Twins) -> Match | None:
    """Compare a twin's recording with a part of the recording that is read, and return the `Match`.

    Return None if the two differ in any operation, argument or shape.
    """
    both = _Comparison(twin, inputs, here)
    theirs = [node for node in twin.nodes if node.name not in NAMES_ALONE]
    ours = [node for node in span.nodes if node.name not in NAMES_ALONE]
    if len(ours) != len(theirs) or not all(map(both.equal_nodes, theirs, ours)):
        return None
    results, its_results = list(refs(span.result)), list(refs(twin.result))
    if not results or not its_results or not both.equal(its_results[0], results[0]) or len(both.owners) > 1:
        return None
    return Match(next(iter(both.owners), None), inputs, results[0].value)


def _owner(own: Leaf, held: Leaf | None) -> str | None:
    """Return the path of the module that holds a tensor as the twin holds its tensor `own`.

    Return None if the name differs, or if one tensor is a parameter and the other is not: a weight that is a
    buffer or a plain attribute is not among the parameters of the module.

    Example:
        >>> own = Leaf("weight", "parameter", None)
        >>> [_owner(own, Leaf(path, "parameter", None)) for path in ("conv.weight", "weight", "gamma")]
        ['conv', '', None]
        >>> _owner(own, Leaf("conv.weight", "buffer", None)) is None
        True
    """
    return None if held is None or held.kind != own.kind else held.owner(own.path)


def _same_numbers(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return one is not None and other is not None and bool(torch.equal(one, other))
