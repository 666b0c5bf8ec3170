"""Both views of a transposed convolution give what torch gives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convref import draw
from convref.errors import ArgumentError
from convref.nn import ConvTranspose2d

X = [[1, 2], [3, 4]]
KERNEL = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
LAYERS = {
    "stride 1": ConvTranspose2d(1, 1, 3, bias=False),
    "stride 2": ConvTranspose2d(1, 1, 3, stride=2, bias=False),
    "padded": ConvTranspose2d(1, 1, 3, stride=2, padding=1, bias=False),
}
DILATED = ConvTranspose2d(1, 1, 3, dilation=2, bias=False)


def transposed(layer: ConvTranspose2d, **changes: Any) -> torch.Tensor:
    x, kernel = (torch.tensor(each, dtype=torch.float64)[None, None] for each in (X, KERNEL))
    options: dict[str, Any] = {key: getattr(layer, key) for key in ("stride", "padding", "dilation")}
    return functional.conv_transpose2d(x, kernel, **{**options, **changes})[0, 0]


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("steps", [draw.spreading_steps, draw.zero_insertion_steps])
def test_every_figure_is_well_formed(name: str, steps: Any, check: Callable[[Any], None]) -> None:
    check(steps(LAYERS[name], X, KERNEL))


@pytest.mark.parametrize("layer", [*LAYERS.values(), DILATED])
def test_the_last_frame_has_the_output_and_what_the_padding_cuts_off(layer: Any, read: Any) -> None:
    figure = draw.spreading_steps(layer, X, KERNEL)
    whole = transposed(layer, padding=0)
    words = read(figure, frame=-1).words()
    sums = [int(word) for word in words[-np.count_nonzero(whole) :]]
    assert sorted(whole[whole != 0].tolist()) == sorted(sums)


def test_a_frame_adds_the_kernel_at_the_stride(read: Any) -> None:
    figure = draw.spreading_steps(LAYERS["padded"], X, KERNEL)
    frame = read(figure, frame=1)
    assert [[0, 1]] == frame.marks("input")
    cells = sorted(frame.marks("adds") + frame.marks("sums"))
    assert [[row, col] for row in (-1, 0, 1) for col in (1, 2, 3)] == cells
    assert [[row, 1] for row in (-1, 0, 1)] == frame.marks("sums")


def test_the_caption_names_the_multiple_and_where_it_is_added() -> None:
    figure = draw.spreading_steps(LAYERS["stride 2"], X, KERNEL)
    expected = (
        "Input (1, 0) = 3: 3 times the kernel is added to the output from (2, 0) to (4, 2). "
        "Where it meets earlier values, they are summed."
    )
    assert expected == figure.captions()[2]
    assert figure.captions("zh")[2].startswith(
        "输入 (1, 0) = 3：把卷积核乘以 3，加到输出的 (2, 0) 到 (4, 2)。"
    )


@pytest.mark.parametrize("name", LAYERS)
def test_a_convolution_of_the_input_with_zeros_gives_the_same(name: str) -> None:
    captions = draw.zero_insertion_steps(LAYERS[name], X, KERNEL).captions()
    sums = [float(caption.rpartition("= ")[2].rstrip(".")) for caption in captions]
    assert transposed(LAYERS[name]).flatten().tolist() == sums


def test_the_kernel_is_flipped(read: Any) -> None:
    words = read(draw.zero_insertion_steps(LAYERS["stride 1"], X, np.arange(9).reshape(3, 3))).words()
    assert [str(number) for number in range(8, -1, -1)] in [words[at : at + 9] for at in range(len(words))]


@pytest.mark.parametrize("steps", [draw.spreading_steps, draw.zero_insertion_steps])
def test_what_has_no_such_figure_is_refused(steps: Any) -> None:
    name = steps.__name__
    for layer in (ConvTranspose2d(1, 1, 3), ConvTranspose2d(2, 1, 3, bias=False)):
        with pytest.raises(ArgumentError, match=f"{name}: .* must have one input and one output channel"):
            steps(layer, X, KERNEL)
    with pytest.raises(ArgumentError, match=rf"{name}: weight .* must have the kernel's shape, \(3, 3\)"):
        steps(LAYERS["padded"], X, [[1]])


@pytest.mark.parametrize("layer", [DILATED, ConvTranspose2d(1, 1, 3, padding=3, bias=False)])
def test_zeros_are_not_inserted_for_a_dilation_or_a_large_padding(layer: ConvTranspose2d) -> None:
    with pytest.raises(ArgumentError, match="must have dilation 1 and a padding less than its kernel size"):
        draw.zero_insertion_steps(layer, np.ones((5, 5)), KERNEL)


def test_too_many_inputs_are_refused() -> None:
    with pytest.raises(ArgumentError, match="49 inputs are more than the limit of 36 frames"):
        draw.spreading_steps(LAYERS["stride 1"], np.ones((7, 7)), KERNEL)
