"""The Python modules of the stand-in for PyTorch, such as `torch.nn`, with all names in them."""

from __future__ import annotations

import contextlib
from types import ModuleType
from typing import Any, Self

from convref.standin import activations, functional, pooling
from convref.standin.attention import MultiheadAttention
from convref.standin.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from convref.standin.dtypes import NAMES, DType
from convref.standin.layers import classes
from convref.standin.lazy import lazy_classes
from convref.standin.methods import METHODS, SHARED, equip, in_place
from convref.standin.module import Module
from convref.standin.names import DATA, INITS, LOSSES, OTHER_MODULES
from convref.standin.operations import factories, joins, products
from convref.standin.recurrent import GRU, LSTM, RNN
from convref.standin.shapes import Size
from convref.standin.tensor import Device, Parameter, Tensor, refused
from convref.wording import nearest, nearest_text

UNKNOWN = "it is not supported without PyTorch"


class Surface(ModuleType):
    """A Python module of the stand-in for PyTorch, such as `torch.nn`.

    Looking up a missing attribute raises an error that lists similar names.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        near = nearest_text(nearest(name, [each for each in vars(self) if not each.startswith("_")]))
        raise refused(f"{self.__name__}.{name}", "; ".join(filter(None, (UNKNOWN, near))))


class Inert:
    """An object that does nothing, in place of one that only training uses, such as an optimizer.

    It can be created and called with any arguments, and each of its attributes is another such object.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Accept any arguments."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert()

    def __call__(self, *_args: Any, **_options: Any) -> Inert:
        """Return another object that does nothing."""
        return Inert()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the block."""


class _Training(Surface):
    """A Python module that only training uses, such as `torch.optim`; each name in it is an `Inert` class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Inert,), {})


def _unfollowed(name: str) -> type[Module]:
    def __init__(self: Module, *_args: Any, **_options: Any) -> None:  # noqa: N807, ARG001 - a constructor
        raise refused(f"torch.nn.{name}", UNKNOWN)

    return type(name, (Module,), {"__init__": __init__})


def _loss(name: str) -> type[Module]:
    def __init__(self: Module, *_args: Any, **_options: Any) -> None:  # noqa: N807 - a constructor
        Module.__init__(self)

    def forward(self: Module, *_inputs: Any) -> Any:  # noqa: ARG001 - torch's signature
        raise refused(f"torch.nn.{name}", f"{UNKNOWN}: a description ends with the network's output")

    return type(name, (Module,), {"__init__": __init__, "forward": forward})


