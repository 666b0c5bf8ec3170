"""Find layers that may do the same as a call of a function, or as a single operation.

A layer found here is a proposal. The reader for PyTorch compares most proposals with the operations of the
layer's module before it uses them (`convref.torch.reader.twins`), so a wrong proposal does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from convref import nn
from convref.assembly.nodes import Event, Leaf, Meta, Node, Ref, refs
from convref.assembly.parametric import PARAMETRIC
from convref.assembly.unary import UNARY
from convref.nn import Layer
from convref.nn.base import numel

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "linear": ("input", "weight", "bias"),
    "matmul": ("input", "other"),
    "einsum": ("equation", "operands"),
    "scaled_dot_product_attention": (
        *("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa"),
    ),
    "multi_head_attention_forward": (
        *(
            "query",
            "key",
            "value",
            "embed_dim_to_check",
            "num_heads",
            "in_proj_weight",
            "in_proj_bias",
            "bias_k",
        ),
        *("bias_v", "add_zero_attn", "dropout_p", "out_proj_weight", "out_proj_bias", "training"),
        *("key_padding_mask", "need_weights", "attn_mask", "use_separate_proj_weight", "q_proj_weight"),
        *("k_proj_weight", "v_proj_weight", "static_k", "static_v", "average_attn_weights", "is_causal"),
    ),
    "bilinear": ("input1", "input2", "weight", "bias"),
    "pad": ("input", "pad", "mode", "value"),
    "normalize": ("input", "p", "dim", "eps", "out"),
    "embedding_bag": (
        *("input", "weight", "offsets", "max_norm", "norm_type", "scale_grad_by_freq", "mode", "sparse"),
        *("per_sample_weights", "include_last_offset", "padding_idx"),
    ),
}
"""Functions whose calls become one operation if they are not a layer -> the names of their arguments."""


def bound(event: Event) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a function call: a tuple of positional ones, and a dict of keyword ones.

    As many arguments as possible are positional: all up to the first one that was not given.

    Example:
        >>> bound(Event(None, "linear", 0, (Ref(0),), {"weight": Ref(1)}, "", ""))
        ((Ref(value=0), Ref(value=1)), {})
    """
    args, kwargs = list(event.args), dict(event.kwargs)
    if getattr(event.what, "__name__", "") == "__rmatmul__":
        args.reverse()
    for name in FUNCTIONS.get(event.name, ())[len(args) :]:
        if name not in kwargs:
            break
        args.append(kwargs.pop(name))
    if event.name == "einsum" and isinstance(args[1], (list, tuple)) and not isinstance(args[1], Ref):
        args = [args[0], *args[1]]
    return tuple(args), kwargs


def called_layer(event: Event, values: Sequence[Meta], leaves: Mapping[int, Leaf]) -> Layer | None:
    """Return a layer that may do the same as a call of a function; None if no layer is known for it.

    Args:
        event: the call.
        values: the shape and dtype of each value of the recording.
        leaves: the `Leaf` of each tensor of the module that the recording uses, by the number of its value.
    """
    first = next(refs((event.args, event.kwargs)), None)
    results = list(refs(event.result))
    if first is None or not results:
        return None
    taken, made = values[first.value].shape, values[results[0].value].shape
    if event.name in PARAMETRIC:
        shapes = {value: tuple(leaf.tensor.shape) for value, leaf in leaves.items()}

        def held(given: object) -> tuple[int, ...] | None:
            return None if given is None else shapes[given.value]  # type: ignore[attr-defined]

        named = {key: each for key, each in event.kwargs.items() if key != "input"}
        return PARAMETRIC[event.name](taken, held, *event.args[1:], **named)
    if event.name in UNARY:
        named = {key: each for key, each in event.kwargs.items() if key != "input"}
        return UNARY[event.name](taken, made, *event.args[1:], **named)
    return None


