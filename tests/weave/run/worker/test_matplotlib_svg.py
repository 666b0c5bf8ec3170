"""Figures of matplotlib in a page."""

import re
from xml.etree import ElementTree as ET

import pytest

from convref.weave.markdown.document import parse
from convref.weave.page import svg
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.usefixtures("results")
PLOT = """\
from matplotlib import pyplot as plt
fig, ax = plt.subplots(figsize=(2, 1))
ax.plot([1, 2], label='a')
"""


def run(*blocks):
    text = "\n".join(f'```python exec="on"\n{block}\n```\n' for block in blocks)
    with Engine(Settings()) as engine:
        return engine.run(plan({"": parse(text, "x.md")}))


@pytest.fixture(scope="module")
def drawing(results):  # noqa: ARG001 (it comes first)
    return run(PLOT + "ax.legend()\nax.set_facecolor('white')")[0].figures[0]


def test_an_open_figure_is_shown_once_and_closed():
    first, second, third = run(f"{PLOT}ax.set_title('T')", "1", f"{PLOT}fig")
    assert (1, {}) == (len(first.figures), first.forms)
    assert ((), "1") == (second.figures, second.forms[""]["text/plain"])
    assert (1, {}) == (len(third.figures), third.forms)


def test_a_figure_that_pyplot_does_not_hold_is_shown_by_value():
    (outcome,) = run("from matplotlib.figure import Figure\nf = Figure()\nf.subplots().plot([1])\nf")
    assert () == outcome.figures
    assert outcome.forms[""]["image/svg+xml"].startswith("<svg ")


def test_the_same_figure_has_the_same_bytes_in_every_run(drawing):
    again = run(PLOT + "ax.legend()\nax.set_facecolor('white')")[0].figures[0]
    assert again == drawing


def test_two_figures_have_no_identifier_in_common(drawing):
    other = run(PLOT)[0].figures[0]
    ids = [set(re.findall(r'\bid="([^"]*)"', each)) for each in (drawing, other)]
    assert set() == ids[0] & ids[1]


def test_black_takes_the_colour_of_the_page_and_nothing_is_drawn_behind_it(drawing):
    assert "#000000" not in drawing
    assert "currentColor" in drawing
    assert "#ffffff" not in drawing


def test_a_drawing_is_well_formed_and_refers_to_and_styles_only_itself(drawing):
    root = ET.fromstring(drawing)  # noqa: S314 (made by this test)
    ids = {each.get("id") for each in root.iter() if each.get("id")}
    assert set(re.findall(r'(?:url\(#|href="#)([^")]*)', drawing)) <= ids
    rules = re.findall(r"<style[^>]*>(.*?)</style>", drawing, re.DOTALL)
    assert all(rule.startswith(f"#{root.get('id')} ") for rule in rules)
    assert "<metadata" not in drawing


def test_an_alternative_text_becomes_the_title_of_an_image():
    titled = svg.titled('<?xml version="1.0"?>\n<svg id="a"></svg>', 'a "<b>"', "u")
    root = ET.fromstring(titled)  # noqa: S314
    assert ("img", "u-title") == (root.get("role"), root.get("aria-labelledby"))
    assert ("title", "u-title", 'a "<b>"') == (root[0].tag, root[0].get("id"), root[0].text)


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("<svg><title>a</title></svg>", True),
        ('<svg aria-label="a"></svg>', True),
        ("<svg><title> </title></svg>", False),
        ("<svg><g><title>a</title></g></svg>", False),
        ("<svg></svg>", False),
    ],
)
def test_a_drawing_is_described_by_its_title_or_label(drawing, expected):
    assert expected == svg.has_title(drawing)


def test_a_renamed_drawing_keeps_its_references():
    text = '<svg id="a"><g id="ab" clip-path="url(#a)"/><use href="#ab"/></svg>'
    assert '<svg id="a-2"><g id="ab-2" clip-path="url(#a-2)"/><use href="#ab-2"/></svg>' == svg.renamed(
        text, "-2"
    )


def test_a_label_beyond_the_axes_is_on_the_drawing():
    wide = run(PLOT + "ax.text(3, 0.5, 'beyond', transform=ax.transAxes)")[0].figures[0]
    width, *_ = re.findall(r' width="([\d.]+)pt"', wide)
    asked = 2 * 72
    assert float(width) > 2 * asked
