"""The command line: `convref COMMAND …`, one function a command.

Each `_command(commands)` adds its parser and names the function that runs it, which returns the exit
status. Whatever is heavy is imported there, so that `convref --help` and light commands start fast.
Exit status: 0 all is well, 1 something was found, 2 the command could not be carried out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TypeAlias

from convref.cli import networks, pages
from convref.errors import ConvrefError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (argparse has no public name for it)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for; that reads the installed distributions."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from convref import __version__

        sys.stdout.write(f"convref {__version__}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; `arguments` are those of the process unless given.

    Returns:
        The exit status.
    """
    given = _parsers()[0].parse_args(arguments)
    try:
        status: int = given.run(given)
    except ConvrefError as error:
        sys.stderr.write(f"convref: {error}\n")
        return 2
    except BrokenPipeError:  # the reader of a pipe, such as head, had enough
        sys.stderr.close()
        return 1
    return status


def helps() -> dict[str, str]:
    """What `--help` prints: of each command by its name, and of the program by the empty name.

    Example:
        >>> list(helps())
        ['', 'list', 'show', 'compare', 'check', 'weave', 'why', 'cache']
    """
    parser, commands = _parsers()
    return {"": parser.format_help()} | {name: each.format_help() for name, each in commands.choices.items()}


def _parsers() -> tuple[argparse.ArgumentParser, Commands]:
    """The program's parser, and what holds those of its commands."""
    parser = argparse.ArgumentParser(
        prog="convref", description="Convolutions and CNN architectures, described once; pages that compute."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print convref's version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (*networks.COMMANDS, *pages.COMMANDS):
        add(commands)
    return parser, commands
