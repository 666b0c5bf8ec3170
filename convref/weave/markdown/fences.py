"""Decide, once per page when it is parsed, which fences are run and how.

All later stages read the result from `Fence.kind`. It depends on the site as well as on the page: a site may
list languages whose fences are run without the option `exec` (`auto`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from convref.weave.markdown.fence_options import FenceOptions

FenceKind: TypeAlias = Literal[
    "shown",  # not run: the fence stays as it is
    "doctest",  # a plain pycon fence: its examples are run and compared, and it stays as it is
    "tree",  # a list of files, drawn without running anything
    "python",  # a block of Python; the fence gives way to its result, as in all kinds below
    "session",  # Python with prompts; the outputs that are written are ignored
    "shell",  # a block for a shell
    "console",  # shell commands with prompts; the outputs that are written are ignored
    "markdown",  # a page in the page, whose blocks and values are run
    "unsupported",  # asks to be run, in a language that cannot be
]

BLOCKS: Final = frozenset({"python", "session", "shell", "console", "markdown", "unsupported"})
"""The kinds that are run and give way to their result."""

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


def kind_of(
    language: str, options: FenceOptions, auto: frozenset[str] = frozenset(), *, has_examples: bool = False
) -> FenceKind:
    """Return the kind of a fence, which determines whether and how it is run.

    Args:
        language: the fence's language.
        options: its options.
        auto: the languages whose fences the site runs without `exec`.
        has_examples: whether the fence holds doctest examples.

    Example:
        >>> from convref.weave.markdown.fence_options import FenceOptions
        >>> kind_of("python", FenceOptions((("exec", "on"),)))
        'python'
        >>> kind_of("bash", FenceOptions()), kind_of("bash", FenceOptions(), frozenset({"bash"}))
        ('shown', 'shell')
    """
    if language == "tree":  # needs no `exec`: nothing is run
        return "tree" if options.on("exec", default=True) else "shown"
    if options.on("exec", default=language in auto):
        return _KINDS.get(language, "unsupported")
    # An explicit `exec="off"` keeps examples from being run, too.
    return "doctest" if has_examples and "exec" not in options else "shown"


def shell_of(language: str) -> str:
    """Return the shell that runs a fence of this language."""
    return _SHELLS[language]


def runnable_code(kind: FenceKind, code: str) -> str:
    r"""Return the code of a fence that is executed, without prompts and outputs.

    For a session, line numbers are preserved, so that tracebacks show the right line of the page.

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
    """Return the code of a fence as the page shows it next to the result: with prompts, without outputs."""
    prompts = {"session": (">>>", "..."), "console": _CONSOLE_PROMPTS}.get(kind)
    if prompts is None:
        return code
    return "".join(f"{line}\n" for line in code.splitlines() if line.startswith(prompts))
