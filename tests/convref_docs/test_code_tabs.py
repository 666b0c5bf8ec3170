"""The tabs of an operator show a program that runs and every source that it calls."""

from __future__ import annotations

import pytest

import convref_docs
from convref import catalog
from convref.catalog import Operator

ROWS = list(catalog.operators().values())


@pytest.mark.parametrize("operator", ROWS, ids=[row.key for row in ROWS])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tabs_show_every_source_of_an_operator(operator: Operator, lang: str) -> None:
    text = convref_docs.code(operator.key)._repr_lang_(lang)
    assert text is not None
    for name in [*operator.description, *operator.numpy, *operator.torch]:
        assert f"{name.rpartition('.')[2].rpartition(':')[2]}(" in text


def test_the_tabs_have_titles_in_the_language_of_the_page() -> None:
    tabs = convref_docs.code("conv2d")
    assert ["描述", "NumPy", "PyTorch"] == [
        line.split('"')[1] for line in str(tabs._repr_lang_("zh")).splitlines() if line.startswith("===")
    ]
    assert '=== "Description"' in tabs._repr_markdown_()
    assert tabs._repr_lang_("fr") is None
