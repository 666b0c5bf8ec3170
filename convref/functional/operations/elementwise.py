"""NumPy functions for elementwise operations on one or several tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.functional import activation as F
from convref.functional._special import erfc
from convref.functional.activation import prelu
from convref.functional.softmax import glu


def _add(x: Any, y: Any, *, alpha: float = 1) -> Any:
    return np.add(x, y if alpha == 1 else np.multiply(y, alpha))


def _sub(x: Any, y: Any, *, alpha: float = 1) -> Any:
    return np.subtract(x, y if alpha == 1 else np.multiply(y, alpha))


def _add_number(x: Any, y: Any, alpha: float = 1) -> Any:
    return np.add(x, y * alpha)


def _rsub(x: Any, y: Any, alpha: float = 1) -> Any:
    return np.subtract(y, np.multiply(x, alpha))


def _divided(x: Any, y: Any, *, rounding_mode: str | None = None) -> Any:
    if rounding_mode == "floor":
        return np.floor_divide(x, y)
    quotient: Array = np.divide(x, y)
    return np.trunc(quotient) if rounding_mode == "trunc" else quotient


def _power(x: Any, y: Any) -> Any:
    return np.power(x, y) if not isinstance(y, int) or y >= 0 else 1 / np.power(x, -y)


def _clamp(x: Array, low: Any = None, high: Any = None) -> Any:
    return np.clip(x, low, high) if low is not None or high is not None else x


def _where(condition: Array, x: Any, y: Any) -> Any:
    return np.where(condition, x, y)


def _masked_fill(x: Array, mask: Array, value: Any) -> Any:
    return np.where(mask, np.asarray(value, dtype=x.dtype), x)


def _softplus(x: Array, beta: float = 1, threshold: float = 20) -> Any:
    return F.softplus(x, beta, threshold)


def _elu(x: Array, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Any:
    return np.where(x > 0, scale * x, scale * alpha * np.expm1(np.minimum(x * input_scale, 0)))


def _nan_to_num(
    x: Array, nan: float | None = None, high: float | None = None, low: float | None = None
) -> Any:
    return np.nan_to_num(x, nan=nan or 0.0, posinf=high, neginf=low)


def _addcmul(x: Array, one: Array, other: Array, *, value: float = 1) -> Any:
    return x + value * one * other


def _addcdiv(x: Array, one: Array, other: Array, *, value: float = 1) -> Any:
    return x + value * one / other


def _lerp(x: Array, end: Array, weight: Any) -> Any:
    return x + weight * (end - x)


def _log_sigmoid(x: Array) -> tuple[Array, Array]:
    return F.logsigmoid(x), np.zeros(0, dtype=x.dtype)


def _round(x: Array, *, decimals: int = 0) -> Any:
    return np.round(x, decimals)


def _prelu(x: Array, weight: Array) -> Any:
    return np.where(x > 0, x, x * weight)


def _pairs(name: str, function: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {f"{name}.{kind}": function for kind in ("Tensor", "Scalar")}


def _complex(real: Array, imaginary: Array) -> Any:
    made = np.empty(np.broadcast_shapes(real.shape, imaginary.shape), np.result_type(real, np.complex64))
    made.real, made.imag = real, imaginary
    return made


def _polar(length: Array, angle: Array) -> Any:
    return _complex(length * np.cos(angle), length * np.sin(angle))


ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "add.Tensor": _add,
    "add.Scalar": _add_number,
    "sub.Tensor": _sub,
    "sub.Scalar": lambda x, y, alpha=1: np.subtract(x, y * alpha),
    **_pairs("rsub", _rsub),
    **_pairs("mul", np.multiply),
    **_pairs("div", _divided),
    **{f"div.{kind}_mode": _divided for kind in ("Tensor", "Scalar")},
    **dict.fromkeys(("floor_divide", "floor_divide.Scalar"), np.floor_divide),
    **_pairs("remainder", np.mod),
    **_pairs("fmod", np.fmod),
    **dict.fromkeys(("pow.Tensor_Scalar", "pow.Tensor_Tensor", "pow.Scalar"), _power),
    **_pairs("eq", np.equal),
    **_pairs("ne", np.not_equal),
    **_pairs("lt", np.less),
    **_pairs("le", np.less_equal),
    **_pairs("gt", np.greater),
    **_pairs("ge", np.greater_equal),
    "maximum": np.maximum,
    "minimum": np.minimum,
    "atan2": np.arctan2,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "logical_not": np.logical_not,
    **dict.fromkeys(("bitwise_and.Tensor", "__and__.Tensor"), np.bitwise_and),
    **dict.fromkeys(("bitwise_or.Tensor", "__or__.Tensor"), np.bitwise_or),
    "bitwise_xor.Tensor": np.bitwise_xor,
    "bitwise_not": np.bitwise_not,
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "sgn": np.sign,
    "square": np.square,
    "reciprocal": np.reciprocal,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "erf": lambda x: 1 - erfc(np.asarray(x, dtype=np.float64)),
    "erfc": lambda x: erfc(np.asarray(x, dtype=np.float64)),
    "logaddexp": np.logaddexp,
    "hypot": np.hypot,
    "linalg_cross": lambda x, y, *, dim=-1: np.cross(x, y, axis=dim),
    "heaviside": np.heaviside,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    **dict.fromkeys(("round", "round.decimals"), _round),
    "frac": lambda x: x - np.trunc(x),
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "nan_to_num": _nan_to_num,
    **dict.fromkeys(("clamp", "clamp.Tensor"), _clamp),
    **dict.fromkeys(("clamp_min", "clamp_min.Tensor"), np.maximum),
    **dict.fromkeys(("clamp_max", "clamp_max.Tensor"), np.minimum),
    **dict.fromkeys(("where.self", "where.ScalarSelf", "where.ScalarOther", "where.Scalar"), _where),
    **dict.fromkeys(("masked_fill.Scalar", "masked_fill.Tensor"), _masked_fill),
    "addcmul": _addcmul,
    "addcdiv": _addcdiv,
    **dict.fromkeys(("lerp.Scalar", "lerp.Tensor"), _lerp),
    "relu": F.relu,
    "relu6": F.relu6,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "silu": F.silu,
    "mish": F.mish,
    "gelu": lambda x, *, approximate="none": F.gelu(x, approximate),
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "hardtanh": F.hardtanh,
    "leaky_relu": F.leaky_relu,
    "elu": _elu,
    "celu": F.celu,
    "selu": F.selu,
    "softplus": _softplus,
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "threshold": F.threshold,
    "log_sigmoid_forward": _log_sigmoid,
    "_prelu_kernel": _prelu,
    "prelu": prelu,
    "complex": _complex,
    "polar": _polar,
    "angle": np.angle,
    "_conj": np.conj,
    "view_as_complex": lambda x: _complex(x[..., 0], x[..., 1]),
    "view_as_real": lambda x: np.stack([x.real, x.imag], -1),
    "glu": glu,
    "cumsum": lambda x, dim, **_: np.cumsum(x, axis=dim),
    "cumprod": lambda x, dim, **_: np.cumprod(x, axis=dim),
}
