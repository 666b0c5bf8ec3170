"""The command line: `convref COMMAND …`, one function a command.

Each `_COMMAND(commands)` adds its parser and names the function that runs it, which returns the exit
status. Whatever is heavy is imported there, so that `convref --help` and light commands start fast.
Exit status: 0 all is well, 1 something was found, 2 the command could not be carried out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from convref import __version__
from convref.errors import ConvrefError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (argparse has no public name for it)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; `arguments` are those of the process unless given.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(
        prog="convref", description="Convolutions and CNN architectures, described once; pages that compute."
    )
    parser.add_argument("--version", action="version", version=f"convref {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    registrars: tuple[Callable[[Commands], None], ...] = ()
    for register in registrars:
        register(commands)
    given = parser.parse_args(arguments)
    try:
        status: int = given.run(given)
    except ConvrefError as error:
        sys.stderr.write(f"convref: {error}\n")
        return 2
    except BrokenPipeError:  # the reader of a pipe, such as head, had enough
        sys.stderr.close()
        return 1
    return status
