"""What code mentions in its text: modules that it imports, the environment, files."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import stat
from collections.abc import Iterator

_IMPORTED = re.compile(
    r"(?:^|[;:\"'])[ \t]*(?:>>> |\.\.\. )?(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))"
    r"|(?:import_module|__import__)\(\s*[\"']([\w.]+)",
    re.MULTILINE,
)
_ENVIRONMENT = re.compile(
    r"environ|getenv|expanduser|expandvars|\.home\(|getpass|platformdirs|\bwhich\(|get_exec_path"
)


def imported_modules(source: str) -> set[str]:
    """The first names of the modules that code imports, wherever in it.

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
    """Whether code looks at variables of the environment, or asks for what follows from them.

    Example:
        >>> reads_environment("shutil.which('git')")
        True
    """
    return bool(_ENVIRONMENT.search(source))


def named_files(source: str) -> Iterator[str]:
    """The files that strings in the code name: a library may open them where Python does not see it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 256:
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISREG(os.stat(node.value).st_mode):  # noqa: PTH116 (a text that may be no path)
                    yield node.value
