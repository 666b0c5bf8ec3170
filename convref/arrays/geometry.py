"""Compute numbers of windows and amounts of padding from sizes, for any number of axes."""

from __future__ import annotations

from collections.abc import Sequence


def window_extent(kernel: Sequence[int], dilation: Sequence[int]) -> tuple[int, ...]:
    """Return the size of a window on each axis, including the gaps between entries that dilation adds.

    Example:
        >>> window_extent((3, 3), (1, 2))
        (3, 5)
    """
    return tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))


def window_counts(
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
    *,
    ceil_mode: bool = False,
) -> tuple[int, ...]:
    """Return the number of windows along each padded axis; less than 1 if no window fits.

    A window counts if it lies inside the padded axis: floor((n + before + after - extent) / stride) + 1.
    With `ceil_mode`, an option of pooling, the last window may extend past the end, provided that it
    starts inside the input or the padding before it.

    Example:
        >>> window_counts((224,), (7,), (2,), (1,), (3,), (3,))
        (112,)
        >>> window_counts((6,), (3,), (2,), (1,), (0,), (0,), ceil_mode=True)
        (3,)
    """
    counts = []
    axes = zip(size, window_extent(kernel, dilation), stride, before, after, strict=True)
    for n, extent, step, first, last in axes:
        room = n + first + last - extent
        count = room // step + 1
        # -(-a // b) is the ceiling of a / b.
        if ceil_mode and -(-room // step) * step < n + first:
            count = -(-room // step) + 1
        counts.append(count)
    return tuple(counts)


def same_padding(kernel: Sequence[int], dilation: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of zeros before and after each axis that keep its size at stride 1.

    Where the total is odd, the extra zero goes after, as in torch.

    Example:
        >>> same_padding((3, 4), (1, 1))
        ((1, 1), (1, 2))
    """
    total = [extent - 1 for extent in window_extent(kernel, dilation)]
    return tuple(each // 2 for each in total), tuple(each - each // 2 for each in total)


def overlap(start: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Return the positions start + i · step, 0 <= i < count, that lie on an axis of `size` entries.

    The result is a pair of slices of equal length: of the indices i, and of the positions themselves. With
    them, a caller skips the positions in the padding, so the padding need not be stored.

    Example:
        >>> overlap(-2, 2, 5, 6)
        (slice(1, 4, None), slice(0, 6, 2))
    """
    first = max(0, -(start // step))  # the ceiling of -start / step
    last = min(count, (size - 1 - start) // step + 1)
    if last <= first:
        return slice(0, 0), slice(0, 0)
    begin = start + first * step
    return slice(first, last), slice(begin, min(size, begin + (last - first) * step), step)


def reaching(kernel: int, stride: int, dilation: int, before: int, count: int, size: int) -> range:
    """Return a range of kernel positions; at every other position, all `count` windows read only padding.

    The axis has `size` entries, with `before` padding entries in front of them. If the kernel is much larger
    than the axis, nearly all kernel positions are outside of the range, and a caller can skip them.

    Example:
        >>> reaching(9, 1, 1, 4, 2, 2)
        range(3, 6)
    """
    first = max(0, -(((count - 1) * stride - before) // dilation))
    last = (size - 1 + before) // dilation
    return range(min(first, kernel), max(min(first, kernel), min(kernel, last + 1)))
