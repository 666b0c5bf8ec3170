"""A description on arrays: the network's plan, step by step, in NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce, singledispatch
from typing import Literal, overload

import numpy as np

from convref.errors import ArgumentError, ShapeError
from convref.functional.forward import forward
from convref.functional.init import Array
from convref.functional.resampling import interpolate
from convref.nn import (
    Concat,
    Embedding,
    Layer,
    Mean,
    Plan,
    Product,
    ResizeLike,
    Split,
    Step,
    Sum,
    check_params,
    trace,
)
from convref.nn.given import is_tensor

FROM_STATE = "{name: tensor.numpy() for name, tensor in model.state_dict().items()}"


@overload
def run(net: Layer, params: Mapping[str, Array], x: Array, *, taps: Literal[False] = ...) -> Array: ...


@overload
def run(
    net: Layer, params: Mapping[str, Array], x: Array, *, taps: Literal[True]
) -> tuple[Array, dict[str, Array]]: ...


def run(
    net: Layer, params: Mapping[str, Array], x: Array, *, taps: bool = False
) -> Array | tuple[Array, dict[str, Array]]:
    """Run a network at inference.

    Args:
        net: the description.
        params: its parameters and buffers by full name, as `convref.init` gives them or a state_dict.
        x: the input, with its batch: (N, C, H, W).
        taps: also give the auxiliary outputs that inference runs, by name.

    Returns:
        The main output, with its batch; with `taps`, that and a dict. A value is dropped once nothing
        needs it any more.

    Raises:
        ArgumentError: a parameter is missing, unknown or of another shape, or `x` is of another type.
        ShapeError: the input does not fit the network; the error names the path of the layer.

    Example:
        >>> import numpy as np
        >>> from convref import init
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> net = Sequential(Conv2d(3, 8, 3), ReLU())
        >>> run(net, init(net), np.ones((2, 3, 5, 5), dtype=np.float32)).shape
        (2, 8, 3, 3)
    """
    if not isinstance(x, np.ndarray):
        way = "; x.detach().cpu().numpy() is one" if is_tensor(x) else ""  # type: ignore[unreachable]
        raise ArgumentError(f"run: x (a {type(x).__name__}) must be a NumPy array{way}")
    if x.ndim < 2:
        raise ShapeError(f"run takes an input with its batch, (N, C, …), but {x.shape} arrives")
    check_params(net, params)
    _check_arrays(params)
    try:
        plan = trace(net, x.shape[1:])
    except ShapeError as error:
        raise ShapeError(f"{error.rule}; x is {x.shape}, {_axes_hint(net, x)}", error.path) from None
    _check_type(plan, params, x)
    wanted = {plan.output, *plan.taps.values()} if taps else {plan.output}
    values = _execute(plan, params, x, wanted)
    output = values[plan.output]
    return (output, {name: values[value] for name, value in plan.taps.items()}) if taps else output


def _check_arrays(params: Mapping[str, Array]) -> None:
    for name, array in params.items():
        if not isinstance(array, np.ndarray):
            way = f"; {FROM_STATE} makes them" if is_tensor(array) else ""  # type: ignore[unreachable]
            raise ArgumentError(
                f"run: params must be NumPy arrays, but {name} is a {type(array).__name__}{way}"
            )


def _axes_hint(net: Layer, x: Array) -> str:
    """What may be wrong with the axes of an input that does not fit."""
    try:
        trace(net, (x.shape[-1], *x.shape[1:-1]))
    except ShapeError:
        return "whose first axis is the batch (x[None] adds one)"
    return "whose last axis has the channels (np.moveaxis(x, -1, 1) puts them after the batch)"


def _check_type(plan: Plan, params: Mapping[str, Array], x: Array) -> None:
    types = {array.dtype for array in params.values() if array.dtype.kind == "f"}
    indices = any(0 in step.inputs and isinstance(step.layer, Embedding) for step in plan.steps)
    if x.dtype.kind in ("f" if indices else "fiub") and len(types) == 1 and x.dtype not in types:
        (own,) = types
        other = f", and init(net, dtype={x.dtype.name!r}) makes parameters of x's type"
        raise ArgumentError(
            f"run: x (of type {x.dtype}) must be of the parameters' type, {own}; "
            f"x.astype({own.name!r}) is{other if x.dtype.kind == 'f' else ''}"
        )


def _execute(plan: Plan, params: Mapping[str, Array], x: Array, wanted: set[int]) -> dict[int, Array]:
    """The values that are wanted, by number; steps that lead to none of them are not run."""
    needed, last_use = set(wanted), dict.fromkeys(wanted, len(plan.steps))
    for index in reversed(range(len(plan.steps))):
        if index + 1 in needed:
            needed.update(plan.steps[index].inputs)
            for value in plan.steps[index].inputs:
                last_use.setdefault(value, index)
    values = {0: x}
    for index, step in enumerate(plan.steps):
        if index + 1 not in needed:
            continue
        values[index + 1] = _compute(step, params, [values[value] for value in step.inputs])
        for value in set(step.inputs):
            if last_use[value] == index:
                del values[value]
    return values


def _compute(step: Step, params: Mapping[str, Array], inputs: list[Array]) -> Array:
    if step.kind == "layer":
        try:
            return forward(step.layer, _own(step, params), inputs[0])
        except ArgumentError as error:
            raise ArgumentError(f"{step.name}: {error}" if step.name else str(error)) from error
    if step.kind == "join":
        return join(step.layer, inputs)
    assert isinstance(step.layer, Split)  # noqa: S101 - no other combinator cuts
    return inputs[0][(slice(None), *step.layer.part_slices(step.input_shapes[0], step.index))]


def _own(step: Step, params: Mapping[str, Array]) -> dict[str, Array]:
    prefix = f"{step.path}." if step.path else ""
    names = (*step.layer.parameters(), *step.layer.buffers())
    return {name: params[prefix + name] for name in names}


@singledispatch
def join(layer: Layer, values: Sequence[Array]) -> Array:
    """Values joined as a combinator joins them."""
    raise NotImplementedError(f"{type(layer).__name__} has no NumPy join of {len(values)} values")


@join.register
def _(layer: Sum, values: Sequence[Array]) -> Array:  # noqa: ARG001 - one signature for all
    return reduce(np.add, values)


@join.register
def _(layer: Mean, values: Sequence[Array]) -> Array:  # noqa: ARG001 - one signature for all
    total: Array = reduce(np.add, values)
    return np.divide(total, len(values), dtype=total.dtype)


@join.register
def _(layer: Product, values: Sequence[Array]) -> Array:  # noqa: ARG001 - one signature for all
    return reduce(np.multiply, values)


@join.register(Concat)
@join.register(Split)
def _(layer: Concat | Split, values: Sequence[Array]) -> Array:
    return np.concatenate(values, axis=layer.dim)


@join.register
def _(layer: ResizeLike, values: Sequence[Array]) -> Array:
    output, like = values
    return interpolate(output, like.shape[2:], mode=layer.mode)
