"""Make the stand-in for PyTorch importable as `torch` while a user's code runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def installed() -> Iterator[None]:
    """Let `import torch` import the stand-in for PyTorch in the `with` block, even if PyTorch is installed.

    Modules that were imported before and use PyTorch are removed from `sys.modules` in the block, and are
    restored after it. Modules that are first imported in the block and use the stand-in are removed after it.
    So an import after the block runs them again, with PyTorch.

    Example:
        >>> with installed():
        ...     import torch
        >>> torch.nn.Conv2d(3, 8, 3)
        Conv2d(3, 8, 3)
    """
    from convref.standin.surface import modules

    own = modules()
    ours = {id(module) for module in own.values()}
    before = set(sys.modules)
    kept = {name: module for name, module in sys.modules.items() if _is_torch(name)}
    theirs = {id(module) for module in kept.values()}
    kept |= {
        name: module for name, module in sys.modules.items() if theirs and _uses(module, theirs, "torch")
    }
    for name in kept:
        del sys.modules[name]
    sys.modules.update(own)
    try:
        yield
    finally:
        for name in [each for each in sys.modules if _is_torch(each)]:
            del sys.modules[name]
        for name in (set(sys.modules) - before) | (sys.modules.keys() & kept.keys()):
            if _uses(sys.modules[name], ours, "convref.standin"):
                del sys.modules[name]
        sys.modules.update(kept)


def _is_torch(name: str) -> bool:
    return name == "torch" or name.startswith("torch.")


def _uses(module: ModuleType, those: set[int], package: str) -> bool:
    """Return True if a global variable of a user's Python module comes from a package.

    Its value is then one of the package's modules, a class that the package defines, or a subclass of it.

    Args:
        module: the user's module.
        those: the `id`s of the package's modules.
        package: the name of the package.
    """
    name = getattr(module, "__name__", None) or ""
    if name == "__main__" or name.partition(".")[0] in {"convref", "convref_docs"}:
        return False
    found = list(getattr(module, "__dict__", {}).values())
    return any(id(value) in those or _is_of(value, package) for value in found)


def _is_of(value: object, package: str) -> bool:
    """Return True if a value is a class that a package defines, or a subclass of such a class."""
    if not isinstance(value, type):
        return False
    return any(f"{each.__module__}.".startswith(f"{package}.") for each in value.__mro__)
