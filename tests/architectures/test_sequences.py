"""Networks on sequences: receptive fields, causality, and parameters of their separable convolutions."""

import numpy as np
import pytest

from convref import analyze, architectures, functional, init
from convref.nn import Conv1d


def reached(name: str, x: np.ndarray, other: np.ndarray, axis: int, **arguments: object) -> list[int]:
    """Return the positions of the output that differ between two inputs."""
    net = architectures.build(name, **arguments)
    params = init(net, seed=0, dtype=np.float64)
    differs = functional.run(net, params, x) != functional.run(net, params, other)
    return np.flatnonzero(differs.any(axis=tuple(each for each in range(3) if each != axis))).tolist()


def test_a_sample_of_wavenet_reaches_itself_and_what_follows_within_the_receptive_field() -> None:
    sizes = {"levels": 4, "layers": 3, "stacks": 2, "residual_channels": 8, "skip_channels": 64}
    x = np.random.default_rng(0).standard_normal((1, 4, 40))
    other = x.copy()
    other[..., 9] += 1
    report = analyze(architectures.build("wavenet", **sizes), (4, 40))
    (field,) = report.receptive_field
    assert 1 + 1 + 2 * (1 + 2 + 4) == field
    assert list(range(9, 9 + field)) == reached("wavenet", x, other, 2, **sizes)


def test_the_stages_of_wavenet_are_its_stacks() -> None:
    report = analyze(architectures.build("wavenet"), (256, 4000))
    table = report.table("name", "output", "receptive_field", depth=1)
    assert (
        ("input", (256, 4000), (1,)),
        ("causal", (32, 4000), (2,)),
        ("stack0", (32, 4000), (1025,)),
        ("stack1", (32, 4000), (2048,)),
        ("stack2", (256, 4000), (3071,)),
        ("head", (256, 4000), (3071,)),
    ) == table.rows


def test_the_gated_language_model_is_causal() -> None:
    sizes = {"vocabulary": 30, "embedding": 4, "channels": 6, "layers": 3, "kernel_size": 4}
    x = np.random.default_rng(0).integers(0, 29, (1, 25))
    other = x.copy()
    other[..., 7] += 1
    assert list(range(7, 7 + 1 + 3 * 3)) == reached("gated_conv_lm", x, other, 1, **sizes)


@pytest.mark.parametrize("groups", [(1, 1, 1, 1), (3, 2, 3, 2), (2, 2, 2, 2)])
def test_a_super_separable_convolution_has_the_parameters_of_the_paper_s_first_table(
    groups: tuple[int, ...],
) -> None:
    channels, kernels = 768, (3, 7, 15, 31)
    report = analyze(architectures.build("slicenet_encoder", modules=1, groups=groups), (20, channels))
    weights = sum(
        row.params - (channels if row.layer.bias else 0)
        for row in report.rows
        if isinstance(row.layer, Conv1d)
    )
    assert sum(k * channels + channels**2 // g for k, g in zip(kernels, groups, strict=True)) == weights
