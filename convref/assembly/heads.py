"""Add heads that run only in training mode, such as auxiliary classifiers, to a description.

They become taps: auxiliary outputs, each computed by a head from an intermediate value.
"""

from __future__ import annotations

from dataclasses import replace

from convref.nn import Call, Graph, Layer, Tap, Tapped, inline
from convref.nn.graph import INPUT


def with_training_heads(net: Graph, trained: Graph) -> Layer:
    """Return a network with a tap for each output that it has only in training mode.

    Args:
        net: the network as it was read in evaluation mode.
        trained: the same network as it was read in training mode.

    Returns:
        `net` with the taps. It is `net` without taps if the networks also differ in something else, or if one
        of these outputs is not computed by a single module from a single value of `net`.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> calls = (Call("conv", "input"), Call("act", "conv"))
        >>> body = {"conv": Conv2d(3, 4, 1), "act": ReLU()}
        >>> trained = Graph((*calls, Call("aux", "conv")), "act", {"1": "aux"}, **body, aux=Conv2d(4, 2, 1))
        >>> with_training_heads(Graph(calls, **body), trained).taps
        (('aux', Tap(at='conv', head=Conv2d(4, 2, 1), when='training')),)
    """
    known = {call.name for call in net.calls}
    same = tuple(call for call in trained.calls if call.name in known)
    layers = {child.name: child.layer for child in trained.layers}
    if (
        trained.output != net.output
        or same != net.calls
        or any(layers[child.name] != child.layer for child in net.layers)
    ):
        return net
    further = [value for _, value in trained.outputs if value not in known]
    heads = [_head(trained.calls, layers, known, value) for value in further]
    taps = dict(head for head in heads if head is not None)
    if not further or len(taps) < len(further):
        return net
    return Tapped(inline(net), **taps)


def _head(
    calls: tuple[Call, ...], layers: dict[str, Layer], known: set[str], value: str
) -> tuple[str, Tap] | None:
    """Return the tap for an output that the network has only in training mode.

    Args:
        calls: the calls in training mode.
        layers: the layers in training mode, by name.
        known: the names of the values that are computed in evaluation mode too.
        value: the name of the output.

    Returns:
        The name of the module that computes the output, and the tap with this module as its head. None if
        several modules compute the output, or if it depends on several known values.
    """
    needed, sources = {value}, set()
    own: list[Call] = []
    for call in reversed(calls):
        if call.name in needed - known:
            own.insert(0, call)
            needed.update(call.inputs)
            sources.update(known.intersection(call.inputs))
    names = {call.layer.partition(".")[0] for call in own}
    uses = [call.layer for call in calls]
    if len(names) != 1 or len(sources) != 1 or uses.count(next(iter(sources))) != 1:
        return None
    (name,), (source,) = names, sources
    if [call.layer for call in own] == [name]:
        return name, Tap(source, layers[name], "training")
    if name in {call.layer for call in own}:
        return None
    start = len(name) + 1
    inside = [
        replace(
            call,
            layer=call.layer[start:],
            inputs=tuple(INPUT if taken == source else taken[start:] for taken in call.inputs),
            name=call.name[start:],
        )
        for call in own
    ]
    parts = {call.layer[start:]: layers[call.layer] for call in own}
    return name, Tap(source, Graph(inside, **parts), "training")
