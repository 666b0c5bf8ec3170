"""Catalog entries for layers with attention over channels or over positions."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import gated_by_means, has
from convref.nn import MultiheadAttention, RestrictedSelfAttention

ROWS = (
    Operator(
        key="squeeze_excitation",
        title={"en": "Squeeze and excitation", "zh": "通道注意力（压缩与激励）"},
        example="squeeze_excitation(16, 4)",
        input_shape=(16, 13, 13),
        description=("convref.nn.blocks:squeeze_excitation",),
        tests=("tests/nn/blocks/test_squeeze_excitation.py",),
        used=gated_by_means,
    ),
    Operator(
        key="self_attention",
        title={"en": "Self-attention", "zh": "自注意力"},
        example="MultiheadAttention(16, 4, batch_first=True)",
        input_shape=(10, 16),
        description=(
            "convref.nn:MultiheadAttention.parameters",
            "convref.nn:MultiheadAttention.attended",
            "convref.nn:MultiheadAttention.cost",
        ),
        numpy=("convref.functional.attention:scaled_dot_product_attention",),
        torch=("convref.torch.attention:SelfAttention",),
        tests=("tests/functional/test_attention.py", "tests/nn/test_attention.py"),
        used=has(MultiheadAttention),
    ),
    Operator(
        key="restricted_self_attention",
        title={"en": "Restricted self-attention", "zh": "受限自注意力"},
        example="RestrictedSelfAttention(16, 4, window_size=3)",
        input_shape=(10, 16),
        description=(
            "convref.nn:RestrictedSelfAttention.attended",
            "convref.nn:RestrictedSelfAttention.cost",
        ),
        numpy=(
            "convref.functional.forward.attention:restricted_self_attention",
            "convref.functional.forward.attention:_windows",
        ),
        torch=("convref.torch.attention:RestrictedSelfAttention",),
        tests=("tests/functional/test_attention.py", "tests/nn/test_attention.py"),
        used=has(RestrictedSelfAttention),
    ),
)
