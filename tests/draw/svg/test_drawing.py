"""A drawing has a form in each language, for pages, notebooks and files."""

import pickle
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from convref import architectures, draw
from convref.draw import Drawing
from convref.errors import UnknownNameError
from convref.nn import Conv2d

SVG = "http://www.w3.org/2000/svg"


@pytest.fixture(scope="module")
def figure() -> Drawing:
    return draw.wiring(Conv2d(2, 4, 3, groups=2))


def test_a_page_gets_the_figure_in_its_language(figure: Drawing) -> None:
    forms = {lang: figure._repr_lang_(lang) for lang in ("en", "zh", "fr")}
    assert {"image/svg+xml": figure.svg("en")} == forms["en"]
    assert {"image/svg+xml": figure.svg("zh")} == forms["zh"]
    assert forms["fr"] is None
    assert figure.svg("en") != figure.svg("zh")


def test_a_page_gets_both_layouts_and_hides_the_wide_one_for_hosts_without_the_style_sheet() -> None:
    figure = draw.network(architectures.build("vgg16"), (3, 224, 224))
    form = figure._repr_lang_("zh")
    assert form is not None
    (outer,) = ET.fromstring(f"<html>{form['text/html']}</html>")  # noqa: S314 - our own figure
    assert ("img", figure.alt("zh")) == (outer.get("role"), outer.get("aria-label"))
    assert [None, "display:none"] == [each.get("style") for each in outer]
    for each, wide in zip(outer, (False, True), strict=True):
        size = re.search(r'height="(\S+)"', figure.svg("zh", wide=wide))
        assert size is not None
        assert ("true", size[1]) == (each[0].get("aria-hidden"), each[0].get("height"))
        assert f"{{{SVG}}}title" not in [element.tag for element in each[0]]


def test_a_file_has_the_layout_that_is_asked_for(tmp_path: Path) -> None:
    figure = draw.network(architectures.build("vgg16"), (3, 224, 224))
    for wide in (True, False):
        figure.save(tmp_path / "figure.svg", wide=wide)
        assert figure.svg(wide=wide) == (tmp_path / "figure.svg").read_text("utf-8")


def test_a_notebook_shows_the_language_that_is_chosen(figure: Drawing) -> None:
    assert figure.svg("en") == figure._repr_svg_()
    assert figure.svg("zh") == figure.in_language("zh")._repr_svg_() == str(figure.in_language("zh"))


def test_the_title_equals_the_alternative_text(figure: Drawing) -> None:
    for lang in ("en", "zh"):
        assert f"<title>{figure.alt(lang)}</title>" in figure.svg(lang)
        assert f'lang="{lang}"' in figure.svg(lang)


def test_equal_arguments_give_equal_bytes(figure: Drawing) -> None:
    assert figure == draw.wiring(Conv2d(2, 4, 3, groups=2))
    assert figure == pickle.loads(pickle.dumps(figure))


def test_its_repr_contains_the_alternative_text(figure: Drawing) -> None:
    assert f"<Drawing: {figure.alt()}>" == repr(figure)


def test_it_is_saved_as_a_standalone_file(figure: Drawing, tmp_path: Path) -> None:
    for lang in ("en", "zh"):
        figure.save(tmp_path / "figure.svg", lang=lang)
        assert figure.svg(lang) == (tmp_path / "figure.svg").read_text("utf-8")
        assert (tmp_path / "figure.svg").read_bytes().startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    figure.in_language("zh").save(str(tmp_path / "own.svg"))
    assert figure.svg("zh") == (tmp_path / "own.svg").read_text("utf-8")
    with pytest.raises(UnknownNameError, match="unknown language 'fr'"):
        figure.save(tmp_path / "none.svg", lang="fr")
    assert not (tmp_path / "none.svg").exists()


def test_an_unknown_language_is_refused(figure: Drawing) -> None:
    with pytest.raises(UnknownNameError, match="unknown language 'fr'; there are: en, zh"):
        figure.svg("fr")
    with pytest.raises(UnknownNameError, match="unknown language 'fr'"):
        figure.in_language("fr")
