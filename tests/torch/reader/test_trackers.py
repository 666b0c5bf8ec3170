"""Networks that break other counters are read right, or refused with a reason."""

from __future__ import annotations

import json
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from read_networks import CONV, IMAGE, Written, conv
from torch import nn
from torch.nn import functional as F
from tracker_blocks import BLOCKS
from tracker_calls import CALLS, SHAPES
from tracker_forwards import CONTROL, MOVED
from tracker_modules import WRAPPED
from tracker_networks import SEQUENCES, SHARING, WEIGHTS, written
from tracker_refusals import REFUSED, Late
from tracker_weights import COMPUTED, STORED

from convref import analyze, cli, functional
from convref.errors import ArgumentError
from convref.torch import from_torch, parameters_of

OLDER = {**SHARING, **WEIGHTS, **SEQUENCES, **MOVED, **CONTROL, **WRAPPED}
KINDS = {**OLDER, **STORED, **COMPUTED, **CALLS, **SHAPES, **BLOCKS}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", KINDS)
def test_a_network_that_breaks_other_counters_is_read_with_its_numbers_and_runs_to_them(what: str) -> None:
    make, shape, params, macs, output = KINDS[what]
    module = make()
    module.eval()
    report = analyze(from_torch(module, shape, verify=True), shape)
    assert (params, macs, output) == (report.params, report.macs, report.output_shape)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(what: str) -> None:
    make, shape, reason = REFUSED[what]
    module = make()
    with pytest.raises(ArgumentError, match=rf"^from_torch: .*{reason}"):
        from_torch(module, shape)


def named(shape: Any) -> str:
    """Return the text for a shape, or for several, in the name of a network."""
    shapes = shape if shape and isinstance(shape[0], tuple) else (shape,)
    return "".join(f"@{','.join(map(str, each)) or 'scalar'}" for each in shapes)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", [*KINDS, *REFUSED])
def test_the_command_line_prints_a_table_or_the_reason(
    what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make, shape = ({**KINDS, **REFUSED}[what])[:2]
    module: Any = types.ModuleType("kinds")
    module.net = make
    monkeypatch.setitem(sys.modules, "kinds", module)
    code = cli.main(["show", f"kinds:net{named(shape)}", "--format", "json"])
    printed = capsys.readouterr()
    if what in REFUSED:
        assert (2, "convref: from_torch: ") == (code, printed.err.splitlines()[-1][:21])
    else:
        assert (0, True) == (code, "totals" in json.loads(printed.out))


def in_two_stacks() -> nn.Module:
    return nn.Sequential(*[nn.Conv1d(1, 1, 3, dilation=rate) for _ in range(2) for rate in (1, 2, 3)])


FIELDS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], tuple[int, ...]]] = {
    # each layer adds twice its dilation
    "dilations in two stacks": (in_two_stacks, (1, 100), (1 + 2 * 2 * (1 + 2 + 3),)),
    # two more windows, at the distance of the first layer's stride along each axis
    "a kernel and a stride for each axis": (
        lambda: nn.Sequential(nn.Conv2d(1, 1, (2, 5), (2, 1)), nn.Conv2d(1, 1, 3)),
        (1, 16, 16),
        (2 + 2 * 2, 5 + 2 * 1),
    ),
    "a skip around two convolutions": (
        written(lambda m, x: x + m.b(m.a(x).relu()), a=conv, b=conv),
        IMAGE,
        (5, 5),
    ),
    "a dilated convolution behind a pool": (
        lambda: nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(3, 3, 3, dilation=2)),
        (3, 16, 16),
        (10, 10),
    ),
    "a kernel of one position with a stride": (
        written(lambda m, x: m.c(m.s(x)), s=lambda: nn.Conv2d(3, 3, 1, 2), c=conv),
        IMAGE,
        (5, 5),
    ),
    "positions that become channels": (
        lambda: nn.Sequential(nn.PixelUnshuffle(2), conv(12, 3)),
        IMAGE,
        (6, 6),
    ),
    "functions with the weights of a module": (
        written(
            lambda m, x: F.conv2d(F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2), m.c.weight, stride=2), c=conv
        ),
        (3, 15, 15),
        (3 + 2 * 2, 3 + 2 * 2),
    ),
}