class Proposed(NamedTuple):
    """A layer that may do the same as an operation.

    Attributes:
        layer: the layer.
        taken: the number of the value that is the layer's input.
        is_sure: whether the operation certainly does the same as the layer. If not, it must be compared with
            the operations of the layer's module.
        owner: if `is_sure`, the path of the module that has the layer's parameters; None for a layer without
            parameters.
    """

    layer: Layer
    taken: int
    is_sure: bool = False
    owner: str | None = None


def operation_layer(node: Node, values: Sequence[Meta], leaves: Mapping[int, Leaf]) -> Proposed | None:
    """Return a layer that may do the same as a single operation; None if no layer is known for it.

    Args:
        node: the operation.
        values: the shape and dtype of each value of the recording.
        leaves: the `Leaf` of each tensor of the module that the recording uses, by the number of its value.
    """
    first = node.inputs[0]
    if node.name == "mul.Tensor" and len(set(node.inputs)) == 2:
        return _factor(node, values, leaves)
    if first in leaves or len(set(node.inputs)) != 1:
        return None
    if node.name in NUMBERS:
        layer = _with_number(node)
        return None if layer is None else Proposed(layer, first, is_sure=True)
    if node.name in REDUCED:
        layer = _pool(node, values[first].shape)
        return None if layer is None else Proposed(layer, first, is_sure=True)
    make = OPERATIONS.get(node.name)
    layer = None if make is None else make(len(values[first].shape), *node.args[1:], **node.kwargs)
    return None if layer is None else Proposed(layer, first, is_sure=node.name in EXACT)


def _factor(node: Node, values: Sequence[Meta], leaves: Mapping[int, Leaf]) -> Proposed | None:
    """Propose `LayerScale` or `Scale` for a product of a value and a parameter, in either order.

    Return None if the parameter's name or shape is not that of the layer's parameter.
    """
    both = sorted(node.inputs, key=lambda value: value in leaves)
    if both[0] in leaves or both[1] not in leaves or values[both[0]].dtype != values[both[1]].dtype:
        return None
    parent, _, name = leaves[both[1]].path.rpartition(".")
    shape = values[both[1]].shape
    if name == "layer_scale" and len(shape) == 3 and numel(shape) == shape[0]:
        return Proposed(nn.LayerScale(shape[0]), both[0], is_sure=True, owner=parent)
    return (
        Proposed(nn.Scale(), both[0], is_sure=True, owner=parent)
        if (name, shape) == ("weight", (1,))
        else None
    )


def _with_number(node: Node) -> Layer | None:
    """Return an `Affine` for the sum, difference or product of a tensor and a number; otherwise None."""
    other: Any = node.args[1] if len(node.args) > 1 else None
    further = [*node.args[2:], *node.kwargs.values()]
    if isinstance(node.args[0], Ref) and _plain(other) and all(each == 1 for each in further):
        return NUMBERS[node.name](other)
    return None


def _plain(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool)


NUMBERS: dict[str, Callable[[float], Layer]] = {
    **dict.fromkeys(("add.Tensor", "add.Scalar"), lambda number: nn.Affine(offset=number)),
    **dict.fromkeys(("sub.Tensor", "sub.Scalar"), lambda number: nn.Affine(offset=-number)),
    **dict.fromkeys(("mul.Tensor", "mul.Scalar"), nn.Affine),
    **dict.fromkeys(("rsub.Scalar", "rsub.Tensor"), lambda number: nn.Affine(-1.0, number)),
}
REDUCED = frozenset({"mean.dim", "amax"})
EXACT = frozenset(
    {
        *("max_pool2d_with_indices", "max_pool3d_with_indices", "avg_pool2d", "avg_pool3d"),
        *("hardtanh", "softplus"),
    }
)
"""Operations with the same arguments as the layer, so that the layer is certain without a comparison.

A comparison could fail, because torch's function and torch's module leave out different default values.
"""


