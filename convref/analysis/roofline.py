"""Predict the time of a network on a device by the roofline model, step by step.

A step computes and moves bytes at the same time. It takes as long as the slower of the two: the larger of
operations / peak and bytes / bandwidth. The operations are those of `Cost`, where a multiply-accumulate
counts as two. The bytes are those of the values that a step reads, of its parameters and of its output. Each
of them moves once between memory and processor; a view moves nothing. The time of the network is the sum over
the steps.

The model is a lower bound: it ignores caches, the overhead of each call, and kernels that do not reach the
device's peak.

Source: Williams, Waterman and Patterson, 2009, Roofline: an insightful visual performance model for multicore
architectures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from convref.errors import ArgumentError
from convref.nn import Cost, Embedding, Plan, Step

FLOPS_PER_MAC = 2


@dataclass(frozen=True)
class Device:
    """A processor with its memory, as the roofline model describes it.

    Attributes:
        peak: the largest number of floating-point operations per second, for the type of the network's
            values.
        bandwidth: the bytes per second that can be moved between memory and processor.
        name: the name of the device, which has no effect on times.

    Raises:
        ArgumentError: `peak` or `bandwidth` is not a positive finite number.

    Example:
        >>> device = Device(peak=100e9, bandwidth=20e9)
        >>> device.balance, device.time(operations=1e9, moved_bytes=4e8)
        (5.0, 0.02)
    """

    peak: float
    bandwidth: float
    name: str = ""

    def __post_init__(self) -> None:
        for key in ("peak", "bandwidth"):
            value = getattr(self, key)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (number and isfinite(value) and value > 0):
                raise ArgumentError(f"Device: {key} (={value!r}) must be a positive finite number")

    @property
    def balance(self) -> float:
        """The number of operations that the device can do in the time in which its memory moves one byte.

        A layer with fewer operations per byte (its arithmetic intensity) is limited by the memory.
        """
        return self.peak / self.bandwidth

    def time(self, operations: float, moved_bytes: float) -> float:
        """Return the seconds that one step takes: to compute or to move bytes, whichever takes longer."""
        return max(operations / self.peak, moved_bytes / self.bandwidth)


def operations_of(cost: Cost) -> int:
    """Return the number of floating-point operations in a cost; a multiply-accumulate counts as two.

    Example:
        >>> operations_of(Cost(macs=10, bias_adds=2, comparisons=3))
        25
    """
    single = cost.bias_adds + cost.adds + cost.muls + cost.comparisons + cost.functions
    return FLOPS_PER_MAC * cost.macs + single


def moved_bytes(plan: Plan, bytes_of: Callable[[int], int], weight_bytes: Callable[[Step], int]) -> list[int]:
    """Return a list of the bytes that each step reads and writes.

    An `Embedding` does not read its whole table of vectors, but only the vectors that are looked up.

    Args:
        plan: the plan of a network.
        bytes_of: a function from the number of a value to its bytes.
        weight_bytes: a function from a step to the bytes of its parameters.
    """
    found = []
    for value, step in enumerate(plan.steps, 1):
        if step.kind == "parameter" or step.shares_memory(training=False):
            found.append(0)
            continue
        # Another output of an operation that has run already: its inputs were read then.
        read = 0 if step.repeated else sum(map(bytes_of, step.reads))
        weights = bytes_of(value) if isinstance(step.layer, Embedding) else weight_bytes(step)
        found.append(read + weights + bytes_of(value))
    return found
