"""Leave out of a plan what does not depend on the input: a diagram of the flow has no line for it."""

from __future__ import annotations

from dataclasses import replace

from convref.errors import ArgumentError
from convref.nn import Plan, Step


def flowing(plan: Plan) -> Plan:
    """Return the plan without parameters, and without what is computed from parameters alone.

    The steps that remain have new numbers; each reads only values that remain.

    Raises:
        ArgumentError: the output does not depend on the input.

    Example:
        >>> from convref.nn import Call, Graph, Identity, Parameter, Product, trace
        >>> calls = (Call("gamma", ()), Call("scaled", ("input", "gamma")))
        >>> net = Graph(calls, gamma=Parameter((4, 1, 1)), scaled=Product(Identity(), Identity()))
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
        steps.append(replace(step, inputs=inputs, input_shapes=shapes))
    if plan.output not in numbers:
        raise ArgumentError(
            "network: the output does not depend on the input, so that there is no flow to draw"
        )
    taps = {name: numbers[value] for name, value in plan.taps.items() if value in numbers}
    return replace(plan, steps=tuple(steps), output=numbers[plan.output], taps=taps)
