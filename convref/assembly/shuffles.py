"""Find channel shuffles, for which modules use three operations: `view`, `transpose` and `view` again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from convref.nn import Call, ChannelShuffle, Flatten, Layer, Permute, Unflatten


def with_shuffles(
    calls: Sequence[Call], layers: Mapping[str, Layer], outputs: set[str]
) -> tuple[list[Call], dict[str, Layer]]:
    """Replace each chain of `Unflatten`, `Permute` and `Flatten` that shuffles channels by `ChannelShuffle`.

    Args:
        calls: the calls of a graph.
        layers: the layers of the graph, by name.
        outputs: the names of the graph's outputs, whose calls must be kept.

    Returns:
        The new calls, and the new layers by name.

    Example:
        >>> layers = {"a": Unflatten(1, (2, 4)), "b": Permute((0, 2, 1, 3, 4)), "c": Flatten(1, 2)}
        >>> calls = [Call("a", "input"), Call("b", "a"), Call("c", "b")]
        >>> with_shuffles(calls, layers, {"c"})
        ([Call(layer='c', inputs=('input',), name='c', part=None)], {'c': ChannelShuffle(2)})
    """
    uses = [name for call in calls for name in call.inputs]
    kept, found = list(calls), dict(layers)
    for first, second, third in zip(calls, calls[1:], calls[2:], strict=False):
        chained = second.inputs == (first.name,) and third.inputs == (second.name,)
        inner = {first.name, second.name}
        if not chained or inner & outputs or any(uses.count(name) != 1 for name in inner):
            continue
        groups = _groups(layers[first.layer], layers[second.layer], layers[third.layer])
        if groups is not None:
            kept = [call for call in kept if call not in {first, second}]
            kept[kept.index(third)] = replace(third, inputs=first.inputs)
            found[third.layer] = ChannelShuffle(groups)
            for call in (first, second):
                found.pop(call.layer)
    return kept, found


def _groups(cut: Layer, turned: Layer, flat: Layer) -> int | None:
    """Return the number of groups if three consecutive layers are a channel shuffle; otherwise None."""
    if not (isinstance(cut, Unflatten) and isinstance(turned, Permute) and isinstance(flat, Flatten)):
        return None
    rank = len(turned.dims)
    swaps = turned.dims == (0, 2, 1, *range(3, rank))
    if cut.dim == 1 and len(cut.unflattened_size) == 2 and swaps and (flat.start_dim, flat.end_dim) == (1, 2):
        return cut.unflattened_size[0]
    return None
