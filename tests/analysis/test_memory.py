"""Memory by liveness and of training, held against hand counts and what PyTorch's autograd keeps."""

import pytest
import torch
from autograd_memory import autograd_keeps

from convref import analyze, architectures
from convref.analysis.memory import kept_bytes, live_elements
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import (
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    Layer,
    MaxPool2d,
    Product,
    ReLU,
    Sequential,
    Sigmoid,
    Split,
    Sum,
    trace,
)

MAP = 10 * 10


def conv(in_channels: int, out_channels: int) -> Layer:
    return Conv2d(in_channels, out_channels, 3, padding=1)


@pytest.mark.parametrize(
    ("net", "live"),
    [
        (Sequential(conv(4, 8), ReLU(), conv(8, 2)), [4, 12, 8, 10]),
        (Sequential(Identity(), Dropout(), Flatten()), [4, 4, 4, 4]),
        (Sum(conv(4, 4), Identity()), [4, 8, 8, 8]),
        (Sequential(Sum(conv(4, 4), Identity()), ReLU()), [4, 8, 8, 8, 4]),
        (Sum(Sequential(ReLU(), conv(4, 4)), Identity()), [4, 8, 12, 8, 8]),
        (Concat(conv(4, 2), conv(4, 3)), [4, 6, 9, 10]),
        (Split(Identity(), conv(2, 3)), [4, 4, 4, 4, 7, 12]),
        (Product(Identity(), Sigmoid()), [4, 4, 8, 8]),
        (Sequential(MaxPool2d(3, stride=1, padding=1), ReLU()), [4, 8, 4]),
    ],
    ids=lambda case: "" if isinstance(case, list) else type(case).__name__,
)
def test_the_live_elements_at_each_step_are_those_counted_by_hand(net: Layer, live: list[int]) -> None:
    assert [each * MAP for each in live] == live_elements(trace(net, (4, 10, 10)))


def test_vgg16_s_peak_is_its_second_convolution() -> None:
    report = analyze(architectures.build("vgg16"), (3, 224, 224), dtype="float16", batch=8)
    assert 2 * 64 * 224 * 224 * 8 * 2 == report.peak_activation_bytes
    assert report.peak_bytes == report.peak_activation_bytes + 2 * report.params


def test_resnet50_s_peak_is_a_shortcut_beside_its_block() -> None:
    report = analyze(architectures.build("resnet50"), (3, 224, 224))
    assert 4 * (2 * 256 + 64 - 64) * 56 * 56 <= report.peak_activation_bytes
    assert report.peak_bytes == report.peak_activation_bytes + 4 * (report.params + report.buffers)


@pytest.mark.parametrize("name", architectures.names())
def test_the_peak_is_at_least_any_layer_s_input_and_output_and_at_most_all_values(name: str) -> None:
    report = analyze(architectures.build(name), architectures.find(name).input_shape)
    sizes = [report.plan.shape(value) for value in range(len(report.plan.steps) + 1)]
    peak = max(row.live_bytes // 4 for row in report.rows)
    assert max(map(numel, sizes)) <= peak <= sum(map(numel, sizes))
    pairs = [step for step in report.plan.steps if step.makes_map and step.kind == "layer"]
    assert max(numel(step.input_shapes[0]) + numel(step.output_shape) for step in pairs) <= peak


def numel(shape: tuple[int, ...]) -> int:
    return int(torch.Size(shape).numel())


@pytest.mark.parametrize(
    "name",
    [
        *("resnet18", "densenet121", "squeezenet1_1", "googlenet", "shufflenet_v2_x0_5", "se_resnet50"),
        *("convnext_tiny", "nin_cifar10", "mobilenet_v3_small"),
    ],
)
def test_training_on_the_cpu_keeps_what_autograd_keeps(name: str) -> None:
    net, shape = architectures.build(name), (3, 32, 32)
    assert autograd_keeps(net, shape, batch=2) == kept_bytes(trace(net, shape, training=True), 2, 4, "cpu")


def test_training_holds_gradients_and_the_optimizer_s_numbers() -> None:
    report = analyze(architectures.build("resnet18"), (3, 32, 32), batch=4)
    for optimizer, states in (("sgd", 0), ("momentum", 1), ("adam", 2)):
        memory = report.training_memory(optimizer)
        weights = 4 * report.params
        assert (weights, weights, states * weights) == (memory.weights, memory.gradients, memory.optimizer)
        assert memory.total == (2 + states) * weights + memory.activations


def test_dropout_keeps_a_mask_of_bytes_on_cuda_and_of_numbers_on_the_cpu() -> None:
    plan = trace(Sequential(ReLU(), Dropout()), (8, 5, 5), training=True)
    elements = 3 * 8 * 5 * 5
    assert elements * (4 + 1) == kept_bytes(plan, 3, 4) == kept_bytes(plan, 3, 4, "cuda")
    assert elements * (4 + 4) == kept_bytes(plan, 3, 4, "cpu")
    assert elements * (2 + 2) == kept_bytes(plan, 3, 2, "cpu")


def test_a_report_s_training_memory_is_that_of_the_device() -> None:
    net = Sequential(ReLU(), Dropout(), Flatten())
    report = analyze(net, (8, 5, 5), batch=3)
    assert [600 * 5, 600 * 5, 600 * 8] == [
        each.activations
        for each in (
            report.training_memory(),
            report.training_memory(device="cuda"),
            report.training_memory(device="cpu"),
        )
    ]


def test_an_unknown_device_is_refused_with_the_nearest() -> None:
    report = analyze(ReLU(), (3,))
    with pytest.raises(UnknownNameError, match="unknown device 'gpu'; the nearest is 'cpu'; there are: cuda"):
        report.training_memory(device="gpu")  # type: ignore[arg-type]


def test_an_unknown_optimizer_is_refused_with_the_nearest() -> None:
    report = analyze(architectures.build("alexnet"), (3, 224, 224))
    with pytest.raises(UnknownNameError, match="unknown optimizer 'adamw'; the nearest is 'adam'"):
        report.training_memory("adamw")


def test_a_batch_must_be_a_positive_integer() -> None:
    with pytest.raises(ArgumentError, match=r"batch \(=0\) must be a positive integer"):
        analyze(architectures.build("alexnet"), (3, 224, 224), batch=0)
