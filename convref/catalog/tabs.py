"""The code of an operator as three tabs: how it is called in each form, and the source of what is called.

What a tab says a call gives is computed when the tab is made.
"""

from __future__ import annotations

import ast
import pprint
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from convref.catalog.source import boxes, fence, load
from convref.nn import Layer, Sequential, Shape

WIDTH = 72

TITLES = {
    "en": {"description": "Description", "numpy": "NumPy", "torch": "PyTorch"},
    "zh": {"description": "描述", "numpy": "NumPy", "torch": "PyTorch"},
}


@dataclass(frozen=True)
class Code:
    """An operator's code for pages: a tab a form, its sources taken from the package as they are.

    Attributes:
        example: a call that describes it.
        input_shape: an input of the example, without the batch.
        description, numpy, torch: the sources that each tab shows, as module:name.
    """

    example: str
    input_shape: Shape
    description: tuple[str, ...]
    numpy: tuple[str, ...]
    torch: tuple[str, ...]

    def snippets(self) -> dict[str, str]:
        """By tab, code that calls the operator and runs on its own."""
        return {
            "description": describe(self.example, self.input_shape),
            "numpy": run_in_numpy(self.example, self.input_shape),
            "torch": run_in_torch(self.example, self.input_shape),
        }

    def _repr_lang_(self, lang: str) -> str | None:
        return "\n".join(self._tabs(lang)) if lang in TITLES else None

    def _repr_markdown_(self) -> str:
        return "\n".join(self._tabs("en"))

    def _tabs(self, lang: str) -> Iterator[str]:
        for form, snippet in self.snippets().items():
            yield f'=== "{TITLES[lang][form]}"\n'
            for block in (fence(snippet), *boxes(getattr(self, form))):
                yield textwrap.indent(block, "    ")


def describe(example: str, input_shape: Shape) -> str:
    """A description and what it answers.

    Example:
        >>> print(describe("Conv1d(2, 4, 3)", (2, 8)))
        from convref.nn import Conv1d
        <BLANKLINE>
        layer = Conv1d(2, 4, 3)
        layer.output_shape((2, 8))  # (4, 6)
        layer.parameters()  # {'weight': (4, 2, 3), 'bias': (4,)}
        layer.cost((2, 8)).macs  # 144
    """
    layer = evaluated(example)
    asked = [
        (f"layer.output_shape({input_shape})", layer.output_shape(input_shape)),
        ("layer.parameters()", layer.parameters()),
        (f"layer.cost({input_shape}).macs", layer.cost(input_shape).macs),
    ]
    calls = [_answered(call, value) for call, value in asked]
    return "\n".join([_imports(example), "", f"layer = {example}", *calls])


def _answered(call: str, value: object) -> str:
    """A call with what it gives as a comment: behind it, or in lines of its own where it is long."""
    line = f"{call}  # {value}"
    if len(line) <= WIDTH:
        return line
    return f"{call}\n{textwrap.indent(pprint.pformat(value, width=WIDTH - 2, sort_dicts=False), '# ')}"


def run_in_numpy(example: str, input_shape: Shape) -> str:
    """The example on an array.

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
            f"y.shape  # {(1, *evaluated(example).output_shape(input_shape))}",
        ]
    )


def run_in_torch(example: str, input_shape: Shape) -> str:
    """The example as a module: of torch's own parts where they say it, else built from the description.

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
    layer = evaluated(example)
    code = torch_call(layer)
    if code is None:
        imports = ["import torch", "import convref.torch", _imports(example)]
        mode = ".eval()" if layer.buffers() else ""  # batch norm cannot train on one value a channel
        made = [f"layer = {example}", f"module = convref.torch.build(layer){mode}"]
    else:
        names = [name for name in _calls(code) if name != "OrderedDict"]
        ordered = ["from collections import OrderedDict"] if "OrderedDict(" in code else []
        imports = [*ordered, "import torch", f"from torch.nn import {', '.join(names)}"]
        made = [f"module = {code}"]
    shape = (1, *input_shape)
    result = [1, *layer.output_shape(input_shape)]
    calls = [f"y = module(torch.randn{shape})", f"y.shape  # torch.Size({result})"]
    return "\n".join([*imports, "", *made, *calls])


def torch_call(layer: Layer) -> str | None:
    """What makes the layer's module of torch.nn alone; None where torch.nn cannot say it.

    Example:
        >>> from convref.nn import Conv1d
        >>> print(torch_call(Sequential(conv=Conv1d(2, 4, 3))))
        Sequential(OrderedDict(
            conv=Conv1d(2, 4, 3),
        ))
    """
    if not layer.composite:
        own = getattr(load("torch:nn"), type(layer).__name__, None)
        return repr(layer) if type(load("convref.torch.build:module")(layer)) is own else None
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


def evaluated(example: str) -> Layer:
    """The description that a call makes, in names of convref.nn and convref.nn.blocks."""
    names = {name: load(f"{_home(name)}:{name}") for name in _calls(example)}
    layer: Layer = eval(example, names)  # noqa: S307 - the catalog's own rows
    return layer


def _imports(example: str) -> str:
    homes: dict[str, list[str]] = {}
    for name in _calls(example):
        homes.setdefault(_home(name), []).append(name)
    return "\n".join(f"from {home} import {', '.join(homes[home])}" for home in sorted(homes))


def _home(name: str) -> str:
    return "convref.nn" if hasattr(load("convref:nn"), name) else "convref.nn.blocks"


def _calls(code: str) -> dict[str, None]:
    """The names that are called, sorted."""
    nodes = ast.walk(ast.parse(code))
    return dict.fromkeys(
        sorted(
            node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        )
    )
