"""The parts of a recording: operations, and the calls of modules and functions that executed them.

A recording is in static single assignment form: it consists of **values**, which never change and have
numbers. An operation reads values and makes new ones. If it writes to a tensor in place, it is recorded as if
it had returned a new tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["parameter", "buffer", "constant"]


@dataclass(frozen=True, eq=False)
class Leaf:
    """A parameter, buffer or other tensor that belongs to a module.

    Attributes:
        path: the tensor's name within the whole module, such as `layer1.weight`. If it has several names, it
            is the first one.
        kind: "parameter", "buffer" or "constant". A buffer is in the state_dict. A constant is not: it is a
            non-persistent buffer, or a tensor in a plain attribute.
        tensor: the tensor itself.
    """

    path: str
    kind: Kind
    tensor: Any

    def owner(self, name: str) -> str | None:
        """Return the path of the module that has the tensor under `name`, or None if its name is another one.

        Example:
            >>> [Leaf(path, "parameter", None).owner("weight") for path in ("conv.weight", "weight", "gamma")]
            ['conv', '', None]
        """
        if self.path == name:
            return ""
        return self.path.removesuffix(f".{name}") if self.path.endswith(f".{name}") else None


class Ref(NamedTuple):
    """The number of a value. It replaces a tensor in recorded arguments and results."""

    value: int


class Meta(NamedTuple):
    """The shape, the strides and the dtype of a value."""

    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: Any


@dataclass(eq=False)
class Node:
    """One recorded operation, in its out-of-place form: `relu` where the module called `relu_`.

    Attributes:
        name: torch's name without `aten::` and `.default`, such as `mean.dim`. Three further names are for
            values that no operation computes: `input` is an input of the module; `leaf` is a parameter,
            buffer or other tensor of the module; `tensor` is a tensor that the forward makes from plain
            numbers.
        args, kwargs: the arguments in the order of the operation's schema, each tensor replaced by a `Ref`.
        outputs: the numbers of the values that the operation returns or writes.
        scope: the path of the innermost module whose forward called the operation.
        line: the line of the user's code from which the operation was called, as `file:line`.
        leaf: the module's tensor, if the node is named `leaf`; otherwise None.
        call: torch's function for the operation, such as `torch.ops.aten.relu.default`, with which it can be
            executed again; None if torch has no out-of-place form of the operation.
        function: the name of the recorded torch function that called the operation; empty if there is none.
        is_random: whether the operation draws random numbers.
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
        """The numbers of the values that the operation reads, in the order of its arguments."""
        return [ref.value for ref in refs((self.args, self.kwargs))]


@dataclass(eq=False)
class Event:
    """A recorded call of a module or of a torch function, with the operations that it executed.

    Attributes:
        what: the module or the function that was called.
        name: the module's path, or the function's name.
        start, end: the range of the call's operations, `nodes[start:end]` of the recording.
        args, kwargs: the call's arguments, each tensor replaced by a `Ref`.
        result: the call's return value, each tensor replaced by a `Ref`.
        inner: the recorded calls that this call made directly.
        is_module: whether this is the call of a module.
        scope, line: see `Node`.
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
    is_module: bool = False


def refs(given: Any) -> Iterator[Ref]:
    """Yield every `Ref` inside nested lists, tuples and dicts, in order.

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
    """Return a copy of nested lists, tuples and dicts, with `change` applied to every element.

    An element is an object that is not a list, tuple or dict itself.

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
