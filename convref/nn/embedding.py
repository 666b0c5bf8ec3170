"""Embeddings of tokens and of positions."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.cost import NO_COST, Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reaches, own_positions


@dataclass(frozen=True, repr=False, eq=False)
class Embedding(Layer):
    """A table of learnt vectors, looked up by index, as in torch.nn.Embedding.

    Shapes: (*), integers -> (*, embedding_dim); weight (num_embeddings, embedding_dim).

    `padding_idx`, `scale_grad_by_freq` and `sparse` have an effect only in training.

    Raises:
        ArgumentError: a size is not a positive integer, `padding_idx` is not a valid index, or `max_norm` is
            not None. (With `max_norm`, torch changes the weight whenever the layer runs.)

    Source: Bengio et al., 2003, A neural probabilistic language model.

    Example:
        >>> Embedding(10000, 512).output_shape((50,))
        (50, 512)
    """

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None = None
    max_norm: float | None = None
    norm_type: float = 2.0
    scale_grad_by_freq: bool = False
    sparse: bool = False
    channel_axis = None

    def __post_init__(self) -> None:
        self.integer("num_embeddings", 1)
        self.integer("embedding_dim", 1)
        self.number("norm_type")
        if self.padding_idx is not None:
            self.integer("padding_idx", -self.num_embeddings)
            if self.padding_idx >= self.num_embeddings:
                rule = f"must be less than num_embeddings (={self.num_embeddings})"
                raise self.fail("padding_idx", self.padding_idx, rule)
            self.normalize(padding_idx=self.padding_idx % self.num_embeddings)
        if self.max_norm is not None:
            rule = "must be None, because it would change the weight whenever the layer runs"
            raise self.fail("max_norm", self.max_norm, rule)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with `embedding_dim` appended."""
        return (*input_shape, self.embedding_dim)

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of the table of vectors, `weight`."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: vectors are only looked up."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only the same position."""
        return own_positions(len(input_shape))

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass: the indices that were looked up."""
        return Saved(indices=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class PositionalEncoding(Pointwise):
    """Adds to each position a vector of sines and cosines with wavelengths from 2 pi to `base` * 2 pi.

    At position p, sin(p / base**(2i / embed_dim)) is added to element 2i, and the cosine of the same angle to
    element 2i + 1.

    Shapes: (L, embed_dim), unchanged.

    Raises:
        ArgumentError: `embed_dim` is not a positive integer, or `base` not a number of at least 1.

    Source: Vaswani et al., 2017, Attention is all you need, section 3.5.

    Example:
        >>> PositionalEncoding(512).output_shape((50, 512))
        (50, 512)
    """

    embed_dim: int
    base: float = 10000.0
    channel_axis = -1

    def __post_init__(self) -> None:
        self.integer("embed_dim", 1)
        self.number("base", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, (L, embed_dim), unchanged."""
        if len(input_shape) != 2 or input_shape[1] != self.embed_dim:
            rule = f"the input must have shape (L, embed_dim) with embed_dim = {self.embed_dim}"
            raise ShapeError(f"{rule}, not {input_shape}")
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one addition per element.

        The sines and cosines are computed once for all inputs, so they are not counted.
        """
        return Cost(adds=numel(input_shape))

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`, because autograd keeps no values for the backward pass.

        The gradient of a sum does not depend on its terms.
        """
        return NOTHING_SAVED
