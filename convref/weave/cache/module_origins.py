"""Determine whether a module belongs to the engine, the project, or an installed package."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import sysconfig
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[2]  # convref


def is_project(origin: str) -> bool:
    """Return whether a file belongs to the project, not to the standard library or an installed package."""
    return bool(origin) and not origin.startswith(directories("stdlib", "platstdlib", "purelib", "platlib"))


def installed_name(origin: str) -> str:
    """Return the folder or file of site-packages to which a file belongs, such as "numpy" or "six.py".

    The result is empty for a file that is not in site-packages.
    """
    for folder in directories("purelib", "platlib"):
        if origin.startswith(folder):
            return origin[len(folder) :].partition(os.sep)[0]
    return ""


def project_modules() -> list[str]:
    """Return the names of the loaded modules that belong to the project."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name != "__main__" and is_project(file_of(module))
    ]


def file_of(module: object) -> str:
    """Return the file from which a module was loaded; empty for a module that was not loaded from a file.

    Only an absolute path is accepted. A library may create a module object itself and set its `__file__` to
    any text, as PyTorch does for `torch.ops`.
    """
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) and os.path.isabs(file) else ""  # noqa: PTH117


@functools.cache
def directories(*names: str) -> tuple[str, ...]:
    """Return the directories with these names in `sysconfig`, such as "purelib", each with a final slash."""
    return tuple(f"{path}{os.sep}" for path in sorted({sysconfig.get_path(name) for name in names}))


def engine_files(package: Path = _PACKAGE) -> list[Path]:
    """Return the source files of convref that can change the result of a run or its recorded dependencies.

    These are the modules that a worker loads, and those that write and read the cache's entries. A test
    compares this list with the modules that a running worker has loaded. Other modules of convref cannot
    change a result: they parse pages into steps, which are part of an entry's key, or they use the results.

    Args:
        package: the folder of convref.
    """
    weave = package / "weave"
    folders = (weave / "cache", weave / "run")
    return [*sorted(file for folder in folders for file in folder.rglob("*.py")), weave / "page/outcomes.py"]


@functools.cache
def engine_paths() -> frozenset[str]:
    """Return the paths of the engine's files, as they are when this is first called in the process."""
    return frozenset(map(str, engine_files()))


def engine_digest(package: Path = _PACKAGE) -> str:
    """Return a digest of the engine's code; a changed digest invalidates all cached results."""
    content = hashlib.sha256()
    for file in engine_files(package):
        content.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return content.hexdigest()
