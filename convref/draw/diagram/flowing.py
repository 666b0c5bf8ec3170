"""Remove from a plan the steps that do not depend on the input, which a diagram does not show."""

from __future__ import annotations

from dataclasses import replace

from convref.errors import ArgumentError
from convref.nn import Plan, Step


def flowing(plan: Plan) -> Plan:
    """Return the plan without parameters, and without steps that are computed from parameters only.

    The values of a plan are numbered. The remaining values get new consecutive numbers, and the inputs of a
    step no longer include removed values.

    Raises:
        ArgumentError: the output does not depend on the input.

    Example:
        >>> from convref.nn import Call, Graph, N, Operation, Parameter, Value, trace
        >>> shapes = ((N, 4, 8, 8), (4, 1, 1))
        >>> scaled = Operation("mul.Tensor", (Value(0), Value(1)), shapes, shapes[:1])
        >>> calls = (Call("gamma", ()), Call("scaled", ("input", "gamma")))
        >>> net = Graph(calls, gamma=Parameter((4, 1, 1)), scaled=scaled)
        >>> [step.inputs for step in flowing(trace(net, (4, 8, 8))).steps]
        [(0,)]
    """
    if all(step.inputs for step in plan.steps):
        return plan
    numbers = {0: 0}
    steps: list[Step] = []
    for value, step in enumerate(plan.steps, 1):
        kept = [place for place, each in enumerate(step.inputs) if each in numbers]
        if not kept:
            continue
        numbers[value] = len(steps) + 1
        inputs = tuple([numbers[step.inputs[place]] for place in kept])
        shapes = tuple([step.input_shapes[place] for place in kept])
        steps.append(step._replace(inputs=inputs, input_shapes=shapes))
    if plan.output not in numbers:
        raise ArgumentError(
            "network: the output does not depend on the input, so that there is no flow to draw"
        )
    taps = {name: numbers[value] for name, value in plan.taps.items() if value in numbers}
    return replace(plan, steps=tuple(steps), output=numbers[plan.output], taps=taps)
