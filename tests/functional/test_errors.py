"""Invalid calls raise errors that name function, argument, value and rule."""
# ruff: noqa: E501 - a call and its message stand on one line

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import convref.functional
from convref.errors import ArgumentError, ShapeError

F: Any = convref.functional  # many arguments have a wrong type on purpose


def o(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    return np.ones(shape, dtype)


def frozen(*shape: int) -> np.ndarray:
    x = o(*shape)
    x.flags.writeable = False
    return x


def heads(**changes: Any) -> Any:
    """Call multi_head_attention_forward with 4 features in 2 heads, and some arguments changed."""
    given = {
        "query": o(3, 2, 4), "key": o(5, 2, 4), "value": o(5, 2, 4), "embed_dim_to_check": 4, "num_heads": 2,
        "in_proj_weight": o(12, 4), "in_proj_bias": None, "bias_k": None, "bias_v": None, "add_zero_attn": False,
        "dropout_p": 0.0, "out_proj_weight": o(4, 4), "out_proj_bias": None,
    }  # fmt: skip
    return F.multi_head_attention_forward(**{**given, **changes})


X1, X2, W2 = o(1, 2, 8), o(1, 2, 8, 8), o(4, 2, 3, 3)
ATTEND = F.scaled_dot_product_attention

ARGUMENTS: list[tuple[Callable[[], Any], str]] = [
    (lambda: F.relu([1.0]), r"relu: input \(a list\) must be a NumPy array"),
    (lambda: F.relu(o(2, dtype=bool)), r"relu: input \(of type bool\) must be floating or integer"),
    (lambda: F.elu(o(2, dtype=int)), r"elu: input \(of type int64\) must be floating"),
    (lambda: F.elu(o(2, dtype=np.longdouble)), r"elu: input \(of type .*128\) must be floating"),
    (lambda: F.relu(frozen(2), inplace=True), r"relu: input must be writeable, because it is written in place"),
    (lambda: F.avg_pool1d(o(1, 4, dtype=np.uint8), 2), r"avg_pool1d: input \(of type uint8\) must be floating or int64"),
    (lambda: F.conv2d(X2, W2.astype("f")), r"conv2d: weight \(of type float32\) must have input's type, float64"),
    (lambda: F.conv2d(X2, W2, stride=0), r"conv2d: stride \(=0\) must be at least 1"),
    (lambda: F.conv2d(X2, W2, stride=(1, 0)), r"conv2d: stride \(=\(1, 0\)\) must be at least 1 on every axis"),
    (lambda: F.conv2d(X2, W2, stride=1.5), r"conv2d: stride \(=1.5\) must be an integer"),
    (lambda: F.conv2d(X2, W2, stride=True), r"conv2d: stride \(=True\) must be an integer"),
    (lambda: F.conv2d(X2, W2, stride=(1, 1.5)), r"conv2d: stride \(=\(1, 1.5\)\) must consist of integers"),
    (lambda: F.conv2d(X2, W2, stride=(1, 1, 1)), r"conv2d: stride .* must be one integer or a sequence of integers of length 2"),
    (lambda: F.conv2d(X2, W2, padding=-1), r"conv2d: padding \(=-1\) must be at least 0"),
    (lambda: F.conv2d(X2, W2, padding="full"), r"conv2d: padding \(='full'\) must consist of integers, or be 'same' or 'valid'"),
    (lambda: F.conv2d(X2, W2, padding="same", stride=2), r"conv2d: padding \(='same'\) can only be used with stride 1"),
    (lambda: F.conv2d(X2, W2, groups=0), r"conv2d: groups \(=0\) must be at least 1"),
    (lambda: F.conv_transpose1d(X1, o(2, 3, 3), output_padding=1), r"output_padding \(=1\) must be less than the larger of stride \(1,\) and dilation \(1,\) on each axis"),
    (lambda: F.conv_transpose2d(X2, W2[:2], padding="same"), r"conv_transpose2d: padding \(='same'\) must be an int"),
    (lambda: F.deform_conv2d(X2, o(1, 7, 6, 6), W2), r"deform_conv2d: offset .* must have 2 · G · 9 channels"),
    (lambda: F.max_pool2d(X2, 2, padding=2), r"max_pool2d: padding \(=2\) must be at most half of the window"),
    (lambda: F.max_pool2d(X2, 0), r"max_pool2d: kernel_size \(=0\) must be at least 1"),
    (lambda: F.avg_pool2d(X2, 2, divisor_override=0), r"avg_pool2d: divisor_override \(=0\) must not be 0"),
    (lambda: F.lp_pool1d(X1, 0, 2), r"lp_pool1d: norm_type \(=0\) must not be 0"),
    (lambda: F.adaptive_avg_pool2d(X2, (1,)), r"adaptive_avg_pool2d: output_size \(=\(1,\)\) must be one integer or None, or a sequence of 2"),
    (lambda: F.adaptive_avg_pool2d(X2, -1), r"adaptive_avg_pool2d: output_size \(=-1\) must be at least 0"),
    (lambda: F.max_unpool1d(X1, o(1, 2, 8, dtype=np.int8), 2), r"max_unpool1d: indices \(of type int8\) must be int64"),
    (lambda: F.max_unpool1d(X1, 99 * o(1, 2, 8, dtype=int), 2), r"indices \(from 99 to 99\) must lie in an output"),
    (lambda: F.max_unpool1d(X1, o(1, 2, 8, dtype=int), 2, output_size=[9]), r"output_size .* by less than the stride"),
    (lambda: F.max_unpool1d(X1, o(1, 2, 8, dtype=int), 2, output_size=[9, 9]), r"output_size .* must have 1 sizes, or 3"),
    (lambda: F.batch_norm(X1, o(2), o(2), eps=-1e-5), r"batch_norm: eps \(=-1e-05\) must be at least 0"),
    (lambda: F.batch_norm(X1, None, None, training=True, eps=0.0), r"batch_norm: eps \(=0.0\) must be positive"),
    (lambda: F.batch_norm(X1, None, None), r"batch_norm: running_mean \(=None\) must be given outside of training"),
    (lambda: F.batch_norm(X1, o(2), None), r"batch_norm: running_mean and running_var must be given or left out"),
    (lambda: F.batch_norm(X1, frozen(2), o(2), training=True), r"batch_norm: a running statistic must be writeable"),
    (lambda: F.instance_norm(X1, use_input_stats=False), r"instance_norm: running_mean \(=None\) must be given"),
    (lambda: F.group_norm(X1, 0), r"group_norm: num_groups \(=0\) must be at least 1"),
    (lambda: F.local_response_norm(X1, 0), r"local_response_norm: size \(=0\) must be at least 1"),
    (lambda: F.normalize(X1, dim=3), r"normalize: dim \(=3\) must be an axis of the input, -3 to 2"),
    (lambda: F.softmax(X1, 1.5), r"softmax: dim \(=1.5\) must be an integer"),
    (lambda: F.softmax(o(2, dtype=int), 0), r"softmax: input \(of type int64\) must be floating"),
    (lambda: F.hardtanh(X1, 1, -1), r"hardtanh: min_val \(=1\) must be at most max_val \(=-1\)"),
    (lambda: F.hardtanh(o(2, dtype=np.uint8)), r"hardtanh: min_val \(=-1.0\) must be a value of input's type, uint8"),
    (lambda: F.celu(X1, 0), r"celu: alpha \(=0\) must not be 0"),
    (lambda: F.grid_sample(X2, o(1, 3, 3, 2), "linear"), r"grid_sample: mode \(='linear'\) must be one of bilinear, nearest, bicubic"),
    (lambda: F.grid_sample(X2, o(1, 3, 3, 2), padding_mode="edge"), r"grid_sample: padding_mode \(='edge'\) must be one of zeros, border, refl"),
    (lambda: F.grid_sample(X2, o(1, 3, 3, 2), align_corners=1), r"grid_sample: align_corners \(=1\) must be True or False"),
    (lambda: F.grid_sample(X2, o(1, 3, 3, 2, dtype="f")), r"grid_sample: grid \(of type float32\) must have input's type, float64"),
    (lambda: F.affine_grid(o(1, 2, 3), (1, 2, 8)), r"affine_grid: size \(=\(1, 2, 8\)\) must be \(N, C, H, W\) or \(N, C, D, H, W\)"),
    (lambda: F.affine_grid(o(1, 2, 3), (1, 2, 0, 8)), r"affine_grid: an entry of size \(=0\) must be at least 1"),
    (lambda: F.gelu(X1, "exact"), r"gelu: approximate \(='exact'\) must be 'none' or 'tanh'"),
    (lambda: F.softshrink(X1, -1), r"softshrink: lambd \(=-1\) must be at least 0"),
    (lambda: F.rrelu(X1, 0.3, 0.1), r"rrelu: lower \(=0.3\) must be at most upper \(=0.1\)"),
    (lambda: F.rrelu(X1, training=True), r"rrelu: generator \(=None\) must be a numpy.random.Generator in training"),
    (lambda: F.dropout(X1), r"dropout: generator \(=None\) must be a numpy.random.Generator in training"),
    (lambda: F.dropout(X1, 1.5), r"dropout: p \(=1.5\) must be a probability from 0 to 1"),
    (lambda: F.dropout(frozen(3), inplace=True, generator=np.random.default_rng()), r"dropout: input must be writea"),
    (lambda: F.pad(X1, (1, 2, 3)), r"pad: pad \(=\(1, 2, 3\)\) must consist of pairs of integers"),
    (lambda: F.pad(X1, (1, 2), "wrap"), r"pad: mode \(='wrap'\) must be one of constant, reflect, replicate, circ"),
    (lambda: F.pad(X1, (1, 2), "reflect", 1.0), r"pad: value \(=1.0\) must be left out with mode 'reflect'"),
    (lambda: F.interpolate(X1), r"interpolate: size \(=None\) or scale_factor \(=None\) must be given"),
    (lambda: F.interpolate(X1, 3, 2.0), r"interpolate: size \(=3\) or scale_factor \(=2.0\) must be given, but not both"),
    (lambda: F.interpolate(X1, (3, 3)), r"interpolate: size \(=\(3, 3\)\) must be one number, or 1 numbers"),
    (lambda: F.interpolate(X1, 3, mode="cubic"), r"interpolate: mode \(='cubic'\) must be one of nearest, "),
    (lambda: F.interpolate(X1, 3, align_corners=True), r"interpolate: align_corners \(=True\) must be left out with"),
    (lambda: F.interpolate(X1, 3, antialias=True), r"interpolate: antialias \(=True\) can only be given with the mode bi"),
    (lambda: F.interpolate(X2, 3, mode="lanczos"), r"interpolate: mode \(='lanczos'\) needs antialias=True"),
    (lambda: F.interpolate(X1, 3, recompute_scale_factor=True), r"recompute_scale_factor \(=True\) can only be given with"),
    (lambda: F.interpolate(o(1, 1, 3, dtype=int), 3), r"interpolate: input \(of type int64\) must be floating"),
    (lambda: F.one_hot(np.array([-1])), r"one_hot: tensor \(smallest value -1\) must not contain negative values"),
    (lambda: F.one_hot(np.array([3]), 2), r"one_hot: num_classes \(=2\) must be more than the largest index, 3"),
    (lambda: F.one_hot(o(0, dtype=int)), r"one_hot: num_classes \(=-1\) must be at least 1 for an empty tensor"),
    (lambda: F.one_hot(o(1, dtype=np.int32)), r"one_hot: tensor \(of type int32\) must be int64"),
    (lambda: F.embedding(np.array([5]), o(4, 3)), r"embedding: the indices in input \(from 5 to 5\) must be from 0 to 3"),
    (lambda: F.embedding(o(1, dtype=np.int8), o(4, 3)), r"embedding: input \(of type int8\) must be int32 or int64"),
    (lambda: F.embedding(np.array([0]), o(4, 3), 4), r"embedding: padding_idx \(=4\) must be the index of one of the 4 rows"),
    (lambda: ATTEND(X1, X1, X1, o(8, 8), is_causal=True), r"is_causal \(=True\) cannot be combined with attn_mask"),
    (lambda: ATTEND(X1, X1, X1, o(8, 8, dtype=int)), r"attn_mask \(of type int64\) must be boolean or have the type of query, float64"),
    (lambda: heads(is_causal=True), r"attn_mask must be given when is_causal is true"),
    (lambda: heads(num_heads=3), r"num_heads \(=3\) must divide embed_dim_to_check \(=4\)"),
    (lambda: heads(bias_k=o(1, 1, 4)), r"bias_k and bias_v must be given or left out together"),
    (lambda: heads(static_k=o(4, 5, 2), bias_k=o(4), bias_v=o(4)), r"bias_k must be None if static_k is given"),
    (lambda: heads(attn_mask=o(3, 5, dtype=int)), r"attn_mask \(of type int64\) must be boolean or floating"),
    (lambda: F.celu(X1, "1"), r"celu: alpha \(='1'\) must be a real number"),
    (lambda: F.elu(X1, True), r"elu: alpha \(=True\) must be a real number"),
    (lambda: F.avg_pool1d(X1, 2, ceil_mode=1), r"avg_pool1d: ceil_mode \(=1\) must be True or False"),
    (lambda: F.gelu(X1, approximate=X1), r"gelu: approximate \(=an array of shape \(1, 2, 8\)\) must be a string"),
    (lambda: F.conv2d(X2, W2, stride=b"1"), r"conv2d: stride \(=b'1'\) must be an integer"),
    (lambda: F.softmax(X1, 0, dtype="word"), r"softmax: dtype \(='word'\) must be a floating type"),
    (lambda: F.softmax(X1, 0, dtype=np.int8), r"softmax: dtype \(=int8\) must be a floating type"),
    (lambda: F.normalize(X1, dim=[0, 0]), r"normalize: dim \(=\[0, 0\]\) must not contain the same axis twice"),
    (lambda: F.interpolate(X1, scale_factor=np.nan), r"interpolate: scale_factor \(=nan\) must consist of finite"),
    (lambda: heads(in_proj_weight=None), r"q_proj_weight \(=None\) must be given if in_proj_weight is not"),
]  # fmt: skip

SHAPES: list[tuple[Callable[[], Any], str]] = [
    (lambda: F.conv2d(o(8, 8), W2), r"conv2d: input \(of shape \(8, 8\)\) must have 4 axes, or 3 without a batch"),
    (lambda: F.conv2d(X2, o(4, 2, 3)), r"conv2d: weight \(of shape \(4, 2, 3\)\) must have 4 axes"),
    (lambda: F.conv2d(o(1, 2, 0, 8), W2), r"conv2d: input \(of shape \(1, 2, 0, 8\)\) must not have an axis of size 0, except"),
    (lambda: F.conv2d(X2, o(0, 2, 3, 3)), r"conv2d: weight \(of shape \(0, 2, 3, 3\)\) must have no axis of size 0"),
    (lambda: F.conv2d(X2, o(4, 3, 3, 3)), r"conv2d: input has 2 channels, but weight .* expects 3"),
    (lambda: F.conv2d(o(1, 4, 8, 8), o(3, 2, 3, 3), groups=2), r"conv2d: groups \(=2\) must divide the 3 output channels"),
    (lambda: F.conv2d(X2, W2, o(3)), r"conv2d: bias \(of shape \(3,\)\) must have shape \(4,\)"),
    (lambda: F.conv2d(o(1, 2, 2, 2), W2), r"conv2d: input of size \(2, 2\) with padding 0 must not be smaller than"),
    (lambda: F.conv_transpose1d(X1, o(2, 3)), r"conv_transpose1d: weight \(of shape \(2, 3\)\) must have 3 axes"),
    (lambda: F.conv_transpose1d(X1, o(3, 2, 3)), r"conv_transpose1d: input has 2 channels, but weight .* expects 3"),
    (lambda: F.conv_transpose1d(X1, o(2, 2, 3), groups=3), r"conv_transpose1d: groups \(=3\) must divide the 2 chan"),
    (lambda: F.conv_transpose1d(X1, o(2, 2, 3), padding=5), r"conv_transpose1d: padding \(=5\) must be less than half of \(10,\), the output"),
    (lambda: F.deform_conv2d(X1, X1, W2), r"deform_conv2d: input \(of shape \(1, 2, 8\)\) must be \(N, C, H, W\)"),
    (lambda: F.deform_conv2d(X2, o(1, 18, 5, 5), W2), r"offset \(of shape .*\) must have shape \(1, 18, 6, 6\)"),
    (lambda: F.max_pool2d(X2, 9), r"max_pool2d: input of size \(8, 8\) with padding \(0, 0\) must not be smaller"),
    (lambda: F.avg_pool1d(o(1, 0, 8), 2), r"avg_pool1d: input \(of shape \(1, 0, 8\)\) must not have an axis of size 0, except"),
    (lambda: F.max_unpool1d(X1, o(1, 2, 8, dtype=int), 2, padding=9), r"max_unpool1d: padding \(=9\) must leave an output of positive size"),
    (lambda: F.max_unpool1d(X1, o(1, 2, 7, dtype=int), 2), r"max_unpool1d: indices \(of shape \(1, 2, 7\)\) must have"),
    (lambda: F.batch_norm(o(2), None, None), r"batch_norm: input \(of shape \(2,\)\) must have at least 2 axes"),
    (lambda: F.batch_norm(o(1, 2), None, None, training=True), r"batch_norm: input .* must have more than one value per channel"),
    (lambda: F.batch_norm(X1, o(3), o(3)), r"batch_norm: running_mean \(of shape \(3,\)\) must have shape \(2,\)"),
    (lambda: F.batch_norm(X1, o(2), o(2), o(3)), r"batch_norm: weight \(of shape \(3,\)\) must have shape \(2,\)"),
    (lambda: F.instance_norm(o(2)), r"instance_norm: input \(of shape \(2,\)\) must have at least 2 axes"),
    (lambda: F.instance_norm(o(2, 3, 1)), r"instance_norm: input .* must have more than one value per channel"),
    (lambda: F.group_norm(o(2), 1), r"group_norm: input \(of shape \(2,\)\) must have at least 2 axes"),
    (lambda: F.group_norm(o(1, 4), 3), r"group_norm: num_groups \(=3\) must divide the 4 channels of input"),
    (lambda: F.group_norm(o(1, 4), 4), r"group_norm: input \(of shape \(1, 4\)\) must have more than one value per group"),
    (lambda: F.layer_norm(X1, (7,)), r"layer_norm: input .* must end in normalized_shape \(=\(7,\)\)\. normalized_shape must be a sequence"),
    (lambda: F.layer_norm(X1, 8), r"layer_norm: input .* must end in normalized_shape \(=8\)\. normalized_shape must be a sequence"),
    (lambda: F.local_response_norm(o(2, 2), 3), r"local_response_norm: input .* must have at least 3 axes"),
    (lambda: F.normalize(X1, out=o(2)), r"normalize: out \(of shape \(2,\)\) must have shape \(1, 2, 8\)"),
    (lambda: F.prelu(X1, o(3)), r"prelu: weight \(of shape \(3,\)\) must have one value, or 2 values"),
    (lambda: F.glu(o(1, 3)), r"glu: input \(of shape \(1, 3\)\) must have an even size along dim \(=-1\)"),
    (lambda: F.glu(o()), r"glu: input \(of shape \(\)\) must have at least 1 axis, which is halved"),
    (lambda: F.dropout1d(o(2)), r"dropout1d: input \(of shape \(2,\)\) must have 3 axes, or 2 without a batch"),
    (lambda: F.dropout2d(o(2)), r"dropout2d: input \(of shape \(2,\)\) must have at least 2 axes"),
    (lambda: F.linear(o(3), o(4, 5)), r"linear: the last axis of input .* must have the same size as the last axis of weight, 5"),
    (lambda: F.linear(o(3), o(1, 4, 3)), r"linear: weight \(of shape \(1, 4, 3\)\) must have 1 or 2 axes"),
    (lambda: F.linear(o(2, 3), o(3), o(2)), r"linear: bias \(of shape \(2,\)\) must be a single number if weight has one"),
    (lambda: F.linear(o(2, 3), o(4, 3), o(3)), r"linear: bias \(of shape \(3,\)\) must broadcast to"),
    (lambda: F.bilinear(o(3), o(2), o(4, 2, 3)), r"bilinear: weight \(of shape \(4, 2, 3\)\) must have 3 axes"),
    (lambda: F.bilinear(o(5, 3), o(2), o(4, 3, 2)), r"bilinear: input1 .* and input2 .* must have equal shapes"),
    (lambda: F.bilinear(o(3), o(2), o(4, 3, 2), o(3)), r"bilinear: bias \(of shape \(3,\)\) must have shape \(4,\)"),
    (lambda: F.pad(o(2), (1, 1, 1, 1)), r"pad: pad .* must have at most 1 pairs, one for each axis"),
    (lambda: F.pad(X1, (-9, 0)), r"pad: input .* must not be cropped by more than the size of an axis"),
    (lambda: F.pad(o(1, 1, 1, 8), (1, 1), "reflect"), r"pad: pad .* must have one to three pairs, one for each spat"),
    (lambda: F.pad(o(2, 0, 4), (1, 1), "reflect"), r"pad: input \(of shape \(2, 0, 4\)\) must not have size 0 on an axis"),
    (lambda: F.pad(X1, (8, 0), "reflect"), r"pad: pad \(=\(8, 0\)\) must be at most 7 on an axis of size 8"),
    (lambda: F.pad(X1, (-8, 0), "replicate"), r"pad: pad \(=\(-8, 0\)\) must leave at least one entry of an axis of size 8"),
    (lambda: F.channel_shuffle(o(2, 4), 2), r"channel_shuffle: input \(of shape \(2, 4\)\) must have at least 3 axes"),
    (lambda: F.channel_shuffle(X1, 3), r"channel_shuffle: groups \(=3\) must divide the 2 channels of input"),
    (lambda: F.pixel_shuffle(o(2, 4), 2), r"pixel_shuffle: input \(of shape \(2, 4\)\) must have at least 3 axes"),
    (lambda: F.pixel_shuffle(X1, 2), r"pixel_shuffle: upscale_factor \(=2\) squared must divide the 1 channel$"),
    (lambda: F.pixel_unshuffle(o(2, 4), 2), r"pixel_unshuffle: input .* must have at least 3 axes"),
    (lambda: F.pixel_unshuffle(X1, 3), r"pixel_unshuffle: downscale_factor \(=3\) must divide height and width"),
    (lambda: F.unfold(X2, 9), r"unfold: the image \(of size \(8, 8\) with padding \(0, 0\)\) must not be smaller"),
    (lambda: F.fold(o(3, 4), 3, 2), r"fold: input \(of shape \(3, 4\)\) must have size 4 on the last axis, the number of windows for output_size"),
    (lambda: F.interpolate(X1, 3, mode="bilinear"), r"interpolate: input \(with 3 axes\) must have 4 axes for the mode"),
    (lambda: F.interpolate(X1, 0), r"interpolate: sizes must be positive, but the input of shape \(1, 2, 8\) would become \(1, 2, 0\)"),
    (lambda: F.grid_sample(X1, o(1, 3, 1)), r"grid_sample: input \(of shape \(1, 2, 8\)\) must be \(N, C, H, W\) or \(N, C, D, H, W\)"),
    (lambda: F.grid_sample(X2[..., None], o(1, 3, 3, 3, 3), "bicubic"), r"grid_sample: input \(with 5 axes\) must have 4 axes for"),
    (lambda: F.grid_sample(X2[:, :, :0], o(1, 3, 3, 2)), r"grid_sample: input .* must not have size 0 on a spatial axis"),
    (lambda: F.grid_sample(X2, o(2, 3, 3, 2)), r"grid_sample: grid \(of shape \(2, 3, 3, 2\)\) must have 4 axes, the first of size 1 and"),
    (lambda: F.affine_grid(o(1, 3, 4), (1, 2, 8, 8)), r"affine_grid: theta \(of shape \(1, 3, 4\)\) must have shape \(1, 2, 3\)"),
    (lambda: F.embedding(np.array([0]), o(3)), r"embedding: weight \(of shape \(3,\)\) must have 2 axes"),
    (lambda: F.cosine_similarity(o(2, 3), o(4)), r"cosine_similarity: x2 \(of shape \(4,\)\) must broadcast with x1"),
    (lambda: F.pairwise_distance(o(), o()), r"pairwise_distance: x1 and x2 \(both of shape \(\)\) must have at least 1 axis"),
    (lambda: ATTEND(o(4), o(3, 4), o(3, 4)), r"query \(of shape \(4,\)\) must have at least 2 axes"),
    (lambda: ATTEND(o(2, 4), o(3, 5), o(3, 4)), r"key \(of shape \(3, 5\)\) must have as many features \(its last axis\) as query, which has 4"),
    (lambda: ATTEND(o(2, 4), o(3, 4), o(2, 4)), r"value \(of shape \(2, 4\)\) must have the same length \(axis -2\) as key, which is 3"),
    (lambda: ATTEND(o(2, 3, 4), o(3, 3, 4), o(3, 3, 4)), r"shapes .* must broadcast, except for their last two axes"),
    (lambda: ATTEND(o(2, 4), o(3, 4), o(3, 4), o(3, 3)), r"attn_mask \(of shape \(3, 3\)\) must broadcast to"),
    (lambda: ATTEND(o(2, 4), o(3, 4), o(3, 4), o(2, 2, 3)), r"attn_mask .* must broadcast to \(2, 3\)"),
    (lambda: ATTEND(o(8, 3, 4), o(3, 3, 4), o(3, 3, 4), enable_gqa=True), r"number of heads \(axis -3\) of key .* must divide the number of heads"),
    (lambda: heads(query=o(3)), r"query, key and value .* must all have 3 axes, or 2 without a batch"),
    (lambda: heads(embed_dim_to_check=6), r"the last axis of query .* must have size embed_dim_to_check \(=6\)"),
    (lambda: heads(value=o(4, 2, 4)), r"key and value .* must have the same length, and the"),
    (lambda: heads(key_padding_mask=o(2, 4)), r"key_padding_mask \(of shape \(2, 4\)\) must be \(2, 5\)"),
    (lambda: heads(attn_mask=o(3)), r"attn_mask \(of shape \(3,\)\) must have the shape \(3, 5\) or \(4, 3, 5\)"),
    (lambda: heads(attn_mask=o(3), add_zero_attn=True), r"must have the shape \(3, 5\) or \(4, 3, 5\)"),
    (lambda: heads(attn_mask=o(3, 9)), r"attn_mask \(of shape \(3, 9\)\) must have the last two sizes \(3, 5\)"),
    (lambda: heads(bias_k=o(2), bias_v=o(2)), r"bias_k \(of shape \(2,\)\) must have shape \(1, 1, 4\)"),
    (lambda: heads(in_proj_weight=o(10, 4)), r"in_proj_weight \(of shape \(10, 4\)\) must have shape \(12, 4\)"),
    (lambda: heads(static_k=o(1, 5, 2)), r"static_k \(of shape \(1, 5, 2\)\) must have shape \(4, 5, 2\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), ARGUMENTS, ids=[message for _, message in ARGUMENTS])
def test_an_argument_that_breaks_a_rule_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), SHAPES, ids=[message for _, message in SHAPES])
def test_a_shape_that_does_not_fit_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        call()


def test_errors_are_also_value_errors() -> None:
    assert issubclass(ArgumentError, ValueError)
    assert issubclass(ShapeError, ValueError)
