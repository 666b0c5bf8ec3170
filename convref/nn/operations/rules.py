"""The rules by which operations on tensors are counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from convref.nn.base import Shape
from convref.nn.cost import Cost


class Call(NamedTuple):
    """One call of an operation.

    Attributes:
        inputs, outputs: whole shapes.
        args, options: as in torch's schema, tensors by their `Value`.
    """

    inputs: Sequence[Shape]
    outputs: Sequence[Shape]
    args: Sequence[Any]
    options: Mapping[str, Any]

    def shape(self, position: int) -> Shape:
        """The shape of the tensor that is the argument at a position."""
        shape: Shape = self.inputs[self.args[position].index]
        return shape

    @property
    def made(self) -> int:
        """The elements of the first output."""
        return math.prod(self.outputs[0])

    @property
    def taken(self) -> int:
        """The elements of the first input."""
        return math.prod(self.inputs[0])


Rule = Callable[[Call], Cost]


def free(_call: Call) -> Cost:
    """Nothing: a view, a copy, numbers at other positions."""
    return Cost()


def each(kind: str, times: int = 1) -> Rule:
    """So many operations of a kind for each element of the output."""
    return lambda call: Cost(**{kind: times * call.made})


def reduced(*, adds: bool = False, divides: bool = False) -> Rule:
    """One operation less than there are elements for each output; a division for each output of a mean."""

    def rule(call: Call) -> Cost:
        steps = max(call.taken - call.made, 0)
        functions = call.made if divides else 0
        return Cost(adds=steps, functions=functions) if adds else Cost(comparisons=steps, functions=functions)

    return rule


def variance(call: Call) -> Cost:
    """The mean, and the mean of the squares of the differences."""
    steps = call.taken - call.made
    return Cost(adds=2 * steps + call.taken, muls=call.taken, functions=2 * call.made)


def products(call: Call) -> Cost:
    """Of matrices: rows times inner size times columns."""
    return Cost(macs=call.made * call.shape(0)[-1])


def added_products(call: Call) -> Cost:
    """A product of matrices, added to another."""
    return Cost(macs=call.made * call.shape(1)[-1], bias_adds=call.made)


def vector(call: Call) -> Cost:
    """Of a matrix and a vector, which torch's counter leaves out of multiply-accumulates."""
    return Cost(muls=call.taken, adds=max(call.taken - call.made, 0))


def linear(call: Call) -> Cost:
    """A product for each weight and position, and a bias."""
    bias = len(call.args) > 2 and call.args[2] is not None
    return Cost(macs=call.made * call.shape(0)[-1], bias_adds=call.made if bias else 0)


def bilinear(call: Call) -> Cost:
    """A product of both inputs for every weight; torch's counter leaves it out of multiply-accumulates."""
    rows, weight = call.made // call.outputs[0][-1], call.shape(2)
    return Cost(muls=2 * rows * math.prod(weight), adds=rows * math.prod(weight))


def matmul(call: Call) -> Cost:
    """Products of matrices in batches; of a vector as torch's counter has it."""
    one, other = call.shape(0), call.shape(1)
    if len(one) == 1 or len(other) == 1:
        larger = one if len(one) > len(other) else other
        return vector(call) if len(one) + len(other) <= 3 else Cost(macs=math.prod(larger))
    return Cost(macs=call.made * one[-1])


def einsum(call: Call) -> Cost:
    """Two operands at a time, from the left: a product for every index that either has."""
    terms, _, result = str(call.args[0]).replace(" ", "").partition("->")
    shapes = [call.shape(position) for position in range(1, len(call.args))]
    parts = [axis_letters(term, shape) for term, shape in zip(terms.split(","), shapes, strict=True)]
    sizes = {
        letter: size
        for letters, shape in zip(parts, shapes, strict=True)
        for letter, size in zip(letters, shape, strict=True)
        if size != 1
    }
    cost, left = Cost(), parts[0]
    for position, right in enumerate(parts[1:], 1):
        later = {letter for part in parts[position + 1 :] for letter in part} | set(result)
        if result == "" and "->" not in str(call.args[0]):
            later |= {letter for letter in left + right if sum(part.count(letter) for part in parts) == 1}
        if "..." in result:
            later |= {letter for letter in left + right if not letter.isalpha()}
        every = list(dict.fromkeys([*left, *right]))
        summed = [letter for letter in every if letter not in later]
        size = math.prod(sizes.get(letter, 1) for letter in every)
        both = [letter for letter in summed if letter in left and letter in right]
        cost += Cost(macs=size) if both else Cost(muls=size)
        left = [letter for letter in every if letter in later]
    return cost


