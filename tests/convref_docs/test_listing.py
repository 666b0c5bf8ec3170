"""Listings name what a package has, each name once, and the reference lists all layers in both languages."""

import re
from pathlib import Path

import pytest

import convref_docs
from convref import nn
from convref.errors import UnknownNameError
from convref_docs.listing import by_module

CONTRACT = {
    "base",
    "cost",
    "flow",
    "operations",
    "params",
    "rules",
    "saved",
    "sizes",
    "step",
    "trace",
    "window",
}  # on the page for Python


def listed(page: Path, package: str) -> list[str]:
    """The modules of a package that a page lists."""
    calls = re.findall(
        rf'convref_docs\.listing\(\s*"{re.escape(package)}"(.*?)\)', page.read_text("utf-8"), re.DOTALL
    )
    return [module for call in calls for module in re.findall(r'"(\w+)"', call)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_reference_lists_every_layer_once_and_has_an_entry_for_it(lang: str) -> None:
    folder = Path(f"docs/{lang}/reference")
    groups = sorted((folder / "layers").glob("*.md"))
    for package, left_out in (("convref.nn", CONTRACT), ("convref.nn.blocks", set())):
        expected = sorted(set(by_module(package)) - left_out)
        if package == "convref.nn":
            assert expected == sorted(listed(folder / "layers.md", package))
        assert expected == sorted(module for page in groups for module in listed(page, package))
    assert all("layers.entries(level=3)" in page.read_text("utf-8") for page in groups)


def test_names_defined_in_the_package_itself_are_listed_too() -> None:
    assert {"find", "operators"} <= set(convref_docs.listing("convref.catalog").names)


def test_names_defined_in_subpackages_are_listed_too() -> None:
    assert {"bars", "network", "window", "Drawing"} <= set(convref_docs.listing("convref.draw").names)


def test_a_function_named_like_its_module_is_found_through_the_module() -> None:
    assert (
        convref_docs.listing("convref.nn.blocks", "fire")
        .entries()
        ._repr_markdown_()
        .startswith("::: convref.nn.blocks.fire.fire\n")
    )


def test_a_package_without_public_names_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown package with public names 'convref\.weave'"):
        convref_docs.listing("convref.weave")


def test_an_item_links_the_name_and_has_the_first_line_of_its_docstring() -> None:
    (line,) = convref_docs.listing("convref.nn", "linear")._repr_markdown_().splitlines()
    assert f"- [`Linear`][convref.nn.Linear]: {(nn.Linear.__doc__ or '').splitlines()[0]}" == line


def test_stars_in_formulas_are_escaped_and_stars_in_code_are_not() -> None:
    lines = convref_docs.listing("convref.nn.blocks", "dense")._repr_markdown_()
    assert "`in_channels + count * growth_rate`" in lines
    assert r"\*" in convref_docs.listing("convref.nn", "embedding")._repr_markdown_()


def test_entries_are_what_mkdocstrings_reads() -> None:
    expected = "::: convref.nn.Linear\n    options:\n      heading_level: 4\n      members: false\n"
    assert expected == convref_docs.listing("convref.nn", "linear").entries(level=4)._repr_markdown_()


def test_an_unknown_module_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown module of convref\.nn 'dropouts'; the nearest is 'dropout'"
    ):
        convref_docs.listing("convref.nn", "dropouts")
