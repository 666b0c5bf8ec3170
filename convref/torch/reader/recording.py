"""One eager run of a module on inputs of the meta device, recorded."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from convref.torch.reader.functions import Functions
from convref.torch.reader.nodes import Event, Meta, Node
from convref.torch.reader.tape import Tape

FOLLOWED = "_compiled_call_impl"
"""Module.__call__ prefers this attribute of an instance, which Module.compile() sets."""


@dataclass(frozen=True, eq=False)
class Recording:
    """The record of a module's run.

    Attributes:
        nodes: its operations in single assignment.
        values: the geometry and type of each value.
        events: the calls of modules and functions.
        inputs: the values of the inputs.
        result: what it returned, with a `Ref` for every tensor.
        literals: the numbers of tensors that its forward makes of numbers, by value.
        reads_shapes: whether the user's code asked for a shape, and so may know the number of samples.
    """

    nodes: list[Node]
    values: list[Meta]
    events: list[Event]
    inputs: tuple[int, ...]
    result: Any
    literals: dict[int, torch.Tensor]
    reads_shapes: bool


def record(
    module: torch.nn.Module, run: Callable[..., Any], tape: Tape, given: Sequence[torch.Tensor]
) -> Recording:
    """Run a module without numbers, and record what it does.

    Args:
        module: a copy, whose calls are recorded from now on.
        run: calls it with the inputs.
        tape: new; after an error it says how far the run came.
        given: the inputs, on the meta device.
    """
    inputs = tuple([tape.input(each) for each in given])
    with _followed(module, tape):
        result = tape.template(run(*given))
    return Recording(tape.nodes, tape.values, tape.events, inputs, result, tape.literals, tape.reads_shapes)


@contextmanager
def _followed(module: torch.nn.Module, tape: Tape) -> Any:
    """Let a tape see the operations, the functions and the modules of a run."""
    fast = torch.backends.mha.get_fastpath_enabled()
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # what the module warns of was said when it ran for its owner
        stack.enter_context(torch.no_grad())
        for path, part in module.named_modules():
            _follow(part, path, tape)
            stack.callback(part.__dict__.pop, FOLLOWED)
        torch.backends.mha.set_fastpath_enabled(False)  # one operation that does what the usual ones do
        stack.callback(torch.backends.mha.set_fastpath_enabled, fast)
        stack.enter_context(tape)
        stack.enter_context(Functions(tape))
        yield


def _follow(module: torch.nn.Module, path: str, tape: Tape) -> None:
    """Record the calls of one module, with its hooks; the copy alone is changed."""

    def call(*args: Any, **kwargs: Any) -> Any:
        with tape.event(module, path, args, kwargs) as event:
            out = module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call] # noqa: SLF001 - with hooks
            if args and out is args[0] and isinstance(out, torch.Tensor) and event.start == len(tape.nodes):
                out = tape.passed(out)
            event.result = tape.template(out)
        return out

    module.__dict__[FOLLOWED] = call
