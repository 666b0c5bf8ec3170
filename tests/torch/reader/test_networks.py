"""Networks as people write them are read with their parameters and operations, and run to their numbers."""

import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from read_networks import IMAGE, NETWORKS, Network, Written, conv, numbers

import convref.torch
from convref import analyze, functional, nn
from convref.errors import ArgumentError
from convref.torch import from_torch, parameters_of
from convref.torch.reader.held import with_numbers
from convref.torch.reader.reader import unwrapped


@pytest.mark.parametrize("what", NETWORKS)
def test_a_network_is_read_with_its_parameters_and_products_and_runs_to_its_numbers(what: str) -> None:
    network = NETWORKS[what]
    net = from_torch(network.module, network.shape, verify=True)
    report = analyze(net, network.shape)
    assert (network.params, network.macs) == (report.params, report.macs)
    assert sum(row.params for row in report.rows) == report.params
    assert sum(row.macs for row in report.rows) == report.macs


@pytest.mark.parametrize("what", NETWORKS)
def test_what_is_read_prints_compares_and_pickles(what: str) -> None:
    net = from_torch(NETWORKS[what].module, NETWORKS[what].shape)
    assert net == eval(repr(net), dict(vars(nn))) == pickle.loads(pickle.dumps(net))
    assert 1 == len({net, pickle.loads(pickle.dumps(net))})


@pytest.mark.parametrize("what", NETWORKS)
def test_every_question_has_an_answer(what: str) -> None:
    net = from_torch(NETWORKS[what].module, NETWORKS[what].shape)
    report = analyze(net, NETWORKS[what].shape, batch=4)
    assert report.peak_bytes >= report.peak_activation_bytes >= 0
    assert report.training_memory("adam").total >= 4 * report.weight_bytes
    assert report.table(full=True).texts()
    assert report.table("name", "receptive_field", "live_bytes", depth=1).texts()
    assert all(size >= 1 for size in report.receptive_field)


@pytest.mark.parametrize("what", NETWORKS)
def test_torch_builds_the_same_module_from_what_is_read(what: str) -> None:
    network = NETWORKS[what]
    net = from_torch(network.module, network.shape)
    given = inputs(network, 5)
    built = convref.torch.build(net, parameters_of(network.module, net))
    with torch.no_grad():
        wanted = with_numbers(unwrapped(network.module))(*given)
        got = built(*given)
    if isinstance(wanted, torch.Tensor):
        torch.testing.assert_close(got, wanted, rtol=1e-3, atol=1e-3)


def inputs(network: Network, samples: int) -> list[torch.Tensor]:
    shapes = network.shape if isinstance(network.shape[0], tuple) else (network.shape,)
    if any(isinstance(part, torch.nn.Embedding) for part in network.module.modules()):
        return [torch.randint(0, 9, (samples, *shape)) for shape in shapes]
    dtype = next((each.dtype for each in network.module.parameters()), torch.float32)
    return [torch.randn(samples, *shape).to(dtype) for shape in shapes]


@pytest.mark.parametrize("what", ["class token, positions, attention", "windows folded into the batch"])
def test_a_description_runs_on_the_module_s_state_for_any_number_of_samples(what: str) -> None:
    module, shape, _, _ = NETWORKS[what]
    net = from_torch(module, shape)
    state = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    for samples in (1, 4):
        x = torch.randn(samples, *shape)
        with torch.no_grad():
            expected = module(x).numpy()
        np.testing.assert_allclose(functional.run(net, state, x.numpy()), expected, rtol=1e-3, atol=1e-5)


def test_half_precision_takes_half_the_bytes() -> None:
    net = from_torch(NETWORKS["half precision"].module, IMAGE)
    assert 168 == analyze(net, IMAGE).weight_bytes
    assert 2 * 2 * 192 == analyze(net, IMAGE).activation_bytes
    assert 336 == analyze(net, IMAGE, dtype="float32").weight_bytes


