"""The registry of the site counts the layers of networks as their papers do."""

from __future__ import annotations

import pytest

from convref_docs.registry import registry

REGISTRY = registry()


@pytest.mark.parametrize(
    ("name", "noun", "number"),
    [
        ("AlexNet", "convolution", 5),  # Krizhevsky et al., 2012, section 3.5
        ("AlexNet", "fully connected layer", 3),
        ("AlexNet", "layer", 8),
        ("LeNet-5", "layer", 5),
        *((f"VGG-{depth}", "layer", depth) for depth in (11, 13, 16, 19)),
        ("VGG-16", "convolution", 13),
        ("VGG-16", "stage", 5),
        *((f"ResNet-{depth}", "layer", depth) for depth in (18, 34, 50, 101, 152)),
        ("ResNet-50", "block", 16),
        ("ResNet-50", "stage", 4),
        ("DenseNet-121", "layer", 121),
        ("DenseNet-121", "block", 4),
        ("bottleneck", "convolution", 3),
        ("inception module", "branch", 4),
    ],
)
def test_a_network_has_as_many_parts_as_its_paper_says(name: str, noun: str, number: int) -> None:
    assert number in REGISTRY.facts[name]().totals[noun]


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("AlexNet", {(11, 11), (5, 5), (3, 3)}),
        ("VGG-16", {(3, 3)}),
        ("ResNet-50", {(7, 7), (3, 3), (1, 1)}),
    ],
)
def test_a_network_has_the_kernel_sizes_of_its_paper(name: str, sizes: set[tuple[int, int]]) -> None:
    assert sizes == set(REGISTRY.facts[name]().sizes)


def test_the_parts_of_a_network_are_counted() -> None:
    parts = REGISTRY.facts["VGG-16"]().parts
    assert {2, 3} < set(parts["convolution"])
    assert 4 not in parts["convolution"]


@pytest.mark.parametrize("name", sorted(REGISTRY.facts))
def test_every_name_has_facts(name: str) -> None:
    assert REGISTRY.facts[name]().totals["parameter"]


def test_versions_are_those_of_the_networks_and_further_ones() -> None:
    assert {"11", "13", "16", "19"} == set(REGISTRY.versions["VGG"])
    assert {"v1", "v2", "v3", "v4"} == set(REGISTRY.versions["MobileNet"])


@pytest.mark.parametrize(
    ("name", "is_known"),
    [("Conv2d", True), ("in_channels", True), ("torchinfo", True), ("in_chanels", False), ("Conv4d", False)],
)
def test_code_names_are_those_of_the_package_and_of_tools(name: str, is_known: bool) -> None:
    assert is_known is (name in REGISTRY.code_names())
