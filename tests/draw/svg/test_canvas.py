"""The canvas writes valid SVG with legible hues and text that fits."""

import re

import pytest

from convref.draw.svg.canvas import HUES, SMALL, WIDTH, Canvas, fit, narrowest, text_width, wrap

LIGHT, DARK = "#ffffff", "#1e2129"
GRAPHICS = 3.0


def luminance(color: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [LIGHT, DARK])
def test_every_hue_has_enough_contrast_on_light_and_dark_pages(page: str) -> None:
    assert {} == {name: hue for name, hue in HUES.items() if contrast(hue, page) < GRAPHICS}


def test_text_on_a_phone_is_at_least_eleven_pixels() -> None:
    assert SMALL * 294 / (WIDTH + 2) >= 11


def test_text_and_attributes_are_escaped() -> None:
    canvas = Canvas("a < b & c")
    canvas.text(0, 0, "<&>", mark='"')
    assert "<title>a &lt; b &amp; c</title>" in canvas.svg("en")
    assert ">&lt;&amp;&gt;</text>" in canvas.svg("en")
    assert "data-mark='\"'" in canvas.svg("en")


def test_the_picture_is_as_high_as_its_elements() -> None:
    canvas = Canvas("alt")
    canvas.rect(0, 10, 20, 30, stroke=2)
    assert 41 == canvas.height


def test_a_chinese_character_is_one_em_wide() -> None:
    assert 3 * 12 == text_width("卷积核", 12)


def test_wrapped_lines_fit_the_width_and_keep_every_word() -> None:
    words = "the quick brown fox jumps over the lazy dog"
    lines = wrap(words, 100)
    assert words.split() == " ".join(lines).split()
    assert [] == [line for line in lines if text_width(line) > 100]


def test_chinese_punctuation_does_not_begin_a_line() -> None:
    lines = wrap("卷积核在所有位置上共用，因此参数很少。", 60)
    assert len(lines) > 1
    assert [] == [line for line in lines if re.match("[，。]", line)]


def test_a_very_short_last_line_is_avoided() -> None:
    words = "one two three four six"
    assert ["one two three", "four six"] == wrap(words, text_width("one two three four") + 1)


def test_a_shortened_path_keeps_its_end() -> None:
    cut = fit("features.denseblock4.denselayer16", 100)
    assert re.fullmatch(r"….+layer16", cut)
    assert text_width(cut) <= 100


def test_a_name_is_never_broken() -> None:
    assert ["AdaptiveAvgPool2d", "BatchNorm2d"] == wrap("AdaptiveAvgPool2d BatchNorm2d", 40)
    assert text_width("AdaptiveAvgPool2d") == narrowest("AdaptiveAvgPool2d · ReLU")


def test_a_range_of_values_is_never_broken() -> None:
    assert ["Conv2d 1×1,", "64 … 128"] == wrap("Conv2d 1×1, 64 … 128", 90)
