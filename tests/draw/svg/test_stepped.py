"""A stepped figure has frames that build on each other, in both languages, as HTML and as SVG."""

import pickle
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from convref import draw
from convref.draw import Stepped
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Conv2d

SVG = "{http://www.w3.org/2000/svg}"
X = [[3, 3, 2, 1], [0, 0, 1, 3], [3, 1, 2, 2]]
KERNEL = [[0, 1], [2, 2]]


@pytest.fixture(scope="module")
def figure() -> Stepped:
    return draw.convolution_steps(Conv2d(1, 1, 2, bias=False), X, KERNEL)


def parsed(html: str) -> ET.Element:
    return ET.fromstring(f"<html>{html}</html>")[0]  # noqa: S314 - our own figure


def test_a_frame_keeps_what_earlier_frames_left_and_has_its_marks_alone(figure: Stepped) -> None:
    marks = [len(re.findall('data-mark="output', figure.svg(frame=at))) for at in range(len(figure))]
    assert [1] * 6 == marks
    texts = [figure.svg(frame=at).count("<text") for at in range(len(figure))]
    assert [texts[0] + at for at in range(6)] == texts


def test_the_title_of_a_frame_is_its_caption(figure: Stepped) -> None:
    for at, caption in enumerate(figure.captions("zh")):
        assert f"<title>{caption}</title>" in figure.svg("zh", frame=at)


def test_all_frames_are_side_by_side_in_one_picture(figure: Stepped) -> None:
    sheet = ET.fromstring(figure.svg())  # noqa: S314 - our own figure
    places = [each.get("transform") for each in sheet if each.tag == f"{SVG}g"]
    assert len(figure) == len(set(places))
    assert figure.svg() == figure._repr_svg_() == str(figure)
    assert figure.alt() == sheet[0].text


def test_the_html_has_a_frame_with_its_caption_for_each_step(figure: Stepped) -> None:
    outer = parsed(figure.html("zh"))
    assert ("group", figure.alt("zh"), "zh") == tuple(
        outer.get(key) for key in ("role", "aria-label", "lang")
    )
    frames = [each for each in outer if each.get("class") == "convref-steps__frame"]
    assert figure.captions("zh") == [each.findtext("p") for each in frames]


def test_a_frame_in_html_shows_the_same_elements_as_its_own_picture(figure: Stepped) -> None:
    outer = parsed(figure.html())
    groups = {each.get("id"): each for each in outer.iter(f"{SVG}g")}

    def elements(parent: ET.Element) -> list[bytes]:
        found: list[bytes] = []
        for each in parent:
            if each.tag == f"{SVG}use":
                found += elements(groups[str(each.get("href")).removeprefix("#")])
            elif each.tag != f"{SVG}title":
                found.append(ET.tostring(each))
        return found

    frames = [each for each in outer if each.get("class") == "convref-steps__frame"]
    for at, frame in enumerate(frames):
        own = ET.fromstring(figure.svg(frame=at))  # noqa: S314 - our own figure
        assert elements(own) == elements(frame[0])


def test_identifiers_differ_between_figures_and_languages(figure: Stepped) -> None:
    other = draw.convolution_steps(Conv2d(1, 1, 2, bias=False), X, [[1, 1], [1, 1]])
    pages = [
        re.findall(r'id="([^"]+)"', html) for html in (figure.html("en"), figure.html("zh"), other.html())
    ]
    every = [name for page in pages for name in page]
    assert len(every) == len(set(every)) == 3 * 7


def test_each_part_is_written_once_however_many_frames_show_it(figure: Stepped) -> None:
    assert len(figure.html()) < 0.6 * sum(len(figure.svg(frame=at)) for at in range(len(figure)))


def test_a_page_gets_the_figure_in_its_language(figure: Stepped) -> None:
    assert {"text/html": figure.html("zh")} == figure._repr_lang_("zh")
    assert figure._repr_lang_("fr") is None


def test_two_figures_are_put_side_by_side(figure: Stepped) -> None:
    both = figure.beside(figure.in_language("zh"))
    form = both._repr_lang_("en")
    assert form is not None
    assert 2 == form["text/html"].count(figure.html("en"))
    assert f"<div>{figure.html('en')}</div><div>{figure.html('zh')}</div>" in both._repr_html_()
    assert both._repr_lang_("fr") is None


def test_a_frame_or_all_frames_are_saved(figure: Stepped, tmp_path: Path) -> None:
    path = tmp_path / "steps.svg"
    figure.save(path, lang="zh")
    assert figure.svg("zh") == path.read_text("utf-8")
    figure.save(path, frame=-1)
    assert figure.svg(frame=5) == path.read_text("utf-8")


def test_equal_arguments_give_equal_figures_that_can_be_pickled(figure: Stepped) -> None:
    again = draw.convolution_steps(Conv2d(1, 1, 2, bias=False), X, KERNEL)
    assert figure == again == pickle.loads(pickle.dumps(figure))
    assert f"<Stepped, 6 frames: {figure.alt()}>" == repr(figure)


@pytest.mark.parametrize("frame", [6, -7])
def test_a_missing_frame_is_refused(figure: Stepped, frame: int) -> None:
    with pytest.raises(
        ArgumentError, match=rf"svg: frame \(={frame}\) must be the index of a frame, from -6 to 5"
    ):
        figure.svg(frame=frame)


def test_an_unknown_language_is_refused(figure: Stepped) -> None:
    with pytest.raises(UnknownNameError, match="unknown language 'fr'; there are: en, zh"):
        figure.in_language("fr")
