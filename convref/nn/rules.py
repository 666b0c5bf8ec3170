"""Tables that assign functions to classes of layers, and `register`, which adds functions to them.

A reading is anything that is computed from a description: a run in NumPy, a conversion to torch, the counts
of a counting tool. If a reading needs more than the methods of a layer, it has a table that assigns functions
to classes of layers. These functions are called rules. For a layer, the rule of its class is used or, as for
a method, the rule of the nearest base class that has one. If no rule is found, `MissingRuleError` is raised:
it names the layer's path, its class and the argument of `register` that adds the rule.

The package of a reading fills its table with the rules for convref's own layers when it is first imported.
These packages are `convref.functional`, `convref.torch` and `convref.analysis`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

from convref.errors import ArgumentError, MissingRuleError, UnknownNameError
from convref.nn.base import Layer
from convref.nn.step import Step
from convref.wording import is_among

Rule = TypeVar("Rule", bound=Callable[..., Any])
Function = TypeVar("Function", bound=Callable[..., Any])
Count = Callable[[Any, Step], int]
"""A layer and its step of a plan -> the operations that a counting tool reports."""

TOOLS = ("torchvision", "fvcore", "ptflops", "thop", "torchinfo")


class Rules(Generic[Rule]):
    """The rules of one reading: a table from classes of layers to functions, such as those that run them.

    Args:
        reading: the name of the reading in error messages, such as "the NumPy run".
        argument: the argument of `register` that adds a rule, as error messages show it, such as "numpy=…".
    """

    def __init__(self, reading: str, argument: str) -> None:
        self.reading, self.argument = reading, argument
        self._rules: dict[type[Layer], Rule] = {}

    def register(self, *kinds: type[Layer]) -> Callable[[Function], Function]:
        """Return a decorator that registers a function for these classes, replacing any earlier one.

        Example:
            >>> from convref.nn import Conv2d, Identity, Layer, Linear
            >>> words = Rules("the words", "words=…")
            >>> @words.register(Layer)
            ... def layer_words(layer):
            ...     return "a layer"
            >>> @words.register(Linear)
            ... def linear_words(layer):
            ...     return f"{layer.in_features} to {layer.out_features}"
            >>> words.rule(Linear(3, 2))(Linear(3, 2)), words.rule(Identity())(Identity())
            ('3 to 2', 'a layer')
        """

        def add(rule: Function) -> Function:
            self._rules.update(dict.fromkeys(kinds, cast("Rule", rule)))
            return rule

        return add

    def find(self, kind: type[Layer]) -> Rule | None:
        """Return the rule of a class or of the nearest base class that has one; None if no class has one."""
        for each in kind.__mro__:
            if each in self._rules:
                return self._rules[each]
        return None

    def rule(self, layer: Layer, path: str = "") -> Rule:
        """Return the rule for a layer: the rule of its class, or of the nearest base class that has one.

        Args:
            layer: the layer.
            path: the path of the layer in the network, for the error.

        Raises:
            MissingRuleError: neither the layer's class nor one of its base classes has a rule.
        """
        found = self.find(type(layer))
        if found is None:
            name = type(layer).__name__
            missing = f"has no rule for {self.reading}; convref.nn.register({name}, {self.argument}) adds one"
            raise MissingRuleError(name, missing, path)
        return found


NUMPY: Rules[Callable[..., Any]] = Rules("the NumPy run", "numpy=…")
INIT: Rules[Callable[..., Any]] = Rules("drawing parameters", "init=…")
TORCH: Rules[Callable[..., Any]] = Rules("the torch module", "torch=…")
COSTS: Mapping[str, Rules[Count]] = {
    tool: Rules(f"the operations that {tool} counts", f"costs={{{tool!r}: …}}") for tool in TOOLS
}


def register(
    kind: type[Layer],
    *,
    numpy: Callable[..., Any] | None = None,
    init: Callable[..., Any] | None = None,
    torch: Callable[..., Any] | None = None,
    costs: Mapping[str, Count] | Count | None = None,
) -> None:
    """Register the functions that run, initialize, convert and count a class of layers.

    Every function is optional. If one is missing, a network with such a layer cannot be run, initialized,
    converted or counted: the attempt raises `MissingRuleError`. Subclasses inherit the functions, unless
    others are registered for them.

    Args:
        kind: the class of layers.
        numpy: for a primitive, a function `numpy(layer, params, x)` that returns the output for a batch `x`,
            where `params` has the layer's own parameters and buffers by name. For a combinator, a function
            `numpy(layer, values)` that joins a sequence of arrays into one.
        init: a function `init(layer, rng)` that returns the layer's parameters and buffers by name, drawn
            from a `numpy.random.Generator`.
        torch: for a primitive, a function `torch(layer)` that returns a `torch.nn.Module`. For a combinator,
            a function `torch(layer, values)` that joins a sequence of tensors into one.
        costs: a function `count(layer, step)` that returns the number of operations that a counting tool
            reports for the layer; the `Step` has the shapes of its inputs and output. Give one function for
            all tools, or a dict from the name of a tool ("fvcore", "ptflops", "thop" or "torchinfo") to a
            function.

    Raises:
        ArgumentError: `kind` is not a class of layers.
        UnknownNameError: there is no such tool.

    Example:
        >>> from dataclasses import dataclass
        >>> from convref import functional, nn
        >>> from convref.nn.activation import Elementwise
        >>> @dataclass(frozen=True, repr=False, eq=False)
        ... class Square(Elementwise):
        ...     each = nn.Cost(muls=1)
        >>> register(Square, numpy=lambda layer, params, x: x * x, costs=lambda layer, step: 0)
        >>> import numpy as np
        >>> functional.run(nn.Sequential(Square()), {}, np.full((1, 2), 3.0))
        array([[9., 9.]])
    """
    if not (isinstance(kind, type) and issubclass(kind, Layer)):
        raise ArgumentError(f"register: kind (={kind!r}) must be a class of layers")
    for rules, rule in ((NUMPY, numpy), (INIT, init), (TORCH, torch)):
        if rule is not None:
            rules.register(kind)(rule)
    counts = costs if isinstance(costs, Mapping) else dict.fromkeys(TOOLS[1:], costs) if costs else {}
    for tool, count in counts.items():
        if not is_among(tool, COSTS):
            raise UnknownNameError("convention", tool, COSTS)
        COSTS[tool].register(kind)(count)
