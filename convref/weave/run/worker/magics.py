"""Translate commands of IPython in the code of a block to Python: `%time`, `%%time` and `!command`.

Commands are looked for only in code that is not valid Python. So a line that begins with the operator `%` is
not mistaken for a command. The translated code has the same number of lines. `%matplotlib` does nothing in a
page. Any other command raises a SyntaxError with its line number.
"""

from __future__ import annotations

import ast
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

TIME: Final = "__convref_time__"
SYSTEM: Final = "__convref_system__"
"""The names of the two builtins that translated code calls: `TIME` is `timed`, `SYSTEM` is `run_command`."""

_SYSTEM: Final = re.compile(r"(?P<indent>\s*)(?:(?P<target>[A-Za-z_]\w*)\s*=\s*)?!(?P<command>[^=].*)")
_MAGIC: Final = re.compile(r"(?P<indent>\s*)(?P<name>%{1,2}[A-Za-z_]\w*)(?P<rest>.*)")
_NO_EFFECT: Final = frozenset({"%matplotlib"})
_VALUE: Final = re.compile(r"\{(?P<expression>[^{}]+)\}|\$(?P<name>[A-Za-z_]\w*)")


class CommandError(Exception):
    """Raised if a shell command ends with an exit code other than 0."""

    __module__ = "builtins"  # tracebacks then name the class without a module


def translated(code: str, path: str, line: int) -> str | None:
    r"""Return code with its commands of IPython translated to Python; None if it contains no commands.

    Args:
        code: the code of a block.
        path: the page's path.
        line: the line of the page on which the code begins.

    Raises:
        SyntaxError: the code contains a command of IPython that is not supported in pages.

    Example:
        >>> translated("files = !ls\n", "a.md", 1)
        "files = __convref_system__('ls', True)\n"
    """
    lines = code.split("\n")
    found = [_line(text, path, line + index, whole=index == 0) for index, text in enumerate(lines)]
    new = [text if each is None else each for text, each in zip(lines, found, strict=True)]
    return None if new == lines else "\n".join(new)


def is_timed(code: str) -> bool:
    """Return whether a block begins with `%%time`, so that the time of the whole block is measured."""
    return code.partition("\n")[0].strip() == "%%time"


def _line(text: str, path: str, line: int, *, whole: bool) -> str | None:
    """Return the translation of a line; None if it contains no command.

    Args:
        text: the line.
        path: the page's path, for errors.
        line: the number of the line in the page.
        whole: True for the first line of a block, which may contain `%%time`.
    """
    system = _SYSTEM.fullmatch(text)
    if system:
        target = f"{system['target']} = " if system["target"] else ""
        return f"{system['indent']}{target}{SYSTEM}({system['command']!r}, {bool(target)})"
    magic = _MAGIC.fullmatch(text)
    if magic is None:
        return None
    name, rest = magic["name"], magic["rest"].strip()
    if name in _NO_EFFECT:
        return f"{magic['indent']}pass"
    if name == "%time" and rest:
        is_expression = _is_expression(rest)
        timed = f"{TIME}(lambda: ({rest}))" if is_expression else f"with {TIME}(): {rest}"
        return f"{magic['indent']}{timed}"
    if name == "%%time" and whole and not rest:
        return ""
    rule = f"{name} is a command of IPython; pages have %time, %%time and !command"
    raise SyntaxError(rule, (path, line, 1, text))


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


class Timer:
    """A context manager that prints the time from entering to leaving it."""

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        print(f"Wall time: {_shown(time.perf_counter() - self._began)}")  # noqa: T201 (this is its purpose)


def timed(function: Callable[[], Any] | None = None) -> Any:
    """Call a function, print the time of the call and return its value.

    Without a function, return a `Timer`, a context manager that prints the time.
    """
    if function is None:
        return Timer()
    with Timer():
        return function()


def _shown(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def run_command(command: str, namespace: Mapping[str, Any], *, captured: bool) -> list[str] | None:
    """Run a shell command.

    Args:
        command: the command. `{expression}` and `$name` in it are replaced by the values of the
            expression and of the variable in the page.
        namespace: the variables of the page.
        captured: True to return the lines of the output instead of printing them.

    Raises:
        CommandError: the command ends with an exit code other than 0.
    """

    def value(match: re.Match[str]) -> str:
        if match["name"]:
            return str(namespace[match["name"]]) if match["name"] in namespace else match[0]
        try:
            return str(eval(match["expression"], dict(namespace)))  # noqa: S307 (it is the page's code)
        except Exception:  # noqa: BLE001 (the braces are probably those of the shell)
            return match[0]

    text = _VALUE.sub(value, command)
    pipe = subprocess.PIPE if captured else None
    done = subprocess.run(text, shell=True, stdout=pipe, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S602
    if done.returncode:
        output = f": {done.stdout.strip()}" if done.stdout else ""
        raise CommandError(f"!{text} ended with exit code {done.returncode}{output}")
    return done.stdout.splitlines() if captured else None