class _NoGrad(contextlib.ContextDecorator):
    """A context manager and decorator, as `torch.no_grad`; it does nothing, since there are no gradients."""

    def __new__(cls, *args: Any, **_options: Any) -> Any:
        """Return the function itself if this is used as `@torch.no_grad`, a decorator without parentheses."""
        return args[0] if args and callable(args[0]) else super().__new__(cls)

    def __init__(self, *_args: Any, **_options: Any) -> None:
        """Accept torch's arguments."""

    def __call__(self, function: Any) -> Any:
        return super().__call__(function) if callable(function) else self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the block."""


def _unchanged(given: Any, *_args: Any, **_options: Any) -> Any:
    """Do nothing and return the first argument.

    This replaces functions such as `torch.nn.init.normal_`, which gets a tensor, and `torch.compile`, which
    gets a function.
    """
    return given


FUNCTIONS = {
    **{
        name: getattr(functional, name)
        for name in (
            *("linear", "bilinear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"),
            *("conv_transpose3d", "embedding", "batch_norm", "layer_norm", "group_norm", "rms_norm"),
            *("normalize", "local_response_norm"),
        )
    },
    **{
        name: getattr(activations, name)
        for name in (
            *(
                "relu",
                "silu",
                "mish",
                "hardswish",
                "hardsigmoid",
                "relu6",
                "leaky_relu",
                "elu",
                "selu",
                "celu",
            ),
            *("gelu", "softplus", "threshold", "hardtanh", "hardshrink", "softshrink", "logsigmoid"),
            *("softsign", "tanhshrink", "prelu", "glu", "softmax", "log_softmax", "softmin", "sigmoid"),
            *("tanh", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout"),
        )
    },
    **{
        f"{way}_pool{rank}d": getattr(pooling, f"{way}_pool{rank}d")
        for way in ("max", "avg", "lp", "adaptive_avg", "adaptive_max")
        for rank in (1, 2, 3)
    },
    **{
        name: getattr(pooling, name)
        for name in (
            *("interpolate", "pad", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "unfold", "fold"),
        )
    },
    "scaled_dot_product_attention": products.attention,
}
"""The functions of `torch.nn.functional`."""


def modules() -> dict[str, ModuleType]:
    """Return the Python modules of the stand-in for PyTorch, as a dict from names such as "torch.nn"."""
    tensor, layers = equip(), classes()
    functions = _filled("torch.nn.functional", FUNCTIONS)
    init = _filled("torch.nn.init", dict.fromkeys(INITS, _unchanged) | {"calculate_gain": lambda *_: 1.0})
    layer_names: dict[str, Any] = {
        **{name: _unfollowed(name) for name in OTHER_MODULES},
        **{name: _loss(name) for name in LOSSES},
        **layers,
        **lazy_classes(layers),
        **{
            each.__name__: each
            for each in (Module, Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict)
        },
        **{each.__name__: each for each in (Parameter, MultiheadAttention, LSTM, GRU, RNN)},
        "functional": functions,
        "init": init,
        "parameter": _filled("torch.nn.parameter", {"Parameter": Parameter}),
    }
    nn = _filled("torch.nn", layer_names)
    no_grad = dict.fromkeys(("no_grad", "enable_grad", "inference_mode", "set_grad_enabled"), _NoGrad)
    checkpoint = {"checkpoint": lambda function, *args, **_options: function(*args)}
    utils = {
        "checkpoint": _filled("torch.utils.checkpoint", checkpoint),
        "data": _filled("torch.utils.data", {name: type(name, (Inert,), {}) for name in DATA}),
    }
    optim = _filled("torch.optim", {"lr_scheduler": _Training("torch.optim.lr_scheduler")}, kind=_Training)
    top: dict[str, Any] = {
        **SHARED,
        **factories.FACTORIES,
        **NAMES,
        "Tensor": tensor,
        "FloatTensor": tensor,
        "Size": Size,
        "dtype": DType,
        "device": Device,
        "cat": joins.cat,
        "concat": joins.cat,
        "stack": joins.stack,
        "einsum": products.einsum,
        "nn": nn,
        "optim": optim,
        **no_grad,
        **{
            name: FUNCTIONS[name]
            for name in ("prelu", "conv1d", "conv2d", "conv3d", "celu", "selu", "dropout")
        },
        "manual_seed": Inert(),
        "compile": _unchanged,
        "utils": _filled("torch.utils", utils),
        "numel": Tensor.numel,
        "is_tensor": lambda given: isinstance(given, Tensor),
        "__version__": "0.0",
        "cuda": _filled(
            "torch.cuda",
            {"is_available": lambda: False, "device_count": lambda: 0, "manual_seed_all": Inert()},
        ),
        "contiguous_format": "torch.contiguous_format",
        "channels_last": "torch.channels_last",
        **{f"{name}_": in_place(name, METHODS[name]) for name in ("relu", "sigmoid", "tanh")},
        "pi": 3.141592653589793,
        "inf": float("inf"),
    }
    found = {
        "torch": _filled("torch", top),
        "torch.nn": nn,
        "torch.nn.functional": functions,
        "torch.nn.init": init,
    }
    found |= {f"torch.utils.{name}": module for name, module in utils.items()}
    found |= {"torch.utils": top["utils"], "torch.optim": optim, "torch.cuda": top["cuda"]}
    found |= {"torch.nn.parameter": layer_names["parameter"], "torch.optim.lr_scheduler": optim.lr_scheduler}
    return found


def _filled(name: str, held: dict[str, Any], kind: type[ModuleType] = Surface) -> Any:
    made = kind(name)
    made.__path__ = []
    vars(made).update(held)
    return made
