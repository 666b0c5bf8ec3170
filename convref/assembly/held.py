"""Find the parameters, buffers and other tensors of a module.

The module may be one of PyTorch or of the stand-in for it (`convref.standin`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convref.assembly.nodes import Kind, Leaf

_REGISTERED = ("_parameters", "_buffers", "_modules")


def leaves_of(module: Any, tensor: type) -> tuple[list[Leaf], dict[str, str]]:
    """Return the tensors of a module and its submodules, each one once.

    A tensor that occurs several times, as with tied weights, has several names. The second result is a dict
    from each further name in the state_dict to the first name of the same tensor.

    Args:
        module: a `torch.nn.Module` or a module of the stand-in.
        tensor: the class of its tensors.

    Example:
        >>> from convref.standin import installed
        >>> from convref.standin.tensor import Tensor
        >>> with installed():
        ...     from torch import nn
        ...     leaves, aliases = leaves_of(nn.Sequential(nn.Linear(2, 3)), Tensor)
        >>> [leaf.path for leaf in leaves]
        ['0.weight', '0.bias']
    """
    found: dict[int, Leaf] = {}
    aliases: dict[str, str] = {}
    for path, part in module.named_modules(remove_duplicate=False):
        for name, kind, each in _own(part, tensor):
            full = f"{path}.{name}" if path else name
            leaf = found.setdefault(id(each), Leaf(full, kind, each))
            if leaf.path != full and kind != "constant":
                aliases[full] = leaf.path
    return list(found.values()), aliases


def _own(part: Any, tensor: type) -> Iterator[tuple[str, Kind, Any]]:
    """Yield (name, kind, tensor) for each tensor of a module, but not for those of its submodules."""
    for name, parameter in part._parameters.items():  # noqa: SLF001 - named_parameters leaves out what is tied
        if parameter is not None:
            yield name, "parameter", parameter
    for name, buffer in part._buffers.items():  # noqa: SLF001 - likewise
        if buffer is not None:
            persistent = name not in part._non_persistent_buffers_set  # noqa: SLF001 - torch has no other way
            yield name, "buffer" if persistent else "constant", buffer
    for name, value in vars(part).items():
        if name not in _REGISTERED:
            yield from ((full, "constant", each) for full, each in _tensors(name, value, tensor))


def _tensors(name: str, value: object, tensor: type) -> Iterator[tuple[str, Any]]:
    """Yield (name, tensor) for each tensor in an attribute; if it is a list, the names are like `name.0`."""
    if isinstance(value, tensor):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield from _tensors(f"{name}.{index}", each, tensor)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _tensors(f"{name}.{key}", each, tensor)
