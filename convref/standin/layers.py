"""The modules of `torch.nn` for which `convref.nn` has a layer, such as `Conv2d`.

Their classes are generated from the layers, with the same names and arguments.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from typing import Any

from convref import nn
from convref.assembly.refusals import Unreadable
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.standin import functional
from convref.standin.dtypes import DType, float32, int64
from convref.standin.functional import shape_after
from convref.standin.module import Module
from convref.standin.recording import written
from convref.standin.shapes import contiguous, is_contiguous
from convref.standin.tape import active
from convref.standin.tensor import Parameter, Tensor, refused

OURS = frozenset(
    {
        *("DeformConv2d", "LayerScale", "Scale", "Affine", "Permute", "PositionalEncoding", "AttentionHeads"),
        *("RestrictedSelfAttention", "StochasticDepth", "Operation", "Parameter", "MultiheadAttention"),
    }
)
"""Layers of `convref.nn` that torch does not have, or whose module is defined in another file."""
SETTINGS = ("device", "dtype")
VIEWS = frozenset(
    {
        "Flatten",
        "Unflatten",
        "Identity",
        "Dropout",
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "AlphaDropout",
        "FeatureAlphaDropout",
    }
)
"""Layers whose output may share the memory of their input."""
AS_GIVEN = ("Pool", "Unfold", "Fold", "Upsampl")
"""Parts of the names of modules that keep an argument in the form that was given: 3 instead of (3, 3)."""


class LayerModule(Module):
    """The base class of modules that do the same as one layer of `convref.nn`.

    The arguments are attributes, as in torch. They are read at each call, so changing them takes effect.
    """

    _layer: type[Layer]
    _signature: inspect.Signature

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        bound = self._signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        given.pop("self")
        settings = {name: given.pop(name, None) for name in SETTINGS}
        layer = self._layer(**given)
        as_given = any(part in self._layer.__name__ for part in AS_GIVEN)
        for field in dataclasses.fields(self._layer):  # type: ignore[arg-type] # every layer is a dataclass
            value = given[field.name] if as_given else getattr(layer, field.name)
            if field.name == "stride" and value is None:
                value = getattr(self, "kernel_size", None)
            setattr(self, field.name, value)
        dtype = settings["dtype"] or float32
        self._add_tensors(layer, dtype)

    def _add_tensors(self, layer: Layer, dtype: DType) -> None:
        parameters = layer.parameters()
        for name, shape in parameters.items():
            self.__dict__.pop(name, None)
            self.register_parameter(name, Parameter(Tensor(shape, dtype)))
        if "weight" in parameters and "bias" not in parameters:
            self.__dict__.pop("bias", None)
            self.register_parameter("bias", None)
        for name, shape in layer.buffers().items():
            self.register_buffer(name, Tensor(shape, dtype, contiguous(shape)))
        if "running_mean" in layer.buffers():
            self.register_buffer("num_batches_tracked", Tensor((), int64, (), numbers=0))

    def reset_parameters(self) -> None:
        """Do nothing: there are no numbers to initialize."""

    def held(self, layer: Layer) -> dict[str, Tensor]:
        """Return a dict from the name of each parameter and buffer of `layer` to the module's tensor for it.

        Raises:
            NotFollowed: the module has no such tensor, or one of another shape, because the user replaced it.
        """
        found: dict[str, Tensor] = {}
        for name, shape in (layer.parameters() | layer.buffers()).items():
            tensor = getattr(self, name, None)
            if not isinstance(tensor, Tensor) or tuple(tensor.shape) != shape:
                has = f"has the shape {tuple(tensor.shape)}" if isinstance(tensor, Tensor) else "is missing"
                rule = f"its {name} {has}, but the module's arguments require the shape {shape}"
                raise refused(type(self).__name__, rule)
            found[name] = tensor
        return found

    def forward(self, input: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override] # as in torch
        """Return the output of the layer, and record the call."""
        if args or kwargs:
            raise refused(
                type(self).__name__, "a call with more than one argument is not supported without PyTorch"
            )
        if not isinstance(input, Tensor):
            raise TypeError(
                f"{type(self).__name__}: the input must be a Tensor, not a {type(input).__name__}"
            )
        return run_layer(self, input)

    def extra_repr(self) -> str:
        """Return the arguments that differ from the defaults, for `repr`."""
        return repr(described(self)).partition("(")[2].removesuffix(")")


def run_layer(module: LayerModule, taken: Tensor) -> Any:
    """Record a call of a module as a call of its layer, and return the output.

    If the module has a hook or an overridden forward, its call may do more than the layer. In that case the
    function that torch's module calls, such as `linear`, is recorded instead.

    Raises:
        TorchRefuses: the layer does not accept an input of this shape.
        NotFollowed: the call can be recorded neither as the layer nor as a function.
    """
    kind = type(module).__name__
    try:
        layer = described(module)
    except Unreadable as error:
        raise refused(kind, str(error)) from error
    shape = shape_after(kind, lambda: layer, taken)
    storage = taken.storage if module._layer.__name__ in VIEWS else None  # noqa: SLF001 - the class beside it
    known = taken.strides is not None and is_contiguous(taken.shape, taken.strides)
    strides = (
        contiguous(shape)
        if known
        else taken.strides
        if storage is not None and shape == tuple(taken.shape)
        else None
    )
    made = Tensor(shape, _dtype(layer, taken, module), strides, storage)
    held, tape = module.held(layer), active()
    if tape is not None:
        if getattr(layer, "return_indices", False):
            raise refused(kind, "return_indices is not supported without PyTorch")
        path = tape.paths[id(module)]
        if not _is_plain(module):
            found = _by_function(module, taken)
            if found is not None:
                return found
        scopes = tape.scopes.pop() if tape.scopes[-1] == path else None
        try:
            done = tape.layer(path, layer, taken, made, held)
        finally:
            if scopes is not None:
                tape.scopes.append(scopes)
        if not done:
            found = _by_function(module, taken)
            if found is None:
                rule = "its parameters belong to several modules, which is not supported without PyTorch"
                raise refused(kind, rule)
            return found
    if getattr(module, "inplace", False) and kind not in VIEWS:
        return written(taken, made, kind)
    return made


def _dtype(layer: Layer, taken: Tensor, module: Module) -> DType:
    if isinstance(layer, nn.Embedding):
        weight: Tensor = module.weight
        return weight.dtype
    return taken.dtype


def _is_plain(module: LayerModule) -> bool:
    """Return True if a call does only what the layer does: there is no hook and no overridden forward."""
    hooks = module._forward_hooks or module._forward_pre_hooks  # noqa: SLF001 - the class beside it
    return not hooks and type(module).forward is LayerModule.forward


def _by_function(module: LayerModule, taken: Tensor) -> Tensor | None:
    """Run the function that torch's module calls, such as `linear`; return None if it is not supported."""
    name = module._layer.__name__  # noqa: SLF001 - the class beside it
    weight, bias = module.__dict__["_parameters"].get("weight"), module.__dict__["_parameters"].get("bias")
    if name == "Linear":
        return functional.linear(taken, weight, bias)
    if name.startswith("Conv") and "Transpose" not in name and module.padding_mode == "zeros":
        convolve = getattr(functional, name.lower())
        window = (module.stride, module.padding, module.dilation, module.groups)
        made: Tensor = convolve(taken, weight, bias, *window)
        return made
    if name.startswith("BatchNorm") and not module.training:
        means = (module.running_mean, module.running_var)
        return functional.batch_norm(taken, *means, weight, bias, False, module.momentum, module.eps)
    if name == "LayerNorm":
        return functional.layer_norm(taken, module.normalized_shape, weight, bias, module.eps)
    if name == "GroupNorm":
        return functional.group_norm(taken, module.num_groups, weight, bias, module.eps)
    return functional.embedding(taken, weight, module.padding_idx) if name == "Embedding" else None


