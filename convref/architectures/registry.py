"""The names of the networks: which family's file has each, and the input that it was made for."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from convref.errors import UnknownNameError
from convref.nn import Layer, Shape


@dataclass(frozen=True, slots=True)
class Architecture:
    """A registered network: its name, the family whose file and page it is on, the input of its paper."""

    name: str
    family: str
    input_shape: Shape


FAMILIES: dict[str, dict[str, Shape]] = {
    "alexnet": {"alexnet": (3, 224, 224), "alexnet_original": (3, 227, 227)},
    "vgg": dict.fromkeys(("vgg11", "vgg13", "vgg16", "vgg19"), (3, 224, 224)),
}


def names() -> tuple[str, ...]:
    """The names that `build` knows, family by family.

    Example:
        >>> "vgg16" in names()
        True
    """
    return tuple(name for family in FAMILIES.values() for name in family)


def find(name: str) -> Architecture:
    """What is registered under a name.

    Raises:
        UnknownNameError: nothing is; the error names the nearest names.

    Example:
        >>> find("vgg16")
        Architecture(name='vgg16', family='vgg', input_shape=(3, 224, 224))
    """
    for family, members in FAMILIES.items():
        if name in members:
            return Architecture(name, family, members[name])
    raise UnknownNameError("architecture", name, names())


def build(name: str, **arguments: object) -> Layer:
    """The description of a network.

    Args:
        name: one of `names()`.
        arguments: what the network's function takes, `num_classes=10`.

    Raises:
        UnknownNameError: there is no such name; the error names the nearest ones.

    Example:
        >>> from convref.nn import Linear
        >>> build("vgg16", num_classes=10).parameters()["classifier.6.weight"]
        (10, 4096)
    """
    family = importlib.import_module(f"convref.architectures.{find(name).family}")
    net: Layer = getattr(family, name)(**arguments)
    return net
