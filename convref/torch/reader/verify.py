"""Compare a description, run in NumPy on a random input, with the module from which it was read."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import torch

from convref import functional
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.torch.reader.held import first_line, with_numbers
from convref.torch.reader.lines import error_line
from convref.torch.reader.state import parameters_of

SAMPLES = 3
TOLERANCE = {torch.float64: 1e-9, torch.float32: 2e-4, torch.float16: 2e-2}


def verified(
    net: Layer,
    module: torch.nn.Module,
    shapes: Sequence[tuple[int, ...]],
    indices: Sequence[bool] | None = None,
    *,
    seed: int = 0,
) -> None:
    """Compare the outputs of a description and of a module for the same random input.

    Args:
        net: the description, which runs in NumPy.
        module: the module, which runs in PyTorch.
        shapes: the shapes of the inputs, without the batch.
        indices: for each input, whether its elements are integers; by default, all inputs are floats.
        seed: the seed of the random numbers.

    Raises:
        ArgumentError: an output differs by more than rounding errors; the error names the output and the
            difference. Or the module cannot be run here, for example without a GPU.
    """
    from convref.assembly.outputs import opened, outputs
    from convref.torch.reader.reader import number_type

    dtype = number_type(module)
    parameters = parameters_of(module, net)
    own = with_numbers(module)
    generator = torch.Generator().manual_seed(seed)
    given = [
        torch.randint(0, 2, (SAMPLES, *shape), generator=generator)
        if index
        else torch.randn(SAMPLES, *shape, generator=generator).to(dtype)
        for shape, index in zip(shapes, indices or (False,) * len(shapes), strict=True)
    ]
    try:
        with torch.no_grad():
            result: Any = own(*[each.clone() for each in given])  # a module may change its input
    except Exception as error:  # the forward may need a GPU that this machine lacks
        raise ArgumentError(
            "from_torch: the outputs of the module cannot be compared with those of the description, "
            f"because the module fails{error_line(error)}: {first_line(error)}"
        ) from error
    tensors: list[torch.Tensor] = []

    def mark(each: Any) -> Any:
        from convref.assembly.nodes import Ref

        if isinstance(each, torch.Tensor):
            tensors.append(each)
            return Ref(len(tensors) - 1)
        return each

    from convref.assembly.nodes import replaced

    named = outputs(replaced(opened(result), mark))
    arrays = tuple([each.numpy() for each in given])
    got, taps = functional.run(net, parameters, arrays if len(arrays) > 1 else arrays[0], taps=True)
    ours = [got, *taps.values()]
    for (name, place), mine in zip(named.items(), ours, strict=False):
        wanted = tensors[place].numpy()
        if wanted.dtype == bool:
            wanted = wanted.astype(np.int8)
        finite = np.abs(wanted[np.isfinite(wanted)])
        scale = float(finite.max(initial=0)) or 1.0
        tolerance = TOLERANCE.get(dtype, 2e-4)
        apart = _distance(np.asarray(mine, dtype=wanted.dtype), wanted) if mine.shape == wanted.shape else inf
        if not apart <= tolerance * scale:
            raise ArgumentError(
                f"from_torch: the description's {name} differs from the module's by up to "
                f"{apart:.3g}; the largest absolute value is {scale:.3g}"
            )


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest absolute difference. Equal infinities, and NaN in both arrays, count as zero."""
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other)
    return float(np.where(same, 0, apart).max(initial=0))
