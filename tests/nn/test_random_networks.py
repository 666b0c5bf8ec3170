"""Drawn networks of every combinator, nested and inlined: one description, equal readings."""

import pickle
from typing import Any

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import functional, init, nn
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.torch import build

CHANNELS = 4
PRIMITIVES = [
    nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1),
    nn.Conv2d(CHANNELS, CHANNELS, 1, groups=2, bias=False),
    nn.BatchNorm2d(CHANNELS),
    nn.GroupNorm(2, CHANNELS, affine=False),
    nn.PReLU(CHANNELS),
    nn.ReLU(),
    nn.Identity(),
    nn.Dropout(),
    nn.MaxPool2d(3, 1, 1),
    nn.ChannelShuffle(2),
    nn.LayerScale(CHANNELS),
    nn.Scale(0.5),
    nn.DeformConv2d(CHANNELS, CHANNELS, 3, padding=1),
]
SPLIT = nn.Split(nn.Identity(), nn.Conv2d(CHANNELS // 2, CHANNELS // 2, 1))
KINDS = [nn.Sequential, nn.Sum, nn.Mean, nn.Product, nn.ResizeLike, "concat", "tapped"]


@st.composite
def combined(draw: st.DrawFn, children: st.SearchStrategy[Layer]) -> Layer:
    """A combinator of drawn children, some by name, some inlined where their names allow it."""
    parts = draw(st.lists(children, min_size=1, max_size=3))
    kind: Any = draw(st.sampled_from(KINDS))
    if kind is nn.ResizeLike:
        return nn.ResizeLike(parts[0], mode=draw(st.sampled_from(["bilinear", "nearest"])))
    if kind == "tapped":
        return nn.Tapped(nn.Sequential(at=parts[0]), head=nn.Tap("at", parts[-1]))
    if kind == "concat":
        widened = nn.Concat(*parts)
        return nn.Sequential(nn.inline(widened), narrow=nn.Conv2d(CHANNELS * len(parts), CHANNELS, 1))
    named: dict[str, Layer | nn.Inline] = {f"part{index}": part for index, part in enumerate(parts)}
    if draw(st.booleans()):
        named["part0"] = nn.inline(parts[0])
    try:
        return kind(**named)
    except ArgumentError:  # what is inlined has a name that another child has too
        return kind(*parts)


NETWORKS = st.recursive(st.sampled_from([*PRIMITIVES, SPLIT]), combined, max_leaves=6)


@settings(deadline=None, max_examples=60)
@given(NETWORKS)
def test_shapes_names_prints_and_results_agree(net: Layer) -> None:
    rng = np.random.default_rng(0)
    params = {name: rng.uniform(0.2, 0.8, array.shape) for name, array in init(net).items()}
    module, x = build(net, params), rng.standard_normal((2, CHANNELS, 5, 6))
    with torch.no_grad():
        expected = module(torch.from_numpy(x.copy())).numpy()
    assert (CHANNELS, 5, 6) == net.output_shape((CHANNELS, 5, 6)) == expected.shape[1:]
    scale = np.abs(expected).max()
    np.testing.assert_allclose(functional.run(net, params, x), expected, rtol=1e-9, atol=1e-9 * scale)
    state = {key: tuple(each.shape) for key, each in module.state_dict().items() if "num_batches" not in key}
    assert state == net.parameters() | net.buffers()
    assert net == eval(repr(net), dict(vars(nn))) == pickle.loads(pickle.dumps(net))
