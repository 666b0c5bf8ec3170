"""Rows of a report grouped by the parts of the network that they are in: its stages, blocks, layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convref.analysis.columns import Row
from convref.errors import ArgumentError
from convref.nn import Layer


def grouped(net: Layer, rows: Sequence[Row], depth: int) -> Iterator[Row]:
    """A row for every part of `net` whose name has `depth` words, in the order of their first layers.

    Such a row sums what its layers hold, make and cost; its output and receptive field are those of its last.

    Raises:
        ArgumentError: `depth` is not a positive integer.

    Example:
        >>> from convref import analyze, architectures
        >>> net = architectures.build("resnet18")
        >>> [row.name for row in grouped(net, analyze(net, (3, 224, 224)).rows, depth=1)][:6]
        ['input', 'conv1', 'bn1', 'relu', 'maxpool', 'layer1']
    """
    if not isinstance(depth, int) or depth < 1:
        raise ArgumentError(f"depth (={depth!r}) must be a positive integer")
    groups: dict[str, Row] = {}
    for row in rows:
        name = ".".join(row.name.split(".")[:depth])
        if name in groups:
            groups[name] = groups[name].followed_by(row)
        else:
            layer = row.layer if row.layer is None or name == row.name else part(net, name)
            groups[name] = row._replace(name=name, layer=layer)
    yield from groups.values()


def part(net: Layer, name: str) -> Layer | None:
    """The layer inside `net` that reports call `name`; None if there is none."""
    for child in net.children:
        if name == child.name:
            return child.layer
        if not child.key and child.name.isdigit():  # its index is in no name
            found = part(child.layer, name)
        elif name.startswith(f"{child.name}."):
            found = part(child.layer, name[len(child.name) + 1 :])
        else:
            continue
        if found is not None:
            return found
    return None
