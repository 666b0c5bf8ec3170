"""Checks of a layer's fields, when the layer is constructed, and of the shapes of its inputs.

Every error names the layer, the argument, its value and the rule that it breaks.
"""

from __future__ import annotations

from typing import ClassVar

from convref.errors import ArgumentError, ShapeError
from convref.wording import counted

Sizes = tuple[int, ...]


class Checked:
    """Base of layers: frozen dataclasses that check their fields on construction, and later their inputs."""

    rank: ClassVar[int | None] = None
    """The number of spatial axes that the layer requires; None if any number is valid."""

    def fail(self, argument: str, value: object, rule: str) -> ArgumentError:
        """Return the error that says: the argument of this layer, its value, and the rule that it breaks."""
        return ArgumentError(f"{type(self).__name__}: {argument} (={value!r}) {rule}")

    def normalize(self, **values: object) -> None:
        """Set fields of this frozen dataclass to normalized values; call it in `__post_init__` only."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def integer(self, argument: str, minimum: int) -> int:
        """Return the field `argument`, after checking that it is an integer of at least `minimum`."""
        value = getattr(self, argument)
        if not is_integer(value):
            raise self.fail(argument, value, "must be an integer")
        if value < minimum:
            raise self.fail(argument, value, f"must be at least {minimum}")
        return int(value)

    def number(self, argument: str, minimum: float | None = None) -> None:
        """Check that the field `argument` is a number, and at least `minimum` if that is given."""
        value = getattr(self, argument)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self.fail(argument, value, "must be a number")
        if minimum is not None and not value >= minimum:
            raise self.fail(argument, value, f"must be at least {minimum}")

    def axis(self, argument: str, input_shape: Sizes) -> int:
        """Return the index in `input_shape` of the axis that the field `argument`, such as `dim`, selects.

        The field counts axes as torch does, with the batch as axis 0 or from the end if negative. But
        `input_shape` has no batch axis, so `dim = 1` has the index 0.
        """
        dim = getattr(self, argument)
        axis: int = dim - 1 if dim > 0 else dim + len(input_shape)
        if dim == 0 or not 0 <= axis < len(input_shape):
            raise ShapeError(
                f"{argument} (={dim}) must be an axis of the input {input_shape}; axis 0 is the batch"
            )
        return axis

    def integers(self, argument: str, count: int, minimum: int) -> Sizes:
        """Return the field `argument`, one integer or `count` integers, as a tuple of `count` integers."""
        value = getattr(self, argument)
        if type(value) is int and value >= minimum:  # most arguments, and the fastest check
            return (value,) * count
        many = tuple(value) if isinstance(value, (tuple, list)) else (value,) * count
        if len(many) != count or not all(map(is_integer, many)):
            what = "an integer" if count == 1 else f"an integer or a tuple of {count} integers"
            raise self.fail(argument, value, f"must be {what}")
        if min(many, default=minimum) < minimum:
            raise self.fail(argument, value, f"must be at least {minimum}")
        return tuple(map(int, many))

    def sizes(self, argument: str) -> Sizes:
        """Return the field `argument`; `__post_init__` has already made it a tuple of integers."""
        value: Sizes = getattr(self, argument)
        return value

    def channels_and_space(self, input_shape: Sizes, channels: str | None = None) -> tuple[int, Sizes]:
        """Return the channels and the spatial sizes of an input, after checking the number of axes.

        Args:
            input_shape: the input's shape.
            channels: the name of the field, such as "in_channels", that the number of channels must equal;
                None to accept any number.

        Raises:
            ShapeError: the number of axes or of channels does not fit.
        """
        rank = self.rank
        if rank is not None and len(input_shape) != rank + 1:
            axes = ("C", "D", "H", "W")[:1] + ("D", "H", "W")[3 - rank :]
            want = ", ".join(axes) if rank != 1 else "C, L"
            hint = "; shapes are given without the batch" if len(input_shape) == rank + 2 else ""
            raise ShapeError(
                f"{type(self).__name__} takes an input of shape ({want}), but got {input_shape}{hint}"
            )
        if channels is not None and getattr(self, channels) != input_shape[0]:
            raise ShapeError(f"{channels} (={getattr(self, channels)}) must equal {of_input(input_shape[0])}")
        return input_shape[0], input_shape[1:]


def of_input(count: int, what: str = "channel") -> str:
    """Format a number of channels or rows of the input for an error message: "the 6 rows of the input".

    Example:
        >>> of_input(1), of_input(6, "row")
        ('the 1 channel of the input', 'the 6 rows of the input')
    """
    return f"the {counted(count, what)} of the input"


def too_large(extent: int, axis: str, size: int, padded: int) -> str:
    """Format the end of an error message about a kernel that is larger than an axis of the input.

    Args:
        extent: the number of input elements that the kernel spans, with its dilation.
        axis: the name of the axis, such as "height".
        size: the size of the axis.
        padded: the size of the axis with padding.

    Example:
        >>> too_large(5, "height", 2, 4)
        'spans 5 elements, more than the height of the input, 2 (4 with padding)'
    """
    return (
        f"spans {counted(extent, 'element')}, more than the {axis} of the input, {size}"
        f"{'' if padded == size else f' ({padded} with padding)'}"
    )


def spatial(axis: int, rank: int) -> str:
    """Return the name, such as "height", of the spatial axis number `axis` of `rank` spatial axes.

    Example:
        >>> spatial(0, 2), spatial(1, 2), spatial(0, 1)
        ('height', 'width', 'length')
    """
    return ("depth", "height", "width")[3 - rank + axis] if rank > 1 else "length"


def ordinal(axis: int, shape: Sizes) -> str:
    """Return an axis of a shape as an ordinal word, such as "second" or "last", for an error message.

    Example:
        >>> ordinal(0, (3, 32, 32)), ordinal(2, (3, 32, 32))
        ('first', 'last')
    """
    return "last" if axis == len(shape) - 1 else ("first", "second", "third", "fourth", "fifth")[axis]


def is_integer(value: object) -> bool:
    """Return whether a value is a Python integer; True and False do not count as integers.

    Example:
        >>> is_integer(3), is_integer(True), is_integer(3.0)
        (True, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool)
