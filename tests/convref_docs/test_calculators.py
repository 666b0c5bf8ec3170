"""A calculator in a page names what it does not know, and begins with what the page asks for."""

import re
from pathlib import Path

import pytest

import convref_docs
from convref.errors import UnknownNameError
from convref_docs.calculators import KINDS, USUAL

ASSETS = Path(__file__).parents[2] / "docs/assets"


def test_an_unknown_calculator_and_an_unknown_field_are_named() -> None:
    with pytest.raises(
        UnknownNameError, match="unknown calculator 'convolutions'; the nearest is 'convolution'"
    ):
        convref_docs.calculator("convolutions")
    with pytest.raises(UnknownNameError, match="unknown field 'kernels'; the nearest is 'kernel'"):
        convref_docs.calculator("convolution", kernels=3)


def test_the_state_and_the_table_are_those_that_the_page_asks_for() -> None:
    shown = convref_docs.calculator("convolution", kind="depthwise", inputs=32, page="../../calculators/")
    html = shown._repr_html_()
    assert 'data-state="kind=depthwise&amp;inputs=32" data-page="../../calculators/"' in html
    assert "<td" in html
    assert "320" in html  # 32 kernels of nine weights, and 32 biases


def test_the_script_begins_with_the_same_setting_and_knows_the_same_calculators() -> None:
    script = (ASSETS / "calculators/convolution.js").read_text("utf-8")
    usual = re.search(r"const USUAL = \{(.*?)\};", script)
    assert usual is not None
    assert USUAL == dict(re.findall(r'(\w+): "(\w+)"', usual[1]))
    loader = (ASSETS / "calculators.js").read_text("utf-8")
    assert [*KINDS, "playground"] == re.findall(
        r'"(\w+)"', loader.partition("const KINDS = ")[2].partition(";")[0]
    )
