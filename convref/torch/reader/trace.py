"""A module followed by torch.fx with tensors of the meta device: its operations, what each gives, and where.

What is no tensor (a shape, its length, a comparison of sizes) is known while the forward is followed, so that
it may branch and loop on it; only what depends on the numbers in a tensor cannot be followed.
"""

from __future__ import annotations

import copy
import inspect
import operator
import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import fx

from convref.errors import ArgumentError, ShapeError
from convref.nn import Shape
from convref.torch.reader.modules import Unreadable, described

BATCH = 2
WRONG = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a forward may raise that does not take its input, or cannot be followed."""
VALUES = (
    "a branch or a loop depends on values in a tensor, or int or float takes one, but a description "
    "does the same for all inputs; only what depends on shapes can be followed"
)
LINE = "line"
JOINS_A_LIST = frozenset({"cat", "concat", "concatenate", "stack"})


@dataclass(frozen=True)
class Trace:
    """The operations of a module's forward in order, and what each gave."""

    graph: fx.Graph
    given: dict[fx.Node, Any]


class _Refused(Exception):  # noqa: N818 - caught by `trace`, which knows the input's shape
    """An operation does not take what arrives."""


def without_weights(module: torch.nn.Module) -> torch.nn.Module:
    """A copy in evaluation mode whose parameters, buffers and other tensors are on the meta device.

    Raises:
        ArgumentError: the module holds something that cannot be copied.
    """
    memo: dict[int, Any] = {}
    for parameter in module.parameters():
        memo[id(parameter)] = torch.nn.Parameter(parameter.to("meta"), requires_grad=False)
    for buffer in module.buffers():
        memo[id(buffer)] = buffer.to("meta")
    for part in module.modules():
        for value in vars(part).values():
            if isinstance(value, torch.Tensor):  # a weight that a norm has computed
                memo[id(value)] = value.detach().to("meta")
    try:
        return copy.deepcopy(module, memo).eval()
    except (RuntimeError, TypeError) as error:
        raise ArgumentError(f"from_torch: the module cannot be copied: {_first_line(error)}") from error


def trace(module: torch.nn.Module, input_shape: Shape) -> Trace:
    """Follow a module's forward for an input of numbers, or of indices where numbers do not do.

    Raises:
        ArgumentError: the module takes several inputs or none of this shape, or what the forward does depends
            on values; the error names the operation and the line.
    """
    failed: Exception | None = None
    for dtype in (_number_type(module), torch.int64):
        tracer = _Tracer(torch.empty((BATCH, *input_shape), dtype=dtype, device="meta"))
        try:
            with torch.device("meta"), torch.no_grad():
                return Trace(tracer.trace(module), tracer.given)
        except ArgumentError:
            raise
        except WRONG as error:
            failed = failed or error
        except _Refused as error:
            failed = failed or error
    rule = str(failed).strip().partition("\n")[0]
    if isinstance(failed, fx.proxy.TraceError):
        rule = VALUES
    if isinstance(failed, _Refused):
        raise ArgumentError(
            f"from_torch: the module does not take an input of shape {input_shape}: {rule}"
        ) from failed.__cause__
    assert failed is not None  # noqa: S101 - neither dtype has returned
    line = _last_line(failed)
    raise ArgumentError(f"from_torch: cannot follow the module's forward{line}: {rule}") from failed


def _number_type(module: torch.nn.Module) -> torch.dtype:
    """The type of the module's parameters, which its input has too; torch's usual one without any."""
    types = (each.dtype for each in module.parameters() if each.is_floating_point() or each.is_complex())
    return next(types, torch.float32)


class _Value(fx.Proxy):
    """A tensor, or several, while a forward is followed; what is no tensor about it is known."""

    tracer: _Tracer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.tracer.given[self.node], name)
        if isinstance(found, torch.Tensor):
            return self.tracer.create_proxy("call_function", getattr, (self, name), {})
        return super().__getattr__(name) if callable(found) else found

    def __int__(self) -> int:
        raise fx.proxy.TraceError(VALUES)

    def __float__(self) -> float:
        raise fx.proxy.TraceError(VALUES)

    def __len__(self) -> int:
        return len(self.tracer.given[self.node])

    def __iter__(self) -> Iterator[Any]:
        return iter([operator.getitem(self, place) for place in range(len(self))])


