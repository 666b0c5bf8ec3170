"""Run NumPy's arithmetic without warnings, and with smaller buffers, which speed up broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

BUFFER = 512
"""Elements of NumPy's ufunc buffers inside of `ieee`."""

BLOCK = 1 << 15
"""Elements of a block, of which several float32 temporaries fit into a processor's second-level cache."""

_ENTERED: ContextVar[bool] = ContextVar("convref.ieee", default=False)
"""Whether the current thread or task is inside of `ieee`."""


class ieee:  # noqa: N801 - it reads as a function: `with ieee():`
    """Let overflow and invalid operations give infinity and NaN without a warning, as in IEEE 754.

    It is a context manager and a decorator. It also reduces the size of NumPy's buffers. In x * weight with
    one weight per channel, NumPy copies the weight into a buffer for every row that is shorter than the
    buffer (8192 elements by default), and the copy takes as long as the multiplication. With a smaller
    buffer, only very short rows are copied, for which the copy is worthwhile. Longer rows are not copied:
    rows of 3136 values then take half the time.

    Changing NumPy's settings takes as long as adding ten thousand numbers, so inside of another `ieee` it
    changes nothing.

    Example:
        >>> with ieee():
        ...     np.float32(1) / np.float32(0)
        np.float32(inf)
    """

    __slots__ = ("_outer", "_state")

    def __enter__(self) -> None:
        self._outer: Token[bool] | None = None
        if not _ENTERED.get():
            self._outer = _ENTERED.set(True)
            self._state = np.errstate(all="ignore")
            self._state.__enter__()
            np.setbufsize(BUFFER)  # restored on leaving errstate

    def __exit__(self, *error: object) -> None:
        if self._outer is not None:
            self._state.__exit__(None, None, None)
            _ENTERED.reset(self._outer)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return `function` with all of its calls inside of `ieee`."""

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with ieee():
                return function(*args, **kwargs)

        return call
