"""The function `compare`: a table that compares networks, with a row for each network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.analysis import Table, analyze, side_by_side
from convref.errors import ArgumentError
from convref.networks import network


def compare(
    *names: str, columns: Sequence[str] = (), lang: str = "en", **described: tuple[Any, Sequence[Any]]
) -> Table:
    """Return a table with a row for each network.

    Args:
        names: the networks. Each is the name of a registered network such as `vgg16`, which has a default
            input shape, or a reference `package.module:attribute`. It may be followed by `@` and the shape of
            the input: `resnet50@3,128,128`.
        columns: the keys of the columns to show, from `convref.analysis.MEASURES`, such as "params" or
            "macs"; by default, a selection that suits any kind of network.
        lang: the language in which the table is shown, "en" or "zh". A page shows it in the page's language.
        described: further networks, as keyword arguments `name=(net, input_shape)`. `name` is the name in the
            table, `net` a description or a `torch.nn.Module`, and `input_shape` the shape of its input.

    Raises:
        ArgumentError: a network is given neither as a name nor as a pair of a description and a shape.
        ShapeError: the shape of an input does not fit its network.
        UnknownNameError: there is no such network, column or language; the error lists the most similar
            names.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> mine = Sequential(Conv2d(3, 8, 3), ReLU())
        >>> columns = ("name", "params", "macs")
        >>> print(compare("alexnet", "vgg16", mine=(mine, (3, 32, 32)), columns=columns))
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