def described(module: Module) -> Layer:
    """Return the layer for a module, with the current values of the module's arguments.

    Raises:
        Unreadable: convref has no layer for the module's class, or the layer does not accept the arguments.
    """
    kind: Any = getattr(type(module), "_layer", None)
    if kind is None:
        raise Unreadable(f"convref has no layer for the module class {type(module).__name__}")
    given: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        value = getattr(module, field.name, field.default)
        if field.name == "bias" and not isinstance(value, bool):
            value = value is not None if getattr(module, "weight", None) is not None else True
        given[field.name] = value
    try:
        layer: Layer = kind(**given)
    except (ArgumentError, TypeError) as error:
        raise Unreadable(str(error)) from error
    return layer


def _settings(name: str) -> bool:
    """Return True if torch's module of this name has the arguments `device` and `dtype`."""
    return name.startswith(("Conv", "BatchNorm", "InstanceNorm")) or name in {
        *("Linear", "LayerNorm", "GroupNorm", "RMSNorm", "PReLU", "Embedding"),
    }


def _made(name: str, kind: type[Layer]) -> type[LayerModule]:
    own = list(inspect.signature(kind).parameters.values())
    if _settings(name):  # torch has them before what is given by keyword alone
        place = next((at for at, each in enumerate(own) if each.kind is each.KEYWORD_ONLY), len(own))
        usual = inspect.Parameter.POSITIONAL_OR_KEYWORD
        own[place:place] = [inspect.Parameter(each, usual, default=None) for each in SETTINGS]
    signature = inspect.Signature([inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD), *own])

    def __init__(self: LayerModule, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - a constructor
        LayerModule.__init__(self, *args, **kwargs)

    __init__.__qualname__ = f"{name}.__init__"
    __init__.__signature__ = signature  # type: ignore[attr-defined]
    held = {"_layer": kind, "_signature": signature, "__init__": __init__, "__doc__": kind.__doc__}
    return type(name, (LayerModule,), held)


def classes() -> Mapping[str, type[LayerModule]]:
    """Return a module class for each layer of `convref.nn` that torch has too, as a dict by name."""
    return {
        name: _made(name, kind)
        for name, kind in vars(nn).items()
        if isinstance(kind, type)
        and issubclass(kind, Layer)
        and kind is not Layer
        and name not in OURS
        and (not kind.composite or kind is nn.Identity)
    }
