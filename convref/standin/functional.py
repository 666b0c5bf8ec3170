"""The functions of `torch.nn.functional`, with torch's arguments and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.errors import ConvrefError
from convref.nn import Layer
from convref.standin.lines import user_line
from convref.standin.operations.elementwise import kept_strides
from convref.standin.operations.products import functional
from convref.standin.recording import checked, operation, scope
from convref.standin.refusals import TorchRefuses
from convref.standin.shapes import axis, contiguous, is_contiguous
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused

Fallback = Callable[[Tensor], Tensor]


def shape_after(name: str, layer: Callable[[], Layer], input: Tensor) -> tuple[int, ...]:
    """Return the shape of a layer's output for an input, both with the batch axis.

    Args:
        name: the name of the function or module, which the error names.
        layer: a function that returns the layer; it may raise an error if the layer's arguments are invalid.
        input: the input.

    Raises:
        TorchRefuses: the layer's arguments are invalid, or the layer does not accept an input of this shape.
    """
    if not input.shape:
        raise TorchRefuses(name, "it needs an input with a batch axis", scope(), user_line())
    try:
        return (input.shape[0], *layer().output_shape(tuple(input.shape[1:])))
    except (ConvrefError, IndexError) as error:
        raise TorchRefuses(name, str(error), scope(), user_line()) from error


def by_layer(
    name: str,
    layer: Callable[[], Layer],
    args: tuple[Any, ...],
    options: dict[str, Any] | None = None,
    held: dict[str, Any] | None = None,
    *,
    fallback: Fallback | None = None,
    is_view: bool = False,
) -> Tensor:
    """Record a function call as a layer that does the same, and return the result.

    Args:
        name: the function's name.
        layer: a function that returns the layer.
        args: the function's arguments, the input first.
        options: its keyword arguments.
        held: a dict from the name of each parameter or buffer of the layer to the argument that is used for
            it, such as {"weight": weight}.
        fallback: a function that records the call as an operation instead. It is called if the tensors in
            `held` do not all belong to one module. Without a fallback, an error is raised then.
        is_view: whether the result may share the input's memory.
    """
    taken = args[0]
    if not isinstance(taken, Tensor):
        raise TypeError(f"{name}(): argument 'input' must be Tensor, not {type(taken).__name__}")
    shape = shape_after(name, layer, taken)
    made = Tensor(shape, taken.dtype, _strides(taken, shape), taken.storage if is_view else None)
    tape = active()
    if tape is None or tape.function(name, args, options or {}, [made], held or {}):
        return made
    if fallback is None:
        raise refused(name, "without PyTorch, all parameters of the call must belong to one module")
    return fallback(made)


def _strides(taken: Tensor, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    if taken.strides is not None and is_contiguous(taken.shape, taken.strides):
        return contiguous(shape)
    return taken.strides if tuple(taken.shape) == shape and kept_strides(taken) == taken.strides else None


# Products with parameters


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return `input @ weight.T + bias`."""
    if weight.ndim != 2 or not input.shape or input.shape[-1] != weight.shape[1]:
        rule = (
            f"an input of shape {tuple(input.shape)} does not fit a weight of shape {tuple(weight.shape)}, "
            "which must have 2 axes, the last one of the size of the input's last axis"
        )
        raise TorchRefuses("linear", rule, scope(), user_line())
    shape = (*input.shape[:-1], weight.shape[0])
    made = Tensor(shape, input.dtype, contiguous(shape))
    args = (input, weight) if bias is None else (input, weight, bias)
    tape = active()
    if tape is not None and not tape.function("linear", args, {}, [made], {"weight": weight, "bias": bias}):
        raise refused("linear", "it is not supported without PyTorch")
    return made


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return `input1 @ weight[k] @ input2 + bias[k]` for each output feature k."""
    shape = (*input1.shape[:-1], weight.shape[0])
    args = (input1, input2, weight) if bias is None else (input1, input2, weight, bias)
    return functional("bilinear", args, shape)


def listed(value: Any, rank: int) -> list[int]:
    """Return a list with one number for each of `rank` axes; a single number is repeated for all of them."""
    return list(value) if isinstance(value, (tuple, list)) else [value] * rank


def _convolution(rank: int, *, transposed: bool) -> Callable[..., Tensor]:
    name = f"conv_transpose{rank}d" if transposed else f"conv{rank}d"
    kind: Any = getattr(nn, f"ConvTranspose{rank}d" if transposed else f"Conv{rank}d")

    def run(taken: Tensor, weight: Tensor, bias: Tensor | None, given: dict[str, Any]) -> Tensor:
        groups = given["groups"]
        channels = weight.shape[0] if transposed else weight.shape[1] * groups
        made = weight.shape[1] * groups if transposed else weight.shape[0]
        layer = lambda: kind(channels, made, tuple(weight.shape[2:]), bias=bias is not None, **given)  # noqa: E731

        def alone(result: Tensor) -> Tensor:
            if isinstance(given["padding"], str):
                rule = "must be a number, because weight and bias do not belong to one module"
                raise refused(name, f"without PyTorch, padding (={given['padding']!r}) {rule}")
            lists = [listed(given[key], rank) for key in ("stride", "padding", "dilation")]
            extra = listed(given.get("output_padding", 0), rank)
            args = (taken, weight, bias, *lists, transposed, extra, groups)
            return operation("convolution", args, result.shape, result.dtype, strides=result.strides)

        options = {key: each for key, each in given.items() if each != _CONV_USUAL[key]}
        args = (taken, weight) if bias is None else (taken, weight, bias)
        return by_layer(name, layer, args, options, {"weight": weight, "bias": bias}, fallback=alone)

    if transposed:

        def conv_transpose(
            input: Tensor,
            weight: Tensor,
            bias: Tensor | None = None,
            stride: Any = 1,
            padding: Any = 0,
            output_padding: Any = 0,
            groups: int = 1,
            dilation: Any = 1,
        ) -> Tensor:
            given = {"stride": stride, "padding": padding, "output_padding": output_padding}
            return run(input, weight, bias, {**given, "groups": groups, "dilation": dilation})

        return conv_transpose

    def conv(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:
        given = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        return run(input, weight, bias, given)

    return conv


_CONV_USUAL = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
conv1d, conv2d, conv3d = (_convolution(rank, transposed=False) for rank in (1, 2, 3))
conv_transpose1d, conv_transpose2d, conv_transpose3d = (
    _convolution(rank, transposed=True) for rank in (1, 2, 3)
)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,  # noqa: ARG001 - torch's signature
    scale_grad_by_freq: bool = False,  # noqa: ARG001 - torch's signature
    sparse: bool = False,  # noqa: ARG001 - torch's signature
) -> Tensor:
    """Return the row of `weight` for each index in `input`."""
    if max_norm is not None:
        raise refused("embedding", "max_norm changes the weight, which is not supported without PyTorch")
    shape = (*input.shape, weight.shape[1])
    made = Tensor(shape, weight.dtype, contiguous(shape))
    args = (input, weight) if padding_idx is None else (input, weight, padding_idx)
    tape = active()
    if tape is not None and not tape.function("embedding", args, {}, [made], {"weight": weight}):
        return operation("embedding", (weight, input), shape, weight.dtype, strides=contiguous(shape))
    return made


# Normalization


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input, normalized with the mean and the variance of each channel."""
    if training and running_mean is not None:
        rule = "it normalizes with the statistics of the batch in evaluation mode"
        raise refused("batch_norm", f"{rule}; pass training=self.training")
    kind: Any = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}.get(
        input.ndim, nn.BatchNorm1d
    )
    held = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    args = (input, running_mean, running_var, weight, bias, training, momentum, eps)
    return by_layer("batch_norm", lambda: kind(input.shape[1]), args, held=held)


