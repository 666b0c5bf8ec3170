"""NumPy functions for LSTM, GRU and plain recurrent layers, with the arguments that torch.nn passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.functional.activation import relu, sigmoid

State = tuple[Array, ...]
Step = Callable[[Array, State, "Cell"], State]


class Cell:
    """The weights of one recurrent layer in one direction.

    Args:
        weights: in this order, the weights of the input, the weights of the state, the biases of the input
            and the state if there are biases, and the projection of the state if there is one.
        has_biases: whether `weights` includes biases.
    """

    def __init__(self, weights: Sequence[Array], *, has_biases: bool) -> None:
        self.of_input, self.of_state = weights[:2]
        self.input_bias: Any
        self.state_bias: Any
        self.input_bias, self.state_bias = weights[2:4] if has_biases else (0.0, 0.0)
        self.projection = weights[-1] if len(weights) in {3, 5} else None

    def input_gates(self, x: Array) -> Array:
        """Return the contribution of the input `x` to all gates before their activation, with its bias."""
        return np.asarray(x @ self.of_input.T + self.input_bias)

    def state_gates(self, h: Array) -> Array:
        """Return the contribution of the state `h` to all gates before their activation, with its bias."""
        return np.asarray(h @ self.of_state.T + self.state_bias)


def _lstm_step(x: Array, state: State, cell: Cell) -> State:
    """Return the next state (h, c) of an LSTM (Hochreiter and Schmidhuber, 1997).

    The gates are in torch's order: input gate, forget gate, cell, output gate.
    """
    h, c = state
    i, f, g, o = np.split(cell.input_gates(x) + cell.state_gates(h), 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return (h if cell.projection is None else h @ cell.projection.T), c


def _gru_step(x: Array, state: State, cell: Cell) -> State:
    """Return the next state (h,) of a GRU (Cho et al., 2014).

    The gates are in torch's order: reset gate, update gate, new state.
    """
    (h,) = state
    of_x, of_h = (np.split(each, 3, axis=-1) for each in (cell.input_gates(x), cell.state_gates(h)))
    reset, update = (sigmoid(one + other) for one, other in zip(of_x[:2], of_h[:2], strict=True))
    new = np.tanh(of_x[2] + reset * of_h[2])
    return (new + update * (h - new),)


def _plain_step(activation: Callable[[Array], Array]) -> Step:
    def step(x: Array, state: State, cell: Cell) -> State:
        return (activation(cell.input_gates(x) + cell.state_gates(state[0])),)

    return step


def _run(step: Step, states: int) -> Callable[..., tuple[Array, ...]]:
    """Return a function that runs all layers and directions of a recurrent module.

    That function returns the output sequence, followed by the final values of the states. `states` is the
    number of states: 2 for an LSTM (h and c), 1 for the others. `step` computes the next state.
    """

    def rule(
        x: Array,
        first: Any,
        weights: Sequence[Array],
        has_biases: bool,
        num_layers: int,
        _dropout: float,
        _train: bool,
        bidirectional: bool,
        batch_first: bool,
    ) -> tuple[Array, ...]:
        given = tuple(first) if states > 1 else (first,)
        sequence = x.swapaxes(0, 1) if batch_first else x
        directions = 2 if bidirectional else 1
        each = len(weights) // (num_layers * directions)
        last: list[State] = []
        for layer in range(num_layers):
            made = []
            for direction in range(directions):
                place = layer * directions + direction
                cell = Cell(weights[place * each : (place + 1) * each], has_biases=has_biases)
                outputs, state = _over(
                    step, sequence, tuple(one[place] for one in given), cell, direction == 1
                )
                made.append(outputs)
                last.append(state)
            sequence = np.concatenate(made, axis=-1)
        ends = tuple(np.stack([state[index] for state in last]) for index in range(states))
        return (sequence.swapaxes(0, 1) if batch_first else sequence, *ends)

    return rule


def _over(step: Step, x: Array, state: State, cell: Cell, backward: bool) -> tuple[Array, State]:
    """Run one layer in one direction over a sequence; return its outputs and its final state."""
    outputs = []
    for place in reversed(range(len(x))) if backward else range(len(x)):
        state = step(x[place], state, cell)
        outputs.append(state[0])
    return np.stack(outputs[::-1] if backward else outputs), state


RECURRENT: dict[str, Callable[..., Any]] = {
    "lstm": _run(_lstm_step, 2),
    "gru": _run(_gru_step, 1),
    "rnn_tanh": _run(_plain_step(np.tanh), 1),
    "rnn_relu": _run(_plain_step(relu), 1),
}
