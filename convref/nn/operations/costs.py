"""The table `COSTS`, from the name of an operation on tensors in torch to the function that counts its cost.

Multiply-accumulates are counted as torch's own counter (`torch.utils.flop_counter`) counts them: for products
of matrices, convolutions and attention. There is one difference. torch may compute a `matmul` or `linear`
with a vector by its functions `mv` or `dot`, depending on the memory layout, and its counter then counts
nothing; here such products always count. All other arithmetic is counted as additions, multiplications,
comparisons or functions, as for layers (see `Cost`).
"""

from __future__ import annotations

from collections.abc import Mapping

from convref.nn.base import numel
from convref.nn.cost import Cost
from convref.nn.operations.rules import (
    Call,
    Rule,
    added_products,
    attention,
    average,
    bilinear,
    bilinear_resized,
    convolution,
    each,
    einsum,
    embedding_bag,
    free,
    linear,
    matmul,
    maximum,
    multi_head,
    norm,
    normalized,
    products,
    recurrent,
    reduced,
    sampled,
    softmax,
    variance,
    vector,
)


def _named(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


def _added_into(source: int) -> Rule:
    """Return the rule of `scatter_add` and `index_add`: one addition for each element that is added.

    Args:
        source: the position of the argument with these elements.
    """
    return lambda call: Cost(adds=numel(call.inputs[call.args[source].index]))


def _loss(functions: int) -> Rule:
    """Return the rule of a loss: `functions` operations per element, and the additions of the reduction."""

    def rule(call: Call) -> Cost:
        elements = numel(call.inputs[0])
        return Cost(functions=functions * elements, adds=max(elements - call.made, 0))

    return rule


COSTS: Mapping[str, Rule] = {
    "scatter_add": _added_into(2),
    "index_add": _added_into(3),
    **_named("mse_loss smooth_l1_loss huber_loss", _loss(1)),
    **_named("binary_cross_entropy binary_cross_entropy_with_logits", _loss(2)),
    **_named("nll_loss_forward nll_loss2d_forward", _loss(0)),
    "scatter_reduce.two": lambda call: Cost(comparisons=numel(call.inputs[call.args[3].index])),
    "linalg_cross": lambda call: Cost(muls=2 * call.made, adds=call.made),
    **_named(
        "alias detach clone view _unsafe_view reshape unsqueeze squeeze squeeze.dim squeeze.dims "
        "permute transpose.int t expand slice.Tensor select.int narrow as_strided split.Tensor "
        "split_with_sizes unsafe_split.Tensor unsafe_split_with_sizes unbind.int diagonal unfold "
        "_to_copy copy cat stack repeat roll flip constant_pad_nd reflection_pad1d reflection_pad2d "
        "reflection_pad3d replication_pad1d replication_pad2d replication_pad3d pad index.Tensor "
        "index_select gather scatter.src scatter.value index_put embedding zeros ones full arange "
        "arange.start arange.start_step zeros_like ones_like full_like empty.memory_format empty_like "
        "new_zeros new_ones new_full new_empty scalar_tensor eye eye.m fill.Scalar fill.Tensor zero "
        "tensor scatter im2col pixel_shuffle pixel_unshuffle channel_shuffle tril triu linspace "
        "meshgrid upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact2d "
        "lift_fresh_copy repeat_interleave.self_int slice_scatter select_scatter tril_indices "
        "triu_indices unfold_copy empty_strided new_empty_strided argsort sort topk one_hot rot90 "
        "max_unpool2d max_unpool3d view_as_complex view_as_real complex _conj index_copy "
        "index_fill.int_Scalar index_fill.int_Tensor take diag_embed block_diag",
        free,
    ),
    **_named(
        "add.Tensor add.Scalar sub.Tensor sub.Scalar rsub.Tensor rsub.Scalar cumsum col2im fold",
        each("adds"),
    ),
    **_named(
        "mul.Tensor mul.Scalar neg square addcmul addcdiv cumprod lerp.Scalar lerp.Tensor", each("muls")
    ),
    **_named(
        "div.Tensor div.Scalar div.Tensor_mode div.Scalar_mode floor_divide reciprocal sqrt rsqrt exp "
        "exp2 expm1 log log1p log2 log10 sin cos tan tanh sigmoid erf erfinv atan atan2 asin acos "
        "sinh cosh pow.Tensor_Scalar pow.Tensor_Tensor pow.Scalar gelu elu celu selu silu mish "
        "softplus log_sigmoid_forward remainder.Scalar remainder.Tensor fmod.Scalar fmod.Tensor "
        "floor_divide.Scalar logit polar angle hardswish hardsigmoid xlogy.Tensor erfc logaddexp hypot "
        "hann_window hann_window.periodic hamming_window hamming_window.periodic blackman_window "
        "blackman_window.periodic",
        each("functions"),
    ),
    **_named(
        "relu relu6 leaky_relu hardtanh clamp clamp_min clamp_max clamp.Tensor clamp_min.Tensor "
        "clamp_max.Tensor abs sign threshold hardshrink softshrink maximum minimum eq.Scalar "
        "eq.Tensor ne.Scalar ne.Tensor lt.Scalar lt.Tensor le.Scalar le.Tensor gt.Scalar gt.Tensor "
        "ge.Scalar ge.Tensor where.self where.ScalarSelf where.ScalarOther where.Scalar "
        "masked_fill.Scalar masked_fill.Tensor logical_and logical_or logical_not logical_xor "
        "bitwise_and.Tensor bitwise_or.Tensor bitwise_not bitwise_xor.Tensor isnan isinf isfinite "
        "floor ceil round round.decimals trunc nan_to_num prelu _prelu_kernel __and__.Tensor "
        "__or__.Tensor _local_scalar_dense frac sgn heaviside cummax cummin bucketize.Tensor "
        "searchsorted.Tensor",
        each("comparisons"),
    ),
    **_named(
        "sum sum.dim_IntList prod prod.dim_int count_nonzero count_nonzero.dim_IntList", reduced(adds=True)
    ),
    **_named("mean mean.dim", reduced(adds=True, divides=True)),
    **_named(
        "amax amin aminmax max.dim min.dim max min argmax argmin any any.dim any.dims all all.dim "
        "all.dims median median.dim kthvalue",
        reduced(),
    ),
    **_named("var.correction std.correction var_mean.correction std_mean.correction", variance),
    **_named(
        "linalg_vector_norm norm.ScalarOpt_dim norm.Scalar norm.ScalarOpt_dim_dtype frobenius_norm",
        normalized,
    ),
    **_named("logsumexp logcumsumexp", softmax),
    **_named("mm bmm", products),
    **_named("addmm baddbmm", added_products),
    **_named("mv dot vdot addmv outer", vector),
    "embedding_bag": embedding_bag,
    "linear": linear,
    "matmul": matmul,
    "einsum": einsum,
    "convolution": convolution,
    "scaled_dot_product_attention": attention,
    "multi_head_attention_forward": multi_head,
    "lstm": recurrent(4),
    "gru": recurrent(3),
    "rnn_tanh": recurrent(1),
    "rnn_relu": recurrent(1),
    **_named(
        "native_batch_norm native_layer_norm native_group_norm _native_batch_norm_legit_no_training "
        "_native_batch_norm_legit.no_stats _fused_rms_norm _weight_norm_interface normalize",
        norm,
    ),
    **_named("_softmax _log_softmax _safe_softmax", softmax),
    **_named("avg_pool1d avg_pool2d avg_pool3d", average),
    **_named("max_pool2d_with_indices max_pool3d_with_indices", maximum),
    **_named(
        "_adaptive_avg_pool2d _adaptive_avg_pool3d adaptive_avg_pool1d adaptive_max_pool2d "
        "adaptive_max_pool3d",
        reduced(adds=True, divides=True),
    ),
    **_named(
        "upsample_bilinear2d upsample_linear1d upsample_bicubic2d upsample_trilinear3d "
        "_upsample_bilinear2d_aa _upsample_bicubic2d_aa",
        bilinear_resized,
    ),
    **_named("grid_sampler_2d grid_sampler_3d", sampled),
    **_named("affine_grid_generator", each("muls", 3)),
    **_named("glu", each("functions")),
    **_named("_cdist_forward cdist", vector),
    "bilinear": bilinear,
}
"""The rule for each operation. Others are not counted; a note below a report names them."""
