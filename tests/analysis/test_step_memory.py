"""The peak of a training step is the memory that PyTorch has in use for values and their gradients."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
import torch
from samples import sample
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from convref import analyze, architectures
from convref.analysis.step_memory import peak_of_step
from convref.nn import (
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    Shape,
    Sum,
    trace,
)
from convref.torch import build

LOSS_BYTES = 4 + 4
"""The loss and its gradient, two numbers."""
BLOCK = Sequential(Conv2d(16, 16, 3, padding=1), BatchNorm2d(16), ReLU(), Conv2d(16, 16, 3, padding=1))


class Watch(TorchDispatchMode):
    """Notes when the operations in a block allocate and free the memory of tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[int, int]] = []  # the number of a piece of memory, and its bytes: -1 if freed
        self.pieces: dict[int, int] = {}  # by address, while it is in use

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self.note(tensor)
        return result

    def note(self, tensor: torch.Tensor) -> int:
        """Return the number of a tensor's memory, which is noted if it is new."""
        storage = tensor.untyped_storage()
        address = storage.data_ptr()
        if address not in self.pieces:
            number = len(self.events)
            self.pieces[address] = number
            self.events.append((number, storage.nbytes()))
            weakref.finalize(storage, self.free, number, address)
        return self.pieces[address]

    def free(self, number: int, address: int) -> None:
        self.events.append((number, -1))
        if self.pieces.get(address) == number:
            del self.pieces[address]


class Loss(torch.autograd.Function):
    """A loss whose gradient is as large as its input, and is held by nothing else."""

    @staticmethod
    def forward(ctx: Any, out: torch.Tensor) -> torch.Tensor:
        ctx.shape = out.shape
        return out.sum()

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:  # one gradient
        del gradient
        return torch.ones(ctx.shape)


def torch_peak(net: Layer, shape: Shape, batch: int) -> int:
    """Return the largest number of bytes of values and gradients of values that PyTorch has at once."""
    model = build(net).train()
    x = torch.randn(batch, *shape)
    watch = Watch()
    with watch:
        own = {watch.note(each) for each in (*model.parameters(), *model.buffers())}
        watch.note(x)
        out = model(x)
        Loss.apply(out).backward()
        own |= {watch.note(each.grad) for each in model.parameters() if each.grad is not None}
    alive: dict[int, int] = {}
    peak = 0
    for number, size in watch.events:
        if number not in own:
            alive[number] = max(size, 0)
            peak = max(peak, sum(alive.values()))
    return peak


@pytest.mark.parametrize(
    ("net", "shape"),
    [
        (Sequential(Conv2d(3, 16, 3, padding=1), Conv2d(16, 32, 3, padding=1)), (3, 32, 32)),
        (Sequential(Conv2d(3, 16, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(16, 4, 1)), (3, 32, 32)),
        (Sequential(Conv2d(3, 16, 3), Sum(Identity(), BLOCK), ReLU(), Conv2d(16, 4, 1)), (3, 32, 32)),
        (Sequential(Conv2d(3, 16, 3), Concat(Identity(), BLOCK), Conv2d(32, 4, 1)), (3, 32, 32)),
        (Sequential(Linear(64, 256), ReLU(), Linear(256, 10)), (64,)),
        (Sequential(Conv2d(3, 8, 3), Flatten(), Linear(8 * 30 * 30, 10)), (3, 32, 32)),
    ],
    ids=["chain", "pool", "sum", "concat", "linear", "flatten"],
)
def test_the_peak_of_a_step_is_what_pytorch_has_in_use(net: Layer, shape: Shape) -> None:
    expected = peak_of_step(trace(net, shape, training=True), 4, 4, "cpu") + LOSS_BYTES
    assert expected == torch_peak(net, shape, 4)


@pytest.mark.parametrize(
    "name",
    sample(["resnet18", "vgg11", "squeezenet1_1", "densenet121", "googlenet", "mobilenet_v2"], every=2),
)
def test_the_peak_of_a_network_is_what_pytorch_has_in_use(name: str) -> None:
    net, shape = architectures.build(name), (3, 64, 64)
    expected = peak_of_step(trace(net, shape, training=True), 2, 4, "cpu") + LOSS_BYTES
    assert expected == torch_peak(net, shape, 2)


@pytest.mark.parametrize("name", architectures.names())
def test_a_training_step_needs_no_less_than_inference_and_than_what_it_keeps(name: str) -> None:
    report = analyze(architectures.build(name), architectures.find(name).input_shape)
    memory = report.training_memory("sgd")
    assert memory.values >= report.peak_activation_bytes
    assert memory.values >= memory.activations
    assert memory.peak == memory.weights + memory.gradients + memory.values


def test_layers_whose_parameters_are_frozen_need_no_gradients_of_values() -> None:
    plan = trace(Sequential(Linear(8, 8), Linear(8, 8), Linear(8, 8)), (8,), training=True)
    everything = peak_of_step(plan, 1, 1)
    assert 4 * 8 + 2 * 8 == everything
    frozen = frozenset({"0.weight", "0.bias", "1.weight", "1.bias"})
    assert 4 * 8 + 8 == peak_of_step(plan, 1, 1, frozen=frozen)