def axis_letters(term: str, shape: Shape) -> list[str]:
    """A name for each axis of an operand of einsum, numbers for those of an ellipsis, from the right."""
    before, dots, after = term.partition("...")
    if not dots:
        return list(term)
    count = len(shape) - len(before) - len(after)
    return [*before, *map(str, range(count, 0, -1)), *after]


def convolution(call: Call) -> Cost:
    """A product for every element of the kernel and every output, or every input where it is transposed."""
    weight, transposed = call.shape(1), bool(call.args[6])
    positions = math.prod(call.shape(0)) if transposed else call.made
    bias = call.made if call.args[2] is not None else 0
    return Cost(macs=positions * math.prod(weight[1:]), bias_adds=bias)


def attention(call: Call) -> Cost:
    """Queries times keys, softmax, scores times values."""
    query, key, value = (call.shape(place) for place in range(3))
    scores = math.prod(query[:-1]) * key[-2]
    return Cost(
        macs=scores * (query[-1] + value[-1]), functions=2 * scores, adds=scores, muls=2 * math.prod(query)
    )


def multi_head(call: Call) -> Cost:
    """Three projections in, the heads' attention, one projection out; sequences come first."""
    length, batch, dim = (call.shape(0)[0], math.prod(call.shape(0)[1:-1]), call.shape(0)[-1])
    keys, heads = call.shape(1)[0], int(call.args[4])
    projected = dim * (length * dim + keys * (call.shape(1)[-1] + call.shape(2)[-1]))
    keys += (call.args[7] is not None) + bool(call.args[9])  # a learnt key, and one of zeros
    macs = batch * (projected + 2 * length * keys * dim + length * dim * dim)
    return Cost(macs=macs, functions=2 * batch * heads * length * keys)


def recurrent(gates: int) -> Rule:
    """For each step, layer and direction: the gates of the input and of the state."""

    def rule(call: Call) -> Cost:
        weights = [call.inputs[each.index] for each in call.args[-7] if each is not None]
        output = call.outputs[0]
        steps = math.prod(output[:-1])
        matrices = [shape for shape in weights if len(shape) == 2]
        biases = [shape for shape in weights if len(shape) == 1]
        return Cost(
            macs=steps * sum(map(math.prod, matrices)),
            bias_adds=steps * sum(map(math.prod, biases)),
            functions=steps * sum(shape[0] for shape in matrices) // 2,
            muls=gates * call.made,
        )

    return rule


def norm(call: Call) -> Cost:
    """Mean and variance of each group, then the same for each element."""
    return Cost(adds=3 * call.taken, muls=2 * call.taken)


def softmax(call: Call) -> Cost:
    """An exponential and a division for each element, its sum and its maximum."""
    return Cost(adds=call.made, comparisons=call.made, functions=2 * call.made)


def average(call: Call) -> Cost:
    """The sum of each window, divided."""
    kernel = math.prod(call.args[1])
    return Cost(adds=(kernel - 1) * call.made, functions=call.made)


def maximum(call: Call) -> Cost:
    """The largest of each window."""
    return Cost(comparisons=(math.prod(call.args[1]) - 1) * call.made)


def bilinear_resized(call: Call) -> Cost:
    """Four neighbours for each output, weighted."""
    return Cost(adds=3 * call.made, muls=4 * call.made)


def sampled(call: Call) -> Cost:
    """Four neighbours for each output, their weights computed."""
    return Cost(adds=7 * call.made, muls=8 * call.made)


def normalized(call: Call) -> Cost:
    """A power, a sum and a root."""
    return Cost(adds=call.taken, muls=call.taken, functions=call.taken)
