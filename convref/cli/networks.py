"""The commands for networks: `list`, `show`, `compare`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from convref.errors import ArgumentError

if TYPE_CHECKING:
    from convref.analysis import Table
    from convref.cli import Commands
    from convref.nn import Shape

COLUMNS = "the columns to show, in this order"
NETWORK = "a name that `convref list` prints, or package.module:attribute; add @C,H,W to set the input shape"


class _ColumnsHelp(argparse.HelpFormatter):
    """A help formatter that adds the names of columns and conventions to the help text.

    The names are looked up only when the help is shown.
    """

    def __init__(self, prog: str, columns: str) -> None:
        super().__init__(prog)
        self.columns = columns

    def _get_help_string(self, action: argparse.Action) -> str | None:
        import convref.analysis

        if action.dest == "columns":
            return f"{action.help}, from: {', '.join(getattr(convref.analysis, self.columns))}"
        if action.dest == "convention":
            return f"{action.help}: {', '.join(convref.analysis.CONVENTIONS)}"
        return action.help


def _list(commands: Commands) -> None:
    parser = commands.add_parser("list", help="list the architectures with their families and input shapes")
    parser.set_defaults(run=_run_list)


def _run_list(_given: argparse.Namespace) -> int:
    from convref.analysis.units import shape_text
    from convref.architectures import find, names

    width = max(map(len, names()))
    for name in names():
        entry = find(name)
        sys.stdout.write(f"{name:<{width}}  {entry.family:<12}  {shape_text(entry.input_shape)}\n")
    return 0


def _show(commands: Commands) -> None:
    parser = commands.add_parser(
        "show",
        help="print the layers of a network and its totals",
        formatter_class=functools.partial(_ColumnsHelp, columns="COLUMNS"),
    )
    parser.add_argument("network", help=NETWORK)
    parser.add_argument(
        "--input", type=_shape, metavar="C,H,W", help="the shape of the input, without the batch"
    )
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    parser.add_argument(
        "--full", action="store_true", help="a row for every layer, also for those that are folded otherwise"
    )
    parser.add_argument(
        "--depth", type=int, metavar="N", help="a row for every part at this depth of the names"
    )
    parser.add_argument(
        "--convention",
        default="torchvision",
        metavar="TOOL",
        help="the tool whose counting rules are used",
    )
    _output_options(parser)
    parser.set_defaults(run=_run_show)


def _run_show(given: argparse.Namespace) -> int:
    if given.input and "@" in given.network:
        raise ArgumentError(f"--input must not be given beside the input's shape in {given.network}")
    with _search_path():
        from convref.analysis import analyze
        from convref.networks import network

        with _search_path(_directory_for(given.network)):
            described = network(given.network, given.input)
        report = analyze(*described, convention=given.convention)
        table = report.table(*given.columns, lang=given.lang, full=given.full, depth=given.depth)
        _write(table, given.format)
    return 0


def _compare(commands: Commands) -> None:
    parser = commands.add_parser(
        "compare",
        help="compare networks in one table",
        formatter_class=functools.partial(_ColumnsHelp, columns="MEASURES"),
    )
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help=NETWORK)
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    _output_options(parser)
    parser.set_defaults(run=_run_compare)


def _run_compare(given: argparse.Namespace) -> int:
    with _search_path():
        from convref.comparison import compare

        with _search_path(_directory_for(*given.networks)):
            table = compare(*given.networks, columns=given.columns, lang=given.lang)
        _write(table, given.format)
    return 0


def _output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", default="en", metavar="en|zh", help="the language of the headings")
    parser.add_argument(
        "--format", choices=("text", "md", "html", "csv", "json"), default="text", help="the output format"
    )


def _write(table: Table, form: str) -> None:
    if form == "text":
        from convref.terminal import print_table

        print_table(table)
        return
    write = {"md": table.to_markdown, "html": table.to_html, "csv": table.to_csv, "json": table.to_json}
    sys.stdout.write(write[form]().rstrip("\n") + "\n")


@contextlib.contextmanager
def _search_path(first: str = "") -> Iterator[None]:
    """Import nothing from the working directory, where files may have the names of packages in use.

    Python has put it on its path for `python -m convref`.

    Args:
        first: a directory that is searched first all the same; "" for none.
    """
    before = list(sys.path)
    if sys.path and os.path.realpath(sys.path[0]) == os.path.realpath(""):
        del sys.path[0]
    if first:
        sys.path.insert(0, first)
    try:
        yield
    finally:
        sys.path[:] = before


def _directory_for(*networks: str) -> str:
    """Return the working directory if a network is in a module, and write that to stderr; otherwise ""."""
    modules = [name.partition(":")[0] for name in networks if ":" in name]
    if not modules:
        return ""
    directory = str(Path.cwd())
    sys.stderr.write(f"convref: importing {', '.join(modules)}; {directory} is searched first\n")
    return directory


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _shape(text: str) -> Shape:
    from convref.networks import shape_of

    try:
        return shape_of(text)
    except ArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


COMMANDS = (_list, _show, _compare)
