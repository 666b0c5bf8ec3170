"""Make the stand-in importable as `torch` for the time of running a user's code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def installed() -> Iterator[None]:
    """Let `import torch` find the stand-in in the `with` block, whether or not PyTorch is installed.

    Afterwards the modules of PyTorch are as they were before. Modules that were first imported in the block
    and use the stand-in are forgotten, so that a later import runs them anew.

    Example:
        >>> with installed():
        ...     import torch
        >>> torch.nn.Conv2d(3, 8, 3)
        Conv2d(3, 8, 3)
    """
    from convref.standin.surface import modules

    own = modules()
    before = set(sys.modules)
    kept = {name: module for name, module in sys.modules.items() if _is_torch(name)}
    for name in kept:
        del sys.modules[name]
    sys.modules.update(own)
    try:
        yield
    finally:
        for name in [each for each in sys.modules if _is_torch(each)]:
            del sys.modules[name]
        for name in set(sys.modules) - before:
            if _uses(sys.modules[name], own):
                del sys.modules[name]
        sys.modules.update(kept)


def _is_torch(name: str) -> bool:
    return name == "torch" or name.startswith("torch.")


def _uses(module: ModuleType, own: dict[str, ModuleType]) -> bool:
    """Return True if a module has a global of the stand-in: a module, or a class made from one of its own."""
    if (getattr(module, "__name__", "") or "").startswith("convref"):
        return False
    found = list(vars(module).values())
    return any(any(value is each for each in own.values()) or _is_own(value) for value in found)


def _is_own(value: object) -> bool:
    return isinstance(value, type) and any(
        each.__module__.startswith("convref.standin") for each in value.__mro__
    )
