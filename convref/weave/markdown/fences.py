"""Decide which fences of a page are run, and how.

This is decided when the page is parsed, and stored in `Fence.kind`. It depends on the fence and on the
settings of the site, which are given as `FenceRules`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from convref.weave.markdown.fence_options import FenceOptions

FenceKind: TypeAlias = Literal[
    "shown",  # not run: the fence stays as it is
    "doctest",  # a plain fence of Python with prompts: its examples are run and compared, and it is kept
    "tree",  # a list of files, drawn without running anything
    "pyodide",  # Python that readers run in their browser; the build only shows it
    "python",  # a block of Python; its result replaces the fence, as for all kinds below
    "session",  # Python with prompts; the outputs written below the prompts are ignored
    "shell",  # a shell script
    "console",  # shell commands with prompts; the outputs written below the prompts are ignored
    "markdown",  # a page nested in this page; its blocks and inline values are run
    "unsupported",  # has the option `exec`, but a language that cannot be run, which is an error
    "broken",  # has the option `exec`, but its options or its examples cannot be parsed, which is an error
]

BLOCKS: Final = frozenset({"python", "session", "shell", "console", "markdown", "unsupported", "broken"})
"""The kinds of fences that are run and replaced by their result."""

_KINDS: Final[Mapping[str, FenceKind]] = MappingProxyType(
    {
        "python": "python", "py": "python", "pycon": "session", "bash": "shell", "sh": "shell",
        "console": "console", "md": "markdown", "markdown": "markdown", "tree": "tree",
    }
)  # fmt: skip
LANGUAGES: Final = frozenset(_KINDS)
"""The languages in which a fence can be run or drawn."""

_SHELLS: Final = MappingProxyType({"bash": "bash", "sh": "sh", "console": "sh"})
_PYTHON_PROMPT: Final = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
_CONSOLE_PROMPTS: Final = ("$ ", "% ")
_PYTHON: Final = frozenset({"python", "py"})


@dataclass(frozen=True)
class FenceRules:
    """The rules of a site for running fences.

    Args:
        auto: the languages whose fences are run even without the option `exec`.
        doctests: whether Python examples with prompts in fences without `exec` are run and compared.
        values: whether the page shows the value of a block's last expression, and the figures that the block
            leaves open.
        stderr: the treatment of the text that a block writes to standard error: "show" inserts it into the
            page, "log" writes it to the log, "hide" drops it.
        icons: the directory of the theme's icons; "" for a theme without icons.
    """

    auto: frozenset[str] = frozenset()
    doctests: bool = True
    values: bool = True
    stderr: str = "log"
    icons: str = ""


DEFAULT_RULES: Final = FenceRules()
"""The rules for pages that are not part of a site."""


def has_prompts(language: str, code: str) -> bool:
    r"""Return whether a fence contains Python with prompts.

    This is so if its language is `pycon`, or if its language is Python and its content begins with `>>>`.

    Example:
        >>> has_prompts("python", ">>> 1 + 1\n2\n"), has_prompts("python", "x = 1\n")
        (True, False)
    """
    return language == "pycon" or (language in _PYTHON and code.lstrip().startswith(">>> "))


def kind_of(
    language: str,
    options: FenceOptions,
    rules: FenceRules = DEFAULT_RULES,
    *,
    code: str = "",
) -> FenceKind:
    """Return the kind of a fence, which determines whether and how it is run.

    Args:
        language: the fence's language.
        options: its options.
        rules: the site's rules for running fences.
        code: the fence's content.

    Example:
        >>> from convref.weave.markdown.fence_options import FenceOptions
        >>> kind_of("python", FenceOptions((("exec", "on"),)))
        'python'
        >>> kind_of("bash", FenceOptions()), kind_of("bash", FenceOptions(), FenceRules(frozenset({"bash"})))
        ('shown', 'shell')
    """
    if language == "tree":  # needs no `exec`: nothing is run
        return "tree" if options.on("exec", default=True) else "shown"
    if language == "pyodide":  # likewise
        return "pyodide" if options.on("exec", default=True) else "shown"
    prompts = has_prompts(language, code)
    if options.on("exec", default=language in rules.auto):
        return "session" if prompts else _KINDS.get(language, "unsupported")
    # An explicit `exec="off"` keeps examples from being run, too.
    has_examples = prompts and ">>>" in code
    return "doctest" if rules.doctests and has_examples and "exec" not in options else "shown"


def shell_of(language: str) -> str:
    """Return the shell, such as `bash`, that runs a fence of this language."""
    return _SHELLS[language]


def runnable_code(kind: FenceKind, code: str) -> str:
    r"""Return the code of a fence that is executed, without prompts and outputs.

    If the kind is "session", each output line becomes an empty line. So all lines keep their numbers, and
    tracebacks show the right line of the page.

    Example:
        >>> runnable_code("session", ">>> x = 1\n>>> x\n1\n")
        'x = 1\nx\n\n'
        >>> runnable_code("console", "$ ls\na.md\n")
        'ls\n'
    """
    if kind == "session":
        lines = code.splitlines()
        return "".join(f"{line[4:] if _PYTHON_PROMPT.match(line) else ''}\n" for line in lines)
    if kind == "console":
        return "".join(f"{line[2:]}\n" for line in code.splitlines() if line.startswith(_CONSOLE_PROMPTS))
    return code


def shown_source(kind: FenceKind, code: str) -> str:
    """Return the code of a fence with its prompts, but without the outputs that the author wrote below them.

    The page shows it next to the actual result.
    """
    prompts = {"session": (">>>", "..."), "console": _CONSOLE_PROMPTS}.get(kind)
    if prompts is None:
        return code
    return "".join(f"{line}\n" for line in code.splitlines() if line.startswith(prompts))
