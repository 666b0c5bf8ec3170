"""Names, order and defaults of arguments are torch's; importing the functions does not load torch."""

import inspect
import subprocess
import sys

import pytest
import torch

from convref import functional as F

POOL = "input, kernel_size, stride=None, padding=0"
CONV = "input, weight, bias=None, stride=1, padding=0"
WRITTEN = {
    **{f"conv{n}d": f"{CONV}, dilation=1, groups=1" for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": f"{CONV}, output_padding=0, groups=1, dilation=1" for n in (1, 2, 3)},
    **{f"max_pool{n}d": f"{POOL}, dilation=1, ceil_mode=False, return_indices=False" for n in (1, 2, 3)},
    "avg_pool1d": f"{POOL}, ceil_mode=False, count_include_pad=True",
    "avg_pool2d": f"{POOL}, ceil_mode=False, count_include_pad=True, divisor_override=None",
    "avg_pool3d": f"{POOL}, ceil_mode=False, count_include_pad=True, divisor_override=None",
    "adaptive_avg_pool1d": "input, output_size",
    **{f"adaptive_max_pool{n}d": "input, output_size, return_indices=False" for n in (1, 2, 3)},
    "linear": "input, weight, bias=None",
    "bilinear": "input1, input2, weight, bias=None",
    "channel_shuffle": "input, groups",
    "pixel_shuffle": "input, upscale_factor",
    "pixel_unshuffle": "input, downscale_factor",
    "cosine_similarity": "x1, x2, dim=1, eps=1e-08",
    "pairwise_distance": "x1, x2, p=2.0, eps=1e-06, keepdim=False",
    "gelu": "input, approximate='none'",
    "hardshrink": "input, lambd=0.5",
    "softshrink": "input, lambd=0.5",
    "logsigmoid": "input",
    "one_hot": "tensor, num_classes=-1",
    "prelu": "input, weight",
    "softplus": "input, beta=1.0, threshold=20.0",
    "scaled_dot_product_attention": (
        "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False"
    ),
    "deform_conv2d": (
        "input, offset, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), mask=None"
    ),
}
"""The documented signatures of functions of torch and torchvision that are written in C++."""


def described(signature: inspect.Signature) -> str:
    """Names and defaults in order, without types."""
    return ", ".join(
        each.name if each.default is each.empty else f"{each.name}={each.default!r}"
        for each in signature.parameters.values()
    )


OURS = [name for name in F.__all__ if getattr(F, name).__module__ not in {
    "convref.functional.init", "convref.functional.run",
}]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_a_signature_matches_torch(name: str) -> None:
    signature = inspect.signature(getattr(F, name))
    kept = [each for each in signature.parameters.values() if each.name != "generator"]
    expected = WRITTEN.get(name) or described(inspect.signature(getattr(torch.nn.functional, name)))
    assert expected == described(signature.replace(parameters=kept))


def test_the_generator_that_torch_lacks_is_keyword_only() -> None:
    kinds = {
        parameter.kind
        for name in OURS
        for parameter in inspect.signature(getattr(F, name)).parameters.values()
        if parameter.name == "generator"
    }
    assert {inspect.Parameter.KEYWORD_ONLY} == kinds


def test_the_listed_signatures_belong_to_existing_functions() -> None:
    assert set() == set(WRITTEN) - set(F.__all__)


def test_importing_the_functions_loads_no_torch() -> None:
    imports = "sys, convref.functional, convref.algorithms, convref.factorization"
    code = f"import {imports}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout
