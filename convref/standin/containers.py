"""Containers of modules and parameters, as in `torch.nn`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from convref.standin.module import Module
from convref.standin.tensor import Parameter, Tensor


class Sequential(Module):
    """A chain of modules, as `torch.nn.Sequential`: each is called with the output of the previous one."""

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for index, module in enumerate(args):
                self.add_module(str(index), module)

    def forward(self, input: Any) -> Any:
        """Return the output of the last module."""
        for module in self:
            input = module(input)
        return input

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(list(self._modules.values()))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return list(self._modules.values())[index]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, list(self._modules)[index], module)

    def __delitem__(self, index: int | slice) -> None:
        left = list(self._modules.values())
        del left[index]
        self._modules.clear()
        for place, module in enumerate(left):
            self.add_module(str(place), module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end, and return the container."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Sequential:
        """Add modules at the end, and return the container."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Sequential:
        """Insert a module, and return the container."""
        left = list(self._modules.values())
        left.insert(index, module)
        for place, each in enumerate(left):
            self._modules[str(place)] = each
        return self


class ModuleList(Sequential):
    """A list of modules, as `torch.nn.ModuleList`; the list itself cannot be called."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__(*(modules or ()))

    def forward(self, *inputs: Any) -> Any:
        """Raise NotImplementedError: a list does not define how its modules are called."""
        return Module.forward(self, *inputs)

    def __getitem__(self, index: int | slice) -> Any:
        found = list(self._modules.values())[index]
        return type(self)(found) if isinstance(found, list) else found

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        self.extend(modules)
        return self


class ModuleDict(Module):
    """A dict of modules, as `torch.nn.ModuleDict`."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Any) -> None:
        """Add modules, given as a dict from name to module or as pairs (name, module)."""
        for name, module in modules.items() if hasattr(modules, "items") else modules:
            self.add_module(name, module)

    def __getitem__(self, name: str) -> Any:
        return self._modules[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def keys(self) -> Any:
        """Return the names."""
        return self._modules.keys()

    def values(self) -> Any:
        """Return the modules."""
        return self._modules.values()

    def items(self) -> Any:
        """Return pairs (name, module)."""
        return self._modules.items()


class ParameterList(Module):
    """A list of parameters, as `torch.nn.ParameterList`."""

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        super().__init__()
        for each in values or ():
            self.append(each)

    def append(self, value: Tensor) -> ParameterList:
        """Add a parameter at the end, and return the list."""
        self.register_parameter(str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self._parameters.values())

    def __getitem__(self, index: int) -> Any:
        return list(self._parameters.values())[index]


class ParameterDict(Module):
    """A dict of parameters, as `torch.nn.ParameterDict`."""

    def __init__(self, parameters: Mapping[str, Tensor] | None = None) -> None:
        super().__init__()
        for name, each in (parameters or {}).items():
            self[name] = each

    def __setitem__(self, name: str, value: Tensor) -> None:
        self.register_parameter(name, value if isinstance(value, Parameter) else Parameter(value))

    def __getitem__(self, name: str) -> Any:
        return self._parameters[name]

    def __contains__(self, name: str) -> bool:
        return name in self._parameters

    def keys(self) -> Any:
        """Return the names."""
        return self._parameters.keys()

    def values(self) -> Any:
        """Return the parameters."""
        return self._parameters.values()

    def items(self) -> Any:
        """Return pairs (name, parameter)."""
        return self._parameters.items()
