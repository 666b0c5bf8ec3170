"""Format errors about operations that cannot be converted, with their module, line and reason."""

from __future__ import annotations

from convref.assembly.nodes import Ref, refs
from convref.assembly.refusals import Failure, Unreadable
from convref.errors import ConvrefError, ShapeError
from convref.torch.reader.held import first_line
from convref.torch.reader.modules import described
from convref.torch.reader.tape import Tape


def explained_failure(failure: Failure, tape: Tape) -> str:
    """Return the text of the error for an operation that failed in torch.

    If the operation belongs to a module for which there is a layer, the text is the error that this layer
    raises for the input's shape. Otherwise it is torch's error, with the shapes of the inputs.

    Args:
        failure: the failed operation, with torch's error.
        tape: the recorder of the run.
    """
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
    return f"{called}{scope}{line}: {rule} (its inputs have the shapes {shapes} without the batch)"
