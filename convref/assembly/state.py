"""Complete a description with what is not in a recording: unused parameters, further names, and dtypes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from convref.assembly.arguments import type_name
from convref.assembly.nodes import Leaf
from convref.assembly.refusals import Unreadable
from convref.nn import Graph, Layer, Parameter, Tapped, inline

COUNTER = "num_batches_tracked"
USUAL = "torch.float32"


def completed(
    net: Layer,
    held: tuple[Sequence[Leaf], Mapping[str, str]],
    parts: Sequence[tuple[str, Callable[[], Layer]]],
    dtype: object,
) -> Layer:
    """Return a description with all parameters and buffers of the module from which it was read.

    It also has the further names of tensors with several names, the dtypes of tensors whose dtype is not that
    of the network, and the names of parameters with `requires_grad=False`.

    Args:
        net: a graph, or a `Tapped` whose body is a graph and whose heads are those of training mode.
        held: the tensors of the module and their further names, as `leaves_of` returns them.
        parts: for each module, the outermost first, a pair of its path and a function. The function returns
            the layer with the module's name and arguments, or raises `Unreadable` if there is none.
        dtype: the dtype in which the network computes.
    """
    leaves, aliases = held
    kept = [leaf for leaf in leaves if leaf.kind != "constant" and not leaf.path.endswith(COUNTER)]
    names = net.parameters().keys() | net.buffers().keys()
    unused = dict(_unused(parts, {leaf.path: leaf for leaf in kept if leaf.path not in names}, dtype))
    further = {name: known for name, known in aliases.items() if not name.endswith(COUNTER)}
    kinds = {
        leaf.path: type_name(leaf.tensor.dtype, dtype)
        for leaf in leaves
        if leaf.tensor.dtype != dtype
        and (leaf.kind != "constant" or leaf.path in names)
        and leaf.tensor.is_floating_point()
        and not leaf.path.endswith(COUNTER)
    }
    if str(dtype) != USUAL:
        kinds = {"": str(dtype).removeprefix("torch."), **kinds}
    frozen = tuple(
        [leaf.path for leaf in leaves if leaf.kind == "parameter" and not leaf.tensor.requires_grad]
    )
    if not (unused or further or kinds or frozen):
        return _alone(net, parts[0][1])
    if isinstance(net, Tapped):
        body = _with(net.layers[0].layer, unused, further, kinds, frozen)
        return Tapped(inline(body), **dict(net.taps))
    return _with(net, unused, further, kinds, frozen)


def _with(
    net: Layer,
    unused: dict[str, Layer],
    aliases: dict[str, str],
    dtypes: dict[str, str],
    frozen: tuple[str, ...],
) -> Graph:
    """Return a copy of a graph with further parameters, names and dtypes.

    Args:
        net: the graph.
        unused: a dict from the path of each module that the forward does not use to its layer.
        aliases: a dict from each further name of a tensor in the state_dict to the tensor's first name.
        dtypes: a dict from the path of a tensor to its dtype, for tensors whose dtype is not that of the
            network. If the network's dtype is not float32, it is stored under the key "".
        frozen: the paths of the parameters with `requires_grad=False`.
    """
    assert isinstance(net, Graph)  # noqa: S101 - what is read is one
    given = {child.name: child.layer if child.key else inline(child.layer) for child in net.layers}
    return Graph(
        net.calls,
        net.output,
        dict(net.outputs),
        net.inputs,
        tuple(unused),
        aliases,
        dtypes,
        frozen,
        **given,
        **unused,
    )


def _alone(net: Layer, described: Callable[[], Layer]) -> Layer:
    """Return the only layer of a network that is one module of `torch.nn`; return others unchanged."""
    if isinstance(net, Graph) and len(net.calls) == 1 and not net.outputs and len(net.inputs) == 1:
        (child,) = net.layers
        (call,) = net.calls
        try:
            layer = described()
        except Unreadable:
            return net
        if layer == child.layer and (not child.key or not layer.parameters()) and call.inputs == net.inputs:
            return layer
    return net


def _unused(
    parts: Sequence[tuple[str, Callable[[], Layer]]], left: dict[str, Leaf], dtype: object
) -> Iterator[tuple[str, Layer]]:
    """Yield (path, layer) for layers that together have all unused tensors of a module.

    First come the layers of unused modules. Then comes a `Parameter` for each tensor that is in none of these
    layers.

    Args:
        parts: see `completed`.
        left: a dict from path to `Leaf` of the unused tensors; those that are in a layer are removed from it.
        dtype: the dtype in which the network computes.
    """
    for path, described in parts:
        try:
            layer = described()
        except Unreadable:
            continue
        prefix = f"{path}." if path else ""
        shapes = {prefix + name: shape for name, shape in (layer.parameters() | layer.buffers()).items()}
        if (
            path
            and shapes
            and all(
                name in left and tuple(left[name].tensor.shape) == shape for name, shape in shapes.items()
            )
        ):
            yield path, layer
            for name in shapes:
                del left[name]
    for path, leaf in left.items():
        yield path, Parameter(tuple(leaf.tensor.shape), leaf.kind, type_name(leaf.tensor.dtype, dtype))
