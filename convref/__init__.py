"""Describe convolutional networks once; analyze, draw and run them, or build PyTorch modules from them.

    net = architectures.build("vgg16")             a description
    report = analyze(net, (3, 224, 224))           shapes, parameters, costs, memory; integers only
    compare("vgg16", "resnet50")                   one table over networks
    draw.network(net, (3, 224, 224))               a figure, as SVG in both languages
    params = init(net, seed=0)                     {"features.0.weight": array, ...}
    y = functional.run(net, params, x)             on NumPy arrays
    model = convref.torch.build(net, params)       a torch.nn.Module

Importing convref loads neither NumPy nor PyTorch, because each public name is loaded only on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convref import analysis, architectures, catalog, draw, errors, functional, nn, torch
    from convref.analysis import analyze
    from convref.comparison import compare
    from convref.functional.init import init

    __version__: str

__all__ = [
    "analysis",
    "analyze",
    "architectures",
    "catalog",
    "compare",
    "draw",
    "errors",
    "functional",
    "init",
    "nn",
    "torch",
]

_MODULES = ("analysis", "architectures", "catalog", "draw", "errors", "functional", "nn", "torch")
_FUNCTIONS = {
    "analyze": "convref.analysis",
    "compare": "convref.comparison",
    "init": "convref.functional.init",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"convref.{name}")
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("convref")
    raise AttributeError(f"module 'convref' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
