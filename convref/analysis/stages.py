"""Rows of a report summed by part of the network: stages, blocks or layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from convref.analysis.columns import Row
from convref.errors import ArgumentError
from convref.nn import Layer


def grouped(net: Layer, rows: Sequence[Row], depth: int) -> Iterator[Row]:
    """Yield a row for every part of `net` at a depth of its path, in the order of their first layers.

    A row sums the parameters, activations and costs of its layers; its output and receptive field are those
    of the last layer. `depth` is the number of names in the path: 1 for `layer1`, 2 for `layer1.0`.

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
    groups: dict[tuple[str, str], Row] = {}
    for row in rows:
        name = ".".join(row.name.split(".")[:depth])
        key = (row.kind, name)  # a layer may be called "input" too
        if key in groups:
            groups[key] = groups[key].followed_by(row)
        elif name == row.name:
            groups[key] = row
        else:
            groups[key] = replace(row, name=name, layer=part(net, name))
    yield from groups.values()


def part(net: Layer, name: str) -> Layer | None:
    """Return the layer inside `net` whose path in reports is `name`; None if there is none."""
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
