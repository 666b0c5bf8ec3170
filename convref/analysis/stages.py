"""Add up the rows of a report by parts of the network, such as stages or blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from convref.analysis.columns import Row
from convref.analysis.table import Branch
from convref.errors import ArgumentError
from convref.nn import Layer


def grouped(net: Layer, rows: Sequence[Row], depth: int) -> Iterator[Row]:
    """Yield one row for all layers whose paths begin with the same `depth` names, in their order.

    With `depth` 1, all layers inside `layer1` share a row; with 2, those inside `layer1.0`. A row has the
    sums of the parameters, activations and costs of its layers, and the output and receptive field of the
    last one.

    Args:
        net: the description of the network.
        rows: the rows of its report.
        depth: the number of names at the beginning of a path that decide to which row a layer belongs.

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


def nested(net: Layer, rows: Sequence[Row], depth: int | None) -> Iterator[Row]:
    """Yield rows that show a network as a tree: a row for each part, then the rows of the parts inside it.

    The row of a part has the sums of all layers in it.

    Args:
        net: the description of the network.
        rows: the rows of its report.
        depth: the largest number of names in the path of a row, such as 2 for `layer1.0`; None for no limit.

    Raises:
        ArgumentError: `depth` is not a positive integer.

    Example:
        >>> from convref import analyze, architectures
        >>> net = architectures.build("resnet18")
        >>> rows = nested(net, analyze(net, (3, 224, 224)).rows, depth=2)
        >>> [row.name for row in rows][5:9]
        ['layer1', 'layer1.0', 'layer1.1', 'layer2']
    """
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise ArgumentError(f"depth (={depth!r}) must be a positive integer")
    sums: dict[str, Row] = {}
    inner: dict[str, list[str]] = {"": []}
    for row in rows:
        if row.kind == "input":
            yield row
            continue
        names = row.name.split(".")
        for level in range(1, min(len(names), depth or len(names)) + 1):
            path = ".".join(names[:level])
            if path in sums:
                sums[path] = sums[path].followed_by(row)
                continue
            layer = row.layer if level == len(names) else part(net, path)
            sums[path] = replace(row, name=Branch(path), layer=layer)
            inner[path] = []
            inner[".".join(names[: level - 1])].append(path)
    waiting = inner[""][::-1]
    while waiting:
        path = waiting.pop()
        yield sums[path]
        waiting += inner[path][::-1]


def part(net: Layer, name: str) -> Layer | None:
    """Return the layer inside `net` whose path in tables is `name`, or None if there is no such layer."""
    for child in net.children:
        if name == child.name:
            return child.layer
        if not child.key and child.name.isdigit():  # tables do not show the index of an inlined child
            found = part(child.layer, name)
        elif name.startswith(f"{child.name}."):
            found = part(child.layer, name[len(child.name) + 1 :])
        else:
            continue
        if found is not None:
            return found
    return None
