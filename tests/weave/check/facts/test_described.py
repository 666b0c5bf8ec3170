"""Numbers, kernel sizes and versions that a page states of something named are those of the registry."""

from __future__ import annotations

from functools import partial

import pytest

from convref.weave.check.facts.described import Descriptions
from convref.weave.check.facts.registry import Facts, Registry
from convref.weave.markdown.document import parse

VGG = Facts(
    totals={"convolution": {13}, "layer": {16}, "stage": {5}, "fully connected layer": {3}},
    parts={"convolution": {2, 3}, "layer": {2, 3}},
    sizes={(3, 3)},
)
ALEXNET = Facts(totals={"convolution": {5}, "layer": {8}}, sizes={(11, 11), (5, 5), (3, 3)})
REGISTRY = Registry(
    nouns={
        "convolution": ("convolution", "convolutional layer", "卷积", "卷积层"),
        "fully connected layer": ("fully connected layer", "全连接层"),
        "layer": ("layer", "层"),
        "stage": ("stage", "阶段"),
        "kernel": ("kernel", "卷积核"),
    },
    facts={"VGG-16": lambda: VGG, "AlexNet": lambda: ALEXNET},
    sized=("convolution", "kernel"),
    oblong=((1, 7),),
    versions={"VGG": {"11", "16"}, "MobileNet": {"v1", "v2"}, "EfficientNet": {"B0"}},
)


def found(text: str, language: str) -> list[str]:
    page = parse(text, "x.md")
    return [each.message for each in Descriptions(REGISTRY).check(page, language, fatal=True)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("VGG-16 has thirteen convolutions.", "en"),
        ("The last stage of [VGG-16](vgg.md) has three convolutions.", "en"),
        ("The 16 layers of [VGG-16](vgg.md).", "en"),
        ("The third fully connected layer of VGG-16.", "en"),
        ("In VGG-16, two 3 × 3 convolutions follow.", "en"),
        ("Two 3 × 3 convolutions of VGG-16.", "en"),
        ("AlexNet's 11 × 11, and VGG-16.", "en"),
        ("VGG-16 reads 224 × 224 pixels, AlexNet's 6 × 6 feature maps.", "en"),
        ("AlexNet and VGG-16 differ: five convolutions, not thirteen convolutions.", "en"),
        ("Four convolutions. VGG-16 came later.", "en"),
        ("A 1 × 7 kernel and 3 × 5 values.", "en"),
        ("VGG-16 has one convolution after another, and half of the layers.", "en"),
        ("VGG-11 and VGG-16, MobileNet V1, MobileNetV2, EfficientNet-B0, VGG 99, `VGG-99`.", "en"),
        ("[VGG-16](vgg.md) 的十三个卷积层。", "zh"),
        ("VGG-16 的第三个全连接层。", "zh"),
        ("VGG-16 里接连两个 3 × 3 卷积。", "zh"),
        ("AlexNet 的 11 × 11。", "zh"),
        ("四个卷积。VGG-16 在后。", "zh"),
    ],
)
def test_what_holds_or_is_said_of_nothing_named_is_no_mistake(text: str, language: str) -> None:
    assert [] == found(text, language)


@pytest.mark.parametrize(
    ("text", "language", "message"),
    [
        ("VGG-16 has twelve convolutions.", "en", "twelve convolutions: VGG-16 has 13"),
        ("VGG-16 has three convolutions.", "en", "three convolutions: VGG-16 has 13"),
        ("The 15 layers of [VGG-16](vgg.md).", "en", "15 layers: VGG-16 has 16"),
        ("In VGG-16, four convolutions follow.", "en", "four convolutions: VGG-16 has 2, 3, 13"),
        ("In VGG-16, four 3 × 3 convolutions.", "en", "four 3 × 3 convolutions: VGG-16 has 2, 3, 13"),
        ("The fourth fully connected layer of VGG-16.", "en", "fourth fully connected layer: VGG-16 has 3"),
        ("The 5 × 5 convolutions of VGG-16.", "en", "5 × 5: the kernels of VGG-16 have the sizes 3 × 3"),
        (
            "AlexNet's 12 × 12.",
            "en",
            "12 × 12: the kernels of AlexNet have the sizes 3 × 3, 5 × 5, 11 × 11",
        ),
        ("A 3 × 5 kernel.", "en", "3 × 5: no kernel of the registry has this size"),
        ("VGG-17 exists.", "en", "VGG-17: the versions of VGG are 11, 16"),
        ("MobileNet V4.", "en", "MobileNet V4: the versions of MobileNet are v1, v2"),
        ("EfficientNet-B1.", "en", "EfficientNet-B1: the versions of EfficientNet are B0"),
        ("[VGG-16](vgg.md) 的十二个卷积层。", "zh", "十二个卷积层: VGG-16 has 13"),
        ("VGG-16 里接连四个 3 × 3 卷积。", "zh", "四个 3 × 3 卷积: VGG-16 has 2, 3, 13"),
        ("VGG-16 的第四个全连接层。", "zh", "第四个全连接层: VGG-16 has 3"),
        ('```py exec="on" caption="VGG-16 has six stages."\n1\n```', "en", "six stages: VGG-16 has 5"),
    ],
)
def test_what_does_not_hold_of_the_named_thing_is_reported(text: str, language: str, message: str) -> None:
    assert [message] == found(text, language)


def test_the_facts_of_a_thing_are_computed_once_and_only_if_it_is_named() -> None:
    asked: list[str] = []

    def facts(name: str) -> Facts:
        asked.append(name)
        return VGG

    registry = Registry(REGISTRY.nouns, {name: partial(facts, name) for name in ("VGG-16", "AlexNet")})
    descriptions = Descriptions(registry)
    for _ in range(2):
        list(descriptions.check(parse("VGG-16 has two layers.", "x.md"), "en", fatal=True))
    assert ["VGG-16"] == asked


def test_counted_nouns_are_listed_with_the_things_that_their_sentence_names() -> None:
    page = parse("Two layers. AlexNet: five convolutions\n\n> of the second stage.\n", "x.md")
    counts = Descriptions(REGISTRY).counts(page, "en")
    assert [
        (1, "Two layers", ()),
        (1, "five convolutions", ("AlexNet",)),
        (3, "second stage", ()),
    ] == [(each.line, each.text, each.names) for each in counts]


def test_a_registry_without_names_finds_no_mistake() -> None:
    page = parse("VGG-99 has 99 layers.", "x.md")
    assert [] == list(Descriptions(Registry()).check(page, "en", fatal=True))
