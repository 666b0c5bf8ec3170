"""Sentences of errors about what cannot be read: the operation, its module, the line, and the reason."""

from __future__ import annotations

from collections.abc import Sequence

from convref.errors import ConvrefError, ShapeError
from convref.torch.reader.held import first_line
from convref.torch.reader.modules import described
from convref.torch.reader.nodes import Ref, refs
from convref.torch.reader.refusals import Failure, Refusal, Unreadable
from convref.torch.reader.tape import Tape


def where(refusal: Refusal) -> str:
    """The operation, the module that it is in, and the line of the user's code that calls it.

    Example:
        >>> where(Refusal("roll", "", "mixer", "nets.py:31"))
        'roll in mixer at nets.py:31'
    """
    name = refusal.what or "what is done"
    scope = f" in {refusal.scope}" if refusal.scope else ""
    return f"{name}{scope}" + (f" at {refusal.line}" if refusal.line else "")


def listed(found: Sequence[Refusal]) -> str:
    """All that cannot be read, each operation once for every line."""
    told = list(dict.fromkeys(f"{where(each)}: {each.rule}" for each in found))
    return told[0] if len(told) == 1 else f"{len(told)} operations: " + "; ".join(told)


def explained_failure(failure: Failure, tape: Tape) -> str:
    """The operation that does not fit what arrives, and the reason: as the layer says it, if it is one."""
    modules = [event for event in failure.calls if event.is_module]
    inner = modules[-1] if modules else None
    rule = first_line(failure.error)
    line = f" at {failure.line}" if failure.line else ""
    if inner is not None and not inner.inner[:-1]:
        try:
            layer = described(inner.what)
            (first, *_) = [each for each in inner.args if isinstance(each, Ref)]
            layer.output_shape(tape.values[first.value].shape[1:])
        except ShapeError as error:
            return f"{inner.name or type(inner.what).__name__}{line}: {error}"
        except (Unreadable, ConvrefError, ValueError):
            pass
    scope = f" in {failure.scope}" if failure.scope else ""
    function = next((event for event in failure.calls[::-1] if not event.is_module), None)
    taken = failure.shapes
    if function is not None:
        taken = [tape.values[ref.value].shape for ref in refs((function.args, function.kwargs))]
    shapes = " and ".join(str(shape[1:]) for shape in taken)
    called = failure.name if function is None else function.name
    return f"{called}{scope}{line}: {rule} (what arrives is {shapes})"
