"""The commands for networks: `list`, `show`, `compare`, `draw`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convref.errors import ArgumentError

if TYPE_CHECKING:
    from convref.analysis import Device, Table
    from convref.cli import Commands
    from convref.nn import Layer, Shape

COLUMNS = "the columns to show, in this order"
NETWORK = (
    "a name that `convref list` prints, package.module:attribute, path/to/file.py:attribute (with arguments: "
    "'nets.py:Net(10)'), timm:NAME or torchvision:NAME; add @C,H,W to set the input shape"
)
FORMATS = ("text", "md", "html", "csv", "json")


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
    _network_argument(parser)
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
    _output_options(parser)
    parser.set_defaults(run=_run_show)


def _run_show(given: argparse.Namespace) -> int:
    with _search_path():
        from convref.analysis import analyze

        net, shape = _network(given)
        options = {key: getattr(given, key) for key in ("dtype", "batch", "convention", "device")}
        report = analyze(net, shape, **options)
        table = report.table(
            *given.columns, lang=given.lang, full=given.full, depth=given.depth, tree=given.tree
        )
        if given.training is not None:
            table = table.noting(report.training_memory(given.training).notes(given.training, given.batch))
        _write(table, given)
    return 0


def _draw(commands: Commands) -> None:
    parser = commands.add_parser("draw", help="draw a network as SVG or PNG")
    _network_argument(parser)
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
    with _search_path():
        from convref import draw
        from convref.draw.svg.files import check_ending

        if given.output is not None:
            check_ending(given.output)  # before the work
        figure = draw.network(*_network(given), depth=given.depth)
        if given.output is None:
            sys.stdout.write(figure.svg(given.lang, wide=not given.narrow) + "\n")
            return 0
        try:
            figure.save(given.output, given.lang, wide=not given.narrow)
        except OSError as error:
            raise _unwritable(given.output, error) from error
    return 0


def _compare(commands: Commands) -> None:
    parser = commands.add_parser(
        "compare",
        help="compare networks in one table",
        formatter_class=functools.partial(_ColumnsHelp, columns="MEASURES"),
    )
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help=NETWORK)
    _without_torch(parser)
    parser.add_argument("--columns", type=_words, default=(), metavar="A,B,…", help=COLUMNS)
    _output_options(parser)
    parser.set_defaults(run=_run_compare)


def _run_compare(given: argparse.Namespace) -> int:
    with _search_path():
        from convref.comparison import compare
        from convref.networks import network

        with _search_path(_directory_for(*given.networks)):
            names, read = given.networks, {}
            if given.without_torch:
                names, read = [], {name: network(name, without_torch=True) for name in names}
            table = compare(*names, columns=given.columns, lang=given.lang, **read)
        _write(table, given)
    return 0


def _network_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", metavar="NETWORK", help=NETWORK)
    parser.add_argument(
        "--input",
        type=_shape,
        action="append",
        metavar="C,H,W",
        help="the shape of the input, without the batch; once for each of several inputs",
    )
    _without_torch(parser)


def _without_torch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-torch",
        action="store_true",
        default=None,
        help="run code that imports torch without PyTorch, as where it is not installed",
    )


def _network(given: argparse.Namespace) -> tuple[Layer, Any]:
    """Return the network named on the command line, and its input's shape (several: a tuple of shapes)."""
    from convref.networks import network

    if given.input and "@" in given.network:
        raise ArgumentError(f"--input must not be given, because {given.network} contains an input shape")
    shapes = tuple(given.input or ())
    with _search_path(_directory_for(given.network)):
        shape = shapes if len(shapes) > 1 else next(iter(shapes), None)
        return network(given.network, shape, without_torch=given.without_torch)


def _output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", default="en", metavar="en|zh", help="the language of the headings")
    parser.add_argument(
        "--format", choices=FORMATS, help="the output format; by default that of the file's ending, or text"
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="the file to write; its ending is a format: .md, .html, .csv, .json, .txt",
    )


def _write(table: Table, given: argparse.Namespace) -> None:
    """Write a table to the terminal or to a file, in the format that was asked for."""
    form = given.format or (_format_of(given.output) if given.output else "text")
    if given.output is None and form == "text":
        from convref.terminal import print_table

        print_table(table)
        return
    text = table_text(table, form)
    if given.output is None:
        sys.stdout.write(text)
        return
    try:
        Path(given.output).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise _unwritable(given.output, error) from error


def table_text(table: Table, form: str) -> str:
    """Return a table as text with one line break at its end; `form` is one of `FORMATS`."""
    if form == "text":
        from convref.terminal import text_of

        return text_of(table)
    write = {"md": table.to_markdown, "html": table.to_html, "csv": table.to_csv, "json": table.to_json}
    return write[form]().rstrip("\n") + "\n"


def _format_of(path: str) -> str:
    ending = Path(path).suffix.lower().removeprefix(".")
    form = {"txt": "text", "htm": "html", "markdown": "md"}.get(ending, ending)
    if form not in FORMATS:
        raise ArgumentError(
            f"--output (={path}) must end in .txt, .md, .html, .csv or .json, or --format must be given"
        )
    return form


def _unwritable(path: str, error: OSError) -> ArgumentError:
    return ArgumentError(f"--output (={path}) cannot be written: {error.strerror or error}")


@contextlib.contextmanager
def _search_path(first: str = "") -> Iterator[None]:
    """Return a context in which modules are not imported from the working directory.

    `python -m convref` puts the working directory first on `sys.path`. A file in it that happens to have the
    name of a package, such as `torch.py`, would then be imported in place of the package.

    Args:
        first: a directory that is put first on `sys.path` within the context; "" for none.
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
    """Return the directory from which the modules of the given networks are imported.

    It is the working directory if a network is given as `package.module:attribute`; then a message on stderr
    names the modules. Otherwise it is "".
    """
    from convref.networks import LIBRARIES

    sources = [name.partition("(")[0].rpartition(":")[0] for name in networks]
    modules = [name for name in sources if name and name not in LIBRARIES and not name.endswith(".py")]
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


def _device(text: str) -> Device:
    """Return the device that is given as its GFLOP/s and GB/s, separated by a comma."""
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
