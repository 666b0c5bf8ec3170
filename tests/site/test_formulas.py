"""Formulas, as a browser draws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from built_site import Visit


@pytest.mark.parametrize("address", ["", "zh/"])
def test_a_fraction_is_drawn_with_its_numerator_above_its_denominator(
    visit: Callable[..., Visit], address: str
) -> None:
    fraction = visit(address).page.locator("article mfrac").first
    above, below = (
        fraction.locator(f":scope > :nth-child({n})").evaluate(
            "part => part.getBoundingClientRect().toJSON()"
        )
        for n in (1, 2)
    )
    assert above["height"] > 0
    assert below["height"] > 0
    assert above["bottom"] <= below["top"]


def test_a_long_formula_scrolls_in_its_own_box_on_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit("", width=360).page
    box = page.locator("article div.math").first
    box.evaluate("box => box.querySelector('math').append(...Array.from({length: 60}, () => "
                 "Object.assign(document.createElementNS('http://www.w3.org/1998/Math/MathML', 'mi'), "
                 "{textContent: 'x'})))")  # fmt: skip
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
