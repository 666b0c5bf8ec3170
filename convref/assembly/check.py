"""Compare the shapes in a description with those of the recording from which it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.assembly.assemble import Assembly
from convref.assembly.recording import Recording
from convref.assembly.refusals import Unreadable
from convref.errors import ConvrefError
from convref.nn import Graph, Plan, inline, trace
from convref.nn.sizes import at


def checked_shapes(
    net: Graph, recording: Recording, assembly: Assembly, shapes: Sequence[Any], batch: int
) -> Plan:
    """Compute all shapes of a description, and compare them with the recorded ones.

    Args:
        net: the description.
        recording: the recorded run with `batch` samples.
        assembly: the object that built `net`; it has the name that each recorded value has in `net`.
        shapes: the shapes of the inputs, without the batch.
        batch: the number of samples of the recording.

    Returns:
        The result of `convref.nn.trace` for the description: its calls with their shapes and costs.

    Raises:
        Unreadable: a shape differs, which is a bug of convref.
    """
    names = {name: value for value, name in assembly.names.items()}
    known = {call.name: names[call.name] for call in net.calls if call.name in names}
    taps = {name: name for name in known}
    given = {child.name: child.layer if child.key else inline(child.layer) for child in net.layers}
    seen = Graph(net.calls, net.output, taps, net.inputs, **given)
    try:
        plan = trace(seen, tuple(shapes) if len(shapes) > 1 else shapes[0])
    except ConvrefError as error:
        raise Unreadable(
            f"the resulting description is not valid, which is a bug of convref: {error}"
        ) from error
    for name, value in known.items():
        number = plan.taps[name]
        whole = plan.steps[number - 1].whole if number else ()
        meta = recording.values[value]
        if number and at(whole, batch) != meta.shape:
            raise Unreadable(
                f"{name} has shape {meta.shape} in torch but {at(whole, batch)} in the "
                "resulting description, which is a bug of convref"
            )
    return plan
