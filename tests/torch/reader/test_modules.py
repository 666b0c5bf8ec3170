"""One module of torch.nn is described with the arguments that it was made with."""

from typing import Any

import pytest
import torch

from convref import nn
from convref.torch.reader.modules import described

MADE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Linear", (3, 4), {"bias": False}),
    ("Conv1d", (4, 8, 3), {"stride": 2, "dilation": 2, "groups": 4, "bias": False}),
    ("Conv2d", (4, 8, (3, 5)), {"padding": "same", "padding_mode": "reflect"}),
    ("ConvTranspose3d", (4, 8, 3, 2), {"output_padding": 1, "groups": 2, "bias": False}),
    ("BatchNorm2d", (4,), {"affine": False, "track_running_stats": False, "momentum": None}),
    ("InstanceNorm1d", (4,), {"affine": True, "track_running_stats": True}),
    ("GroupNorm", (2, 4), {"affine": False}),
    ("LayerNorm", ((4, 5),), {"bias": False}),
    ("RMSNorm", (5,), {"eps": 0.1, "elementwise_affine": False}),
    ("PReLU", (4,), {}),
    ("AvgPool2d", (3,), {"ceil_mode": True, "count_include_pad": False, "divisor_override": 2}),
    ("LPPool2d", (2, 3), {"stride": 1}),
    ("AdaptiveMaxPool3d", ((None, 2, 1),), {}),
    ("Upsample", (), {"scale_factor": 2, "mode": "bilinear", "align_corners": True}),
    ("Fold", ((4, 4), 2), {"padding": 1}),
    ("Embedding", (9, 4), {"padding_idx": 2}),
    *(
        ("MultiheadAttention", (8, 2), {"batch_first": True, "bias": bias, **more})
        for bias in (True, False)
        for more in ({}, {"add_bias_kv": True}, {"add_zero_attn": True, "dropout": 0.1})
    ),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), MADE)
def test_a_module_is_described_with_its_own_arguments(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    module = getattr(torch.nn, name)(*args, **kwargs)
    assert getattr(nn, name)(*args, **kwargs) == described(module)
