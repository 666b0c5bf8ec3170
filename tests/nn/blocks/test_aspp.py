"""Atrous spatial pyramid pooling: torchvision's names, the size that stays, every rate a branch."""

from convref.nn.blocks import aspp


def test_names_and_shapes_are_torchvision_s() -> None:
    parameters = aspp(64, 32, rates=(6, 12)).parameters()
    weights = {name: shape for name, shape in parameters.items() if len(shape) == 4}
    assert {
        "convs.0.0.weight": (32, 64, 1, 1),
        "convs.1.0.weight": (32, 64, 3, 3),
        "convs.2.0.weight": (32, 64, 3, 3),
        "convs.3.1.weight": (32, 64, 1, 1),
        "project.0.weight": (32, 128, 1, 1),
    } == weights


def test_the_size_stays_at_any_rates() -> None:
    assert (32, 7, 9) == aspp(64, 32, rates=(1, 12, 36)).output_shape((64, 7, 9))
