"""Register networks by name, each with its family and the input shape used in its paper."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Layer, Shape
from convref.wording import is_among, nearest, nearest_text


@dataclass(frozen=True, slots=True)
class Architecture:
    """A registered network.

    `family` is the name of its module in this package, and also of its page on the site. `input_shape` is its
    default input shape.
    """

    name: str
    family: str
    input_shape: Shape


IMAGE = (3, 224, 224)

FAMILIES: dict[str, dict[str, Shape]] = {
    "lenet": {"lenet5": (1, 32, 32)},
    "alexnet": {"alexnet": IMAGE, "alexnet_original": (3, 227, 227)},
    "vgg": {f"vgg{depth}{norm}": IMAGE for norm in ("", "_bn") for depth in (11, 13, 16, 19)},
    "nin": {"nin_cifar10": (3, 32, 32), "nin_imagenet": IMAGE},
    "googlenet": {"googlenet": IMAGE, "googlenet_paper": IMAGE},
    "inception": {"inception_v3": (3, 299, 299)},
    "resnet": {
        **{f"resnet{depth}": IMAGE for depth in (18, 34, 50, 101, 152)},
        "resnet50_v1": IMAGE,
        "wide_resnet50_2": IMAGE,
    },
    "resnext": {"resnext50_32x4d": IMAGE, "resnext101_32x8d": IMAGE},
    "densenet": {f"densenet{depth}": IMAGE for depth in (121, 161, 169, 201)},
    "senet": {"se_resnet50": IMAGE},
    "squeezenet": {"squeezenet1_0": IMAGE, "squeezenet1_1": IMAGE},
    "xception": {"xception": (3, 299, 299)},
    "mobilenet": dict.fromkeys(
        ("mobilenet_v1", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"), IMAGE
    ),
    "shufflenet": {
        "shufflenet_v1": IMAGE,
        **{f"shufflenet_v2_x{width}": IMAGE for width in ("0_5", "1_0", "1_5", "2_0")},
    },
    "mobilefacenet": {"mobilefacenet": (3, 112, 112)},
    "efficientnet": {"efficientnet_b0": IMAGE},
    "convnext": {"convnext_tiny": IMAGE},
    "fcn": {"fcn32s_vgg16": IMAGE, "fcn8s_vgg16": IMAGE, "fcn_resnet50": (3, 520, 520)},
    "deeplab": {"deeplabv3_resnet50": (3, 520, 520)},
    "wavenet": {"wavenet": (256, 16_000)},
    "gcnn": {"gated_conv_lm": (50,)},
    "slicenet": {"slicenet_encoder": (50, 768)},
    "transformer": {"transformer_encoder": (50, 512), "weighted_transformer_encoder": (50, 512)},
    "inpainting": {"gated_inpainting": (5, 256, 256)},
}


def names() -> tuple[str, ...]:
    """Return the names of all networks, ordered by family.

    Example:
        >>> "vgg16" in names()
        True
    """
    return tuple(name for family in FAMILIES.values() for name in family)


def find(name: str) -> Architecture:
    """Return the registry entry of a network.

    Raises:
        UnknownNameError: there is no network of this name; the error lists the nearest names.

    Example:
        >>> find("vgg16")
        Architecture(name='vgg16', family='vgg', input_shape=(3, 224, 224))
    """
    for family, members in FAMILIES.items():
        if is_among(name, members):
            return Architecture(name, family, members[name])
    listing = f"`convref list` and architectures.names() give all {len(names())}"
    raise UnknownNameError("architecture", name, names(), listing)


def build(name: str, **arguments: object) -> Layer:
    """Build the description of a network.

    Args:
        name: one of `names()`.
        arguments: keyword arguments of the network's function, such as `num_classes=10`.

    Raises:
        ArgumentError: the network's function has no such argument; the error lists the most similar names.
        UnknownNameError: there is no network of this name; the error lists the most similar names.

    Example:
        >>> build("vgg16", num_classes=10).parameters()["classifier.6.weight"]
        (10, 4096)
    """
    # A family is imported when one of its networks is built, which keeps the command line fast.
    family = importlib.import_module(f"convref.architectures.{find(name).family}")
    function: Callable[..., Layer] = getattr(family, name)
    if arguments:
        _check_arguments(name, function, arguments)
    return function(**arguments)


def _check_arguments(name: str, function: Callable[..., Layer], arguments: Iterable[str]) -> None:
    """Raise ArgumentError for an argument that the network's function does not have."""
    import inspect  # only here: it would slow down every start of the command line

    known = tuple(inspect.signature(function).parameters)
    for argument in arguments:
        if argument not in known:
            hint = nearest_text(nearest(argument, known))
            there = f"it takes {', '.join(known)}" if known else "it takes none"
            raise ArgumentError(
                "; ".join(filter(None, (f"{name}: unknown argument {argument!r}", hint, there)))
            )
