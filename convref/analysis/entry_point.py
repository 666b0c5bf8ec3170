"""The entry point of the analysis: `analyze` computes the report of a network for an input shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convref.analysis.conventions import check_convention
from convref.analysis.report import Report
from convref.analysis.roofline import Device
from convref.analysis.units import DTYPE_BYTES
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Layer, trace
from convref.nn.given import described
from convref.nn.graph import dtypes
from convref.wording import is_among


def analyze(
    net: Layer | Callable[..., Any],
    input_shape: Sequence[Any],
    *,
    dtype: str | None = None,
    batch: int = 1,
    convention: str = "torchvision",
    device: Device | None = None,
) -> Report:
    """Compute the shapes, parameters, costs and memory of a network from its description, without arrays.

    Args:
        net: the description; or a `torch.nn.Module`, which is first converted by `convref.torch.from_torch`;
            or a class or function that returns one of these.
        input_shape: the shape of the input, channels first, without the batch: (3, 224, 224). For a network
            with several inputs, a tuple of their shapes.
        dtype: the type of all values and parameters, which determines their bytes: float64, float32, float16,
            bfloat16 or int8. By default, each value and parameter has its own type. That is float32 unless
            the network was converted from a module with other types.
        batch: the number of inputs for which the bytes of activations, memory traffic and times are counted.
            All other quantities are for one input.
        convention: the tool by whose rules the operations in `macs` are counted. "torchvision" counts
            multiply-accumulates; for "fvcore", "ptflops", "thop" and "torchinfo" see
            `convref.analysis.conventions`.
        device: the device for which the time of each layer is predicted, a `convref.analysis.Device`.

    Raises:
        ArgumentError: `batch` is not a positive integer; or `net` is neither a description nor a module, or
            is a module that cannot be converted.
        ShapeError: the input does not fit the network; the error names the path of the layer.
        UnknownNameError: there is no such dtype, or no such convention.

    Example:
        >>> from convref import architectures
        >>> report = analyze(architectures.build("vgg16"), (3, 224, 224))
        >>> report.params, report.macs
        (138357544, 15470264320)
    """
    if dtype is not None and not is_among(dtype, DTYPE_BYTES):
        raise UnknownNameError("dtype", dtype, DTYPE_BYTES)
    if not isinstance(batch, int) or batch < 1:
        raise ArgumentError(f"batch (={batch!r}) must be a positive integer")
    check_convention(convention)
    net = described(net, input_shape)
    own = dict(dtypes(net)).get("", "float32")
    return Report(net, trace(net, input_shape), dtype or own, batch, convention, dtype is not None, device)
