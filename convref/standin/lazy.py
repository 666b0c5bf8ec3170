"""Modules that read the size of their input at the first call, such as `torch.nn.LazyLinear`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from convref.standin.layers import LayerModule
from convref.standin.module import Module
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused

KEPT = ("training", "_forward_hooks", "_forward_pre_hooks")
"""The attributes that a module keeps when it becomes a layer."""


class Lazy(Module):
    """A module that becomes an ordinary one at its first call, such as a `Linear` for a `LazyLinear`.

    It has the arguments of the ordinary module, except for the first: the number of channels or features of
    the input, which is read from the first input.
    """

    _kind: type[LayerModule]
    _signature: inspect.Signature
    _axis: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        bound = self._signature.bind(self, *args, **kwargs)  # a wrong argument fails where it is given
        bound.apply_defaults()
        self._given = (args, kwargs)
        self._arguments = {name: value for name, value in bound.arguments.items() if name != "self"}

    def forward(self, input: Any) -> Any:
        """Turn this module into an ordinary one for inputs of the size of `input`, and return its output."""
        if not isinstance(input, Tensor):
            raise TypeError(
                f"{type(self).__name__}: the input must be a Tensor, not a {type(input).__name__}"
            )
        if input.ndim <= abs(self._axis):
            raise refused(type(self).__name__, "it needs an input with a batch axis")
        arguments = self._arguments
        size = input.shape[self._axis]
        kept = {name: self.__dict__[name] for name in KEPT}
        self.__class__ = self._kind  # type: ignore[assignment] # as torch does
        self.__init__(size, **arguments)  # type: ignore[misc] # the layer's
        self.__dict__.update(kept)
        tape = active()
        if tape is not None:
            tape.hold(self)
        return self.forward(input)

    def extra_repr(self) -> str:
        """Return the arguments, for `repr`."""
        args, kwargs = self._given
        return ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])


def lazy_classes(classes: Mapping[str, type[LayerModule]]) -> dict[str, type[Lazy]]:
    """Return the lazy modules of torch, as a dict from name to class.

    Args:
        classes: a dict from name to class of the ordinary modules, as `convref.standin.layers.classes`
            returns it.
    """
    kinds = ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm")
    names = ["Linear", *(f"{kind}{rank}d" for kind in kinds for rank in (1, 2, 3))]
    return {f"Lazy{name}": _made(f"Lazy{name}", classes[name]) for name in names}


def _made(name: str, kind: type[LayerModule]) -> type[Lazy]:
    own, _size, *others = kind._signature.parameters.values()  # noqa: SLF001 - a class of this package
    if "InstanceNorm" in name:  # torch's lazy ones have other defaults than those that are not
        others = [
            each.replace(default=True) if each.name in {"affine", "track_running_stats"} else each
            for each in others
        ]
    signature = inspect.Signature([own, *others])

    def __init__(self: Lazy, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - a constructor
        Lazy.__init__(self, *args, **kwargs)

    __init__.__qualname__ = f"{name}.__init__"
    __init__.__signature__ = signature  # type: ignore[attr-defined]
    axis = -1 if name == "LazyLinear" else 1
    held = {"_kind": kind, "_signature": signature, "_axis": axis, "__init__": __init__}
    return type(name, (Lazy,), held)