def layer_norm(
    input: Tensor,
    normalized_shape: Any,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input, normalized with the mean and the variance over its last axes."""
    args = (input, tuple(normalized_shape), weight, bias, eps)
    held = {"weight": weight, "bias": bias}
    return by_layer("layer_norm", lambda: nn.LayerNorm(tuple(normalized_shape)), args, held=held)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return the input, normalized with the mean and the variance of each sample's groups of channels."""
    held = {"weight": weight, "bias": bias}
    args = (input, num_groups, weight, bias, eps)
    return by_layer("group_norm", lambda: nn.GroupNorm(num_groups, input.shape[1]), args, held=held)


def rms_norm(
    input: Tensor, normalized_shape: Any, weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Return the input, divided by its root mean square over the last axes."""
    args = (input, tuple(normalized_shape), weight, eps)
    return by_layer("rms_norm", lambda: nn.RMSNorm(tuple(normalized_shape)), args, held={"weight": weight})


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Any = None) -> Tensor:
    """Return the input, divided by its norm along an axis."""
    if out is not None:
        raise refused("normalize", "out= is not supported without PyTorch")
    checked("normalize", axis, dim, input.ndim)
    return functional("normalize", (input, p, dim, eps, None), tuple(input.shape))


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Return the input, divided by a norm over neighbouring channels."""
    layer = lambda: nn.LocalResponseNorm(size, alpha, beta, k)  # noqa: E731
    return by_layer("local_response_norm", layer, (input, size, alpha, beta, k))
