"""Sets of operation names.

Some sets group operations by how they compute an output element: from one element of each input, from many
elements, or as a copy. Others group operations by the values that they store or that autograd keeps.
"""

from __future__ import annotations


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


VIEWS = _named(
    "_unsafe_view alias as_strided chunk detach diagonal expand movedim.int narrow numpy_T permute "
    "reshape select.int slice.Tensor split.Tensor split_with_sizes squeeze squeeze.dim squeeze.dims t "
    "transpose.int unbind.int unfold unsafe_split.Tensor unsafe_split_with_sizes unsqueeze view "
    "view_as_complex view_as_real"
)
"""Operations whose result is a view of their input's memory."""
ELEMENTWISE = _named(
    "_prelu_kernel abs add.Scalar add.Tensor addcdiv addcmul atan2 bitwise_and.Tensor bitwise_not "
    "bitwise_or.Tensor ceil celu clamp clamp.Tensor clamp_max clamp_max.Tensor clamp_min "
    "clamp_min.Tensor cos div.Scalar div.Tensor div.Tensor_mode elu eq.Scalar eq.Tensor erf erfc exp expm1 "
    "fill.Scalar floor fmod.Scalar ge.Scalar ge.Tensor gelu gt.Scalar gt.Tensor hardshrink "
    "hardsigmoid hardswish hardtanh heaviside hypot isinf isnan le.Scalar le.Tensor leaky_relu lerp.Scalar "
    "lerp.Tensor log log1p log_sigmoid_forward logaddexp logical_and logical_not logical_or lt.Scalar "
    "lt.Tensor masked_fill.Scalar masked_fill.Tensor maximum minimum mish mul.Scalar mul.Tensor nan_to_num "
    "ne.Scalar ne.Tensor neg pow.Scalar pow.Tensor_Scalar pow.Tensor_Tensor reciprocal relu relu6 "
    "remainder.Scalar round rsqrt rsub.Scalar rsub.Tensor selu sigmoid sign silu sin softplus "
    "softshrink sqrt square sub.Scalar sub.Tensor tan tanh threshold trunc where.ScalarOther "
    "where.ScalarSelf where.self zero"
)
"""Operations on each element, or on corresponding elements of several tensors."""
PRODUCTS = _named(
    "addmm addmv baddbmm bilinear bmm cdist convolution dot einsum gru linear lstm matmul mm "
    "multi_head_attention_forward mv outer rnn_relu rnn_tanh scaled_dot_product_attention vdot"
)
"""Products of matrices and vectors, convolutions, attention and recurrence."""
REDUCTIONS = _named(
    "all all.dim amax amin any any.dim argmax argmin linalg_vector_norm logsumexp max max.dim mean "
    "mean.dim min min.dim norm.ScalarOpt_dim prod prod.dim_int std.correction std_mean.correction sum "
    "sum.dim_IntList topk var.correction var_mean.correction"
)
"""Operations that reduce all elements along an axis to one."""
JOINS = _named(
    "cat col2im embedding embedding_bag gather im2col index.Tensor index_select max_unpool2d max_unpool3d "
    "repeat stack"
)
"""Operations that copy elements of several values, or selected elements, into a new value."""
MAPS = PRODUCTS | REDUCTIONS | JOINS
"""Operations whose result counts as a new feature map; all others count as done in place."""
KEEP_OUTPUT = _named("_log_softmax _safe_softmax _softmax exp reciprocal relu rsqrt sigmoid sqrt tanh")
"""Operations whose gradient is computed from their output, so that autograd keeps the output."""
_SIZES_ALONE = _named(
    "_to_copy add.Scalar add.Tensor cat ceil constant_pad_nd copy div.Scalar fill.Scalar flip floor "
    "mean mean.dim mul.Scalar neg repeat roll round rsub.Scalar scatter sign stack sub.Scalar "
    "sub.Tensor sum sum.dim_IntList zero"
)
KEEP_NOTHING = VIEWS | _SIZES_ALONE
"""Operations whose gradient needs only the sizes of the inputs, so that autograd keeps no values."""
KEEP_INPUTS = PRODUCTS | (ELEMENTWISE - KEEP_NOTHING) | REDUCTIONS | JOINS
"""Operations whose gradient is computed from their inputs, so that autograd keeps the inputs."""
