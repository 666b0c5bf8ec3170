"""Python code of a page is compared and searched without running it."""

import pytest

from convref.weave.page.python_code import meaning, texts_by_language, typed_texts


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('print("183 M")', ["183 M"]),
        ('"999 M"', ["999 M"]),
        ('f"{x} of 183 M"', [" of 183 M"]),
        ("print(138357544)", ["138357544"]),
        ("1.5", ["1.5"]),
        ('rows = [("groups=4", conv)]', ["groups=4"]),
        ("print(7)", []),
        ('f"{x:12.3f}"', []),
        ('layers["conv3"]', []),
        ('def f():\n    "Of 3 layers."\n    return 3', []),
        ("x = 138357544", []),
        ('at_a_glance("nn.Conv2d(C, O, 1), nn.ReLU()")', []),
        ('rows = {"Conv2d(2, groups=128)": layer}', ["Conv2d(2, groups=128)"]),
        ("x = (", []),
    ],
)
def test_constants_that_the_output_shows_as_they_are_written_are_found(code, texts):
    assert texts == [text for _, text in typed_texts(code) if any(map(str.isdigit, text))]


def test_code_nested_too_deeply_for_the_parser_is_compared_as_text():
    code = "(" * 5000 + ")" * 5000
    assert code == meaning(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('x = [\n{"en": "a", "zh": "b", "x": "c"}]', [(1, {"en": "a", "zh": "b"})]),
        ('{"en": a, "zh": "b"}', []),
        ('{"en": "a"}', []),
        ('{"en": f"{n} a{b!r}", "zh": "b"}', [(0, {"en": "{} a{}", "zh": "b"})]),
    ],
)
def test_texts_by_language_are_found_with_their_lines(code, expected):
    assert expected == list(texts_by_language(code, ("en", "zh")))
