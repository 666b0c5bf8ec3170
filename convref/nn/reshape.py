"""Layers that compute nothing and give the elements another shape or order; axis 0 is the batch."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.checks import ordinal


@dataclass(frozen=True, repr=False, eq=False)
class Flatten(Layer):
    """A run of axes made one, as in torch.nn.Flatten; axis 0 is the batch.

    Raises:
        ArgumentError: an axis is not an integer.

    Example:
        >>> Flatten().output_shape((512, 7, 7))
        (25088,)
        >>> Flatten(start_dim=2).output_shape((512, 7, 7))
        (512, 49)
    """

    start_dim: int = 1
    end_dim: int = -1

    def __post_init__(self) -> None:
        for name in ("start_dim", "end_dim"):  # their range is known only when a shape arrives
            if not isinstance(getattr(self, name), int):
                raise self.fail(name, getattr(self, name), "must be an integer")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape with the axes from `start_dim` to `end_dim` multiplied."""
        axes = len(input_shape) + 1
        start, end = (dim + axes if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        if not 1 <= start <= end < axes:
            raise ShapeError(
                f"start_dim (={self.start_dim}) to end_dim (={self.end_dim}) must be axes 1 to {axes - 1} "
                f"of the input {input_shape}; axis 0 is the batch"
            )
        return (*input_shape[: start - 1], numel(input_shape[start - 1 : end]), *input_shape[end:])


@dataclass(frozen=True, repr=False, eq=False)
class Unflatten(Layer):
    """One axis made several, as in torch.nn.Unflatten; one of their sizes may be -1, for what is left.

    Raises:
        ArgumentError: `dim` is the batch, or a size is neither a positive integer nor a single -1.

    Example:
        >>> Unflatten(1, (2, -1)).output_shape((64, 7, 7))
        (2, 32, 7, 7)
    """

    dim: int
    unflattened_size: Shape

    def __post_init__(self) -> None:
        if not isinstance(self.dim, int) or self.dim == 0:
            raise self.fail("dim", self.dim, "must be an axis other than 0, the batch")
        sizes = self.unflattened_size
        if not isinstance(sizes, (tuple, list)) or not sizes:
            raise self.fail("unflattened_size", sizes, "must be a tuple of integers")
        self.normalize(unflattened_size=self.integers("unflattened_size", len(sizes), -1))
        if any(size == 0 for size in sizes) or list(sizes).count(-1) > 1:
            raise self.fail("unflattened_size", tuple(sizes), "must be positive but for at most one -1")

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """The sizes as they are."""
        return value

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape with `dim` replaced by `unflattened_size`."""
        axis, sizes = self.axis("dim", input_shape), self.unflattened_size
        rest, over = divmod(input_shape[axis], numel(tuple(size for size in sizes if size != -1)))
        if over or (-1 not in sizes and rest != 1):
            raise ShapeError(
                f"unflattened_size (={sizes}) must multiply to {input_shape[axis]}, the "
                f"{ordinal(axis, input_shape)} size of the {input_shape} that arrives"
            )
        middle = (rest if size == -1 else size for size in sizes)
        return (*input_shape[:axis], *middle, *input_shape[axis + 1 :])


@dataclass(frozen=True, repr=False, eq=False)
class Permute(Layer):
    """The axes in another order, as in torchvision.ops.Permute; the batch stays axis 0.

    Raises:
        ArgumentError: `dims` is not a permutation of the axes with 0 first.

    Example:
        >>> Permute((0, 2, 3, 1)).output_shape((96, 56, 56))
        (56, 56, 96)
    """

    dims: Shape

    def __post_init__(self) -> None:
        dims = tuple(self.dims) if isinstance(self.dims, (tuple, list)) else ()
        if dims[:1] != (0,) or sorted(dims) != list(range(len(dims))):
            raise self.fail("dims", self.dims, "must be the axes in some order, 0, the batch, first")
        self.normalize(dims=dims)

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """The axes as they are."""
        return value

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's sizes in the new order."""
        if len(input_shape) + 1 != len(self.dims):
            raise ShapeError(
                f"dims (={self.dims}) must number the {len(input_shape) + 1} axes of the input {input_shape} "
                "and its batch"
            )
        return tuple(input_shape[dim - 1] for dim in self.dims[1:])
