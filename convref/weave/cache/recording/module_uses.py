"""Find the modules that a loaded module uses, by inspecting its global variables and not its source."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import TypeAlias

from convref.weave.cache.module_origins import file_of, installed_name

Uses: TypeAlias = dict[str, set[str]]


def used_modules(names: Iterable[str]) -> Uses:
    """Return a dict from loaded modules to the modules that they use, all as top-level names.

    A module uses another one if a global variable refers to the other module, or to a class or function that
    is defined there.

    Args:
        names: the full names of the loaded modules.
    """
    found: Uses = {}
    for name in names:
        module = sys.modules.get(name)
        first = name.partition(".")[0]
        known = found.setdefault(first, set())
        # Exact types only: asking any other object for an attribute could run code of a library.
        for value in list(vars(module).values()) if type(module) is ModuleType else ():
            owner = value.__name__ if type(value) is ModuleType else None
            if type(value) in {type, FunctionType}:
                owner = value.__module__
            if type(owner) is str:
                known.add(owner.partition(".")[0])
        known.discard(first)
    return found


def is_installed(name: str) -> bool:
    """Return whether a loaded module belongs to an installed package."""
    module = sys.modules.get(name)
    places = [file_of(module), *getattr(module, "__path__", ())]
    return any(installed_name(f"{place}{os.sep}") for place in places)
