"""What a forward does that cannot be read is refused by name, and a fault of the reader is an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from read_networks import IMAGE, NETWORKS, Written, conv
from torch import nn

import convref.assembly.check
from convref.errors import ArgumentError, UnknownNameError
from convref.torch import from_torch, parameters_of
from convref.torch.reader import check

HERE = re.escape(__file__) + r":\d+"


def packed(m: Any, x: torch.Tensor) -> torch.Tensor:
    lengths = torch.full((x.shape[0],), x.shape[1])
    sequence = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    return m.r(sequence)[0].data


def packed_by_hand(m: Any, x: torch.Tensor) -> torch.Tensor:
    sizes, state = torch.tensor([2] * 5), x.new_zeros(1, 2, 6)
    weights = list(m.r.parameters())
    return torch.gru(x.flatten(0, 1), sizes, state, weights, True, 1, 0.0, False, False)[0]


def dropping(m: Any, x: torch.Tensor) -> torch.Tensor:
    m.r.training = True
    return m.r(x)[0]


def remembered(m: Any, x: torch.Tensor) -> torch.Tensor:
    m.count.add_(1)
    return m.c(x)


def by_count(_m: Any, x: torch.Tensor) -> torch.Tensor:
    for _ in range(x.shape[0]):
        x = x + 1
    return x


def by_axes(_m: Any, x: torch.Tensor) -> torch.Tensor:
    return x if x.shape[0] == 2 else x.unsqueeze(1).relu()


def by_literal(_m: Any, x: torch.Tensor) -> torch.Tensor:
    return x * torch.tensor([float(x.shape[0])])


def by_permutation(_m: Any, x: torch.Tensor) -> torch.Tensor:
    parts = [x, -x]
    return parts[0] + parts[x.shape[0] % 2]


def by_arguments(_m: Any, x: torch.Tensor) -> torch.Tensor:
    return torch.cat([x] * x.shape[0], 1)


REFUSED: list[tuple[Callable[..., Any], dict[str, Any], tuple[int, ...], str]] = [
    (
        packed,
        {"r": nn.GRU(4, 6, batch_first=True)},
        (5, 4),
        rf"_pack_padded_sequence at {HERE}: from_torch does not support packed sequences",
    ),
    (
        packed_by_hand,
        {"r": nn.GRU(4, 6)},
        (5, 4),
        "cannot read gru.*: from_torch does not support packed sequences",
    ),
    (
        dropping,
        {"r": nn.GRU(4, 6, 2, batch_first=True, dropout=0.5)},
        (5, 4),
        "gru.*: it applies dropout in evaluation mode",
    ),
    (lambda _m, x: x.neg().resize_(1), {}, IMAGE, rf"resize at {HERE}: it changes a tensor's size in place"),
    (lambda _m, x: x.neg().set_(x), {}, IMAGE, rf"set.*at {HERE}: it replaces the memory of a tensor"),
    (by_count, {}, IMAGE, "what the forward does depends on the number of samples in the batch"),
    (by_axes, {}, IMAGE, "depends on the number of samples in the batch"),
    (by_literal, {}, IMAGE, "a tensor of numbers depends on the number of samples in the batch"),
    (by_permutation, {}, IMAGE, "depends on the number of samples in the batch"),
    (by_arguments, {}, IMAGE, "the number of arguments depends on the number of samples"),
    (
        lambda _m, x: x + torch.tensor([0.5] * 4900)[:8],
        {},
        IMAGE,
        "the forward makes a tensor of 4900 numbers",
    ),
    (lambda _m, x: x.bernoulli(), {}, IMAGE, rf"bernoulli at {HERE}: it draws random numbers in evaluation"),
    (
        lambda _m, x: x.split(x.shape[0] // 2)[0],
        {},
        IMAGE,
        "it takes a part of the batch|depends on the number of samples",
    ),
    (lambda m, x: m.absent(x), {}, IMAGE, rf"cannot run the module's forward at {HERE}: .*'absent'"),
]


@pytest.mark.parametrize(("forward", "parts", "shape", "rule"), REFUSED)
def test_a_forward_that_cannot_be_read_is_refused_by_name(
    forward: Callable[..., Any], parts: dict[str, Any], shape: tuple[int, ...], rule: str
) -> None:
    with pytest.raises(ArgumentError, match=f"^from_torch: .*(?:{rule})"):
        from_torch(Written(forward, **parts).eval(), shape)


def test_a_counter_that_a_forward_changes_is_named() -> None:
    module = Written(remembered, c=conv())
    module.register_buffer("count", torch.zeros(()))
    with pytest.raises(
        ArgumentError, match="the forward changes count, so another call could give a different result"
    ):
        from_torch(module, IMAGE)


def test_a_way_to_treat_the_unknown_that_is_none_is_refused() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown treatment of unknown operations 'skip'; .*error.*keep"
    ):
        from_torch(conv(), IMAGE, unknown="skip")  # type: ignore[arg-type]


def test_parameters_of_what_is_no_module_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^from_torch: module \(=a dict\) must be a torch.nn.Module"):
        parameters_of({})  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="weight is of type bfloat16, which NumPy does not have"):
        parameters_of(conv().bfloat16())


@pytest.mark.parametrize("what", ["a branch that leads nowhere", "weights standardized before use"])
def test_a_count_that_differs_from_torch_s_is_an_error(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, shape, _, macs = NETWORKS[what]
    monkeypatch.setattr(check, "counted", lambda *_: macs + 1)
    rule = f"torch counts {macs + 1} multiply-accumulates but the resulting description has {macs}, which"
    with pytest.raises(ArgumentError, match=f"^from_torch: cannot read the forward: {rule}"):
        from_torch(module, shape)


def test_a_shape_that_differs_from_torch_s_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convref.assembly.check, "at", lambda whole, _batch: (*whole, 1))
    with pytest.raises(
        ArgumentError, match=r"cannot read the forward: .* has shape \(2, 3, 8, 8\) in torch but .* in the"
    ):
        from_torch(NETWORKS["a branch that leads nowhere"].module, IMAGE)


def test_nested_scopes_are_named_from_the_root() -> None:
    inner = Written(lambda _m, x: torch.special.i0(x))
    module = nn.Sequential(nn.Sequential(conv(), nn.ModuleDict({"deep": inner})["deep"]))
    with pytest.raises(
        ArgumentError, match=rf"cannot read i0 in 0\.1 at {HERE}: convref does not know this operation"
    ):
        from_torch(module, IMAGE)
