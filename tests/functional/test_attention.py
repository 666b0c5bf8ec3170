"""Attention agrees with torch: masks, causality, shared heads, projections."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from convref import functional as F

NAME = "scaled_dot_product_attention"


def heads(rng: np.random.Generator, *lead: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return rng.normal(size=(*lead, 3, 4)), rng.normal(size=(*lead, 5, 4)), rng.normal(size=(*lead, 5, 6))


@pytest.mark.parametrize("lead", [(), (2,), (2, 3), (0, 3)])
@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"scale": 0.3}])
def test_attention_matches_torch(
    agree: Callable[..., None], lead: tuple[int, ...], options: dict[str, Any], rng: np.random.Generator
) -> None:
    agree(NAME, *heads(rng, *lead), **options)


@pytest.mark.parametrize("shape", [(3, 5), (2, 1, 3, 5), (2, 4, 3, 5), (1, 5)])
@pytest.mark.parametrize("kind", ["boolean", "numbers"])
def test_masks_match_torch(
    agree: Callable[..., None], shape: tuple[int, ...], kind: str, rng: np.random.Generator
) -> None:
    mask = rng.normal(size=shape)
    agree(NAME, *heads(rng, 2, 4), mask > 0 if kind == "boolean" else mask)


@pytest.mark.parametrize("mask", [np.zeros((3, 5), bool), np.full((3, 5), -np.inf)])
def test_a_fully_masked_query_gives_zero(mask: np.ndarray, rng: np.random.Generator) -> None:
    assert 0 == abs(F.scaled_dot_product_attention(*heads(rng), mask)).max()


def test_grouped_query_attention_shares_heads(agree: Callable[..., None], rng: np.random.Generator) -> None:
    query, (_, key, value) = rng.normal(size=(2, 8, 3, 4)), heads(rng, 2, 2)
    agree(NAME, query, key, value, enable_gqa=True)


def test_dropout_keeps_the_mean_of_the_weights(rng: np.random.Generator) -> None:
    query, key, value = heads(rng, 4000)
    query[:], key[:], value[:] = query[0], key[0], value[0]
    dropped = F.scaled_dot_product_attention(query, key, value, None, 0.3, generator=rng)
    assert_allclose(
        dropped.mean(axis=0), F.scaled_dot_product_attention(query[0], key[0], value[0]), atol=0.1
    )


def parameters(rng: np.random.Generator, *, separate: bool = False, extra: bool = False) -> dict[str, Any]:
    """Arguments of multi_head_attention_forward with 6 features in 2 heads."""
    given: dict[str, Any] = {
        "embed_dim_to_check": 6,
        "num_heads": 2,
        "in_proj_weight": None if separate else rng.normal(size=(18, 6)),
        "in_proj_bias": rng.normal(size=18),
        "bias_k": rng.normal(size=(1, 1, 6)) if extra else None,
        "bias_v": rng.normal(size=(1, 1, 6)) if extra else None,
        "add_zero_attn": extra,
        "dropout_p": 0.0,
        "out_proj_weight": rng.normal(size=(6, 6)),
        "out_proj_bias": rng.normal(size=6),
        "training": False,
    }
    if separate:
        given["use_separate_proj_weight"] = True
        for name, width in (("q", 6), ("k", 5), ("v", 4)):
            given[f"{name}_proj_weight"] = rng.normal(size=(6, width))
    return given


@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("extra", [False, True])
def test_multi_head_attention_matches_torch(
    agree: Callable[..., None], batch: tuple[int, ...], separate: bool, extra: bool, rng: np.random.Generator
) -> None:
    widths = (6, 5, 4) if separate else (6, 6, 6)
    arrays = [rng.normal(size=(n, *batch, width)) for n, width in zip((3, 5, 5), widths, strict=True)]
    given = parameters(rng, separate=separate, extra=extra)
    padding = rng.uniform(size=(*batch, 5)) > 0.7
    agree("multi_head_attention_forward", *arrays, **given)
    agree(
        "multi_head_attention_forward", *arrays, **given, key_padding_mask=padding, average_attn_weights=False
    )
    agree("multi_head_attention_forward", *arrays, **given, attn_mask=rng.normal(size=(3, 5)))
    masks = rng.uniform(size=(2 * (*batch, 1)[0], 3, 5)) > 0.8
    agree("multi_head_attention_forward", *arrays, **given, attn_mask=masks, is_causal=True)


def test_weights_are_left_out_if_not_needed(rng: np.random.Generator) -> None:
    x, given = rng.normal(size=(3, 2, 6)), parameters(rng)
    y, weights = F.multi_head_attention_forward(x, x, x, **given, need_weights=False)
    expected, _ = F.multi_head_attention_forward(x, x, x, **given)
    assert weights is None
    assert_allclose(y, expected, atol=1e-12)


def test_static_keys_and_values_replace_the_projected_ones(
    agree: Callable[..., None], rng: np.random.Generator
) -> None:
    x, static = rng.normal(size=(3, 2, 6)), rng.normal(size=(4, 7, 3))
    agree("multi_head_attention_forward", x, x, x, **parameters(rng), static_k=static, static_v=static + 1)
