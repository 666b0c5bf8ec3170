"""Reports: totals against arithmetic by hand, types, errors."""

import pytest

from convref import analyze, architectures
from convref.analysis import Report
from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn import (
    Call,
    Conv2d,
    Graph,
    LayerNorm,
    LayerScale,
    Permute,
    Sequential,
    inline,
)

VGG16_CONVS = [(3, 64, 224), (64, 64, 224), (64, 128, 112), (128, 128, 112), (128, 256, 56), (256, 256, 56)]
VGG16_CONVS += [(256, 256, 56), (256, 512, 28), (512, 512, 28), (512, 512, 28), *[(512, 512, 14)] * 3]
VGG16_LINEARS = [(512 * 7 * 7, 4096), (4096, 4096), (4096, 1000)]


@pytest.fixture(scope="module")
def vgg16() -> Report:
    return analyze(architectures.build("vgg16"), (3, 224, 224))


def test_vgg16_has_the_parameters_of_its_convolutions_and_linear_layers(vgg16: Report) -> None:
    weights = sum(9 * i * o for i, o, _ in VGG16_CONVS) + sum(i * o for i, o in VGG16_LINEARS)
    biases = sum(o for _, o, _ in VGG16_CONVS) + sum(o for _, o in VGG16_LINEARS)
    assert (138_344_128, 138_357_544) == (weights, weights + biases)
    assert weights + biases == vgg16.params
    assert 4 * (weights + biases) == vgg16.weight_bytes


def test_vgg16_has_the_macs_of_its_convolutions_and_linear_layers(vgg16: Report) -> None:
    macs = sum(9 * i * o * size**2 for i, o, size in VGG16_CONVS) + sum(i * o for i, o in VGG16_LINEARS)
    assert 15_470_264_320 == macs == vgg16.macs


def test_vgg16_has_the_activations_of_its_feature_maps_and_its_input(vgg16: Report) -> None:
    maps = sum(o * size**2 for _, o, size in VGG16_CONVS)
    pooled = sum(
        channels * size**2
        for channels, size in zip((64, 128, 256, 512, 512), (112, 56, 28, 14, 7), strict=True)
    )
    activations = 3 * 224**2 + maps + pooled + 4096 + 4096 + 1000
    assert 15_237_608 == activations == vgg16.activations
    assert "58.13" == f"{vgg16.activation_bytes / 2**20:.2f}"


@pytest.mark.parametrize(("name", "params"), [("alexnet", 61_100_840), ("alexnet_original", 60_965_224)])
def test_alexnet_has_its_published_parameters(name: str, params: int) -> None:
    assert params == analyze(architectures.build(name), architectures.find(name).input_shape).params


def test_the_first_convolution_of_alexnet_at_227_would_have_56_positions_with_torchvision_s_padding() -> None:
    report = analyze(architectures.build("alexnet"), (3, 227, 227))
    assert (64, 56, 56) == report.rows[1].output


@pytest.mark.parametrize(("dtype", "size"), [("float64", 8), ("float32", 4), ("float16", 2), ("int8", 1)])
def test_bytes_follow_the_dtype(dtype: str, size: int) -> None:
    report = analyze(Conv2d(1, 2, 3), (1, 5, 5), dtype=dtype)
    assert (size * 20, size * (25 + 18)) == (report.weight_bytes, report.activation_bytes)


def test_an_unknown_dtype_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown dtype 'float23'; the nearest"):
        analyze(Conv2d(1, 2, 3), (1, 5, 5), dtype="float23")


def test_an_input_that_is_too_small_is_refused_at_the_layer_that_it_does_not_fit() -> None:
    with pytest.raises(
        ShapeError,
        match=r"^features\.30: kernel_size .* spans 2 elements, more than the height of the input, 1",
    ):
        analyze(architectures.build("vgg16"), (3, 16, 16))


def test_wrong_channels_are_refused_with_the_layer_the_argument_and_the_rule() -> None:
    net = Sequential(features=Sequential(Conv2d(3, 128, 3), Conv2d(64, 8, 3)))
    rule = r"^features\.1: in_channels \(=64\) must equal the 128 channels of the input$"
    with pytest.raises(ShapeError, match=rule):
        analyze(net, (3, 9, 9))


@pytest.mark.parametrize("shape", [(3, 0, 5), (3, -1, 5), (3, 2.5, 5), "abc"])
def test_an_input_shape_is_positive_integers(shape: tuple[int, ...]) -> None:
    with pytest.raises(ArgumentError, match=r"input_shape .* must consist of positive integers, channels"):
        analyze(Conv2d(3, 8, 1), shape)


def test_a_single_number_for_an_image_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"Conv2d takes an input of shape \(C, H, W\), but got \(\)"):
        analyze(Conv2d(3, 8, 1), ())


def test_a_prompt_shows_a_report_in_one_line_and_a_table_as_itself(vgg16: Report) -> None:
    shown = "<Report 3 × 224 × 224 → 1000: 138,357,544 parameters, 15,470,264,320 MACs>"
    assert shown == repr(vgg16)
    assert vgg16.table("name", "params").to_markdown() == repr(vgg16.table("name", "params"))


def test_a_name_instead_of_a_description_is_refused_with_the_function_that_builds_one() -> None:
    with pytest.raises(ArgumentError, match=r"net \(='vgg16'\) must be a description; architectures\.build"):
        analyze("vgg16", (3, 224, 224))  # type: ignore[arg-type]


def test_every_layer_that_is_inlined_in_the_same_module_counts_its_parameters() -> None:
    net = Sequential(
        last=inline(Permute((0, 2, 3, 1))),
        norm=inline(LayerNorm(3)),
        first=inline(Permute((0, 3, 1, 2))),
        scale=inline(LayerScale(3)),
    )
    assert 3 + 3 + 3 == analyze(net, (3, 4, 4)).params


def test_a_layer_that_is_used_twice_counts_its_parameters_once() -> None:
    conv = Sequential(inline(Conv2d(3, 3, 1)))
    shared = Graph((Call("conv", "input"), Call("conv", "conv", name="twice")), conv=conv)
    assert 3 * 3 + 3 == analyze(shared, (3, 4, 4)).params
