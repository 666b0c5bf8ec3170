"""`LSTM`, `GRU` and `RNN`: the stand-in's versions of the modules of `torch.nn`."""

from __future__ import annotations

from typing import Any

from convref.standin.dtypes import DType, float32
from convref.standin.lines import user_line
from convref.standin.module import Module
from convref.standin.operations.factories import FACTORIES
from convref.standin.recording import operations, scope
from convref.standin.refusals import TorchRefuses
from convref.standin.shapes import contiguous
from convref.standin.tensor import Parameter, Tensor, refused


class Recurrent(Module):
    """A recurrent network of one or more layers.

    Subclasses define the number of gates and the number of states (two for an LSTM).
    """

    _gates = 1
    _states = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,  # noqa: ARG002 - torch's signature
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        if proj_size:
            raise refused(type(self).__name__, "proj_size is not supported without PyTorch")
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        rows, ways = self._gates * hidden_size, ("", "_reverse")[: 1 + bidirectional]
        for layer in range(num_layers):
            taken = input_size if layer == 0 else hidden_size * len(ways)
            for way in ways:
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, taken)}
                shapes["weight_hh"] = (rows, hidden_size)
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
                for name, shape in shapes.items():
                    setattr(self, f"{name}_l{layer}{way}", Parameter(Tensor(shape, dtype or float32)))

    def flatten_parameters(self) -> None:
        """Do nothing: the parameters hold no data, so they have no memory that could be made contiguous."""

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """Return the outputs for all elements of the sequence, and the state after the last one."""
        name = type(self).__name__
        if not isinstance(input, Tensor):
            raise refused(name, "packed sequences are not supported without PyTorch; give a padded tensor")
        if input.ndim != 3 or input.shape[-1] != self.input_size:
            rule = (
                f"the input must have 3 axes, the last one of size input_size (={self.input_size}), "
                f"but its shape is {tuple(input.shape)}"
            )
            raise TorchRefuses(name, rule, scope(), user_line())
        ways = 1 + self.bidirectional
        batch = input.shape[0 if self.batch_first else 1]
        state = (self.num_layers * ways, batch, self.hidden_size)
        states = [FACTORIES["zeros"](*state) for _ in range(self._states)] if hx is None else self._given(hx)
        weights = list(self._parameters.values())
        given = tuple(states) if self._states > 1 else states[0]
        args = (
            input,
            given,
            weights,
            self.bias,
            self.num_layers,
            0.0,
            False,
            self.bidirectional,
            self.batch_first,
        )
        shape = (*input.shape[:-1], ways * self.hidden_size)
        made = [Tensor(each, input.dtype, contiguous(each)) for each in (shape, *[state] * self._states)]
        output, *left = operations(self._operation(), args, made)
        return output, tuple(left) if self._states > 1 else left[0]

    def _given(self, hx: Any) -> list[Tensor]:
        return list(hx) if self._states > 1 else [hx]

    def _operation(self) -> str:
        """Return torch's name of the operation that computes the network, such as "lstm"."""
        raise NotImplementedError


class LSTM(Recurrent):
    """A long short-term memory (Hochreiter and Schmidhuber, 1997)."""

    _gates, _states = 4, 2

    def _operation(self) -> str:
        return "lstm"


class GRU(Recurrent):
    """A network of gated recurrent units (Cho et al., 2014)."""

    _gates = 3

    def _operation(self) -> str:
        return "gru"


class RNN(Recurrent):
    """A recurrent network without gates (Elman, 1990).

    Args:
        nonlinearity: the activation function, "tanh" or "relu".
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, *args, **options)
        if nonlinearity not in {"tanh", "relu"}:
            raise ValueError(f"Unknown nonlinearity {nonlinearity!r}. Select from 'tanh' or 'relu'.")
        self.nonlinearity = nonlinearity

    def _operation(self) -> str:
        return f"rnn_{self.nonlinearity}"
