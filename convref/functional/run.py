"""Execute a description on NumPy arrays.

`convref.nn.trace` turns the description into a plan, a list of steps in the order of execution; `run`
executes one step after another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, overload

import numpy as np

from convref.arrays.arguments import shown
from convref.arrays.numerics import ieee
from convref.errors import ArgumentError, ShapeError
from convref.functional import forward  # noqa: F401 - fills the rules
from convref.functional.forward.folding import foldable, folded
from convref.functional.init import Array
from convref.functional.operations.apply import apply
from convref.nn import Graph, Layer, Operation, Plan, Step, Value, check_params, trace
from convref.nn.given import is_tensor
from convref.nn.rules import NUMPY

Input: TypeAlias = "Array | tuple[Array, ...]"
"""The input of a network: an array, or a tuple of arrays if the network has several inputs."""
FROM_STATE = "{name: tensor.numpy() for name, tensor in model.state_dict().items()}"


@overload
def run(net: Layer, params: Mapping[str, Array], x: Input, *, taps: Literal[False] = ...) -> Array: ...


@overload
def run(
    net: Layer, params: Mapping[str, Array], x: Input, *, taps: Literal[True]
) -> tuple[Array, dict[str, Array]]: ...


def run(
    net: Layer, params: Mapping[str, Array], x: Input, *, taps: bool = False
) -> Array | tuple[Array, dict[str, Array]]:
    """Run a network on a batch in evaluation mode.

    Args:
        net: the description.
        params: its parameters and buffers by full name, as from `convref.init` or a state_dict.
        x: the input with the batch axis, (N, C, H, W); a tuple of arrays for a network with several inputs.
        taps: whether to return the auxiliary outputs (the taps of `nn.Tapped` layers) too, except those that
            are only for training.

    Returns:
        The main output with the batch axis. With `taps`, a pair: the main output, and a dict from the names
        of the auxiliary outputs to arrays.

    Raises:
        ArgumentError: a parameter is missing or unknown, its shape is not that in `net`, or `x` does not have
            the type of the parameters.
        ShapeError: the input does not fit the network; the error names the path of the layer.
        MissingRuleError: there is no NumPy function for a class of layers; the error names the layer's path.

    Example:
        >>> import numpy as np
        >>> from convref import init
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> net = Sequential(Conv2d(3, 8, 3), ReLU())
        >>> run(net, init(net), np.ones((2, 3, 5, 5), dtype=np.float32)).shape
        (2, 8, 3, 3)
    """
    if not isinstance(taps, bool):
        raise ArgumentError(f"run: taps (={shown(taps)}) must be True or False")
    inputs = x if isinstance(x, tuple) else (x,)
    for each in inputs:
        _check_input(each)
    check_params(net, params)
    _check_arrays(params)
    shapes: tuple[Any, ...] = tuple([each.shape[1:] for each in inputs])
    try:
        plan = trace(net, shapes if isinstance(x, tuple) else shapes[0])
    except ShapeError as error:
        flat = next((each for each in inputs if each.ndim < 2), None)
        if flat is not None:
            raise ShapeError(
                f"run: x must have the batch as its first axis, (N, C, …), but its shape is {flat.shape}"
            ) from None
        hint = (
            (f"; x has the shape {inputs[0].shape}, {_axes_hint(net, inputs[0])}") if len(inputs) == 1 else ""
        )
        raise ShapeError(f"{error.rule}{hint}", error.path) from None
    for index, each in enumerate(inputs):
        _check_type(plan, params, each, index)
    wanted = {plan.output, *plan.taps.values()} if taps else {plan.output}
    with ieee():  # once, and not for every layer
        values = _Execution(plan, params, x).values(wanted)
    output = values[plan.output]
    return (output, {name: values[value] for name, value in plan.taps.items()}) if taps else output


def _check_input(x: object) -> None:
    if not isinstance(x, np.ndarray):
        way = "; x.detach().cpu().numpy() converts it" if is_tensor(x) else ""
        raise ArgumentError(f"run: x (a {type(x).__name__}) must be a NumPy array{way}")
    if x.ndim < 1:
        raise ShapeError(f"run: x must have the batch as its first axis, (N, …), but its shape is {x.shape}")


def _check_arrays(params: Mapping[str, Array]) -> None:
    for name, array in params.items():
        if not isinstance(array, np.ndarray):
            way = f"; {FROM_STATE} makes them" if is_tensor(array) else ""  # type: ignore[unreachable]
            raise ArgumentError(
                f"run: params must be NumPy arrays, but {name} is a {type(array).__name__}{way}"
            )


def _axes_hint(net: Layer, x: Array) -> str:
    """Return a clause for the end of an error about the shape of `x`, which says how to correct the shape.

    If the network accepts `x` with its last axis moved behind the batch, the clause says that the channels
    seem to be last; otherwise, that the first axis counts as the batch.
    """
    try:
        trace(net, (x.shape[-1], *x.shape[1:-1]))
    except ShapeError:
        return "whose first axis is taken for the batch (x[None] adds a batch axis)"
    return "and the channels seem to be its last axis (np.moveaxis(x, -1, 1) puts them after the batch)"


def _check_type(plan: Plan, params: Mapping[str, Array], x: Array, index: int) -> None:
    types = {array.dtype for array in params.values() if array.dtype.kind == "f"}
    indices = _takes_indices(plan, index)
    if x.dtype.kind in ("f" if indices else "fiub") and len(types) == 1 and x.dtype not in types:
        (own,) = types
        other = f", and init(net, dtype={x.dtype.name!r}) makes parameters of x's type"
        raise ArgumentError(
            f"run: x (of type {x.dtype}) must have the type of the parameters, {own}; "
            f"x.astype({own.name!r}) converts it{other if x.dtype.kind == 'f' else ''}"
        )


def _takes_indices(plan: Plan, index: int) -> bool:
    """Return True if a step reads input number `index`, or a result of operations on it, as indices."""
    several = len(plan.input_shapes) > 1
    derived = set() if several else {0}
    for value, step in enumerate(plan.steps, 1):
        if several and step.inputs == (0,) and step.kind == "part" and step.index == index:
            derived.add(value)
        if derived.isdisjoint(step.inputs):
            continue
        if step.layer.channel_axis is None or _reads_indices(step, derived):
            return True
        if step.kind == "operation":
            derived.add(value)
    return False


def _reads_indices(step: Step, derived: set[int]) -> bool:
    """Return True if one of the values in `derived` is the argument of an operation that has the indices."""
    if not isinstance(step.layer, Operation) or step.layer.name not in INDICES:
        return False
    given = step.layer.arguments[INDICES[step.layer.name]]
    return isinstance(given, Value) and step.inputs[given.index] in derived


INDICES: Mapping[str, int] = {
    **dict.fromkeys(("embedding_bag", "one_hot"), 0),
    **dict.fromkeys(("embedding", "nll_loss_forward", "nll_loss2d_forward"), 1),
    **dict.fromkeys(("gather", "index_select"), 2),
}
"""For operations that select elements by indices, the position of the argument that has the indices."""


class _Execution:
    """The execution of a network's plan on arrays, step by step.

    Args:
        plan: the plan of the network.
        params: the parameters and buffers by full name.
        x: the input, or a tuple of all inputs.
    """

    def __init__(self, plan: Plan, params: Mapping[str, Array], x: Input) -> None:
        self._plan, self._params, self._x = plan, params, x
        first = x[0] if isinstance(x, tuple) else x
        self._batch = len(first)
        floats = [each.dtype for each in (*params.values(), first) if each.dtype.kind in "fc"]
        self._dtype = floats[0] if floats else np.dtype(np.float32)
        self._several: dict[tuple[str, tuple[int, ...]], tuple[Array, ...]] = {}

    def values(self, wanted: set[int]) -> dict[int, Array]:
        """Return the values with the numbers `wanted`, by number, running only the steps that they depend on.

        Value 0 is the input of the network, and value i + 1 is the output of step i. Values are freed after
        their last use.
        """
        steps = self._plan.steps
        # Go backwards from the wanted values to find the values that they need, and the step after which
        # each can be freed.
        needed, last_use = set(wanted), dict.fromkeys(wanted, len(steps))
        for index in reversed(range(len(steps))):
            if index + 1 in needed:
                needed.update(steps[index].inputs)
                for value in steps[index].inputs:
                    last_use.setdefault(value, index)
        norms = foldable(steps, needed, wanted, self._batch)
        passed: set[int] = set()  # the batch norms that were folded into the convolution before them
        values: dict[int, Any] = {0: self._x}
        for index, step in enumerate(steps):
            if index + 1 not in needed:
                continue
            inputs, params = [values[value] for value in step.inputs], None
            if index in norms:
                norm = steps[norms[index]]
                params = folded(self._own(step), norm.layer, self._own(norm))
                if params is not None:
                    passed.add(norms[index])
            values[index + 1] = inputs[0] if index in passed else self._compute(step, inputs, params)
            for value in set(step.inputs):
                if last_use[value] == index:
                    del values[value]
        return values

    def _compute(self, step: Step, inputs: list[Any], params: Mapping[str, Array] | None = None) -> Array:
        """Return the result of a step, which is computed with its own parameters or with those given."""
        output: Array
        if step.kind == "parameter":
            return self._params[step.path]
        if step.kind == "part":
            if isinstance(step.layer, Graph):  # one of several inputs
                output = inputs[0][step.index]
                return output
            output = inputs[0][(slice(None), *step.layer.part_slices(step.input_shapes[0], step.index))]
            return output
        try:
            if isinstance(step.layer, Operation):
                return self._operation(step, step.layer, inputs)
            rule = NUMPY.rule(step.layer, step.name)
            if step.kind == "join":
                output = rule(step.layer, inputs)
            else:
                output = rule(step.layer, self._own(step) if params is None else params, inputs[0])
        except ArgumentError as error:
            raise ArgumentError(f"{step.name}: {error}" if step.name else str(error)) from error
        return output

    def _operation(self, step: Step, operation: Operation, inputs: list[Array]) -> Array:
        """Return the one output of an operation that the step selects.

        An operation with several outputs computes all of them when the first of its steps runs.
        """
        if len(operation.outputs) == 1:
            return apply(operation, inputs, self._batch, self._dtype)[0]
        key = (step.path, step.inputs)  # the steps that select the other outputs find them under this key
        if key not in self._several:
            self._several[key] = apply(operation, inputs, self._batch, self._dtype)
        return self._several[key][step.index]

    def _own(self, step: Step) -> dict[str, Array]:
        prefix = f"{step.path}." if step.path else ""
        names = (*step.layer.parameters(), *step.layer.buffers())
        return {name: self._params[prefix + name] for name in names}
