"""Listings name what a package has, each name once, and the reference lists all layers in both languages."""

import re
from pathlib import Path

import pytest

from convref import catalog, nn
from convref.catalog.listing import by_module
from convref.errors import UnknownNameError

CONTRACT = {"base", "params", "trace"}  # what all layers share, which stands with Python


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_reference_lists_every_layer_once(lang: str) -> None:
    page = Path(f"docs/{lang}/reference/layers.md").read_text("utf-8")
    calls = re.findall(r'catalog\.listing\("convref\.nn"(.*?)\)', page)
    modules = [module for call in calls for module in re.findall(r'"(\w+)"', call)]
    assert sorted(set(by_module("convref.nn")) - CONTRACT) == sorted(modules)
    assert len(calls) + 1 == page.count(".entries(level=4)")


def test_what_a_package_defines_itself_is_listed_too() -> None:
    assert {"find", "operators", "overview", "published"} <= set(catalog.listing("convref.catalog").names)


def test_a_line_links_the_name_and_says_what_the_docstring_begins_with() -> None:
    (line,) = catalog.listing("convref.nn", "linear")._repr_markdown_().splitlines()
    assert f"- [`Linear`][convref.nn.Linear]: {(nn.Linear.__doc__ or '').splitlines()[0]}" == line


def test_stars_of_formulas_are_no_emphasis_and_those_of_code_stay() -> None:
    lines = catalog.listing("convref.nn.blocks", "dense")._repr_markdown_()
    assert "`in_channels + count * growth_rate`" in lines
    assert r"\*" in catalog.listing("convref.nn", "embedding")._repr_markdown_()


def test_entries_are_what_mkdocstrings_reads() -> None:
    expected = "::: convref.nn.Linear\n    options:\n      heading_level: 4\n      members: false\n"
    assert expected == catalog.listing("convref.nn", "linear").entries(level=4)._repr_markdown_()


def test_a_module_that_gives_no_name_is_told_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown module of convref\.nn 'convs'; the nearest is 'conv'"
    ):
        catalog.listing("convref.nn", "convs")
