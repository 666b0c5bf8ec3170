"""A module followed by torch.fx on the meta device: its operations, what each gives, and where it stands."""

from __future__ import annotations

import copy
import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import fx

from convref.errors import ArgumentError

BATCH = 2


def without_weights(module: torch.nn.Module) -> torch.nn.Module:
    """A copy in evaluation mode whose parameters and buffers are on the meta device."""
    memo: dict[int, Any] = {}
    for parameter in module.parameters():
        memo[id(parameter)] = torch.nn.Parameter(parameter.to("meta"), requires_grad=False)
    for buffer in module.buffers():
        memo[id(buffer)] = buffer.to("meta")
    return copy.deepcopy(module, memo).eval()


class _Tracer(fx.Tracer):
    record_stack_traces = True


class _Shapes(fx.Interpreter):
    """Runs the trace on meta tensors and keeps what each node gave."""

    def __init__(self, root: fx.GraphModule) -> None:
        super().__init__(root)
        self.given: dict[fx.Node, Any] = {}

    def fetch_args_kwargs_from_env(self, n: fx.Node) -> Any:
        """The node's arguments, in lists that a function may write to as the user's own."""
        return _own_lists(super().fetch_args_kwargs_from_env(n))

    def run_node(self, n: fx.Node) -> Any:
        """The node's value, which is kept too."""
        value = self.given[n] = super().run_node(n)
        return value


def _own_lists(value: Any) -> Any:
    """The same value with lists of its own."""
    if isinstance(value, dict):
        return {key: _own_lists(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_own_lists(each) for each in value]
    return tuple(map(_own_lists, value)) if type(value) is tuple else value


def values(module: torch.nn.Module, graph: fx.Graph, input_shape: tuple[int, ...]) -> dict[fx.Node, Any]:
    """What each node gives for an input of numbers, or of indices where numbers do not do.

    Raises:
        ArgumentError: the module does not take an input of this shape.
    """
    failed: Exception | None = None
    for dtype in (torch.float32, torch.int64):
        shapes = _Shapes(fx.GraphModule(module, graph))
        try:
            shapes.run(torch.empty((BATCH, *input_shape), dtype=dtype, device="meta"))
        except (RuntimeError, ValueError, TypeError) as error:
            failed = failed or error
        else:
            return shapes.given
    message = str(failed).splitlines()[0]
    raise ArgumentError(
        f"from_torch: the module does not take an input of shape {input_shape}: {message}"
    ) from failed


def trace(module: torch.nn.Module) -> fx.Graph:
    """The operations of a module's forward.

    Raises:
        ArgumentError: what the forward does depends on values; the error names the line.
    """
    try:
        return _Tracer().trace(module)
    except (fx.proxy.TraceError, TypeError, RuntimeError, ValueError, NotImplementedError) as error:
        line = _last_line(error)
        message = str(error).splitlines()[0]
        raise ArgumentError(f"from_torch: cannot follow the module's forward at {line}: {message}") from error


def _last_line(error: BaseException) -> str:
    """The last line of the user's code on the way to an error that fx raised."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    return _last_own(frames) or "an unknown line"


def _last_own(lines: Sequence[tuple[str, object]]) -> str:
    """The last of these lines that is neither torch's nor this module's; empty if there is none."""
    inside = Path(torch.__file__).parent  # a folder, for torchvision's name begins with torch's too
    own = [f"{file}:{line}" for file, line in lines if inside not in Path(file).parents and file != __file__]
    return own[-1] if own else ""


def operation(node: fx.Node) -> str:
    """The name of the function or method that a node calls."""
    target = node.target
    return target if isinstance(target, str) else getattr(target, "__name__", str(target))


def where(node: fx.Node) -> str:
    """The operation of a node and the line of the user's code that calls it."""
    name = str(node.target) if node.op == "call_module" else operation(node)
    line = _last_own(re.findall(r'File "(.+?)", line (\d+)', node.stack_trace or ""))
    return f"{name} at {line}" if line else name
