"""Counts of layers that pages state of a named network are those of its description."""

import pytest

from convref.weave.markdown.document import parse
from convref.weave.page.prose import masked
from convref.weave.page.tree import read_tree
from convref.weave.site.config_file import load_options
from convref_docs import layer_counts
from convref_docs.paths import DOCS


@pytest.mark.parametrize(
    ("text", "language", "stated", "counted"),
    [
        ("AlexNet has three fully connected layers", "en", 3, 3),
        ("[VGG-16](vgg.md) has 13 convolutions", "en", 13, 13),
        ("the four fully connected layers of [VGG-16](vgg.md)", "en", 4, 3),
        ("ResNet-50 has sixteen residual blocks", "en", 16, 16),
        ("ResNet-34 with fifteen residual blocks", "en", 15, 16),
        ("AlexNet 有三个全连接层", "zh", 3, 3),
        ("[VGG-16](vgg.md) 的十二个卷积层", "zh", 12, 13),
        ("LeNet-5 有两个卷积", "zh", 2, 3),
    ],
)
def test_a_count_is_compared_with_the_description(
    text: str, language: str, stated: int, counted: int
) -> None:

    (claim,) = layer_counts.find(masked(parse(text, "x.md")), language)
    assert (stated, counted, stated == counted) == (claim.stated, claim.counted, claim.holds)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It has three convolutions. AlexNet came later.", "en"),
        ("AlexNet has many convolutions", "en"),
        ("AlexNet 有卷积层", "zh"),
    ],
)
def test_text_without_a_number_or_a_network_has_no_claim(text: str, language: str) -> None:
    assert [] == list(layer_counts.find(text, language))


def test_the_counts_on_all_pages_hold() -> None:
    options = load_options(DOCS)
    tree = read_tree(DOCS, options.notebooks, options.fence_rules, options.languages)
    found = [
        (each.path, each.line_at(claim.start), claim)
        for page in tree.pages
        for each in page.document.with_nested()
        for claim in layer_counts.find(masked(each), page.language)
    ]
    assert len(found) >= 3
    assert [] == [each for each in found if not each[2].holds]
