"""What the reader uses of torch that torch does not promise, and what it records."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils.flop_counter import flop_registry

from convref.assembly.recording import Recording
from convref.assembly.refusals import Refusal
from convref.torch.reader.held import copied
from convref.torch.reader.recording import FOLLOWED, record
from convref.torch.reader.signatures import signature
from convref.torch.reader.tape import Tape

aten = torch.ops.aten


def recorded(function: Callable[[torch.Tensor], object], *shape: int) -> Recording:
    class Own(nn.Module):
        def forward(self, x: torch.Tensor) -> object:
            return function(x)

    twin = copied(Own(), training=False)
    return record(
        twin.module, twin.module, Tape(twin.leaves, twin.twins), [torch.empty(shape, device="meta")]
    )


def names(function: Callable[[torch.Tensor], object], *shape: int) -> list[str]:
    return [node.name for node in recorded(function, *shape).nodes[1:]]


def test_a_dispatch_mode_sees_operations_below_functions() -> None:
    seen = []

    class Sees(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            seen.append(func)
            return func(*args, **(kwargs or {}))

    with Sees(), torch.no_grad():
        nn.functional.linear(torch.empty(2, 3), torch.empty(4, 3), torch.empty(4))
        with _disable_current_modes():
            torch.ones(1)
    assert [aten.t.default, aten.addmm.default] == [
        each for each in seen if each is not aten.empty.memory_format
    ]


def test_a_function_mode_sees_functions_and_attributes() -> None:
    seen = []

    class Sees(TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            seen.append(func)
            return func(*args, **(kwargs or {}))

    x = torch.empty(2, 3)
    with Sees():
        assert (2, 2, 2) == (x.shape[0], len(x), x.size(0))
        torch.lstm  # noqa: B018 - it is there
    shape: Any = torch.Tensor.shape
    assert [shape.__get__, torch.Tensor.__len__, torch.Tensor.size] == seen


def test_an_instance_s_attribute_goes_before_the_class_s_call() -> None:
    module = nn.ReLU()
    module.__dict__[FOLLOWED] = lambda x: x + 1
    assert 2.0 == module(torch.ones(())).item()


def test_schemas_say_what_an_operation_writes_to() -> None:
    assert (("relu", ((0, "self"),)), aten.relu.default) == (
        signature(aten.relu_.default)[:2],
        signature(aten.relu_.default).call,
    )
    assert (("add.Tensor", ((3, "out"),)), aten.add.Tensor) == (
        signature(aten.add.out)[:2],
        signature(aten.add.out).call,
    )
    assert signature(aten.squeeze_.dim).moves
    assert ("transpose.int", aten.transpose.int) == (
        signature(aten.transpose_.default).name,
        signature(aten.transpose_.default).call,
    )
    assert signature(aten.bernoulli.default).is_random
    assert signature(aten.nonzero.default).is_dynamic
    assert ("mean.dim", ()) == signature(aten.mean.dim)[:2]


def test_tensors_that_share_memory_have_one_storage() -> None:
    x = torch.empty(2, 3, device="meta")
    assert x.untyped_storage()._cdata == x[0].untyped_storage()._cdata
    assert x.untyped_storage()._cdata != torch.empty(2, 3, device="meta").untyped_storage()._cdata


def test_torch_counts_products_from_shapes_alone() -> None:
    assert 2 * 2 * 3 * 4 == flop_registry[aten.mm](
        torch.Size((2, 3)), torch.Size((3, 4)), out_val=torch.Size((2, 4))
    )


def test_what_passes_numbers_on_is_no_operation() -> None:
    assert ["neg"] == names(lambda x: (-x).clone().detach().contiguous().to(torch.float32).data, 2, 3)


def test_a_write_to_a_whole_tensor_is_its_new_value() -> None:
    assert ["neg", "relu", "add.Tensor"] == names(lambda x: x.neg().relu_().add_(1), 2, 3)


def test_a_write_through_a_view_is_put_into_the_whole_when_that_is_asked_for() -> None:
    def forward(x: torch.Tensor) -> torch.Tensor:
        y = -x
        y[:, 0] = 3
        return y

    assert ["neg", "scalar_tensor", "select.int", "view", "expand", "scatter"] == names(forward, 2, 3)
    assert ["neg", "select.int", "relu"] == names(lambda x: x.neg()[:, 0].relu_(), 2, 3)


def test_a_view_is_made_again_after_a_write_through_another() -> None:
    def forward(x: torch.Tensor) -> torch.Tensor:
        y = -x
        view = y[:, 1:]
        y.relu_()
        return view

    assert ["neg", "slice.Tensor", "relu", "slice.Tensor"] == names(forward, 2, 3)


def test_a_tensor_that_is_squeezed_in_place_is_a_view_of_what_it_was() -> None:
    def forward(x: torch.Tensor) -> torch.Tensor:
        y = -x
        y.unsqueeze_(0)
        return y.squeeze_(0).relu_()

    assert ["neg", "unsqueeze", "squeeze.dim", "relu"] == names(forward, 2, 3)


def test_numbers_that_follow_from_shapes_are_known() -> None:
    made = recorded(lambda x: x.new_zeros(int(torch.arange(x.shape[1]).max()) + 1), 2, 3)
    assert [3] == made.nodes[-1].args[1]


@pytest.mark.parametrize(
    ("forward", "rule"),
    [
        (lambda x: x.neg().resize_(1), "it changes a tensor's size in place"),
        (lambda x: x.neg().set_(x), "it replaces the memory of a tensor"),
        (torch.nonzero, "depends on values in a tensor"),
        (
            lambda x: x + OUTSIDE,
            "a tensor on the meta device that does not belong to the module",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused(forward: Callable[[torch.Tensor], object], rule: str) -> None:
    with pytest.raises(Refusal, match=rule):
        recorded(forward, 2, 3)


def test_autocast_is_refused() -> None:
    def forward(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return x @ x.T

    with pytest.raises(Refusal, match="the forward uses autocast, which from_torch does not support"):
        recorded(forward, 2, 3)


OUTSIDE: torch.Tensor = torch.empty(2, 3, device="meta")