@pytest.mark.parametrize("what", FIELDS)
def test_receptive_fields_are_those_of_the_arithmetic_on_kernels_and_strides(what: str) -> None:
    make, shape, field = FIELDS[what]
    assert field == analyze(from_torch(make(), shape), shape).receptive_field


def of_a_trillion() -> nn.Module:
    with torch.device("meta"):
        return nn.Linear(10**6, 10**6)


def test_a_layer_is_counted_whose_weights_fit_into_no_memory() -> None:
    report = analyze(from_torch(of_a_trillion(), (10**6,)), (10**6,))
    assert (10**12 + 10**6, 10**12) == (report.params, report.macs)


@pytest.mark.skipif(torch.cuda.is_available(), reason="the module can be run where there is a GPU")
@pytest.mark.parametrize(
    "on_a_gpu",
    [
        lambda: torch.zeros(3, 8, 8).cuda(),
        lambda: torch.zeros(3, 8, 8).to("cuda:0"),
        lambda: torch.zeros(3, 8, 8, device="cuda"),
    ],
)
def test_a_module_that_needs_a_gpu_is_read_without_one_but_not_compared(
    on_a_gpu: Callable[[], torch.Tensor],
) -> None:
    module = Written(lambda m, x: m.c(x + on_a_gpu()), c=conv())
    report = analyze(from_torch(module, IMAGE), IMAGE)
    assert (84, CONV) == (report.params, report.macs)
    with pytest.raises(
        ArgumentError, match=r"^from_torch: the outputs of the module cannot be compared .* module fails at"
    ):
        from_torch(module, IMAGE, verify=True)


def lazy() -> nn.Module:
    with warnings.catch_warnings(action="ignore"):
        return nn.Sequential(
            nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(5)
        )


def test_lazy_layers_are_read_without_a_call_and_stay_lazy() -> None:
    module = lazy()
    report = analyze(from_torch(module, IMAGE), IMAGE)
    # 4 kernels of 27 weights, 4 channels of the norm, and 5 outputs of the 4 * 36 features
    assert (112 + 8 + 725, 4 * 27 * 36 + 720) == (report.params, report.macs)
    assert nn.parameter.is_lazy(module[0].weight)  # type: ignore[index]


def test_lazy_layers_have_no_arrays_before_their_first_call() -> None:
    module = lazy()
    with pytest.raises(ArgumentError, match=r"^parameters_of: 0\.weight has no shape before the module's"):
        from_torch(module, IMAGE, verify=True)
    module(torch.ones(2, 3, 8, 8))
    from_torch(module, IMAGE, verify=True)


def test_a_layer_that_is_made_at_the_first_call_is_read_after_it() -> None:
    module = Late()
    module(torch.ones(1, 3))
    assert 16 == analyze(from_torch(module, (3,), verify=True), (3,)).params


def test_modules_without_elements_are_read_but_give_no_arrays() -> None:
    module = conv().to("meta")
    assert 84 == analyze(from_torch(module, IMAGE), IMAGE).params
    with pytest.raises(ArgumentError, match=r"^parameters_of: weight is on the meta device"):
        parameters_of(module)


def test_sparse_tensors_are_named_when_arrays_are_asked_for() -> None:
    module = nn.Linear(3, 4)
    module.register_buffer("adjacency", torch.eye(5).to_sparse())
    assert 16 == analyze(from_torch(module, (3,)), (3,)).params
    with pytest.raises(ArgumentError, match=r"^parameters_of: adjacency has the layout torch\.sparse_coo"):
        parameters_of(module)


def test_bags_with_offsets_are_read_but_not_run() -> None:
    class Bags(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.e = nn.EmbeddingBag(10, 4)

        def forward(self, words: torch.Tensor) -> torch.Tensor:
            return self.e(words.flatten(), torch.arange(0, words.numel(), words.shape[1]))

    module = Bags()
    net = from_torch(module, (6,))
    words = torch.randint(0, 9, (2, 6)).numpy()
    with pytest.raises(ArgumentError, match="embedding_bag cannot be run in NumPy with offsets"):
        functional.run(net, parameters_of(module, net), words)


def test_only_the_inputs_that_an_embedding_reads_are_integers() -> None:
    make, shape, *_ = CONTROL["an image and its label"]
    report = analyze(from_torch(make(), shape), shape)
    # the image and the sum in single precision, at the same time
    assert 4 * 192 * 2 <= report.peak_activation_bytes < 4 * 192 * 4
