"""The parts of a recording: operations in single assignment, and the modules and functions around them.

Every tensor that an operation reads or makes has a number, its **value**. A value never changes: an operation
that writes to a tensor makes a new value, as if it had returned a new tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from convref.torch.reader.held import Leaf


class Ref(NamedTuple):
    """A value among the arguments of an operation."""

    value: int


class Meta(NamedTuple):
    """The geometry and the type of a value."""

    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype


@dataclass(eq=False)
class Node:
    """One operation, in the form that changes nothing.

    Attributes:
        name: torch's name, `mean.dim`, without `aten::` and `.default`; `input`, `leaf` and `tensor` make a
            value of nothing.
        args, kwargs: as by its schema, with a `Ref` for every tensor.
        outputs: the values that it makes.
        scope: the path of the innermost module around it.
        line: the user's line that leads to it.
        leaf: for a `leaf`, which.
        call: the overload itself; None where there is none.
        function: the function of torch around it, if it is one that is recorded.
        is_random: whether it draws random numbers.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[int, ...]
    scope: str
    line: str
    leaf: Leaf | None = None
    call: Any = None
    function: str = ""
    is_random: bool = False

    @property
    def inputs(self) -> list[int]:
        """The values that it reads, in the order of its arguments."""
        return [ref.value for ref in refs((self.args, self.kwargs))]


@dataclass(eq=False)
class Event:
    """A call of a module or of a function, and the operations that it did.

    Attributes:
        what: the module, or the function.
        name: the module's path, or the function's name.
        start, end: its operations are `nodes[start:end]`.
        args, kwargs: with a `Ref` for every tensor.
        result: likewise.
        inner: the calls inside it.
        scope, line: as of a `Node`.
    """

    what: Any
    name: str
    start: int
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    scope: str
    line: str
    end: int = -1
    result: Any = None
    inner: list[Event] = field(default_factory=list)

    @property
    def is_module(self) -> bool:
        """True if this is the call of a module."""
        return isinstance(self.what, torch.nn.Module)


def refs(given: Any) -> Iterator[Ref]:
    """The values among arguments, in order.

    Example:
        >>> list(refs(([Ref(1), 2], {"out": Ref(3)})))
        [Ref(value=1), Ref(value=3)]
    """
    if isinstance(given, Ref):
        yield given
    elif isinstance(given, dict):
        for each in given.values():
            yield from refs(each)
    elif isinstance(given, (list, tuple)):
        for each in given:
            yield from refs(each)


def replaced(given: Any, change: Callable[[Any], Any]) -> Any:
    """The same arguments with what is no list, tuple or dict changed.

    Example:
        >>> replaced(([1, 2], {"a": 3}), lambda each: each + 1)
        ([2, 3], {'a': 4})
    """
    if isinstance(given, Ref):
        return change(given)
    if type(given) is list:
        return [replaced(each, change) for each in given]
    if isinstance(given, tuple):
        items = [replaced(each, change) for each in given]
        return type(given)(*items) if hasattr(given, "_fields") else tuple(items)
    if isinstance(given, dict):
        return {key: replaced(each, change) for key, each in given.items()}
    return change(given)
