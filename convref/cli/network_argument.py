"""Read the argument that names a network, and find the directory from which the network is imported."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convref.errors import ArgumentError

if TYPE_CHECKING:
    from convref.nn import Layer, Shape

NETWORK = (
    "a name that `convref list` prints, package.module:attribute, path/to/file.py:attribute (with arguments: "
    "'nets.py:Net(10)'), timm:NAME or torchvision:NAME; add @C,H,W to set the input shape"
)


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a network: NETWORK, --input and --without-torch."""
    parser.add_argument("network", metavar="NETWORK", help=NETWORK)
    parser.add_argument(
        "--input",
        type=_shape,
        action="append",
        metavar="C,H,W",
        help="the shape of the input, without the batch; once for each of several inputs",
    )
    add_without_torch(parser)


def add_without_torch(parser: argparse.ArgumentParser) -> None:
    """Add the option --without-torch."""
    parser.add_argument(
        "--without-torch",
        action="store_true",
        default=None,
        help="run code that imports torch without PyTorch, as where it is not installed",
    )


def network_of(given: argparse.Namespace) -> tuple[Layer, Any]:
    """Return the network that the command line names, and the shape of its input.

    For a network with several inputs, the second value is a tuple of shapes.
    """
    from convref.networks import network

    if given.input and "@" in given.network:
        raise ArgumentError(f"--input must not be given, because {given.network} contains an input shape")
    shapes = tuple(given.input or ())
    with code_of(given.network):
        shape = shapes if len(shapes) > 1 else next(iter(shapes), None)
        return network(given.network, shape, without_torch=given.without_torch)


@contextlib.contextmanager
def code_of(*networks: str) -> Iterator[None]:
    """Return a context manager in which the modules of the given networks can be imported and run.

    What their code prints goes to standard error, since standard output is for the result.
    """
    with search_path(directory_for(*networks)), contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def search_path(first: str = "") -> Iterator[None]:
    """Return a context manager in which modules are not imported from the working directory.

    `python -m convref` puts the working directory first on `sys.path`. If this directory contained a file
    `torch.py`, for example, it would be imported in place of the package torch.

    Args:
        first: a directory that is put first on `sys.path` in the context; "" for no directory.
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


def directory_for(*networks: str) -> str:
    """Return the directory from which the modules of the given networks are imported.

    If a network is given as `package.module:attribute`, this is the working directory, and a message on
    standard error names the modules. Otherwise it is "".
    """
    from convref.networks import LIBRARIES

    sources = [name.partition("(")[0].rpartition(":")[0] for name in networks]
    modules = [name for name in sources if name and name not in LIBRARIES and not name.endswith(".py")]
    if not modules:
        return ""
    directory = str(Path.cwd())
    sys.stderr.write(f"convref: importing {', '.join(modules)}; {directory} is searched first\n")
    return directory


def _shape(text: str) -> Shape:
    from convref.networks import shape_of

    try:
        return shape_of(text)
    except ArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
