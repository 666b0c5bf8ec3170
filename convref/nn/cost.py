"""The class `Cost`, the number of operations of a layer on one input, by kind."""

from __future__ import annotations

from typing import NamedTuple


# A named tuple, because every step of a network has a cost, and a frozen dataclass is created half as fast.
class Cost(NamedTuple):
    """The number of operations of one layer on one input (a batch of one), by kind.

    Attributes:
        macs: multiply-accumulates: a weight (or an attention score) times a value, added to a sum.
        bias_adds: additions of a bias, one for each output element.
        adds: all other additions, as in a sum of two feature maps.
        muls: all other multiplications, as in a gate.
        comparisons: comparisons of two numbers, as in ReLU and max pooling.
        functions: evaluations of functions such as exp, tanh, erf, powers and square roots; divisions count
            as functions too.

    Example:
        >>> Cost(macs=10) + Cost(macs=5, bias_adds=1)
        Cost(macs=15, bias_adds=1, adds=0, muls=0, comparisons=0, functions=0)
        >>> 3 * Cost(muls=1)
        Cost(macs=0, bias_adds=0, adds=0, muls=3, comparisons=0, functions=0)
    """

    macs: int = 0
    bias_adds: int = 0
    adds: int = 0
    muls: int = 0
    comparisons: int = 0
    functions: int = 0

    def __add__(self, other: Cost) -> Cost:  # type: ignore[override] # costs add up; tuples are concatenated
        return Cost(
            self.macs + other.macs,
            self.bias_adds + other.bias_adds,
            self.adds + other.adds,
            self.muls + other.muls,
            self.comparisons + other.comparisons,
            self.functions + other.functions,
        )

    def __mul__(self, times: int) -> Cost:  # type: ignore[override] # likewise
        return Cost(
            self.macs * times,
            self.bias_adds * times,
            self.adds * times,
            self.muls * times,
            self.comparisons * times,
            self.functions * times,
        )

    def __rmul__(self, times: int) -> Cost:  # type: ignore[override] # likewise
        return self * times


NO_COST = Cost()
