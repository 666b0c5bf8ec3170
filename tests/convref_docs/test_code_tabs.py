"""The tabs of an operator show a program that runs and every source that it calls."""

from __future__ import annotations

from pathlib import Path

import pytest

import convref_docs
from convref import catalog
from convref.catalog import Operator
from convref_docs.code_tabs import NAIVE

ROWS = list(catalog.operators().values())


@pytest.mark.parametrize("operator", ROWS, ids=[row.key for row in ROWS])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tabs_show_every_source_of_an_operator(operator: Operator, lang: str) -> None:
    text = convref_docs.code(operator.key)._repr_lang_(lang)
    assert text is not None
    for name in [*operator.description, *operator.numpy, *operator.torch]:
        assert f"{name.rpartition('.')[2].rpartition(':')[2]}(" in text


def test_the_loop_comes_first_and_the_package_s_source_last_and_folded() -> None:
    text = str(convref_docs.code("depthwise_conv")._repr_lang_("zh"))
    assert ["NumPy", "PyTorch", "convref"] == [
        line.split('"')[1] for line in text.splitlines() if line.startswith("===")
    ]
    assert text.index("def depthwise_conv2d(") < text.index("functional.run(")
    assert text.index('=== "convref"') < text.index('??? abstract "convref 中的源码"')
    assert convref_docs.code("depthwise_conv")._repr_lang_("fr") is None


@pytest.mark.parametrize("path", sorted(NAIVE.glob("*.py")), ids=lambda path: path.stem)
def test_every_loop_belongs_to_an_operator(path: Path) -> None:
    assert path.stem == "__init__" or path.stem in catalog.operators()
