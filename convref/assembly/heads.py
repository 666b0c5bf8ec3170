"""Add heads that run only in training, such as auxiliary classifiers, to a description as taps."""

from __future__ import annotations

from dataclasses import replace

from convref.nn import Call, Graph, Layer, Tap, Tapped, inline
from convref.nn.graph import INPUT


def with_training_heads(net: Graph, trained: Graph) -> Layer:
    """Return the network of evaluation mode with a tap for each output that only training mode has.

    Args:
        net: the network that was read in evaluation mode.
        trained: the network that was read in training mode.

    Returns:
        The network with its taps. It is `net` itself if the two differ in anything else than further outputs,
        each of which one module computes from one value of `net`.

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
    """Return the name and the tap of the module that computes an output of training mode.

    Args:
        calls: the calls in training mode.
        layers: the layers in training mode, by name.
        known: the names of the values that evaluation mode computes too.
        value: the name of the output.

    Returns:
        The name and the tap; None if more than one module computes the output, or if the output depends on
        more than one known value.
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
