"""PyTorch's own sample inputs give torch's results, and its invalid inputs are rejected."""

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
"""embedding's samples have the weight first, and those for unpooling are slow to generate."""

WITHOUT_SAMPLES = {
    "affine_grid", "deform_conv2d", "dropout1d", "fold", "init", "lp_pool1d", "lp_pool2d", "lp_pool3d",
    "one_hot", "run", "upsample",
}  # fmt: skip
"""Functions for which torch has no samples."""

NAMES = sorted(set(F.__all__) - LEFT_OUT - WITHOUT_SAMPLES)

STEPS = {"max_pool1d": 24, "max_pool2d": 40, "max_pool3d": 24}
"""Functions with hundreds of similar samples, and the interval at which they are used."""


@pytest.fixture(scope="module")
def entries() -> dict[str, list[Any]]:
    """PyTorch's entries by name; their module is internal, and takes seconds to import."""
    from torch.testing._internal.common_methods_invocations import op_db

    found: dict[str, list[Any]] = {}
    for op in op_db:
        name = op.name.removeprefix(PREFIX)
        if DTYPE in op.dtypes and (op.name.startswith(PREFIX) or name in WITHOUT_PREFIX):
            found.setdefault(name, []).append(op)
    return found


def to_numpy(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().numpy().copy()
    if isinstance(value, torch.dtype):
        return {torch.float64: np.float64, torch.float32: np.float32}[value]
    if isinstance(value, dict):
        return {key: to_numpy(each) for key, each in value.items()}
    return type(value)(map(to_numpy, value)) if isinstance(value, list | tuple) else value


def is_random(name: str, sample: Any) -> bool:
    """Return whether the call is random, so that results cannot be compared."""
    if "multi_head" in name:
        return sample.args[9] > 0 and sample.kwargs.get("training", True)
    trains = sample.kwargs.get("training", "alpha" not in name and "dropout" in name)
    return sample.kwargs.get("dropout_p", 0) > 0 or (trains and ("dropout" in name or name == "rrelu"))


def test_the_samples_cover_all_but_the_named_functions(entries: dict[str, list[Any]]) -> None:
    assert WITHOUT_SAMPLES == set(F.__all__) - set(entries)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_samples_match_torch(name: str, entries: dict[str, list[Any]]) -> None:
    for op in entries[name]:
        for sample in islice(op.sample_inputs("cpu", DTYPE), 0, None, STEPS.get(name, 1)):
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
def test_calls_that_torch_rejects_are_rejected(entries: dict[str, list[Any]]) -> None:
    for name in NAMES:
        for op in entries[name]:
            for wrong in op.error_inputs("cpu") if op.error_inputs_func else ():
                sample = wrong.sample_input
                args, kwargs = to_numpy((sample.input, *sample.args)), to_numpy(sample.kwargs)
                with pytest.raises(ConvrefError):
                    getattr(F, name)(*args, **kwargs)
