"""Layers that change the shape or the order of axes without any arithmetic; axis 0 is the batch."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.checks import ordinal
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reach, Reaches
from convref.wording import counted


class View(Layer):
    """The base of layers whose output is a view of the input's memory."""

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the output is not a new feature map."""
        return False

    def shares_memory(self, *, training: bool) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output uses the input's memory."""
        return True

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`: the gradient is a view too, so autograd keeps no values."""
        return NOTHING_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class Flatten(View):
    """Merges consecutive axes into one, as torch.nn.Flatten; axis 0 is the batch.

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
        for name in ("start_dim", "end_dim"):  # the valid axes are known only when the input's shape is known
            if not isinstance(getattr(self, name), int):
                raise self.fail(name, getattr(self, name), "must be an integer")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with axes `start_dim` to `end_dim` replaced by their product."""
        start, end = self._merged(input_shape)
        return (*input_shape[:start], numel(input_shape[start:end]), *input_shape[end:])

    def _merged(self, input_shape: Shape) -> tuple[int, int]:
        """Return the merged axes as a range of indices in `input_shape`: its start, and its exclusive end."""
        axes = len(input_shape) + 1
        start, end = (dim + axes if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        if not 1 <= start <= end < axes:
            raise ShapeError(
                f"start_dim (={self.start_dim}) to end_dim (={self.end_dim}) must be axes 1 to {axes - 1} "
                f"of the input {input_shape}; axis 0 is the batch"
            )
        return start - 1, end

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: along an axis that is not merged, only its own.

        The field `axis` of a `Reach` is the axis's index in the output. The result has None for merged axes.
        """
        start, end = self._merged(input_shape)
        merged: Reaches = (None,) * (end - start) if end - start > 1 else (Reach(start),)
        after = [Reach(axis - (end - start) + 1) for axis in range(end, len(input_shape))]
        return (*[Reach(axis) for axis in range(start)], *merged, *after)


@dataclass(frozen=True, repr=False, eq=False)
class Unflatten(View):
    """Splits one axis into several, as torch.nn.Unflatten; a size of -1 is inferred from the others.

    Raises:
        ArgumentError: `dim` is 0, the batch; or the sizes are not positive integers, apart from one -1.

    Example:
        >>> Unflatten(1, (2, -1)).output_shape((64, 7, 7))
        (2, 32, 7, 7)
    """

    dim: int
    unflattened_size: Shape

    def __post_init__(self) -> None:
        if not isinstance(self.dim, int) or self.dim == 0:
            raise self.fail("dim", self.dim, "must be an integer other than 0; axis 0 is the batch")
        sizes = self.unflattened_size
        if not isinstance(sizes, (tuple, list)) or not sizes:
            raise self.fail("unflattened_size", sizes, "must be a tuple of integers")
        self.normalize(unflattened_size=self.integers("unflattened_size", len(sizes), -1))
        if any(size == 0 for size in sizes) or list(sizes).count(-1) > 1:
            raise self.fail("unflattened_size", tuple(sizes), "must be positive, except for at most one -1")

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """Return the value unchanged, so that `repr` writes all sizes."""
        return value

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with `dim` replaced by `unflattened_size`."""
        axis, sizes = self.axis("dim", input_shape), self.unflattened_size
        rest, over = divmod(input_shape[axis], numel(tuple(size for size in sizes if size != -1)))
        if over or (-1 not in sizes and rest != 1):
            raise ShapeError(
                f"the product of unflattened_size (={sizes}) must be {input_shape[axis]}, the "
                f"{ordinal(axis, input_shape)} size of the input {input_shape}"
            )
        middle = (rest if size == -1 else size for size in sizes)
        return (*input_shape[:axis], *middle, *input_shape[axis + 1 :])

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: along an axis that is not split, only its own.

        The field `axis` of a `Reach` is the axis's index in the output. The result has None for the axis that
        is split, unless one of the new axes has the same size and all others have size 1.
        """
        axis, sizes = self.axis("dim", input_shape), self.output_shape(input_shape)
        parts = sizes[axis : axis + len(self.unflattened_size)]
        split = Reach(axis + parts.index(input_shape[axis])) if input_shape[axis] in parts else None
        after = [Reach(each + len(parts) - 1) for each in range(axis + 1, len(input_shape))]
        return (*[Reach(each) for each in range(axis)], split, *after)


@dataclass(frozen=True, repr=False, eq=False)
class Permute(View):
    """Reorders the axes, as torchvision.ops.Permute; the batch stays axis 0.

    Raises:
        ArgumentError: `dims` is not a permutation of the axes 0, 1, …, or does not begin with 0, the batch.

    Example:
        >>> Permute((0, 2, 3, 1)).output_shape((96, 56, 56))
        (56, 56, 96)
    """

    dims: Shape

    def __post_init__(self) -> None:
        dims = tuple(self.dims) if isinstance(self.dims, (tuple, list)) else ()
        if dims[:1] != (0,) or sorted(dims) != list(range(len(dims))):
            raise self.fail(
                "dims", self.dims, "must be a permutation of the axes that keeps 0, the batch, first"
            )
        self.normalize(dims=dims)

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """Return the value unchanged, so that `repr` writes all axes."""
        return value

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's sizes, reordered."""
        if len(input_shape) + 1 != len(self.dims):
            raise ShapeError(
                f"dims (={self.dims}) must have {len(input_shape) + 1} entries: for the batch, and for the "
                f"{counted(len(input_shape), 'axis', 'axes')} of the input {input_shape}"
            )
        return tuple(input_shape[dim - 1] for dim in self.dims[1:])

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: along every axis, only its own.

        The field `axis` of a `Reach` is the axis's index in the output.
        """
        return tuple([Reach(self.dims.index(axis + 1) - 1) for axis in range(len(input_shape))])
