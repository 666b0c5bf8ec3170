"""The command line `convref COMMAND …`; the modules `networks` and `pages` implement its commands.

Each command is implemented by two functions. For `convref show`, `_show(commands)` adds the parser for the
arguments of the command. `_run_show(given)` runs the command with the parsed arguments, and returns the exit
status. Modules that take long to import are imported in the second function, so that `convref --help` starts
fast.

The exit status is 0 for success, 1 if errors were found, and 2 if the command could not be run.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import TypeAlias

from convref.cli import networks, pages
from convref.errors import ConvrefError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (argparse has no public name for it)


class _Version(argparse.Action):
    """An argparse action that prints the version.

    The version is looked up only for the option `--version`, because this takes long: the metadata of all
    installed packages is searched.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from convref import __version__

        sys.stdout.write(f"convref {__version__}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: the command's name and its arguments; by default `sys.argv[1:]`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a message may have characters that the terminal lacks
            stream.reconfigure(errors="backslashreplace")
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
    """Return the `--help` texts as a dict from command to text; the key "" has the text of `convref --help`.

    Example:
        >>> list(helps())
        ['', 'list', 'show', 'compare', 'draw', 'check', 'weave', 'why', 'cache']
    """
    parser, commands = _parsers()
    return {"": parser.format_help()} | {name: each.format_help() for name, each in commands.choices.items()}


def _parsers() -> tuple[argparse.ArgumentParser, Commands]:
    """Return the program's argument parser, and the argparse object that contains the commands' parsers."""
    parser = argparse.ArgumentParser(
        prog="convref",
        description="Analyze, compare and draw CNNs; run and check the code in Markdown pages.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print convref's version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (*networks.COMMANDS, *pages.COMMANDS):
        add(commands)
    return parser, commands