class _Tracer(fx.Tracer):
    """Evaluates every operation as it is met."""

    def __init__(self, taken: torch.Tensor) -> None:
        super().__init__()
        self.taken = taken
        self.given: dict[fx.Node, Any] = {}
        self.evaluating = False

    def is_leaf_module(self, m: torch.nn.Module, module_qualified_name: str) -> bool:
        """Modules of torch.nn, and what has no description whatever it does inside."""
        return type(m).__name__ == "FrozenBatchNorm2d" or super().is_leaf_module(m, module_qualified_name)

    def proxy(self, node: fx.Node) -> fx.Proxy:
        """What stands for the node's value in the forward."""
        return _Value(node, self)

    def create_proxy(
        self, kind: str, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *rest: Any, **named: Any
    ) -> Any:
        """The node's value where that is no tensor, else what stands for it."""
        if getattr(target, "__name__", "") in JOINS_A_LIST and args and isinstance(args[0], _Value):
            args = (list(args[0]), *args[1:])
        proxy = super().create_proxy(kind, target, args, kwargs, *rest, **named)
        proxy.node.meta[LINE] = _own_line()
        value = self.given[proxy.node] = self._evaluated(proxy.node)
        return proxy if _has_tensor(value) else value

    def call_module(
        self, m: torch.nn.Module, forward: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """As fx does, but for modules inside one that is being evaluated."""
        return forward(*args, **kwargs) if self.evaluating else super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, fx.Proxy]) -> Any:
        """As fx does, but for parameters of a module that is being evaluated."""
        return attr_val if self.evaluating else super().getattr(attr, attr_val, parameter_proxy_cache)

    def _evaluated(self, node: fx.Node) -> Any:
        if node.op == "placeholder":
            return self._input(node)
        args, kwargs = _own_lists(fx.map_arg((node.args, node.kwargs), self._value))
        self.evaluating = True
        try:
            return _apply(self.root, node, args, kwargs)
        except WRONG as error:
            raise _Refused(f"{where(node)}: {_rule(self.root, node, args, error)}") from error
        finally:
            self.evaluating = False

    def _value(self, node: fx.Node) -> Any:
        if node not in self.given:  # a buffer, or a tensor that the forward makes of none
            self.given[node] = _attribute(self.root, str(node.target))
        return self.given[node]

    def _input(self, node: fx.Node) -> Any:
        """The input for the first argument of the forward, its default for any other."""
        name = str(node.target)
        if not any(each.op == "placeholder" for each in self.given):
            return self.taken
        if name.startswith("*"):
            return {} if name.startswith("**") else ()
        if not node.args:
            names = [str(each.target) for each in self.given if each.op == "placeholder"]
            raise ArgumentError(
                f"from_torch: the module takes several inputs, {', '.join([*names, name])}; "
                "a description takes one"
            )
        return node.args[0]


def _own_lists(value: Any) -> Any:
    """The same value with lists of its own, which a function may write to."""
    if isinstance(value, dict):
        return {key: _own_lists(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_own_lists(each) for each in value]
    return tuple(map(_own_lists, value)) if type(value) is tuple else value


def _apply(root: torch.nn.Module, node: fx.Node, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if node.op == "get_attr":
        return _attribute(root, str(node.target))
    if node.op == "call_module":
        return root.get_submodule(str(node.target))(*args, **kwargs)
    if node.op == "call_method":
        return getattr(args[0], str(node.target))(*args[1:], **kwargs)
    assert callable(node.target)  # noqa: S101 - nothing else is left
    return node.target(*args, **kwargs)


def _attribute(root: torch.nn.Module, path: str) -> Any:
    parent, _, name = path.rpartition(".")
    return getattr(root.get_submodule(parent), name)


def _rule(root: torch.nn.Module, node: fx.Node, args: tuple[Any, ...], error: Exception) -> str:
    """What does not fit, in the description's words where there is one, else in torch's."""
    if node.op == "call_module" and args and isinstance(args[0], torch.Tensor):
        try:
            described(root.get_submodule(str(node.target))).output_shape(tuple(args[0].shape[1:]))
        except ShapeError as fault:
            return str(fault)
        except Unreadable as fault:
            return f"{fault}; {_first_line(error)}"
    shapes = [str(tuple(each.shape[1:])) for each in args if isinstance(each, torch.Tensor)]
    return f"{_first_line(error)} (what arrives is {' and '.join(shapes)})" if shapes else _first_line(error)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _has_tensor(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return any(map(_has_tensor, value))
    return isinstance(value, torch.Tensor)


def _is_own(file: str) -> bool:
    """Whether a file is neither torch's nor this one."""
    return not file.startswith(f"{Path(torch.__file__).parent}{os.sep}") and file != __file__


def _own_line() -> str:
    """The line of the user's code that runs now; empty where none does, as in a bare Sequential."""
    frame = inspect.currentframe()
    while frame and frame.f_code is not trace.__code__:
        if _is_own(frame.f_code.co_filename):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _last_line(error: BaseException) -> str:
    """Where in the user's code an error came up; empty where that is not known."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f" at {frame.filename}:{frame.lineno}" for frame in frames if _is_own(frame.filename)]
    return own[-1] if own else ""


def operation(node: fx.Node) -> str:
    """The name of the function or method that a node calls."""
    target = node.target
    return target if isinstance(target, str) else getattr(target, "__name__", str(target))


def where(node: fx.Node) -> str:
    """The operation of a node, the module that it is in, and the line of the user's code that calls it."""
    line = node.meta.get(LINE, "")
    scope = (
        "" if node.op == "call_module" else next(reversed(node.meta.get("nn_module_stack", {"": None})), "")
    )
    name = str(node.target) if node.op == "call_module" else operation(node)
    return " ".join(filter(None, (name, f"in {scope}" if scope else "", f"at {line}" if line else "")))


def works_in_place(root: torch.nn.Module, node: fx.Node) -> bool:
    """Whether an operation changes its first argument, which those see that use it later."""
    if node.op == "call_module":
        return bool(getattr(root.get_submodule(str(node.target)), "inplace", False))
    name = operation(node)
    if node.op == "call_method" or name in {"iadd", "imul", "isub", "itruediv"}:
        return (name.endswith("_") and not name.startswith("__")) or node.op == "call_function"
    try:
        bound = inspect.signature(node.target).bind(*node.args, **node.kwargs)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return name.endswith("_")
    return bool(bound.arguments.get("inplace", False))