def test_values_of_another_type_take_their_own_bytes() -> None:
    net = from_torch(NETWORKS["mixed types"].module, IMAGE)
    live = [row.live_bytes for row in analyze(net, IMAGE).rows]
    assert max(live) == 2 * 192 + 4 * 192  # the map in half precision, and in single precision


def test_layers_that_do_not_reach_the_output_are_in_the_state_and_in_the_table() -> None:
    module, shape, _, _ = NETWORKS["a branch that leads nowhere"]
    net = from_torch(module, shape)
    state = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    assert state.keys() == net.parameters().keys()
    with torch.no_grad():
        x = torch.randn(2, *shape)
        expected = module(x).numpy()
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), expected, rtol=1e-4, atol=1e-5)
    assert {"c": 84, "d": 84} == {row.name: row.params for row in analyze(net, shape).rows[1:]}


def test_constants_that_are_in_no_state_dict_are_named_and_given() -> None:
    module, shape, _, _ = NETWORKS["a fixed kernel that is not saved"]
    net = from_torch(module, shape)
    assert "1.kernel" in net.buffers()
    assert "1.kernel" not in module.state_dict()
    assert (8, 1, 3, 3) == parameters_of(module, net)["1.kernel"].shape


def test_parameters_count_once_whatever_calls_them() -> None:
    net = from_torch(NETWORKS["words and head of one weight"].module, (5,))
    assert {"0.weight": (11, 8)} == net.parameters()
    assert math.prod((11, 8)) == analyze(net, (5,)).params


@pytest.mark.parametrize("kernels", [(3, 5), (5, 3)])
@pytest.mark.parametrize("join", [torch.add, torch.mul, lambda x, y: torch.cat([x, y], 1)])
def test_the_receptive_field_is_the_largest_of_branches_in_any_order(
    kernels: tuple[int, int], join: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
) -> None:
    first, second = (conv(3, 3, kernel) for kernel in kernels)
    module = Written(lambda m, x: join(m.a(x), m.b(x)), a=first, b=second)
    assert (5, 5) == analyze(from_torch(module, IMAGE), IMAGE).receptive_field


def test_a_branch_that_leads_nowhere_is_noted_below_the_table() -> None:
    module, shape, _, _ = NETWORKS["a branch that leads nowhere"]
    report = analyze(from_torch(module, shape), shape)
    assert ("d",) == report.unreached
    assert "Does not reach the output, but is computed and counted: d." == report.table().note


def test_parameters_of_parts_that_evaluation_does_not_use_are_counted_and_noted() -> None:
    head = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5))
    module = Written(lambda m, x: m.c(x), c=conv(), head=head, scale=numbers(7))
    report = analyze(from_torch(module, IMAGE), IMAGE)
    assert 84 + 25 + 10 + 7 == report.params
    assert report.table().note.endswith("parameters that are counted: head.0, head.1, scale.")


def test_what_is_not_known_is_kept_on_request_and_noted_with_its_line() -> None:
    module = Written(lambda m, x: torch.special.i0(m.c(x)), c=conv())
    report = analyze(from_torch(module, IMAGE, unknown="keep"), IMAGE)
    line = test_what_is_not_known_is_kept_on_request_and_noted_with_its_line.__code__.co_firstlineno + 1
    assert (84, 84 // 28 * 27 * 64, (f"i0 (test_networks.py:{line})",)) == (
        report.params,
        report.macs,
        report.uncounted,
    )


def features_by_a_hook() -> torch.nn.Module:
    """A network whose forward reads what a hook kept in the module."""
    module: Any = Written(
        lambda m, x: torch.cat([m.body(x), m.kept.pop()], 1), body=torch.nn.Sequential(conv(), conv())
    )
    module.kept = []
    first: torch.nn.Module = module.body[0]
    first.register_forward_hook(lambda _module, _inputs, output: module.kept.append(output))
    return module


