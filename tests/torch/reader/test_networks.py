"""Networks as people write them are read with their parameters and operations, and run to their numbers."""

import math
import pickle

import numpy as np
import pytest
import torch
from read_networks import IMAGE, NETWORKS, Network

import convref.torch
from convref import analyze, functional, nn
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
