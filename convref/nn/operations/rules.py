"""Rules that count operations on tensors.

A rule is a function from a call of an operation to its `Cost`. Some functions here are rules, others return a
rule. The table `convref.nn.operations.costs.COSTS` assigns a rule to each operation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from convref.nn.base import Shape
from convref.nn.cost import Cost


class Call(NamedTuple):
    """One call of an operation on tensors: the shapes and arguments from which a rule computes its cost.

    Attributes:
        inputs, outputs: the shapes of the input and output tensors, including the batch axis.
        args, options: the positional and keyword arguments of torch's schema, with a `Value` in place of
            each tensor.
    """

    inputs: Sequence[Shape]
    outputs: Sequence[Shape]
    args: Sequence[Any]
    options: Mapping[str, Any]

    def shape(self, position: int) -> Shape:
        """Return the shape of the tensor that is passed as positional argument number `position`."""
        shape: Shape = self.inputs[self.args[position].index]
        return shape

    @property
    def made(self) -> int:
        """The number of elements of the first output."""
        return math.prod(self.outputs[0])

    @property
    def taken(self) -> int:
        """The number of elements of the first input."""
        return math.prod(self.inputs[0])


Rule = Callable[[Call], Cost]


def free(_call: Call) -> Cost:
    """Return a cost of zero, for views, copies and operations that only move elements."""
    return Cost()


def each(kind: str, times: int = 1) -> Rule:
    """Return a rule that counts `times` operations of one kind per output element.

    Args:
        kind: the kind of operations, a field of `Cost` such as "adds" or "functions".
        times: the number of operations per element.
    """
    return lambda call: Cost(**{kind: times * call.made})


def reduced(*, adds: bool = False, divides: bool = False) -> Rule:
    """Return a rule for reductions: n - 1 operations for each output that is computed from n elements.

    Args:
        adds: True to count additions, as in sums and means; False to count comparisons, as in maxima.
        divides: whether there is also one division per output, as in a mean.
    """

    def rule(call: Call) -> Cost:
        steps = max(call.taken - call.made, 0)
        functions = call.made if divides else 0
        return Cost(adds=steps, functions=functions) if adds else Cost(comparisons=steps, functions=functions)

    return rule


def variance(call: Call) -> Cost:
    """Return the cost of a variance: computing the mean, then the mean squared difference from it."""
    steps = call.taken - call.made
    return Cost(adds=2 * steps + call.taken, muls=call.taken, functions=2 * call.made)


def products(call: Call) -> Cost:
    """Return the cost of a product of matrices: for each output element, one MAC per term of its sum."""
    return Cost(macs=call.made * call.shape(0)[-1])


def added_products(call: Call) -> Cost:
    """Return the cost of a product of matrices that is added to a third matrix, as in `addmm`."""
    return Cost(macs=call.made * call.shape(1)[-1], bias_adds=call.made)


def embedding_bag(call: Call) -> Cost:
    """Return the cost of `embedding_bag`, which computes sums, means or maxima of rows of a table."""
    elements = math.prod(call.shape(0)) * call.shape(1)[-1]
    mode = call.args[6] if len(call.args) > 6 else call.options.get("mode", "mean")
    weights = call.args[8] if len(call.args) > 8 else call.options.get("per_sample_weights")
    steps = max(elements - call.made, 0)
    if mode == "max":
        return Cost(comparisons=steps)
    return Cost(
        adds=steps,
        muls=0 if weights is None else elements,
        functions=call.made if mode == "mean" else 0,
    )


def vector(call: Call) -> Cost:
    """Return the cost of a matrix times a vector, as multiplications and additions instead of MACs.

    MACs are reserved for operations that torch's own counter counts, and this is not one of them; see the
    module `costs`.
    """
    return Cost(muls=call.taken, adds=max(call.taken - call.made, 0))


def linear(call: Call) -> Cost:
    """Return the cost of a linear layer: for each output element, one MAC per input feature, and the bias."""
    bias = len(call.args) > 2 and call.args[2] is not None
    return Cost(macs=call.made * call.shape(0)[-1], bias_adds=call.made if bias else 0)


def bilinear(call: Call) -> Cost:
    """Return the cost of a bilinear layer: two multiplications and one addition per weight, for each sample.

    They do not count as MACs, because torch's own counter does not count this operation; see the module
    `costs`.
    """
    rows, weight = call.made // call.outputs[0][-1], call.shape(2)
    return Cost(muls=2 * rows * math.prod(weight), adds=rows * math.prod(weight))


def matmul(call: Call) -> Cost:
    """Return the cost of `matmul`: for each output element, one MAC per term of its sum.

    Products with a vector count too, although torch's own counter leaves some of them out; see the module
    `costs`.
    """
    return Cost(macs=call.made * call.shape(0)[-1])


def einsum(call: Call) -> Cost:
    """Return the cost of `einsum`, whose operands are multiplied two at a time, from left to right.

    For two operands, the number of products of elements is the product of the sizes of all their indices.
    The products count as MACs if an index that both operands have is summed over, otherwise as
    multiplications.
    """
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
    """Return a name for each axis of an operand of `einsum`: its letter in the term, such as "b" in "bij".

    Axes that an ellipsis represents are named by their number counted from the right: "3", "2", "1". Two
    operands may have ellipses of different lengths; axes that are broadcast against each other then have the
    same name.
    """
    before, dots, after = term.partition("...")
    if not dots:
        return list(term)
    count = len(shape) - len(before) - len(after)
    return [*before, *map(str, range(count, 0, -1)), *after]


def convolution(call: Call) -> Cost:
    """Return the cost of a convolution: for each output element, one MAC per weight of its filter.

    A bias adds one addition per output element. A transposed convolution instead has one MAC per product of
    an input element with a weight.
    """
    weight, transposed = call.shape(1), bool(call.args[6])
    positions = math.prod(call.shape(0)) if transposed else call.made
    bias = call.made if call.args[2] is not None else 0
    return Cost(macs=positions * math.prod(weight[1:]), bias_adds=bias)


def attention(call: Call) -> Cost:
    """Return the cost of attention: the product of queries and keys, the softmax, and the weighted sums."""
    query, key, value = (call.shape(place) for place in range(3))
    scores = math.prod(query[:-1]) * key[-2]
    return Cost(
        macs=scores * (query[-1] + value[-1]), functions=2 * scores, adds=scores, muls=2 * math.prod(query)
    )


def multi_head(call: Call) -> Cost:
    """Return the cost of multi-head attention: three input projections, attention, an output projection.

    Inputs have the layout (L, N, features), with the sequence as the first axis.
    """
    length, batch, dim = (call.shape(0)[0], math.prod(call.shape(0)[1:-1]), call.shape(0)[-1])
    keys, heads = call.shape(1)[0], int(call.args[4])
    projected = dim * (length * dim + keys * (call.shape(1)[-1] + call.shape(2)[-1]))
    keys += (call.args[7] is not None) + bool(call.args[9])  # a learnt key, and one of zeros
    macs = batch * (projected + 2 * length * keys * dim + length * dim * dim)
    return Cost(macs=macs, functions=2 * batch * heads * length * keys)


def recurrent(gates: int) -> Rule:
    """Return a rule that counts a recurrent layer: at each step of the sequence, one MAC for each weight.

    The rule also counts the additions of biases, one function per gate, and the multiplications by gates.

    Args:
        gates: the number of multiplications by gates for each element of the output.
    """

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
    """Return the cost of a normalization: for each element, three additions and two multiplications.

    They compute the mean and variance of each group, and the factor and offset of each element.
    """
    return Cost(adds=3 * call.taken, muls=2 * call.taken)


def softmax(call: Call) -> Cost:
    """Return the cost of a softmax: for each element, an exp, a division, an addition and a comparison."""
    return Cost(adds=call.made, comparisons=call.made, functions=2 * call.made)


def average(call: Call) -> Cost:
    """Return the cost of average pooling: for each window of n elements, n - 1 additions and one division."""
    kernel = math.prod(call.args[1])
    return Cost(adds=(kernel - 1) * call.made, functions=call.made)


def maximum(call: Call) -> Cost:
    """Return the cost of max pooling: for each window of n elements, n - 1 comparisons."""
    return Cost(comparisons=(math.prod(call.args[1]) - 1) * call.made)


def bilinear_resized(call: Call) -> Cost:
    """Return the cost of bilinear resizing: each output element is a weighted sum of four inputs."""
    return Cost(adds=3 * call.made, muls=4 * call.made)


def sampled(call: Call) -> Cost:
    """Return the cost of `grid_sample`: each output element is a weighted sum of four inputs.

    It takes 7 additions and 8 multiplications, including those for the four weights.
    """
    return Cost(adds=7 * call.made, muls=8 * call.made)


def normalized(call: Call) -> Cost:
    """Return the cost of a vector norm: for each input element, a multiplication, an addition and a power."""
    return Cost(adds=call.taken, muls=call.taken, functions=call.taken)
