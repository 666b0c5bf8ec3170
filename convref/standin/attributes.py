"""`Attributes`: an object that stores its parameters, buffers and submodules apart from other attributes.

As in torch, an assignment such as `self.conv = Conv2d(3, 8, 3)` is enough to register a submodule.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from convref.standin.tensor import Parameter, Tensor
from convref.wording import nearest, nearest_text

_KINDS = ("_parameters", "_buffers", "_modules")
"""The attributes with the dicts in which parameters, buffers and submodules are stored by name."""


class Attributes:
    """An object with a dict for its parameters, one for its buffers and one for its submodules.

    An attribute of one of these kinds is stored in the dict for the kind, and is read from there. A submodule
    is an attribute whose value is an object of this class.
    """

    def __init__(self) -> None:
        store = self.__dict__.__setitem__
        for kind in _KINDS:
            store(kind, OrderedDict())
        store("_non_persistent_buffers_set", set())

    def __setattr__(self, name: str, value: Any) -> None:
        kind = _kind(self, name, value)
        if not kind:
            object.__setattr__(self, name, value)
            return
        for other in _KINDS:
            if other != kind:
                self.__dict__[other].pop(name, None)
        self.__dict__.pop(name, None)
        self.__dict__[kind][name] = value

    def __getattr__(self, name: str) -> Any:
        for kind in _KINDS:
            if name in self.__dict__.get(kind, ()):
                return self.__dict__[kind][name]
        if name.startswith("__"):
            raise AttributeError(name)
        known = [
            *self.__dict__.get("_modules", ()),
            *self.__dict__.get("_parameters", ()),
            *vars(self),
            *dir(type(self)),
        ]
        near = nearest_text(nearest(name, [each for each in known if not each.startswith("_")]))
        rule = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError("; ".join(filter(None, (rule, near))))

    def __delattr__(self, name: str) -> None:
        for kind in _KINDS:
            if name in self.__dict__[kind]:
                del self.__dict__[kind][name]
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        held = [name for kind in _KINDS for name in self.__dict__.get(kind, ())]
        return [*super().__dir__(), *held]

    def register_parameter(self, name: str, param: Any) -> None:
        """Store a parameter under a name; None reserves the name for a parameter that is missing."""
        if param is not None and not isinstance(param, Parameter):
            rule = f"cannot assign a {type(param).__name__} to parameter {name!r}"
            raise TypeError(f"{rule} (torch.nn.Parameter or None required)")
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Store a buffer under a name: a tensor that training does not change by gradients.

        It is in the state_dict if `persistent` is True.
        """
        self._buffers[name] = tensor
        if not persistent:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Any) -> None:
        """Store a submodule under a name."""
        if module is not None and not isinstance(module, Attributes):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        self._modules[name] = module

    register_module = add_module


def _kind(module: Attributes, name: str, value: Any) -> str:
    """Return the name of the dict in which a module stores an attribute; empty for a plain attribute.

    Args:
        module: the module.
        name: the attribute's name.
        value: the value that is assigned to it. None, or a tensor that is not a `Parameter`, is a plain
            attribute, unless the module already has a parameter, buffer or submodule with this name.
    """
    kind = ""
    if isinstance(value, Parameter):
        kind = "_parameters"
    elif isinstance(value, Attributes):
        kind = "_modules"
    elif isinstance(value, Tensor) or value is None:
        kind = next((each for each in _KINDS if name in module.__dict__.get(each, ())), "")
    if kind and kind not in module.__dict__:
        what = "module" if kind == "_modules" else "parameters"
        raise AttributeError(f"cannot assign {what} before Module.__init__() call")
    if isinstance(value, Tensor) and not isinstance(value, Parameter) and kind == "_parameters":
        raise TypeError(f"cannot assign a Tensor as parameter {name!r} (torch.nn.Parameter or None expected)")
    return kind
