"""Scan source code, without running it, for imported modules, environment variables and file names."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import stat
from collections.abc import Iterator
from typing import Final

_LONGEST_PATH: Final = 255  # characters; a longer string literal is not taken for the name of a file
_IMPORTED: Final = re.compile(
    r"(?:^|[;:\"'])[ \t]*(?:>>> |\.\.\. )?(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))"
    r"|(?:import_module|__import__)\(\s*[\"']([\w.]+)",
    re.MULTILINE,
)
_ENVIRONMENT: Final = re.compile(
    r"environ|getenv|expanduser|expandvars|\.home\(|getpass|platformdirs|\bwhich\(|get_exec_path"
)
_ATTACH: Final = re.compile(r"\battach\b", re.IGNORECASE)


def imported_modules(source: str) -> set[str]:
    """Return the top-level names of all modules imported anywhere in the code, even within strings.

    Example:
        >>> sorted(imported_modules("import os.path, json; exec('import ast')"))
        ['ast', 'json', 'os']
    """
    found = set()
    for match in _IMPORTED.finditer(source):
        for name in re.split(r"[,\s]+", match[1] or match[2] or match[3]):
            found.add(name.partition(".")[0])
    return found


def reads_environment(source: str) -> bool:
    """Return whether code reads environment variables, or calls functions that depend on them.

    Example:
        >>> reads_environment("shutil.which('git')")
        True
    """
    return bool(_ENVIRONMENT.search(source))


def attaches_database(source: str) -> bool:
    """Return whether code contains the word "attach", which in SQL attaches another database.

    Example:
        >>> attaches_database("c.execute('attach database ? as b', [name])")
        True
    """
    return bool(_ATTACH.search(source))


def named_files(source: str) -> Iterator[str]:
    """Yield the string literals in the code that are paths of existing files.

    A library written in C may open such a file without calling Python's audit hook.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if 0 < len(node.value) <= _LONGEST_PATH:
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISREG(os.stat(node.value).st_mode):  # noqa: PTH116 (a text that may be no path)
                    yield node.value
