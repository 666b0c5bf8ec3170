"""`Tensor`: a tensor that has a shape, a dtype and strides, but no elements.

The methods that compute, such as `add`, are defined in `convref.standin.operations`. The function
`convref.standin.methods.equip` adds them to the class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from convref.standin.dtypes import DType, float32
from convref.standin.lines import user_line
from convref.standin.refusals import NotFollowed
from convref.standin.shapes import Shape, Size, contiguous, is_contiguous
from convref.wording import nearest, nearest_text

VALUES = (
    "a branch, a loop, an index or a number depends on values in a tensor, but a description does the same "
    "for all inputs; such choices may depend on shapes only"
)


@dataclass(eq=False)
class Storage:
    """The memory that a tensor shares with its views.

    Attributes:
        version: the number of writes to the memory so far.
        written: the name of the operation that wrote last, and the user's line; empty before the first write.
    """

    version: int = 0
    written: str = ""


@dataclass(frozen=True)
class Device:
    """A device, as `torch.device`. Devices make no difference, since nothing is computed."""

    type: str = "cpu"
    index: int | None = None

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"


class Tensor:
    """A tensor that has a shape and a dtype but usually holds no data.

    Args:
        shape: its shape, with the batch axis.
        dtype: its dtype.
        strides: its strides; None if they are not known.
        storage: the memory that it shares with the tensor of which it is a view; None to give it
            separate memory.
        numbers: its elements as nested lists; None if they are not known.

    Attributes:
        tape, value: the tape that recorded the tensor, and the number of the tensor's value there; None if
            the tensor was not recorded.
    """

    requires_grad = False
    is_cuda = False
    grad = None
    grad_fn = None
    device = Device()
    missing = ""
    """The reason why the tensor cannot be used; empty if it can."""

    def __init__(
        self,
        shape: Sequence[int],
        dtype: DType = float32,
        strides: Shape | None = None,
        storage: Storage | None = None,
        numbers: Any = None,
    ) -> None:
        self.shape, self.dtype = Size(shape), dtype
        self.strides, self.storage, self.numbers = strides, storage or Storage(), numbers
        self.seen = self.storage.version
        self.tape: Any = None
        self.value: int | None = None

    # What a forward asks for about a tensor, without its elements

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or the size of one axis."""
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        """Return the number of axes."""
        return len(self.shape)

    ndimension = dim

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def numel(self) -> int:
        """Return the number of elements."""
        return self.shape.numel()

    nelement = numel

    def stride(self, dim: int | None = None) -> Any:
        """Return the strides, or the stride of one axis.

        Raises:
            NotFollowed: the strides are not known.
        """
        if self.strides is None:
            raise refused("stride", "the memory layout of this tensor is not known without PyTorch")
        return self.strides if dim is None else self.strides[dim]

    def is_contiguous(self) -> bool:
        """Return True if the elements are in memory in the order of the axes.

        Raises:
            NotFollowed: the strides are not known.
        """
        return is_contiguous(self.shape, self.stride())

    def is_floating_point(self) -> bool:
        """Return True if the elements are floating-point numbers."""
        return self.dtype.is_floating_point

    def element_size(self) -> int:
        """Return the size of an element, in bytes."""
        return self.dtype.itemsize

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set whether the tensor has a gradient, that is, whether training changes it; return the tensor."""
        self.requires_grad = requires_grad
        return self

    def get_device(self) -> int:
        """Return -1, which in torch means the CPU."""
        return -1

    @property
    def data(self) -> Tensor:
        """The tensor itself, since nothing computes gradients from which it could be detached."""
        return self

    @data.setter
    def data(self, other: Tensor) -> None:
        if self.tape is not None or other.shape != self.shape:
            raise refused("data", "the memory of a tensor cannot be replaced without PyTorch")

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        kind = "" if self.dtype is float32 else f", dtype={self.dtype!r}"
        return f"{type(self).__name__}(shape={tuple(self.shape)}{kind})"

    # What depends on elements

    def item(self) -> Any:
        """Return the element of a tensor with one element, as a Python number.

        Raises:
            NotFollowed: the element is not known, or the tensor has another number of elements.
        """
        if self.known() is None or self.numel() != 1:
            raise refused("item", VALUES)
        number = self.numbers
        while isinstance(number, list):
            (number,) = number
        return number

    def tolist(self) -> Any:
        """Return the elements as nested lists.

        Raises:
            NotFollowed: the elements are not known.
        """
        if self.known() is None:
            raise refused("tolist", VALUES)
        return self.numbers

    def known(self) -> Any:
        """Return the elements as nested lists, or None if they are not known or were overwritten."""
        return self.numbers if self.storage.version == 0 and self.value is None else None

    def __bool__(self) -> bool:
        return bool(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        number = self.item()
        if not isinstance(number, int):
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        near = nearest_text(nearest(name, [each for each in dir(type(self)) if not each.startswith("_")]))
        rule = "; ".join(filter(None, ("it is not supported without PyTorch", near)))
        raise refused(f"Tensor.{name}", rule)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update({**vars(self), "storage": Storage(self.storage.version, self.storage.written)})
        memo[id(self)] = made
        return made


class Parameter(Tensor):
    """A learnable parameter, as `torch.nn.Parameter`.

    Args:
        data: the tensor; by default, a tensor with no elements.
        requires_grad: whether training changes the parameter.
    """

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        data = Tensor((0,)) if data is None else data
        super().__init__(data.shape, data.dtype, contiguous(data.shape), numbers=data.known())
        self.requires_grad = requires_grad


def refused(what: str, rule: str) -> NotFollowed:
    """Return the error for a part of torch that the stand-in for it does not support.

    The error names the user's line.

    Args:
        what: the name of the operation or function, such as "conv2d".
        rule: the reason, such as "it is not supported without PyTorch".
    """
    from convref.standin.recording import scope

    return NotFollowed(what, rule, scope(), user_line())


def tensors_in(given: Any) -> Iterator[Tensor]:
    """Yield the tensors inside nested lists, tuples and dicts, in order."""
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, dict):
        for each in given.values():
            yield from tensors_in(each)
    elif isinstance(given, (list, tuple)) and not isinstance(given, Size):
        for each in given:
            yield from tensors_in(each)
