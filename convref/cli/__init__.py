"""The command line `convref COMMAND …`: `networks` and `pages` have the commands.

A command is two functions: `_name(commands)` adds its parser, `_run_name(given)` runs it and returns the exit
status. Heavy modules are imported in the latter, so that `convref --help` and light commands start fast.

Exit status: 0 for success, 1 if errors were found, 2 if the command could not be run.
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
    """Prints the version. It is looked up only then, since that reads all installed distributions."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from convref import __version__

        sys.stdout.write(f"convref {__version__}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: the arguments; those of the process unless given.
    """
    given = _parsers()[0].parse_args(arguments)
    try:
        status: int = given.run(given)
    except ConvrefError as error:
        sys.stderr.write(f"convref: {error}\n")
        return 2
    except BrokenPipeError:  # the reader of the pipe, such as head, has ended
        sys.stderr.close()
        return 1
    return status


def helps() -> dict[str, str]:
    """Return the texts that `--help` prints, by command; that of the program itself is under "".

    Example:
        >>> list(helps())
        ['', 'list', 'show', 'compare', 'check', 'weave', 'why', 'cache']
    """
    parser, commands = _parsers()
    return {"": parser.format_help()} | {name: each.format_help() for name, each in commands.choices.items()}


def _parsers() -> tuple[argparse.ArgumentParser, Commands]:
    """Return the parser of the program, and the action that holds the parsers of its commands."""
    parser = argparse.ArgumentParser(
        prog="convref", description="Convolutions and CNN architectures, described once; pages that compute."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print convref's version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (*networks.COMMANDS, *pages.COMMANDS):
        add(commands)
    return parser, commands
