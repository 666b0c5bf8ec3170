"""The box at the top of a page."""

from __future__ import annotations

from functools import partial

import pytest

from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn import Conv2d, Sequential
from convref.nn.blocks import basic_block, stacked_conv
from convref_docs import glance, network_glance


def test_an_operator_is_shown_with_its_cost_and_its_ratio_to_the_standard() -> None:
    box = glance("group_conv", Conv2d(8, 8, 3, groups=4), (8, 9, 9), standard=Conv2d(8, 8, 3))
    text = box._repr_html_()
    assert "<dd>8 × 9 × 9 → 8 × 7 × 7</dd>" in text
    assert f"<dd>{8 * 2 * 9 + 8:,}</dd>" in text
    assert f"<dd>{8 * 2 * 9 * 49:,}</dd>" in text
    assert "0.26 of the parameters, 1/4 of the MACs" in text


def test_other_names_come_from_the_glossary_in_the_page_s_language() -> None:
    box = glance("transposed_conv", torch="torch.nn.ConvTranspose2d")
    english, chinese = (box._repr_lang_(lang) for lang in ("en", "zh"))
    assert english is not None
    assert chinese is not None
    assert "deconvolution, fractionally strided convolution" in english["text/html"]
    assert "反卷积" not in english["text/html"]
    assert "transposed convolution、deconvolution" in chinese["text/html"]
    assert "反卷积" in chinese["text/html"]
    assert "<code>torch.nn.ConvTranspose2d</code>" in chinese["text/html"]


def test_a_layer_with_more_operations_than_the_standard_is_compared_in_words() -> None:
    standard = Conv2d(8, 8, 3, groups=2)
    box = glance("conv2d", Conv2d(8, 8, 3), (8, 9, 9), standard=standard)
    same = glance("conv2d", Conv2d(8, 8, 3, dilation=2), (8, 9, 9), standard=Conv2d(8, 8, 3))
    english, chinese = (box._repr_lang_(lang) for lang in ("en", "zh"))
    assert english is not None
    assert chinese is not None
    assert "<dd>1.97 times the parameters, 2 times the MACs</dd>" in english["text/html"]
    assert "<dd>参数量为其 1.97 倍，乘加次数为其 2 倍</dd>" in chinese["text/html"]
    assert "<dd>as many parameters, 0.51 of the MACs</dd>" in same._repr_html_()


def test_a_title_with_hyphens_or_with_a_name_in_parentheses_is_found_in_the_glossary() -> None:
    english, chinese = (glance("squeeze_excitation")._repr_lang_(lang) for lang in ("en", "zh"))
    assert english is not None
    assert chinese is not None
    assert "<dd>SE, SE block</dd>" in english["text/html"]
    names = "squeeze-and-excitation、SE block、SE 模块、SE"
    assert f"<dd>{names}</dd>" in chinese["text/html"]


def test_a_composition_is_shown_as_the_call_that_builds_it() -> None:
    call, standard = partial(basic_block, 8, 8, stride=1), partial(stacked_conv, 8, 8, bias=False)
    text = glance("residual_block", call, (8, 9, 9), standard=standard)._repr_html_()
    assert "<dd><code>basic_block(8, 8, stride=1)</code></dd>" in text
    assert "<dt>Against <code>stacked_conv(8, 8, bias=False)</code></dt>" in text
    assert f"<dd>{2 * 8 * 8 * 9 + 2 * 2 * 8:,}</dd>" in text


def test_the_layers_of_a_long_composition_are_counted() -> None:
    text = glance("residual_block", basic_block(8, 8), (8, 9, 9))._repr_html_()
    assert "<dd><code>2 × Conv2d, 2 × BatchNorm2d, 2 × ReLU</code></dd>" in text


def test_a_composition_that_fits_a_line_is_shown_in_full() -> None:
    layer = Sequential(Conv2d(8, 8, 3), Conv2d(8, 8, 3))
    text = glance("stacked_small_kernels", layer, (8, 9, 9))._repr_html_()
    assert "<code>Sequential(Conv2d(8, 8, 3), Conv2d(8, 8, 3))</code>" in text


def test_networks_are_shown_side_by_side() -> None:
    text = network_glance("vgg11", "vgg16")._repr_html_()
    assert "<dd>132,863,336 · 138,357,544</dd>" in text


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown operator 'conv4d'"):
        glance("conv4d")


def test_a_layer_without_its_input_is_refused() -> None:
    with pytest.raises(ArgumentError, match="glance: layer and input_shape must be given together"):
        glance("conv2d", Conv2d(1, 1, 3))


def test_an_input_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"in_channels \(=2\) must equal the 1 channel"):
        glance("conv2d", Conv2d(2, 1, 3), (1, 5, 5))
