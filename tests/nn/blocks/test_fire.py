"""The fire module: torchvision's names, and how much it saves."""

from convref.nn import Conv2d
from convref.nn.base import numel
from convref.nn.blocks import fire


def test_names_and_shapes_are_torchvision_s() -> None:
    weights = {name: shape for name, shape in fire(96, 16, 64).parameters().items() if len(shape) == 4}
    assert {
        "squeeze.weight": (16, 96, 1, 1),
        "expand1x1.weight": (64, 16, 1, 1),
        "expand3x3.weight": (64, 16, 3, 3),
    } == weights


def test_it_has_fewer_weights_than_one_kernel_of_as_many_channels() -> None:
    module, whole = fire(96, 16, 64), Conv2d(96, 128, 3, padding=1)
    assert whole.output_shape((96, 54, 54)) == module.output_shape((96, 54, 54))
    counts = [sum(map(numel, layer.parameters().values())) for layer in (module, whole)]
    assert [16 * 97 + 64 * 17 + 64 * (16 * 9 + 1), 128 * (96 * 9 + 1)] == counts
