"""The commands for networks: `list`, `show`, `compare`, `draw`."""

from __future__ import annotations

import argparse
import functools
import sys
from typing import TYPE_CHECKING

from convref.cli.network_argument import (
    NETWORK,
    add_network,
    add_without_torch,
    code_of,
    network_of,
    search_path,
)
from convref.cli.output import add_output_options, unwritable, write
from convref.errors import ArgumentError

if TYPE_CHECKING:
    from convref.analysis import Device
    from convref.cli import Commands

COLUMNS = "the columns to show, in this order"


class _ColumnsHelp(argparse.HelpFormatter):
    """A help formatter that lists the possible columns and conventions in the help text.

    They are looked up only when the help is shown, because this imports `convref.analysis`.
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
    add_network(parser)
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    parser.add_argument(
        "--full",
        action="store_true",
        help="a row for every layer, also for those that are added to the row before them by default",
    )
    parser.add_argument(
        "--tree",
        action="store_true",
        help="a row for every part of the network, with the parts that it contains indented below it",
    )
    parser.add_argument(
        "--depth",
        type=int,
        metavar="N",
        help="one row for all layers whose paths begin with the same N names; with --tree, the deepest parts"
        " that have a row",
    )
    parser.add_argument(
        "--convention",
        default="torchvision",
        metavar="TOOL",
        help="the tool whose counting rules are used",
    )
    parser.add_argument(
        "--batch",
        type=int,
        default=1,
        metavar="N",
        help="the number of inputs that memory and times are counted for",
    )
    parser.add_argument("--dtype", metavar="TYPE", help="the type that memory is counted in, such as float16")
    parser.add_argument(
        "--device",
        type=_device,
        metavar="PEAK,BANDWIDTH",
        help="also show the predicted time of each layer on a device with this many GFLOP/s and GB/s: 90,20",
    )
    parser.add_argument(
        "--training",
        metavar="OPTIMIZER",
        help="also show the memory of a training step with this optimizer: sgd, momentum or adam",
    )
    add_output_options(parser)
    parser.set_defaults(run=_run_show)


def _run_show(given: argparse.Namespace) -> int:
    with search_path():
        from convref.analysis import analyze

        net, shape = network_of(given)
        options = {key: getattr(given, key) for key in ("dtype", "batch", "convention", "device")}
        report = analyze(net, shape, **options)
        table = report.table(
            *given.columns, lang=given.lang, full=given.full, depth=given.depth, tree=given.tree
        )
        if given.training is not None:
            table = table.noting(report.training_memory(given.training).notes(given.training, given.batch))
        write(table, given)
    return 0


def _draw(commands: Commands) -> None:
    parser = commands.add_parser("draw", help="draw a network as SVG or PNG")
    add_network(parser)
    parser.add_argument(
        "--output", metavar="FILE", help="the file to write, .svg or .png; without it, the SVG is printed"
    )
    parser.add_argument(
        "--depth", type=int, metavar="N", help="draw each module whose path has N names as one box"
    )
    parser.add_argument("--narrow", action="store_true", help="one narrow column, as on a phone")
    parser.add_argument("--lang", default="en", metavar="en|zh", help="the language of the words")
    parser.set_defaults(run=_run_draw)


def _run_draw(given: argparse.Namespace) -> int:
    with search_path():
        from convref import draw
        from convref.draw.svg.files import check_ending

        if given.output is not None:
            check_ending(given.output)  # before the work
        figure = draw.network(*network_of(given), depth=given.depth)
        if given.output is None:
            sys.stdout.write(figure.svg(given.lang, wide=not given.narrow) + "\n")
            return 0
        try:
            figure.save(given.output, given.lang, wide=not given.narrow)
        except OSError as error:
            raise unwritable(given.output, error) from error
    return 0


def _compare(commands: Commands) -> None:
    parser = commands.add_parser(
        "compare",
        help="compare networks in one table",
        formatter_class=functools.partial(_ColumnsHelp, columns="MEASURES"),
    )
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help=NETWORK)
    add_without_torch(parser)
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    add_output_options(parser)
    parser.set_defaults(run=_run_compare)


def _run_compare(given: argparse.Namespace) -> int:
    with search_path():
        from convref.comparison import compare
        from convref.networks import network

        with code_of(*given.networks):
            names, read = given.networks, {}
            if given.without_torch:
                names, read = [], {name: network(name, without_torch=True) for name in names}
            table = compare(*names, columns=given.columns, lang=given.lang, **read)
        write(table, given)
    return 0


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _device(text: str) -> Device:
    """Parse a device, which is given as its GFLOP/s and its GB/s, separated by a comma, such as `90,20`."""
    from convref.analysis import Device

    try:
        peak, bandwidth = (float(number) * 1e9 for number in text.split(","))
        return Device(peak, bandwidth)
    except ArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be two numbers, the GFLOP/s and the GB/s of a device, as in 90,20"
        ) from None


COMMANDS = (_list, _show, _compare, _draw)
