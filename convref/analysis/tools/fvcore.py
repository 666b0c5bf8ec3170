"""The counts of fvcore, which traces a module with torch.jit and has handlers that count some operations."""

from __future__ import annotations

from convref import nn
from convref.analysis.tools.counts import each_input, each_output, macs, norm, nothing, operation
from convref.nn import Step
from convref.nn.adaptive import AdaptivePool
from convref.nn.attention import SelfAttention
from convref.nn.base import numel
from convref.nn.batch_norm import BatchNorm, InstanceNorm
from convref.nn.combinators import Concatenation
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.joins import ElementwiseJoin
from convref.nn.pooling import WindowedPool
from convref.nn.rules import COSTS

FVCORE = COSTS["fvcore"]

FVCORE.register(TransposedConvolution, nn.DeformConv2d, nn.Linear, nn.RestrictedSelfAttention)(macs)
FVCORE.register(InstanceNorm, nn.GroupNorm, nn.LayerNorm)(norm(4, 5))
FVCORE.register(nn.AdaptiveAvgPool2d)(each_input(1))
FVCORE.register(nn.UpsamplingNearest2d)(each_output(1))
FVCORE.register(nn.UpsamplingBilinear2d)(each_output(4))
# Operations without a handler.
FVCORE.register(nn.Softmax2d, WindowedPool, AdaptivePool)(nothing)
FVCORE.register(nn.LocalResponseNorm, nn.RMSNorm, nn.Scale)(nothing)
FVCORE.register(nn.Embedding, ElementwiseJoin, Concatenation)(nothing)
PRODUCTS = frozenset(["addmm", "bmm", "einsum", "matmul", "mm", "linear", "convolution"])
NORMS_AND_POOLS = frozenset(
    [
        *("native_batch_norm", "native_group_norm", "native_layer_norm", "_adaptive_avg_pool2d"),
        *("upsample_nearest2d", "upsample_bilinear2d", "grid_sampler_2d"),
    ]
)
FVCORE.register(nn.Operation)(operation(PRODUCTS, NORMS_AND_POOLS))


@FVCORE.register(Convolution)
def convolution(layer: Convolution, step: Step) -> int:
    """Count MACs, but 0 if padding is "same" or "valid": fvcore has no handler for torch's operator then."""
    by_name = isinstance(layer.padding, str) and layer.padding_mode == "zeros"
    return 0 if by_name else macs(layer, step)


@FVCORE.register(BatchNorm)
def batch_norm(layer: BatchNorm, step: Step) -> int:
    """Count 1 operation per element (4 without running statistics), and 1 more if there is a weight."""
    count = norm(1, 2) if layer.track_running_stats else norm(4, 5)
    return count(layer, step)


@FVCORE.register(nn.MultiheadAttention)
def attention(layer: nn.MultiheadAttention, step: Step) -> int:
    """Count the MACs of the projections, or 0 if PyTorch runs attention as one fused operation."""
    appends = layer.add_bias_kv or layer.add_zero_attn
    fused = layer.bias and layer.num_heads % 2 == 0 and not appends
    return 0 if fused else projections(layer, step)


@FVCORE.register(nn.AttentionHeads)
def projections(layer: SelfAttention, step: Step) -> int:
    """Count the MACs of the projections, but not those of the attention scores."""
    return layer.projections * step.input_shapes[0][0] * layer.embed_dim**2


@FVCORE.register(nn.Upsample)
def upsample(layer: nn.Upsample, step: Step) -> int:
    """Count the operations of an interpolation, which depend on its mode.

    These are 1 per output element for "nearest", 4 per output element for "bilinear", 1 per input element for
    "area", and 0 for all other modes.
    """
    if len(step.output_shape) != 3:
        return 0
    if layer.mode == "area":
        return numel(step.input_shapes[0])
    return {"nearest": 1, "bilinear": 4}.get(layer.mode, 0) * numel(step.output_shape)


@FVCORE.register(nn.ResizeLike)
def resize_like(layer: nn.ResizeLike, step: Step) -> int:
    """Count 1 (nearest) or 4 (bilinear) operations per output element."""
    return (4 if layer.mode == "bilinear" else 1) * numel(step.output_shape)
