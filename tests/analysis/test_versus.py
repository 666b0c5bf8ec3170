"""Layers side by side: what each holds and costs, and the ratios."""

from __future__ import annotations

import pytest

from convref.analysis import variants, versus
from convref.errors import ShapeError
from convref.nn import Conv2d, Linear, ReLU


def test_a_row_has_both_counts_and_their_ratio() -> None:
    table = versus([((4, 5, 5), Conv2d(4, 8, 3, bias=False), Conv2d(4, 8, 1, bias=False))])
    params, macs = 4 * 8 * 9, 4 * 8 * 9 * 3 * 3
    expected = (((4, 5, 5), (8, 5, 5)), params, 32, 32 / params, macs, 32 * 25, 32 * 25 / macs)
    assert (expected,) == table.rows


def test_titles_name_the_layers_in_both_languages() -> None:
    table = versus([((8,), Linear(8, 8), Linear(8, 8))], standard={"en": "one", "zh": "甲"})
    assert ["Parameters, one", "Parameters, here"] == table.titles()[1:3]
    assert ["参数量：甲", "参数量：本算子"] == table.in_language("zh").titles()[1:3]


def test_sizes_break_only_at_the_arrow() -> None:
    table = versus([((8, 5), Linear(5, 6), Linear(5, 7))])
    assert ["8\u00a0×\u00a05", "→\u00a08\u00a0×\u00a07"] == table.texts()[0][0].split(" ")


def test_kernels_are_shown_where_they_differ() -> None:
    cases = [((4, 9, 9), Conv2d(4, 8, kernel), Conv2d(4, 8, 1)) for kernel in (3, 5)]
    assert ["3 × 3", "5 × 5"] == [row[1] for row in versus(cases).texts()]
    assert "Kernel" not in versus(cases[:1]).titles()


def test_two_counts_of_zero_have_no_ratio() -> None:
    table = versus([((8,), ReLU(), Linear(8, 8))])
    assert "" == table.texts()[0][3]


def test_variants_are_compared_with_the_first() -> None:
    table = variants({"one": Linear(8, 8, bias=False), "two": Linear(8, 4, bias=False)}, (8,))
    assert (("one", (8,), 64, 1.0, 64, 1.0), ("two", (4,), 32, 0.5, 32, 0.5)) == table.rows


def test_an_input_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"in_channels \(=8\) must equal the 4 channels of the input"):
        versus([((4, 5, 5), Conv2d(4, 8, 3), Conv2d(8, 8, 1))])
