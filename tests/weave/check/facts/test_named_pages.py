"""Links and titles name what their pages explain."""

from __future__ import annotations

from pathlib import Path

import pytest

from convref.weave.check.facts.named_pages import NamedPages
from convref.weave.check.facts.registry import Registry
from convref.weave.page.tree import read_tree

PAGES = NamedPages(
    Registry(
        pages={
            "max pooling": ["operators/max_pool"],
            "Max-pooling": ["concepts/pools"],
            "ResNet": ["nets/resnet"],
            "VGG-16": ["nets/vgg"],
            "残差网络": ["nets/resnet"],
        }
    )
)


def found(tmp_path: Path, text: str, name: str = "nets/vgg.md") -> list[tuple[int, str]]:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    (page,) = read_tree(tmp_path).pages
    return [(each.line, each.message) for each in PAGES.check(page, fatal=True)]


@pytest.mark.parametrize(
    "text",
    [
        "[Max poolings](../operators/max_pool.md#x), [max pooling](../concepts/pools.md)",
        "[ResNet](resnet.md), [*ResNets*](resnet.md 'title'), [残差网络](resnet.md)",
        "[a ResNet](vgg.md), [ResNet](https://x.org/vgg.md), [ResNet](#here), [VGG](vgg.md)",
        "`[ResNet](vgg.md)`",
        "# VGG",
        "## ResNet",
    ],
)
def test_links_to_the_page_of_a_name_and_other_texts_are_no_mistakes(tmp_path: Path, text: str) -> None:
    assert [] == found(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[ResNet](vgg.md)", "'ResNet' leads to nets/vgg; its page is nets/resnet"),
        ("[残差网络](../a/b.md#c)", "'残差网络' leads to a/b; its page is nets/resnet"),
        (
            "[max pooling](vgg.md)",
            "'max pooling' leads to nets/vgg; its page is concepts/pools, operators/max_pool",
        ),
        ("# ResNet", "'ResNet' leads to nets/vgg; its page is nets/resnet"),
    ],
)
def test_a_name_of_another_page_is_reported(tmp_path: Path, text: str, message: str) -> None:
    assert [(2, message)] == found(tmp_path, f"\n{text}\n")


def test_a_registry_without_pages_finds_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# ResNet", "utf-8")
    (page,) = read_tree(tmp_path).pages
    assert [] == list(NamedPages(Registry()).check(page, fatal=True))


def test_the_title_of_a_page_that_explains_no_name_may_be_any_name(tmp_path: Path) -> None:
    assert [] == found(tmp_path, "# ResNet", "nets/index.md")
