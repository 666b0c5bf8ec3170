"""Leave out some of the cases of a long test, except under `make test-all`, which a nightly workflow runs."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TypeVar

from convref import architectures

Case = TypeVar("Case")
ALL = bool(os.environ.get("CONVREF_TEST_ALL"))
LIGHT = 15_000_000  # parameters


def sample(cases: Sequence[Case], every: int, start: int = 0) -> Sequence[Case]:
    """Return each `every`-th case from the case number `start` on; under `make test-all`, all cases."""
    return cases if ALL else cases[start::every]


def light_networks() -> tuple[str, ...]:
    """Return the registered networks with few parameters, and the lightest one of every other family.

    Under `make test-all`, all registered networks are returned.
    """
    if ALL:
        return architectures.names()
    sizes = {name: _parameters(name) for name in architectures.names()}
    lightest: dict[str, str] = {}
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        lightest[architectures.find(name).family] = name
    return tuple(name for name in sizes if sizes[name] <= LIGHT or name in lightest.values())


def _parameters(name: str) -> int:
    return sum(map(math.prod, architectures.build(name).parameters().values()))
