"""Notice random numbers that a forward draws without torch, from Python or NumPy.

torch's own random operations are recorded, and refused. Numbers from elsewhere reach a recording as plain
numbers, or choose a branch; only the states of their generators show that they were drawn.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

GENERATORS = (random.Random, np.random.Generator, np.random.RandomState)


def states(module: torch.nn.Module) -> dict[str, Any]:
    """Return the states of the random number generators of Python, of NumPy and of a module, by name.

    The generators of a module are those that it or a module inside it has as an attribute.

    Example:
        >>> before = states(torch.nn.ReLU())
        >>> _ = random.random()
        >>> drawn(before, states(torch.nn.ReLU()))
        "Python's random"
    """
    found: dict[str, Any] = {"Python's random": random.getstate(), "numpy.random": _state(np.random)}
    for path, part in module.named_modules():
        for name, value in vars(part).items():
            if isinstance(value, GENERATORS):
                found[f"{path}.{name}" if path else name] = _state(value)
    return found


def drawn(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the name of a generator whose state differs; an empty string if there is none."""
    return next((name for name, state in before.items() if after.get(name) != state), "")


def _state(generator: Any) -> Any:
    """Return the state of a generator in a form that can be compared with `==`."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    if isinstance(generator, np.random.Generator):
        return repr(generator.bit_generator.state)
    name, keys, *rest = generator.get_state()
    return name, keys.tobytes(), rest
