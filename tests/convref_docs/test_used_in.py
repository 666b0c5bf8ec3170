"""The sentence on the networks that use an operator names them by family and links the pages that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

import convref_docs
from convref.catalog.uses import has
from convref.errors import UnknownNameError
from convref.nn import LocalResponseNorm


def test_a_family_with_a_page_is_linked_and_another_is_named(tmp_path: Path) -> None:
    page = tmp_path / "zh" / "architectures" / "vgg.md"
    page.parent.mkdir(parents=True)
    page.write_text("# VGG 网络\n", encoding="utf-8")
    text = convref_docs.used_in("conv2d", tmp_path)._repr_lang_("zh")
    assert text is not None
    assert "、[VGG 网络](../architectures/vgg.md)、" in text
    assert "、resnet、" in text


def test_a_family_is_followed_by_the_names_of_its_networks_unless_all_use_the_operator() -> None:
    text = convref_docs.used_in("depthwise_separable_conv")._repr_markdown_()
    assert "`shufflenet_v2_x0_5`" in text
    assert "`shufflenet_v1`" not in text
    assert "[Xception](../architectures/xception.md)" in text


def test_a_predicate_is_taken_in_place_of_a_key() -> None:
    families = convref_docs.used_in(has(LocalResponseNorm)).families
    assert {"alexnet": ("alexnet_original",), "googlenet": ("googlenet_paper",)} == families


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "None of the networks here uses it."), ("zh", "本站的网络都没有用到它。")]
)
def test_an_operator_that_no_network_uses_has_a_sentence_too(lang: str, text: str) -> None:
    assert text == convref_docs.used_in(lambda _plan: False)._repr_lang_(lang)


def test_an_unknown_language_has_no_form() -> None:
    assert convref_docs.used_in("conv2d")._repr_lang_("fr") is None


def test_an_unknown_operator_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown operator 'conv'; the nearest"):
        convref_docs.used_in("conv")
