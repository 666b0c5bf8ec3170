"""Where code comes from: the project itself, or what is installed beside it."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig


def is_project(origin: str) -> bool:
    """Whether a file belongs to the project, not to the standard library or an installed package."""
    return bool(origin) and not origin.startswith(directories("stdlib", "platstdlib", "purelib", "platlib"))


def installed_name(origin: str) -> str:
    """The first part of an installed file's path, "numpy" or "six.py"; empty for any other file."""
    for folder in directories("purelib", "platlib"):
        if origin.startswith(folder):
            return origin[len(folder) :].partition(os.sep)[0]
    return ""


def project_modules() -> list[str]:
    """The names of the loaded modules that are the project's own."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name != "__main__" and is_project(getattr(module, "__file__", None) or "")
    ]


@functools.cache
def directories(*names: str) -> tuple[str, ...]:
    """The directories that `sysconfig` knows by these names, each ending in a separator."""
    return tuple(f"{path}{os.sep}" for path in sorted({sysconfig.get_path(name) for name in names}))
