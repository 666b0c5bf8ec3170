"""Find the tensors that a module holds, and copy a module with all tensors on the meta device.

The copy is run instead of the module. Its tensors allocate no memory, and state that a forward changes (a
cache that is filled at the first call, or a counter) changes only in the copy.
"""

from __future__ import annotations

import contextlib
import copy
import io
import threading
import types
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from convref.assembly import held
from convref.assembly.nodes import Leaf
from convref.errors import ArgumentError


@dataclass(frozen=True)
class Copied:
    """A copy of a module with all tensors on the meta device.

    Attributes:
        module: the copy.
        leaves: a dict from the `id` of each tensor, both of the original and of the copy, to its `Leaf`, an
            object with the tensor's name in the module.
        twins: a dict from the `id` of each tensor of the original to the corresponding tensor of the copy.
        aliases: for tensors that have several names in the state_dict, a dict from each further name to the
            first one, `Leaf.path`.
    """

    module: torch.nn.Module
    leaves: dict[int, Leaf]
    twins: dict[int, torch.Tensor]
    aliases: dict[str, str]


def leaves_of(module: torch.nn.Module) -> tuple[list[Leaf], dict[str, str]]:
    """Return the tensors of a module, and the further names of those with several names.

    See `convref.assembly.held.leaves_of`, which this calls.
    """
    return held.leaves_of(module, torch.Tensor)


def copied(module: torch.nn.Module, *, training: bool) -> Copied:
    """Copy a module, with all tensors on the meta device, and set the copy's training mode.

    Raises:
        ArgumentError: the module holds something that cannot be copied.
    """
    leaves, aliases = leaves_of(module)
    memo: dict[int, Any] = {}
    by_id: dict[int, Leaf] = {}
    twins: dict[int, torch.Tensor] = {}
    for leaf in leaves:
        twin = _twin(leaf.tensor)
        memo[id(leaf.tensor)] = twins[id(leaf.tensor)] = twin
        by_id[id(leaf.tensor)] = by_id[id(twin)] = leaf
    return Copied(deep_copy(module, memo, training=training), by_id, twins, aliases)


SHARED = (
    types.ModuleType,
    type(threading.Lock()),
    type(threading.RLock()),
    io.IOBase,
    torch.jit.ScriptFunction,
)
"""Classes of objects that Python cannot copy. The copy of a module shares such objects with the original."""


def deep_copy(module: torch.nn.Module, memo: dict[int, Any], *, training: bool) -> torch.nn.Module:
    """Copy a module, and set the copy's training mode.

    Args:
        module: the module.
        memo: a dict from the `id` of each tensor of the module to the tensor that replaces it in the copy.
        training: whether the copy is set to training mode.

    Raises:
        ArgumentError: the module holds something that cannot be copied.
    """
    for _, part in module.named_modules():
        memo |= {id(value): value for value in vars(part).values() if isinstance(value, SHARED)}
    try:
        made: torch.nn.Module = copy.deepcopy(module, memo)
        made.train(training)  # a class may replace the method by one that returns nothing
    except Exception as error:  # classes of users may define how they are copied
        raise ArgumentError(f"from_torch: the module cannot be copied: {first_line(error)}") from error
    own_functions(made, memo)
    return made


def own_functions(module: torch.nn.Module, memo: dict[int, Any]) -> None:
    """Let the hooks, the replaced methods and the weak references of a copied module refer to the copy.

    `copy.deepcopy` copies neither functions nor weak references. A hook that stores a value in a list or in
    its module would therefore still write to the original list or module, and the copy would not have the
    value.

    Args:
        module: the copy.
        memo: a dict from the `id` of each original object to its copy, as `copy.deepcopy` fills it.
    """
    for _, part in module.named_modules():
        kept = vars(part)
        for hooks in (kept["_forward_hooks"], kept["_forward_pre_hooks"]):
            for key, hook in hooks.items():
                hooks[key] = _own_function(hook, memo)
        for name, value in kept.items():
            if isinstance(value, types.FunctionType):
                kept[name] = _own_function(value, memo)
            elif isinstance(value, weakref.ref) and id(value()) in memo:
                kept[name] = weakref.ref(memo[id(value())])


def _own_function(function: Any, memo: dict[int, Any]) -> Any:
    """Return a copy of a function whose closure and default arguments refer to copied objects.

    The function may also refer to objects outside of the module. Of these, functions and containers are
    copied too; all others are shared with the original function.
    """
    if not isinstance(function, types.FunctionType) or not (function.__closure__ or function.__defaults__):
        return function
    if id(function) in memo:
        return memo[id(function)]
    cells = tuple([types.CellType() for _ in function.__closure__ or ()])
    made = types.FunctionType(function.__code__, function.__globals__, function.__name__, None, cells)
    memo[id(function)] = made  # before its closure, which may refer to the function itself
    made.__kwdefaults__ = function.__kwdefaults__
    made.__defaults__ = tuple([_own_value(each, memo) for each in function.__defaults__ or ()]) or None
    for cell, old in zip(cells, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # raised by a cell of the closure that is still empty
            cell.cell_contents = _own_value(old.cell_contents, memo)
    return made


def _own_value(value: Any, memo: dict[int, Any]) -> Any:
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, types.FunctionType):
        return _own_function(value, memo)
    if isinstance(value, types.MethodType) and id(value.__self__) in memo:
        return types.MethodType(value.__func__, memo[id(value.__self__)])
    return copy.deepcopy(value, memo) if isinstance(value, (list, dict, set)) else value


def with_numbers(module: torch.nn.Module) -> torch.nn.Module:
    """Return a copy of a module, with the data of its tensors, on the CPU and in evaluation mode."""
    memo: dict[int, Any] = {}
    for leaf in leaves_of(module)[0]:
        bare = leaf.tensor.detach().cpu().clone()
        memo[id(leaf.tensor)] = (
            torch.nn.Parameter(bare, requires_grad=False) if leaf.kind == "parameter" else bare
        )
    return deep_copy(module, memo, training=False)


def _twin(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor (or `Parameter`) on the meta device with the same shape, strides and dtype."""
    with torch.no_grad():
        bare = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    return torch.nn.Parameter(bare, requires_grad=False) if isinstance(tensor, torch.nn.Parameter) else bare


def hidden_modules(module: torch.nn.Module) -> Iterator[str]:
    """Yield the paths of modules in plain lists, tuples and dicts, where torch does not find them.

    Example:
        >>> module = torch.nn.ReLU()
        >>> module.parts = [torch.nn.ReLU()]
        >>> list(hidden_modules(module))
        ['parts[0]']
    """
    for path, part in module.named_modules():
        for name, value in vars(part).items():
            if name.startswith("_"):  # attributes of torch.nn.Module itself
                continue
            full = f"{path}.{name}" if path else name
            items: Iterable[tuple[object, object]] = ()
            if isinstance(value, (list, tuple)):
                items = enumerate(value)
            elif isinstance(value, dict):
                items = value.items()
            yield from (f"{full}[{key!r}]" for key, each in items if isinstance(each, torch.nn.Module))


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its class if it has no message."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
