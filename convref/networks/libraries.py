"""Create models of the libraries timm and torchvision, if these are installed."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any

from convref.errors import ArgumentError, UnknownNameError
from convref.networks.modules import first_line, parsed_call
from convref.nn import Shape


def _timm(called: str, attribute: str) -> tuple[object, Shape | None]:
    """Return a model of timm without trained weights, and its default input shape (None if unknown).

    Args:
        called: the whole name as the caller gave it, which errors quote.
        attribute: the part of the name after the colon, such as `convnext_tiny(num_classes=10)`.
    """
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
    """Return a model of torchvision without trained weights, and its default input shape.

    This is the input shape of the model's published weights, or None if torchvision does not define it.

    Args:
        called: the whole name as the caller gave it, which errors quote.
        attribute: the part of the name after the colon, such as `resnet50(num_classes=10)`.
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
        raise ArgumentError(f"network (={called}) takes arguments by keyword only, such as (num_classes=10)")
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
"""A dict from the prefix of a name, such as "timm", to the function that creates the library's model."""
