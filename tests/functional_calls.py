"""Valid calls of every function of convref.functional, for tests of properties that all of them have."""

from typing import Any

import numpy as np

RNG = np.random.default_rng(0)
IMAGES, LINES, VOLUMES = (
    RNG.normal(size=(2, 4, 6, 6)),
    RNG.normal(size=(2, 4, 6)),
    RNG.normal(size=(2, 4, 6, 6, 6)),
)
INDICES = np.arange(36).reshape(6, 6).repeat(8).reshape(6, 6, 2, 4).transpose(2, 3, 0, 1)

CALLS: dict[str, tuple[Any, ...]] = {
    "conv1d": (LINES, RNG.normal(size=(4, 2, 3)), RNG.normal(size=4), 1, 1, 1, 2),
    "conv2d": (IMAGES, RNG.normal(size=(4, 2, 3, 3)), RNG.normal(size=4), 2, 0, 1, 2),
    "conv3d": (VOLUMES, RNG.normal(size=(4, 2, 1, 1, 1)), RNG.normal(size=4), 1, 0, 1, 2),
    "conv_transpose2d": (IMAGES, RNG.normal(size=(4, 2, 3, 3)), RNG.normal(size=4), 2, 1, 1, 2),
    "deform_conv2d": (
        IMAGES,
        RNG.normal(size=(2, 18, 4, 4)),
        RNG.normal(size=(4, 2, 3, 3)),
        RNG.normal(size=4),
    ),
    "linear": (IMAGES, RNG.normal(size=(5, 6)), RNG.normal(size=5)),
    "bilinear": (LINES, LINES, RNG.normal(size=(3, 6, 6))),
    "max_pool2d": (IMAGES, 3, 2, 1, 1, False, True),
    "avg_pool2d": (IMAGES, 3, 2, 1),
    "lp_pool2d": (np.abs(IMAGES), 2, 2),
    "max_unpool2d": (IMAGES, INDICES, 2),
    "adaptive_avg_pool2d": (IMAGES, 4),
    "adaptive_max_pool2d": (IMAGES, 4, True),
    "batch_norm": (IMAGES, RNG.normal(size=4), RNG.uniform(1, 2, 4), RNG.normal(size=4), RNG.normal(size=4)),
    "instance_norm": (IMAGES,),
    "group_norm": (IMAGES, 2, RNG.normal(size=4)),
    "layer_norm": (IMAGES, (6, 6), RNG.normal(size=(6, 6))),
    "rms_norm": (IMAGES, (6,), RNG.normal(size=6)),
    "local_response_norm": (IMAGES, 3),
    "normalize": (IMAGES,),
    "relu": (IMAGES,),
    "gelu": (IMAGES,),
    "prelu": (IMAGES, RNG.normal(size=4)),
    "softmax": (IMAGES, 1),
    "log_softmax": (IMAGES, 1),
    "glu": (IMAGES, 1),
    "scaled_dot_product_attention": (LINES, LINES, LINES, LINES @ LINES.swapaxes(1, 2)),
    "channel_shuffle": (IMAGES, 2),
    "pixel_shuffle": (IMAGES, 2),
    "pixel_unshuffle": (IMAGES, 2),
    "unfold": (IMAGES, 3),
    "fold": (LINES, (4, 4), 2, 1, 0, (2, 1)),
    "grid_sample": (IMAGES, RNG.uniform(-1.5, 1.5, (2, 3, 5, 2)), "bicubic"),
    "affine_grid": (RNG.normal(size=(2, 2, 3)), (2, 4, 3, 5)),
    "interpolate": (IMAGES, 9, None, "bicubic"),
    "pad": (IMAGES, (1, 2, 0, 1), "reflect"),
    "cosine_similarity": (LINES, LINES[::-1]),
    "embedding": (INDICES % 6, RNG.normal(size=(6, 3))),
}
"""A call of one function of each kind."""

WORDS = RNG.normal(size=(3, 2, 4))

ACTIVATIONS = (
    "celu", "elu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish",
    "relu6", "rrelu", "selu", "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink",
)  # fmt: skip
BY_RANK = {1: LINES, 2: IMAGES, 3: VOLUMES}


def indices(size: int) -> np.ndarray:
    """Return an integer array (2, 4, size) whose numbers differ for every image and channel."""
    return np.arange(size).repeat(8).reshape(size, 2, 4).transpose(1, 2, 0)


EVERY: dict[str, tuple[Any, ...]] = {
    **CALLS,
    **dict.fromkeys(ACTIVATIONS, (IMAGES,)),
    "threshold": (IMAGES, 0.1, 2.0),
    "softmin": (IMAGES, 1),
    **{f"{kind}_pool{n}d": (x, 2) for kind in ("adaptive_avg", "adaptive_max", "avg", "max")
       for n, x in BY_RANK.items()},
    **{f"lp_pool{n}d": (np.abs(x), 2, 2) for n, x in BY_RANK.items()},
    "max_unpool1d": (LINES, indices(6), 2),
    "max_unpool3d": (VOLUMES, indices(216).reshape(VOLUMES.shape), 2),
    "conv_transpose1d": (LINES, RNG.normal(size=(4, 2, 3)), None, 2),
    "conv_transpose3d": (VOLUMES, RNG.normal(size=(4, 2, 1, 2, 1)), None, 2),
    **dict.fromkeys(("alpha_dropout", "dropout", "dropout2d", "feature_alpha_dropout"), (IMAGES, 0.5, False)),
    "dropout1d": (LINES, 0.5, False),
    "dropout3d": (VOLUMES, 0.5, False),
    "pairwise_distance": (LINES, LINES[::-1]),
    "one_hot": (INDICES[0, 0] % 5,),
    "multi_head_attention_forward": (
        WORDS, WORDS, WORDS, 4, 2, RNG.normal(size=(12, 4)), None, None, None, False, 0.0,
        RNG.normal(size=(4, 4)), None,
    ),
    "upsample": (IMAGES, 9),
    "upsample_bilinear": (IMAGES, 9),
    "upsample_nearest": (IMAGES, 9),
}  # fmt: skip
"""A call of every function."""
