"""The forms of values, by the methods that notebooks call."""

import base64

import pytest

from convref.weave.page.outcomes import STR
from convref.weave.run.worker.mime import forms


class Value:
    def __init__(self, **methods):
        for name, value in methods.items():
            setattr(self, name, lambda value=value, **_: value)


@pytest.mark.parametrize(
    ("hook", "given", "media", "text"),
    [
        ("_repr_markdown_", "**a**", "text/markdown", "**a**"),
        ("_repr_html_", "<b>a</b>", "text/html", "<b>a</b>"),
        ("_repr_svg_", "<svg/>", "image/svg+xml", "<svg/>"),
        ("_repr_latex_", "$a$", "text/latex", "$a$"),
        ("_repr_png_", b"\x89PNG", "image/png", base64.b64encode(b"\x89PNG").decode()),
        ("_repr_html_", ("<b>a</b>", {"metadata": 1}), "text/html", "<b>a</b>"),
        ("_repr_mimebundle_", {"text/html": "x"}, "text/html", "x"),
        ("_repr_mimebundle_", ({"text/markdown": "x"}, {}), "text/markdown", "x"),
    ],
)
def test_each_method_gives_its_media_type(hook, given, media, text):
    shared = forms(Value(**{hook: given}), [])[""]
    assert {media: text} == {key: value for key, value in shared.items() if key not in {"text/plain", STR}}


def test_every_value_has_its_repr_and_its_str():
    assert {"": {"text/plain": '"a\'b"', STR: "a'b"}} == forms("a'b", [])


def test_a_method_that_returns_none_gives_no_form():
    assert set(forms(Value(_repr_html_=None, _repr_mimebundle_=None), [])[""]) == {"text/plain", STR}


def test_a_mime_bundle_takes_precedence_over_single_methods():
    value = Value(_repr_mimebundle_={"text/html": "bundle"}, _repr_html_="single")
    assert "bundle" == forms(value, [])[""]["text/html"]


def test_a_class_is_not_rendered_by_the_methods_of_its_instances():
    class Value:
        def _repr_html_(self):
            return "x"

    assert set(forms(Value, ["en"])[""]) == {"text/plain", STR}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("**a**", {"text/markdown": "**a**"}),
        ({"text/html": "a", "image/svg+xml": "<svg/>"}, {"text/html": "a", "image/svg+xml": "<svg/>"}),
        (Value(_repr_html_="b"), {"text/html": "b"}),
        (3, {"text/plain": "3", STR: "3"}),
    ],
)
def test_a_language_has_its_own_form(given, expected):
    class Value:
        def _repr_lang_(self, lang):
            return given if lang == "zh" else None

    found = forms(Value(), ["en", "zh"])
    assert expected == found["zh"]
    assert {"", "zh"} == set(found)
