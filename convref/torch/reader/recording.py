"""Record the operations of one run of a module on the meta device."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from convref.assembly.outputs import opened
from convref.assembly.recording import Recording
from convref.torch.reader.functions import Functions, under_a_transform
from convref.torch.reader.tape import Tape

FOLLOWED = "_compiled_call_impl"
"""Module.__call__ prefers this attribute of an instance, which Module.compile() sets."""


def record(
    module: torch.nn.Module, run: Callable[..., Any], tape: Tape, given: Sequence[torch.Tensor]
) -> Recording:
    """Run a module on the meta device, and record its operations.

    Args:
        module: a copy of the module, with its tensors on the meta device.
        run: the function that is called with the inputs, and that calls `module`.
        tape: a new recorder. If the run raises an error, it has the operations up to the error.
        given: the inputs, on the meta device.
    """
    inputs = tuple([tape.input(each) for each in given])
    with _followed(module, tape):
        result = tape.template(opened(run(*given)))
    return Recording(tape.nodes, tape.values, tape.events, inputs, result, tape.literals, tape.reads_shapes)


@contextmanager
def _followed(module: torch.nn.Module, tape: Tape) -> Any:
    """Let `tape` record all operations, and all calls of modules and functions, in the `with` block."""
    fast = torch.backends.mha.get_fastpath_enabled()
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # the user sees the module's warnings when running it
        stack.enter_context(torch.no_grad())
        for path, part in module.named_modules():
            _follow(part, path, tape)
            stack.callback(part.__dict__.pop, FOLLOWED)
        # It would replace the usual operations by one fused operation.
        torch.backends.mha.set_fastpath_enabled(False)
        stack.callback(torch.backends.mha.set_fastpath_enabled, fast)
        stack.enter_context(tape)
        stack.enter_context(Functions(tape))
        yield


def _follow(module: torch.nn.Module, path: str, tape: Tape) -> None:
    """Let a copied module record its calls on `tape`.

    For this, the method that torch runs when the module is called is replaced by one that also records the
    call. It runs the module's hooks too.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        if under_a_transform():
            return module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call] # noqa: SLF001 - with hooks
        with tape.event(module, path, args, kwargs) as event:
            out = module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call] # noqa: SLF001 - with hooks
            if args and out is args[0] and isinstance(out, torch.Tensor) and event.start == len(tape.nodes):
                out = tape.passed(out)
            event.result = tape.template(out)
        return out

    module.__dict__[FOLLOWED] = call
