"""The activations and dropouts of `torch.nn.functional`, with torch's arguments and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref import nn
from convref.standin.dtypes import DType
from convref.standin.functional import by_layer, shape_after
from convref.standin.operations import elementwise
from convref.standin.operations.elementwise import kept_strides
from convref.standin.recording import operation, written
from convref.standin.shapes import contiguous
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused

DROPS = "it applies dropout in evaluation mode; pass training=self.training"


def _in_place(input: Tensor, made: Tensor, name: str, *, inplace: bool) -> Tensor:
    return written(input, made, f"{name}_") if inplace else made


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `max(x, 0)` for each element x."""
    return _in_place(input, elementwise.UNARY["relu"](input), "relu", inplace=inplace)


def _activation(name: str) -> Callable[..., Tensor]:
    """Return the activation function `name`, if it has no other argument than `inplace`."""

    def activate(input: Tensor, inplace: bool = False) -> Tensor:
        return _in_place(input, elementwise.UNARY[name](input), name, inplace=inplace)

    activate.__name__ = name
    return activate


silu, mish, hardswish, hardsigmoid = map(_activation, ("silu", "mish", "hardswish", "hardsigmoid"))


def _with_numbers(name: str, input: Tensor, *args: Any, inplace: bool = False, **options: Any) -> Tensor:
    made = operation(
        name, (input, *args), input.shape, input.dtype, strides=kept_strides(input), options=options
    )
    return _in_place(input, made, name, inplace=inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `min(max(x, 0), 6)` for each element x."""
    return _with_numbers("hardtanh", input, 0, 6, inplace=inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return x for each element x > 0, and `negative_slope * x` for the others."""
    return _with_numbers("leaky_relu", input, negative_slope, inplace=inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x for each element x > 0, and `alpha * (exp(x) - 1)` for the others."""
    return _with_numbers("elu", input, alpha, inplace=inplace)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return the scaled ELU (Klambauer et al., 2017): `scale * elu(x, alpha)` with two fixed constants."""
    return _with_numbers("elu", input, 1.6732632423543772, 1.0507009873554805, inplace=inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x for each element x > 0, and `alpha * (exp(x / alpha) - 1)` for the others."""
    return _with_numbers("celu", input, alpha, inplace=inplace)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """Return `x * P(X <= x)` for each element x, where X has the standard normal distribution."""
    options: dict[str, Any] = {} if approximate == "none" else {"approximate": approximate}
    return _with_numbers("gelu", input, **options)


def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """Return `log(1 + exp(beta * x)) / beta`, a smooth form of the ReLU, for each element x."""
    args = () if (beta, threshold) == (1, 20) else (beta, threshold)
    return _with_numbers("softplus", input, *args)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Return x for each element x > `threshold`, and `value` for the others."""
    return _with_numbers("threshold", input, threshold, value, inplace=inplace)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Return `min(max(x, min_val), max_val)` for each element x."""
    layer = lambda: nn.Hardtanh(min_val, max_val)  # noqa: E731
    return _in_place(
        input, by_layer("hardtanh", layer, (input, min_val, max_val)), "hardtanh", inplace=inplace
    )


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return x for each element x with an absolute value above `lambd`, and 0 for the others."""
    return _with_numbers("hardshrink", input, lambd)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return each element moved towards 0 by `lambd`, or 0 if its absolute value is at most `lambd`."""
    return _with_numbers("softshrink", input, lambd)


def logsigmoid(input: Tensor) -> Tensor:
    """Return the logarithm of the sigmoid of each element."""
    return by_layer("logsigmoid", nn.LogSigmoid, (input,))


def softsign(input: Tensor) -> Tensor:
    """Return `x / (1 + abs(x))` for each element x."""
    return by_layer("softsign", nn.Softsign, (input,))


def tanhshrink(input: Tensor) -> Tensor:
    """Return `x - tanh(x)` for each element x."""
    return by_layer("tanhshrink", nn.Tanhshrink, (input,))


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Return x for each element x > 0, and `weight * x` for the others; `weight` has the learnt slopes."""
    layer = lambda: nn.PReLU(weight.numel())  # noqa: E731
    return by_layer("prelu", layer, (input, weight), held={"weight": weight})


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Split the axis `dim` into halves, and return the first one times the sigmoid of the second one."""
    shape = shape_after("glu", lambda: nn.GLU(dim), input)
    return operation("glu", (input, dim), shape, input.dtype, strides=contiguous(shape))


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return the softmax along an axis."""
    return elementwise.softmax(input, _axis(input, dim), dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return the logarithm of the softmax along an axis."""
    return elementwise.log_softmax(input, _axis(input, dim), dtype)


def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return `softmax(-x)` along an axis."""
    return elementwise.softmax(elementwise.UNARY["neg"](input), _axis(input, dim), dtype)


def _axis(tensor: Tensor, dim: int | None) -> int:
    if dim is None:  # torch's own rule, with a warning
        return 0 if tensor.ndim in {0, 1, 3} else 1
    return dim


def _plain(name: str) -> Callable[[Tensor], Tensor]:
    def apply(input: Tensor) -> Tensor:
        return elementwise.UNARY[name](input)

    apply.__name__ = name
    return apply


sigmoid, tanh = _plain("sigmoid"), _plain("tanh")


# Dropout


def _dropout(name: str, kind: Any) -> Callable[..., Tensor]:
    def drop(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:  # noqa: ARG001 - torch's signature
        if training and active() is not None:
            raise refused(name, DROPS)
        return by_layer(name, lambda: kind(p), (input, p, training), is_view=True)

    drop.__name__ = name
    return drop


dropout = _dropout("dropout", nn.Dropout)
dropout1d, dropout2d, dropout3d = (
    _dropout(f"dropout{rank}d", getattr(nn, f"Dropout{rank}d")) for rank in (1, 2, 3)
)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:  # noqa: ARG001 - torch's signature
    """Return the input unchanged, as alpha dropout does in evaluation mode.

    Raises:
        NotFollowed: `training` is True during a forward pass; the result would be random.
    """
    if training and active() is not None:
        raise refused("alpha_dropout", DROPS)
    return by_layer("alpha_dropout", lambda: nn.AlphaDropout(p), (input, p, training), is_view=True)
