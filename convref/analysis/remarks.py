"""Notes below a report's table: steps on which no output depends, unused layers, uncounted operations.

PyTorch computes a branch even if its result is not used. The branch is therefore counted, and a note points
this out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convref.nn import Layer, Operation, Plan
from convref.nn.graph import unused_layers

SHOWN = 4
"""The number of names that a note lists; of further ones it gives only the number."""
UNREACHED = {
    "en": "Does not reach the output, but is computed and counted: {}.",
    "zh": "不影响输出，但仍会执行并计入：{}。",
}
UNUSED = {
    "en": "Not used in evaluation, with parameters that are counted: {}.",
    "zh": "推理时不使用，但参数仍计入：{}。",
}
UNCOUNTED = {
    "en": "Not counted, since the operation is not known here: {}.",
    "zh": "未计入（未知的运算）：{}。",
}
MORE = {"en": " and {} more", "zh": " 等另外 {} 项"}
COMMA = {"en": ", ", "zh": "、"}


def unreached(plan: Plan) -> tuple[str, ...]:
    """Return the names of the steps whose results no output of the network depends on, in order.

    Example:
        >>> from convref.nn import Call, Conv2d, Graph, trace
        >>> calls = (Call("lost", "input"), Call("kept", "input"))
        >>> unreached(trace(Graph(calls, lost=Conv2d(3, 4, 1), kept=Conv2d(3, 4, 1)), (3, 8, 8)))
        ('lost',)
    """
    reached = {plan.output, *plan.taps.values()}
    for value in range(len(plan.steps), 0, -1):  # a step reads only values before its own
        if value in reached:
            reached.update(plan.steps[value - 1].reads)
    lost: dict[str, None] = {}
    used = set()
    for value, step in enumerate(plan.steps, 1):
        if value in reached:
            used.add(step.name)
        elif step.kind in {"layer", "operation"}:
            lost[step.name] = None
    # A layer that is called twice may be in both lists.
    return tuple([name for name in lost if name not in used])


def uncounted(plan: Plan) -> tuple[str, ...]:
    """Return the names of the operations whose cost is not known, each with its line in the source code.

    Example:
        >>> from convref.nn import Call, Graph, N, Operation, Value, trace
        >>> bessel = Operation("i0", (Value(0),), ((N, 3),), ((N, 3),), line="nets.py:31")
        >>> uncounted(trace(Graph((Call("i0", "input"),), i0=bessel), (3,)))
        ('i0 (nets.py:31)',)
    """
    found = []
    for step in plan.steps:
        if isinstance(step.layer, Operation) and not step.layer.is_counted:
            line = f" ({step.layer.place})" if step.layer.place else ""
            found.append(f"{step.layer.label}{line}")
    return tuple(dict.fromkeys(found))


def remarks(net: Layer, plan: Plan) -> dict[str, str]:
    """Return the notes as a dict from language to text; the dict is empty if there are no notes."""
    found = (
        (UNREACHED, unreached(plan)),
        (UNUSED, tuple(name for name, _ in unused_layers(net))),
        (UNCOUNTED, uncounted(plan)),
    )
    if not any(names for _, names in found):
        return {}
    return {lang: " ".join(_sentence(text, names, lang) for text, names in found if names) for lang in MORE}


def _sentence(text: Mapping[str, str], names: Sequence[str], lang: str) -> str:
    rest = len(names) - SHOWN
    listed = COMMA[lang].join(names[:SHOWN]) + (MORE[lang].format(rest) if rest > 0 else "")
    return text[lang].format(listed)
