"""Record calls of certain torch functions as a whole, in addition to the operations that they execute.

A call of `linear`, for example, executes several operations, but should be a single layer of the description.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from convref.torch.reader.devices import MOVES, ON_CPU, on_meta
from convref.torch.reader.lines import called_by_user
from convref.torch.reader.tape import Tape

NAMED: dict[str, tuple[Any, ...]] = {
    "linear": (F.linear,),
    "flatten": (torch.flatten, torch.Tensor.flatten),
    "matmul": (torch.matmul, torch.Tensor.matmul, torch.Tensor.__matmul__, torch.Tensor.__rmatmul__),
    "einsum": (torch.einsum,),
    "scaled_dot_product_attention": (F.scaled_dot_product_attention,),
    "multi_head_attention_forward": (F.multi_head_attention_forward,),
    "bilinear": (F.bilinear,),
    "cdist": (torch.cdist,),
    **{f"conv{rank}d": (getattr(F, f"conv{rank}d"),) for rank in (1, 2, 3)},
    **{f"conv_transpose{rank}d": (getattr(F, f"conv_transpose{rank}d"),) for rank in (1, 2, 3)},
    **{
        name: (getattr(F, name),)
        for name in ("batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm")
    },
    **{
        name: (getattr(F, name),)
        for name in ("prelu", "pad", "interpolate", "local_response_norm", "embedding", "embedding_bag")
    },
    **{f"lp_pool{rank}d": (getattr(F, f"lp_pool{rank}d"),) for rank in (1, 2, 3)},
    **{f"max_pool{rank}d": (getattr(F, f"max_pool{rank}d"),) for rank in (1, 2, 3)},
    **{f"avg_pool{rank}d": (getattr(F, f"avg_pool{rank}d"),) for rank in (1, 2, 3)},
    **{f"adaptive_avg_pool{rank}d": (getattr(F, f"adaptive_avg_pool{rank}d"),) for rank in (1, 2, 3)},
    **{f"adaptive_max_pool{rank}d": (getattr(F, f"adaptive_max_pool{rank}d"),) for rank in (1, 2, 3)},
    **{
        name: (getattr(F, name),)
        for name in ("softmin", "tanhshrink", "softsign", "relu6", "hardtanh", "logsigmoid")
    },
    **{
        name: (getattr(F, name),)
        for name in ("normalize", "fold", "unfold", "pixel_shuffle", "pixel_unshuffle")
    },
    **{
        name: (getattr(F, name),)
        for name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout")
    },
    "lstm": (torch.lstm,),
    "gru": (torch.gru,),
    "rnn_tanh": (torch.rnn_tanh,),
    "rnn_relu": (torch.rnn_relu,),
}
NAMES: dict[Any, str] = {each: name for name, functions in NAMED.items() for each in functions}
RECURRENT = frozenset({"lstm", "gru", "rnn_tanh", "rnn_relu"})
DROPOUTS = frozenset({"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout"})
MADE_OF_NUMBERS = frozenset(
    {torch.tensor, torch.as_tensor, torch.asarray, torch.from_numpy, torch.Tensor.new_tensor}
)
"""Functions that make a tensor from plain numbers. On the meta device the numbers would be lost."""
SET_DATA = torch.Tensor.data.__set__  # type: ignore[attr-defined]
"""The assignment `tensor.data = other`, which gives a tensor the memory of another one."""
INDEXED = frozenset({torch.Tensor.__getitem__, torch.Tensor.__setitem__})
"""Functions that accept lists of numbers as indices, and would convert them to tensors on the meta device."""


SHAPE_READERS = frozenset(
    {
        *(
            torch.Tensor.size,
            torch.Tensor.__len__,
            torch.Tensor.numel,
            torch.Tensor.nelement,
            torch.Tensor.stride,
        ),
        *(torch.Tensor.shape.__get__, torch.Tensor.nbytes.__get__, torch.Tensor.element_size, torch.numel),  # type: ignore[attr-defined]
    }
)
"""Functions with which a forward can find out the batch size, on which its operations may then depend."""


NOT_A_DICT = (
    "it takes a dict, but the inputs of a description are tensors; give a module whose forward takes the "
    "tensors and makes the dict"
)


def under_a_transform() -> bool:
    """Return True inside of `torch.func.vmap` and the like.

    Their tensors have no memory. The operations on all samples that they execute are recorded, but no calls
    of modules and functions.
    """
    return torch._C._functorch.peek_interpreter_stack() is not None  # noqa: SLF001 - torch has no other way


class Functions(TorchFunctionMode):
    """A torch function mode that records the calls of the functions in `NAMED` on a tape (see `Tape`).

    It also lets functions that make a tensor from plain numbers run on the CPU, since the numbers would be
    lost on the meta device. And it sets `Tape.reads_shapes` when the user's code reads a tensor's shape.
    """

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self.tape = tape

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function, and record the call if the function is in `NAMED`.

        Raises:
            Refusal: autocast is active, or a recurrent layer has arguments that cannot be recorded.
        """
        given = kwargs or {}
        if torch.is_inference_mode_enabled():  # in which torch does not decompose functions into operations
            with torch.inference_mode(False), torch.no_grad():
                return self.__torch_function__(func, types, args, given)
        self._check_autocast(func)
        if under_a_transform():
            return func(*args, **given)
        name = NAMES.get(func, "")
        if name in RECURRENT:
            return self._recurrent(name, args)
        return self._step(func, name, args, given) if name else self._other(func, args, given)

    def _check_autocast(self, func: Any) -> None:
        """Raise `Refusal` if autocast is active, which operations do not see."""
        if torch.is_autocast_enabled("cpu") or torch.is_autocast_enabled("cuda"):
            name = getattr(func, "__name__", "")
            if name not in {"_leave_autocast", "_exit_autocast", "__get__", "is_autocast_enabled"}:
                raise self.tape.refusal(
                    name, "the forward uses autocast, which from_torch does not support; remove it"
                )

    def _other(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function that is not in `NAMED`."""
        if func in MADE_OF_NUMBERS:
            return _real(func, args, kwargs)
        if func in INDEXED:
            if isinstance(args[1], str):
                raise self.tape.refusal("", NOT_A_DICT)
            return func(args[0], _with_index_tensors(args[1]), *args[2:])
        if func == SET_DATA:  # a new object at every access
            return self.tape.set_data(args[0], args[1])
        if func in MOVES:
            return args[0]
        if func in ON_CPU and called_by_user():
            return ON_CPU[func]
        if func in SHAPE_READERS and not self.tape.reads_shapes:
            self.tape.reads_shapes = called_by_user()
        args, kwargs = on_meta(func, args, kwargs)
        return func(*args, **kwargs)

    def _step(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with self.tape.event(func, name, args, kwargs) as event:
            out = func(*args, **kwargs)
            if name in DROPOUTS and event.start == len(self.tape.nodes) and isinstance(out, torch.Tensor):
                out = self.tape.passed(out)
            event.result = self.tape.template(out)
        return out

    def _recurrent(self, name: str, args: tuple[Any, ...]) -> Any:
        """Record a recurrent layer as one operation, without running it.

        torch would run it as many small operations, one group for each element of the sequence.
        """
        if len(args) != 9 or isinstance(args[3], (list, tuple)):
            raise self.tape.refusal(
                name, "from_torch does not support packed sequences; pass a padded tensor"
            )
        x, state, weights, has_biases, num_layers, dropout, training, bidirectional, batch_first = args
        if training and dropout:
            raise self.tape.refusal(name, "it applies dropout in evaluation mode, so its output is random")
        states = list(state) if name == "lstm" else [state]
        size = states[0].shape[-1] * (2 if bidirectional else 1)
        given = (
            x,
            tuple(states) if name == "lstm" else state,
            list(weights),
            has_biases,
            num_layers,
            0.0,
            False,
        )
        made = [torch.empty((*x.shape[:-1], size), dtype=x.dtype, device="meta")]
        made += [torch.empty(each.shape, dtype=x.dtype, device="meta") for each in states]
        self.tape.step(name, (*given, bidirectional, batch_first), made)
        return tuple(made)


def _real(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function in `MADE_OF_NUMBERS`, so that the tensor is made on the CPU and keeps its numbers."""
    if func is torch.Tensor.new_tensor:
        like, data = args[0], args[1] if len(args) > 1 else kwargs["data"]
        return torch.tensor(data, dtype=kwargs.get("dtype") or like.dtype, device="cpu")
    data = args[0] if args else next(iter(kwargs.values()))
    if isinstance(data, torch.Tensor) or (isinstance(data, (list, tuple)) and _has_tensor(data)):
        return func(*args, **kwargs)
    if "device" in kwargs or func is not torch.from_numpy:
        kwargs = {**kwargs, "device": "cpu"}
    return func(*args, **kwargs)


def _with_index_tensors(index: Any) -> Any:
    """Return an index with its lists of numbers replaced by tensors on the CPU.

    Example:
        >>> _with_index_tensors((slice(None), [2, 0]))
        (slice(None, None, None), tensor([2, 0]))
    """
    if isinstance(index, tuple):
        return tuple([_with_index_tensors(each) for each in index])
    if isinstance(index, (list, range, np.ndarray)) and not _has_slice(index):
        numbers = np.asarray(index)
        if numbers.dtype == bool and numbers.ndim == 1:  # the selected positions do not depend on any input
            numbers = np.flatnonzero(numbers)
        return torch.as_tensor(numbers, device="cpu")
    return index


def _has_slice(index: Any) -> bool:
    """Return True if torch treats a list as a tuple with one index for each axis, not as a list of numbers.

    It does so if the list is empty, or if an element is neither a number nor a list of numbers, such as a
    slice.
    """
    if isinstance(index, (list, range, tuple)):
        return not len(index) or any(map(_has_slice, index))
    return not isinstance(index, (int, np.integer, np.ndarray, np.bool_))


def _has_tensor(data: Any) -> bool:
    if isinstance(data, (list, tuple)):
        return any(map(_has_tensor, data))
    return isinstance(data, torch.Tensor)