def _pool(node: Node, taken: tuple[int, ...]) -> Layer | None:
    """Return the global pooling layer for a mean or maximum over all spatial axes.

    Return None if the operation reduces other axes, or removes the reduced axes instead of keeping them with
    size 1: it then does something else than the layer.
    """
    rank = len(taken) - 2
    dims = sorted(each % len(taken) for each in (node.args[1] if len(node.args) > 1 and node.args[1] else ()))
    keeps = len(node.args) > 2 and node.args[2]
    if not 1 <= rank <= 3 or not keeps or dims != list(range(2, rank + 2)) or node.kwargs:
        return None
    kind = "Avg" if node.name == "mean.dim" else "Max"
    return getattr(nn, f"Adaptive{kind}Pool{rank}d")(1)  # type: ignore[no-any-return]


def _sized(name: str) -> Callable[..., Layer | None]:
    """Return a function that creates a layer whose name depends on the number of spatial axes.

    Args:
        name: the layer's name with a placeholder for this number, such as "AvgPool{}d".
    """

    def make(axes: int, *args: Any, **kwargs: Any) -> Layer | None:
        rank = axes - 2
        kind = getattr(nn, name.format(rank), None) if 1 <= rank <= 3 else None
        given = [tuple(each) if isinstance(each, list) else each for each in args]
        return None if kind is None else kind(*given, **kwargs)

    return make


def _like(kind: Callable[..., Layer]) -> Callable[..., Layer]:
    return lambda _axes, *args, **kwargs: kind(*args, **kwargs)


def _hardtanh(_axes: int, low: float = -1.0, high: float = 1.0) -> Layer:
    return nn.ReLU6() if (low, high) == (0, 6) else nn.Hardtanh(low, high)


def _max_pool(
    axes: int, kernel: Any, stride: Any = (), padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Layer | None:
    given = [tuple(each) if isinstance(each, list) else each for each in (kernel, stride, padding, dilation)]
    kind: Any = {4: nn.MaxPool2d, 5: nn.MaxPool3d}.get(axes)
    return None if kind is None else kind(given[0], given[1] or None, *given[2:], False, ceil_mode)


OPERATIONS: dict[str, Callable[..., Layer | None]] = {
    "relu": _like(nn.ReLU),
    "sigmoid": _like(nn.Sigmoid),
    "tanh": _like(nn.Tanh),
    "silu": _like(nn.SiLU),
    "mish": _like(nn.Mish),
    "gelu": _like(nn.GELU),
    "hardswish": _like(nn.Hardswish),
    "hardsigmoid": _like(nn.Hardsigmoid),
    "hardtanh": _hardtanh,
    "leaky_relu": _like(nn.LeakyReLU),
    "elu": lambda _axes, alpha=1.0: nn.ELU(alpha),
    "celu": _like(nn.CELU),
    "selu": _like(nn.SELU),
    "softplus": _like(nn.Softplus),
    "hardshrink": _like(nn.Hardshrink),
    "softshrink": _like(nn.Softshrink),
    "_softmax": lambda _axes, dim, _half: nn.Softmax(dim),
    "_log_softmax": lambda _axes, dim, _half: nn.LogSoftmax(dim),
    "glu": _like(nn.GLU),
    "channel_shuffle": _like(nn.ChannelShuffle),
    "pixel_shuffle": _like(nn.PixelShuffle),
    "pixel_unshuffle": _like(nn.PixelUnshuffle),
    "neg": lambda _axes: None,
    "max_pool2d_with_indices": _max_pool,
    "max_pool3d_with_indices": _max_pool,
    **dict.fromkeys(("avg_pool2d", "avg_pool3d"), _sized("AvgPool{}d")),
    **dict.fromkeys(("_adaptive_avg_pool2d", "_adaptive_avg_pool3d"), _sized("AdaptiveAvgPool{}d")),
}
"""Torch's name of an operation -> a function that takes the number of axes of its input, batch included, and
the operation's further arguments, and returns the layer that it may be, or None."""