def test_a_hook_that_keeps_a_value_for_the_forward_is_followed() -> None:
    module = features_by_a_hook()
    report = analyze(from_torch(module, IMAGE, verify=True), IMAGE)
    assert (2 * 84, (6, 8, 8)) == (report.params, report.output_shape)
    assert [] == module.kept  # the hook ran on a copy


def test_hooks_that_share_a_dict_are_followed() -> None:
    features: dict[str, torch.Tensor] = {}

    def keep(_module: object, _inputs: object, output: torch.Tensor, name: str = "first") -> None:
        features[name] = output

    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        return m.second(x) + features["first"]

    module = Written(forward, second=conv())
    module.first = conv()
    module.first.register_forward_hook(keep)
    module.written = lambda m, x: (m.first(x), forward(m, x))[1]
    net = from_torch(module, IMAGE, verify=True)
    assert 2 * 84 == analyze(net, IMAGE).params
    assert {} == features


@pytest.mark.parametrize("index", [[2, 0], range(2), np.array([1, 1]), [True, False, True]])
def test_an_index_that_is_a_list_of_numbers_is_read_and_assigned_to(index: Any) -> None:
    def forward(m: Any, x: torch.Tensor) -> torch.Tensor:
        y = m.c(x)
        y[:, index] = x[:, index] * 2
        return y

    report = analyze(from_torch(Written(forward, c=conv()), IMAGE, verify=True), IMAGE)
    assert (84, IMAGE) == (report.params, report.output_shape)


def test_a_difference_is_an_error_when_it_is_asked_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "convref.torch.reader.verify.with_numbers", lambda _module: torch.nn.Sequential(conv())
    )
    with pytest.raises(
        ArgumentError, match=r"^from_torch: the description's output differs from the module's by"
    ):
        from_torch(torch.nn.Sequential(conv()), IMAGE, verify=True)


def test_bfloat16_is_read_but_cannot_be_compared_in_numpy() -> None:
    module = conv().bfloat16()
    assert 168 == analyze(from_torch(module, IMAGE), IMAGE).weight_bytes
    with pytest.raises(ArgumentError, match="weight is of type bfloat16, which NumPy does not have"):
        from_torch(module, IMAGE, verify=True)


SPREAD: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "expand": lambda x: x.mean((2, 3), keepdim=True).expand_as(x) * 0.5,
    "a pool, expanded": lambda x: torch.nn.functional.adaptive_avg_pool2d(x, 1).expand_as(x) * 0.5,
    "repeat": lambda x: x.mean((2, 3), keepdim=True).repeat(1, 1, 8, 8),
    "interpolate": lambda x: torch.nn.functional.interpolate(x.mean((2, 3), keepdim=True), size=8),
    "beside a convolution": lambda x: torch.cat([x, x.mean((2, 3), keepdim=True).expand_as(x)], 1),
    "a sum": lambda x: x + x.mean((2, 3), keepdim=True),
}


@pytest.mark.parametrize("what", SPREAD)
def test_a_mean_that_is_spread_out_again_sees_the_whole_input_everywhere(what: str) -> None:
    report = analyze(from_torch(Written(lambda _m, x: SPREAD[what](x)), IMAGE), IMAGE)
    assert ((8, 8), True) == (report.receptive_field, report.sees_all)


def test_frozen_parameters_are_kept_counted_and_frozen_when_torch_builds_them() -> None:
    module = torch.nn.Sequential(conv(), torch.nn.ReLU(), conv(3, 8))
    module[0].requires_grad_(False)
    net = from_torch(module, IMAGE)
    report = analyze(net, IMAGE)
    assert (84, 224, 84 + 224) == (report.frozen, report.trainable, report.params)
    memory = report.training_memory("adam")
    assert (4 * 308, 4 * 224, 2 * 4 * 224) == (memory.weights, memory.gradients, memory.optimizer)
    assert net == eval(repr(net), dict(vars(nn))) == pickle.loads(pickle.dumps(net))
    built = convref.torch.build(net, parameters_of(module))
    assert {"0.weight", "0.bias"} == {n for n, each in built.named_parameters() if not each.requires_grad}
