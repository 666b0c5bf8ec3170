"""`compare`: networks side by side."""

from __future__ import annotations

from collections.abc import Sequence

from convref.analysis import Table, analyze, side_by_side
from convref.errors import ArgumentError
from convref.networks import network
from convref.nn import Layer


def compare(
    *names: str, columns: Sequence[str] = (), lang: str = "en", **described: tuple[Layer, Sequence[int]]
) -> Table:
    """One table over networks, each at an input of its own.

    Args:
        names: of registered networks, at the input that they were made for, or `package.module:attribute`;
            either may be given an input's shape: `resnet50@3,128,128`.
        columns: which, by key, from `convref.analysis.MEASURES`.
        lang: the language outside of pages; a page shows its own.
        described: further networks by the name to show: a description and its input's shape.

    Raises:
        ArgumentError: a network is neither a name nor a description with a shape.
        ShapeError: an input does not fit its network.
        UnknownNameError: there is no such network, column or language; the error names the nearest.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> mine = Sequential(Conv2d(3, 8, 3), ReLU())
        >>> print(compare("alexnet", "vgg16", mine=(mine, (3, 32, 32)), columns=("name", "params", "macs")))
        | Network | Parameters | MACs |
        | --- | ---: | ---: |
        | alexnet | 61,100,840 | 714,188,480 |
        | vgg16 | 138,357,544 | 15,470,264,320 |
        | mine | 224 | 194,400 |
        <BLANKLINE>
    """
    reports = {name: analyze(*network(name)) for name in names}
    for name, given in described.items():
        if not isinstance(given, tuple) or len(given) != 2:
            raise ArgumentError(f"compare: {name} (={given!r}) must be a pair (description, input_shape)")
        reports[name] = analyze(*given)
    return side_by_side(reports, *columns, lang=lang)
