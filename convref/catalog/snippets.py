"""Short programs that use an operator: as a description, on NumPy arrays, or as a PyTorch module.

Each program can be run on its own. The results in its comments are computed when the program is generated, so
that they are always right.
"""

from __future__ import annotations

import ast
import importlib
import pprint
import textwrap
from collections.abc import Callable, Mapping
from types import MappingProxyType

from convref import nn
from convref.nn import Layer, Sequential, Shape, blocks

WIDTH = 72  # columns that fit a page's code block without a scroll bar


def describe(example: str, input_shape: Shape) -> str:
    """Return a program that creates a description and prints its shapes, parameters and costs.

    Example:
        >>> print(describe("Conv1d(2, 4, 3)", (2, 8)))
        from convref.nn import Conv1d
        <BLANKLINE>
        layer = Conv1d(2, 4, 3)
        layer.output_shape((2, 8))  # (4, 6)
        layer.parameters()  # {'weight': (4, 2, 3), 'bias': (4,)}
        layer.cost((2, 8)).macs  # 144
    """
    layer = evaluate(example)
    answers = [
        (f"layer.output_shape({input_shape})", layer.output_shape(input_shape)),
        ("layer.parameters()", layer.parameters()),
        (f"layer.cost({input_shape}).macs", layer.cost(input_shape).macs),
    ]
    calls = [_with_result(call, value) for call, value in answers]
    return "\n".join([_imports(example), "", f"layer = {example}", *calls])


def run_in_numpy(example: str, input_shape: Shape) -> str:
    """Return a program that runs the example on a random NumPy array.

    Example:
        >>> print(run_in_numpy("ReLU()", (2, 8)))
        import numpy as np
        from convref import functional, init
        from convref.nn import ReLU
        <BLANKLINE>
        layer = ReLU()
        x = np.random.default_rng(0).standard_normal((1, 2, 8))
        y = functional.run(layer, init(layer, dtype=x.dtype), x)
        y.shape  # (1, 2, 8)
    """
    shape = (1, *input_shape)
    return "\n".join(
        [
            "import numpy as np",
            "from convref import functional, init",
            _imports(example),
            "",
            f"layer = {example}",
            f"x = np.random.default_rng(0).standard_normal({shape})",
            "y = functional.run(layer, init(layer, dtype=x.dtype), x)",
            f"y.shape  # {(1, *evaluate(example).output_shape(input_shape))}",
        ]
    )


def run_in_torch(example: str, input_shape: Shape) -> str:
    """Return a program that runs the example as a PyTorch module.

    If torch.nn has the module, the program creates it with a class of torch.nn. Otherwise it builds the
    module from convref's description of the layer, with `convref.torch.build`.

    Example:
        >>> print(run_in_torch("Sequential(ReLU(), Tanh())", (2, 8)))
        import torch
        from torch.nn import ReLU, Sequential, Tanh
        <BLANKLINE>
        module = Sequential(
            ReLU(),
            Tanh(),
        )
        y = module(torch.randn(1, 2, 8))
        y.shape  # torch.Size([1, 2, 8])
    """
    layer = evaluate(example)
    code = torch_call(layer)
    if code is None:
        imports = ["import torch", "import convref.torch", _imports(example)]
        # In training mode, batch normalization refuses an input with one value per channel.
        mode = ".eval()" if layer.buffers() else ""
        made = [f"layer = {example}", f"module = convref.torch.build(layer){mode}"]
    else:
        names = [name for name in _called(code) if name != "OrderedDict"]
        ordered = ["from collections import OrderedDict"] if "OrderedDict(" in code else []
        imports = [*ordered, "import torch", f"from torch.nn import {', '.join(names)}"]
        made = [f"module = {code}"]
    shape = (1, *input_shape)
    result = [1, *layer.output_shape(input_shape)]
    calls = [f"y = module(torch.randn{shape})", f"y.shape  # torch.Size({result})"]
    return "\n".join([*imports, "", *made, *calls])


FORMS: Mapping[str, Callable[[str, Shape], str]] = MappingProxyType(
    {"description": describe, "numpy": run_in_numpy, "torch": run_in_torch}
)


def torch_call(layer: Layer) -> str | None:
    """Return an expression of torch.nn that creates the layer's module; None if torch.nn has none.

    Example:
        >>> from convref.nn import Conv1d
        >>> print(torch_call(Sequential(conv=Conv1d(2, 4, 3))))
        Sequential(OrderedDict(
            conv=Conv1d(2, 4, 3),
        ))
    """
    if not layer.composite:
        return repr(layer) if _is_built_as_torch_class(layer) else None
    if not isinstance(layer, Sequential) or any(not child.key for child in layer.children):
        return None
    parts = [(child.key, torch_call(child.layer)) for child in layer.children]
    if any(code is None for _, code in parts):
        return None
    if all(key == str(index) for index, (key, _) in enumerate(parts)):
        lines = [f"{code}," for _, code in parts]
        return f"Sequential(\n{textwrap.indent(chr(10).join(lines), '    ')}\n)"
    lines = [f"{key}={code}," for key, code in parts]
    return f"Sequential(OrderedDict(\n{textwrap.indent(chr(10).join(lines), '    ')}\n))"


def evaluate(example: str) -> Layer:
    """Evaluate a call such as `Conv2d(3, 8, 3)` with the names of convref.nn and convref.nn.blocks."""
    names = {name: getattr(importlib.import_module(_home(name)), name) for name in _called(example)}
    layer: Layer = eval(example, names)  # noqa: S307 - the catalog's own rows
    return layer


def _is_built_as_torch_class(layer: Layer) -> bool:
    from convref.torch.build import module  # torch is loaded for this snippet only

    torch_class = getattr(importlib.import_module("torch.nn"), type(layer).__name__, None)
    return type(module(layer)) is torch_class


def _with_result(call: str, value: object) -> str:
    """Return a call with its result in a comment: on the same line, or below if the result is long."""
    line = f"{call}  # {value}"
    if len(line) <= WIDTH:
        return line
    return f"{call}\n{textwrap.indent(pprint.pformat(value, width=WIDTH - 2, sort_dicts=False), '# ')}"


def _imports(example: str) -> str:
    homes: dict[str, list[str]] = {}
    for name in _called(example):
        homes.setdefault(_home(name), []).append(name)
    return "\n".join(f"from {home} import {', '.join(homes[home])}" for home in sorted(homes))


def _home(name: str) -> str:
    """Return the module from which users import a name: `convref.nn` or `convref.nn.blocks`."""
    return nn.__name__ if hasattr(nn, name) else blocks.__name__


def _called(code: str) -> list[str]:
    """Return the names of the classes and functions that the code calls, sorted and without duplicates."""
    calls = (node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return sorted({function.id for function in calls if isinstance(function, ast.Name)})
