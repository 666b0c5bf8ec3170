"""Make models of the libraries timm and torchvision, where they are installed."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any

from convref.errors import ArgumentError, UnknownNameError
from convref.networks.modules import first_line, parsed_call
from convref.nn import Shape


def _timm(called: str, attribute: str) -> tuple[object, Shape | None]:
    """Return a model of timm with untrained weights, and its default input shape, None if unknown."""
    timm: Any = _library(called, "timm")
    (name, options) = _model(called, attribute)
    try:
        made = timm.create_model(name, pretrained=False, **options)
    except Exception as error:  # foreign code may raise anything
        near = timm.list_models(f"{name[:6]}*")[:3] if name else []
        also = f"; similar names are {', '.join(near)}" if near else ""
        raise ArgumentError(f"network (={called}) cannot be made: {first_line(error)}{also}") from error
    usual = getattr(made, "pretrained_cfg", None) or {}
    shape = usual.get("input_size")
    return made, tuple(shape) if shape else None


def _torchvision(called: str, attribute: str) -> tuple[object, Shape | None]:
    """Return a model of torchvision with untrained weights, and its default input shape.

    That is the shape that the published weights of the model take, or None if torchvision does not give
    it.
    """
    models: Any = _library(called, "torchvision.models")
    name, options = _model(called, attribute)
    if name not in models.list_models():
        raise UnknownNameError("model of torchvision", name, models.list_models())
    if name in models.list_models(module=models.segmentation):
        options = {"weights_backbone": None, **options}
    try:
        made = models.get_model(name, **{"weights": None, **options})
    except Exception as error:  # foreign code may raise anything
        raise ArgumentError(f"network (={called}) cannot be made: {first_line(error)}") from error
    transforms = getattr(getattr(models.get_model_weights(name), "DEFAULT", None), "transforms", None)
    size = getattr(transforms, "keywords", {}).get("crop_size")
    return made, (3, size, size) if isinstance(size, int) else None


def _model(called: str, attribute: str) -> tuple[str, dict[str, Any]]:
    """Split `name(key=value)` into the name of a library's model and the dict of its keyword arguments.

    The name is not parsed as Python, because names of timm's models may have dots.
    """
    name, bracket, rest = attribute.partition("(")
    _, given = parsed_call(called, f"model{bracket}{rest}")
    if given is not None and given[0]:
        raise ArgumentError(f"network (={called}) takes arguments by name, such as (num_classes=10)")
    return name, given[1] if given is not None else {}


def _library(called: str, name: str) -> ModuleType:
    package = name.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        raise ArgumentError(f"network (={called}) needs the package {package}: pip install {package}")
    try:
        return importlib.import_module(name)
    except Exception as error:  # a broken installation may raise anything
        rule = f"cannot be imported: {type(error).__name__}: {first_line(error)}"
        raise ArgumentError(f"network (={called}) needs {package}, which {rule}") from error


LIBRARIES = {"timm": _timm, "torchvision": _torchvision}
"""The functions that make a library's model, by the prefix of its name."""
