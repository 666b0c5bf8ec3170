"""Whatever is looked up by name refuses what is no name with an error of convref."""

from collections.abc import Callable

import numpy as np
import pytest

import convref
from convref import analysis, architectures, catalog, draw, nn
from convref import functional as F
from convref.errors import ConvrefError

NET, SHAPE = nn.Conv2d(3, 8, 3), (3, 8, 8)
REPORT, X = convref.analyze(NET, SHAPE), np.zeros((1, *SHAPE), np.float32)
STEPS = draw.convolution_steps(nn.Conv2d(1, 1, 3, bias=False), np.ones((4, 4)), np.ones((3, 3)))
LOOKUPS: dict[str, Callable[..., object]] = {
    "dtype": lambda name: convref.analyze(NET, SHAPE, dtype=name),
    "dtype of an intensity": lambda name: analysis.arithmetic_intensity(NET, SHAPE, dtype=name),
    "convention": lambda name: convref.analyze(NET, SHAPE, convention=name),
    "column": REPORT.table,
    "column to leave out": lambda name: REPORT.table().without(name),
    "column of bars": lambda name: draw.bars(REPORT, name),
    "depth of bars": lambda depth: draw.bars(REPORT, "params", depth=depth),
    "language of a table": lambda name: REPORT.table().in_language(name),
    "language of a drawing": lambda name: draw.bars(REPORT, "params").svg(name),
    "language of steps": lambda name: STEPS.in_language(name).svg(),
    "architecture": architectures.build,
    "operator": catalog.find,
    "networks to compare": convref.compare,
    "mode of interpolate": lambda name: F.interpolate(X, 2, mode=name),
    "mode of pad": lambda name: F.pad(X, (1, 1), mode=name),
    "mode of grid_sample": lambda name: F.grid_sample(X, np.zeros((1, 2, 2, 2), "f"), mode=name),
    "mode of Upsample": lambda name: nn.Upsample(2, mode=name),
    "padding_mode": lambda name: nn.Conv2d(1, 1, 1, padding_mode=name),
}


@pytest.mark.parametrize("lookup", LOOKUPS)
@pytest.mark.parametrize("name", [[], {}, 3.5, "no such name", b"x", np.zeros(2), np.float32(1)], ids=repr)
def test_what_is_no_name_is_an_error_of_convref(lookup: str, name: object) -> None:
    with pytest.raises(ConvrefError):
        LOOKUPS[lookup](name)
