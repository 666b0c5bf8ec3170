"""PyTorch's own sample inputs give torch's results, and its own wrong inputs are refused."""

from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional as F
from convref.errors import ConvrefError

DTYPE = torch.float64
PREFIX = "nn.functional."
WITHOUT_PREFIX = {"log_softmax", "sigmoid", "softmax", "tanh"}

LEFT_OUT = {"embedding", "max_unpool1d", "max_unpool2d", "max_unpool3d"}
"""embedding's samples have the weight first, and those for unpooling take long to be drawn."""

STEPS = {"max_pool1d": 24, "max_pool2d": 40, "max_pool3d": 24}
"""Of hundreds of samples that differ in little, one in so many is taken."""


def samples() -> list[Any]:
    """The entries for functions that there are here; the import is slow, and internal to torch."""
    from torch.testing._internal.common_methods_invocations import op_db

    known = {PREFIX + name for name in set(F.__all__) - LEFT_OUT} | WITHOUT_PREFIX
    taken = [op for op in op_db if op.name in known and DTYPE in op.dtypes]
    return [pytest.param(op, id=f"{op.name}-{op.variant_test_name}") for op in taken]


def to_numpy(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().numpy().copy()
    if isinstance(value, torch.dtype):
        return {torch.float64: np.float64, torch.float32: np.float32}[value]
    if isinstance(value, dict):
        return {key: to_numpy(each) for key, each in value.items()}
    return type(value)(map(to_numpy, value)) if isinstance(value, list | tuple) else value


def is_random(name: str, sample: Any) -> bool:
    """Whether the call draws, so that no two results are equal."""
    if "multi_head" in name:
        return sample.args[9] > 0 and sample.kwargs.get("training", True)
    trains = sample.kwargs.get("training", "alpha" not in name and "dropout" in name)
    return sample.kwargs.get("dropout_p", 0) > 0 or (trains and ("dropout" in name or name == "rrelu"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op", samples())
def test_samples_give_torchs_results(op: Any) -> None:
    name = op.name.removeprefix(PREFIX)
    drawn = islice(op.sample_inputs("cpu", DTYPE), 0, None, STEPS.get(name, 1))
    for sample in drawn:
        if is_random(name, sample):
            continue
        args, kwargs = to_numpy((sample.input, *sample.args)), to_numpy(sample.kwargs)
        expected = op(sample.input, *sample.args, **sample.kwargs)
        actual = getattr(F, name)(*args, **kwargs)
        pairs = zip(actual, expected, strict=True) if isinstance(actual, tuple) else [(actual, expected)]
        for got, tensor in pairs:
            assert (tuple(tensor.shape), str(tensor.dtype)) == (got.shape, f"torch.{got.dtype}")
            np.testing.assert_allclose(got, tensor, rtol=1e-8, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op", [each for each in samples() if each.values[0].error_inputs_func])
def test_what_torch_refuses_is_refused(op: Any) -> None:
    for wrong in op.error_inputs("cpu"):
        sample = wrong.sample_input
        with pytest.raises(ConvrefError):
            getattr(F, op.name.removeprefix(PREFIX))(
                *to_numpy((sample.input, *sample.args)), **to_numpy(sample.kwargs)
            )
