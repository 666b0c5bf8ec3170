"""`window`: the figure agrees with the arithmetic of convolutions."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import AdaptiveAvgPool2d, Conv1d, Conv2d, Conv3d, Flatten, Layer, MaxPool2d

FIGURES: dict[str, tuple[Layer, tuple[int, ...], tuple[int, ...] | None]] = {
    "padded": (Conv2d(1, 1, 3, padding=1), (1, 5, 5), None),
    "strided": (Conv2d(2, 4, 3, stride=2), (2, 7, 7), (1, 1)),
    "dilated": (Conv2d(1, 1, 3, dilation=2), (1, 7, 7), (1, 0)),
    "same": (Conv2d(1, 1, 4, padding="same"), (1, 6, 6), (5, 5)),
    "large": (Conv2d(1, 1, 5, padding=2), (1, 14, 14), (5, 5)),
    "reflect": (Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), (1, 5, 5), None),
    "ceil": (MaxPool2d(3, stride=2, ceil_mode=True), (1, 6, 6), (2, 1)),
    "adaptive": (AdaptiveAvgPool2d(3), (1, 7, 7), (1, 1)),
    "sequence": (Conv1d(1, 1, 3, stride=2, padding=1), (1, 9), (1,)),
    "volume": (Conv3d(1, 1, 3), (1, 4, 5, 5), (0, 1, 1)),
    "one output": (Conv2d(1, 1, 5), (1, 5, 5), None),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.window(*FIGURES[name]))


@pytest.mark.parametrize("name", ["padded", "strided", "dilated", "same", "ceil"])
def test_marked_cells_are_those_of_the_window_inside_the_input(name: str, read: Any) -> None:
    layer, shape, output = FIGURES[name]
    window, at = layer.window(shape), output or (0, 0)
    assert window is not None
    sides = [
        [
            at[axis] * window.stride[axis] - window.padding[axis] + window.dilation[axis] * k
            for k in range(window.kernel[axis])
        ]
        for axis in (0, 1)
    ]
    expected = [[0, r, c] for r, c in product(*sides) if 0 <= r < shape[1] and 0 <= c < shape[2]]
    assert expected == read(draw.window(layer, shape, output)).marks("A sees")


@pytest.mark.parametrize("name", ["padded", "strided", "dilated", "same"])
def test_weights_are_numbered_in_the_order_of_the_kernel(name: str, read: Any) -> None:
    layer, shape, output = FIGURES[name]
    words = read(draw.window(layer, shape, output)).words()
    numbers = sorted(int(word) for word in words if word.isdigit())
    window = layer.window(shape)
    assert window is not None
    assert list(range(1, window.kernel[0] * window.kernel[1] + 1)) == numbers


def test_a_weight_in_the_padding_keeps_its_number(read: Any) -> None:
    figure = read(draw.window(Conv2d(1, 1, 3, padding=1), (1, 5, 5)))
    centers = {
        each.text: (float(each.get("x")), float(each.get("y")))
        for each in figure.root.iter("{http://www.w3.org/2000/svg}text")
        if (each.text or "").isdigit()
    }
    by_position = sorted(centers, key=lambda number: (centers[number][1], centers[number][0]))
    assert [str(number) for number in range(1, 10)] == by_position


def test_the_text_counts_inputs_padding_and_shared_inputs() -> None:
    figure = draw.window(Conv2d(1, 1, 3, padding=1), (1, 5, 5))
    assert (
        "Input 5 × 5, output 5 × 5. A: output (0, 0) sees 4 inputs and 5 beyond the edge. "
        "B: output (0, 1) sees 6 inputs and 3 beyond the edge. A and B share 4 inputs. "
        "The 9 weights are the same at every position."
    ) == figure.alt("en")
    assert "A：输出 (0, 0) 看到 4 个输入和边界外的 5 个位置。" in figure.alt("zh")


def test_the_text_says_how_many_channels_an_output_reads() -> None:
    figure = draw.window(Conv2d(3, 4, 3, padding=1), (3, 5, 5))
    assert (
        "Input 5 × 5, output 5 × 5. "
        "A: output (0, 0) sees 4 inputs and 5 beyond the edge in each of 3 channels. "
        "B: output (0, 1) sees 6 inputs and 3 beyond the edge in each of 3 channels. "
        "A and B share 4 inputs in each channel. "
        "The 9 weights for each channel are the same at every position."
    ) == figure.alt("en")
    assert (
        "输入 5 × 5，输出 5 × 5。A：输出 (0, 0) 在 3 个通道中各看到 4 个输入和边界外的 5 个位置。"
        "B：输出 (0, 1) 在 3 个通道中各看到 6 个输入和边界外的 3 个位置。"
        "A 与 B 在每个通道中共有 4 个输入。每个通道的 9 个权重用于所有位置。"
    ) == figure.alt("zh").replace("。 ", "。")


def test_a_depthwise_layer_reads_one_channel() -> None:
    assert "sees 9 inputs." in draw.window(Conv2d(3, 3, 3, groups=3), (3, 5, 5)).alt()
    assert "sees 9 inputs in each of 2 channels." in draw.window(Conv2d(4, 4, 3, groups=2), (4, 5, 5)).alt()
    assert "sees 9 inputs." in draw.window(MaxPool2d(3), (3, 9, 9)).alt()


def test_weights_of_a_single_output_are_not_called_shared() -> None:
    figure = draw.window(Conv2d(1, 1, 5), (1, 5, 5))
    assert "Input 5 × 5, output 1 × 1. A: output (0, 0) sees 25 inputs." == figure.alt()


def test_each_slice_of_a_volume_is_marked(read: Any) -> None:
    marks = read(draw.window(Conv3d(1, 1, 3), (1, 4, 5, 5), (1, 1, 1))).marks("A sees")
    assert [[d, r, c] for d, r, c in product((1, 2, 3), (1, 2, 3), (1, 2, 3))] == marks


def test_the_neighbour_of_the_last_output_is_the_one_before_it() -> None:
    assert "B: output (2, 1)" in draw.window(Conv2d(1, 1, 3), (1, 5, 5), (2, 2)).alt()


@pytest.mark.parametrize("output", [(3, 0), (0,), (-1, 0)])
def test_a_missing_output_is_refused_by_position(output: tuple[int, ...]) -> None:
    with pytest.raises(
        ArgumentError,
        match=r"output \(=.*\) must be a position, counted from 0, in the output of size \(3, 3\)",
    ):
        draw.window(Conv2d(1, 1, 3), (1, 5, 5), output)


def test_a_vector_has_no_window() -> None:
    with pytest.raises(
        ArgumentError, match=r"input_shape \(=\(2, 3, 3\)\) and the output must have a channel"
    ):
        draw.window(Flatten(), (2, 3, 3))


def test_a_feature_map_too_wide_to_draw_is_refused() -> None:
    with pytest.raises(ArgumentError, match="64 cells side by side are more than a drawing can show"):
        draw.window(Conv2d(1, 1, 3, padding=1), (1, 8, 62))
