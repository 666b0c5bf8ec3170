"""Find the out-of-place form of an operation (`relu` for `relu_`), and the arguments to which it writes.

Both are read from the operation's schema in torch.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import torch

DYNAMIC_BY_MASK = frozenset({torch.ops.aten.index.Tensor, torch.ops.aten.repeat_interleave.self_int})
"""Operations whose output size depends on a tensor's data only for certain arguments, such as a mask."""


class Signature(NamedTuple):
    """The properties of an operation that a recording needs.

    Attributes:
        name: torch's name of the out-of-place form, without `aten::` and `.default`: `relu` for `relu_`.
        written: the arguments to which the operation writes, as pairs (index among the arguments, name).
        outs: the names of those to which it writes without reading them, such as `out`.
        moves: whether the operation changes the shape or the strides of a tensor in place, as `squeeze_`
            does.
        has_device: whether it has an argument `device`.
        is_random: whether it draws random numbers.
        is_dynamic: whether the size of its output depends on the data of its inputs, as for `nonzero`.
        call: the function of the out-of-place form, such as `torch.ops.aten.relu.default`; None if torch has
            no such form.
    """

    name: str
    written: tuple[tuple[int, str], ...]
    outs: frozenset[str]
    moves: bool
    has_device: bool
    is_random: bool
    is_dynamic: bool
    call: Any


@cache
def signature(func: Any) -> Signature:
    """Return the properties of an operation such as `torch.ops.aten.relu_.default`.

    Example:
        >>> signature(torch.ops.aten.relu_.default)[:3]
        ('relu', ((0, 'self'),), frozenset())
        >>> signature(torch.ops.aten.clamp.out)[:3]
        ('clamp', ((3, 'out'),), frozenset({'out'}))
    """
    schema = func._schema  # noqa: SLF001 - how torch itself reads it
    moves = torch.Tag.inplace_view in func.tags
    written = tuple(
        (place, each.name)
        for place, each in enumerate(schema.arguments)
        if each.alias_info is not None and each.alias_info.is_write
    )
    outs = frozenset(each.name for each in schema.arguments if each.is_out)
    call = _functional(func, schema, outs) if written else func
    return Signature(
        _name(schema, call),
        () if moves else written,
        outs,
        moves,
        any(each.name == "device" for each in schema.arguments),
        torch.Tag.nondeterministic_seeded in func.tags,
        torch.Tag.dynamic_output_shape in func.tags and func not in DYNAMIC_BY_MASK,
        call,
    )


def _name(schema: Any, call: Any) -> str:
    if call is not None:
        schema = call._schema  # noqa: SLF001 - likewise
    namespace, _, name = schema.name.partition("::")
    if call is None:
        name = name.rstrip("_")
    overload = schema.overload_name
    full = f"{name}.{overload}" if overload and not (call is None and overload == "out") else name
    return full if namespace == "aten" else f"{namespace}::{full}"


def _functional(func: Any, schema: Any, outs: frozenset[str]) -> Any:
    """Return the out-of-place form of an operation that writes to arguments; None if torch has no such form.

    Args:
        func: the operation, such as `torch.ops.aten.relu_.default`.
        schema: its schema.
        outs: the names of the arguments to which it writes without reading them.
    """
    namespace, _, name = schema.name.partition("::")
    if not outs:
        plain = f"__{name[3:]}" if name.startswith("__i") else name.removesuffix("_")
        if plain == name:  # it writes to arguments besides returning a result, as norms do in training
            return func
        packet = getattr(getattr(torch.ops, namespace), plain, None)
        same = getattr(packet, schema.overload_name or "default", None)
        return same or (None if packet is None else _overload(packet, schema))
    return _overload(getattr(getattr(torch.ops, namespace), name), schema)


def _overload(packet: Any, schema: Any) -> Any:
    """Return the overload with the arguments of a schema, besides those for outputs; None without one.

    `transpose_`, for example, has the arguments of `transpose.int`.
    """
    taken = [(each.name, str(each.type)) for each in schema.arguments if not each.is_out]
    for overload in packet.overloads():
        other = getattr(packet, overload)
        if [(each.name, str(each.type)) for each in other._schema.arguments] == taken:  # noqa: SLF001
            return other
    return None
