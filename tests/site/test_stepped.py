"""Figures of several frames play, pause and step in a reader's browser, and are complete without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

if TYPE_CHECKING:
    from built_site import Site, Visit

PAGES = ("operators/conv2d/", "zh/operators/conv2d/")
FRAMES = 9
WORDS = {
    "operators/conv2d/": ("Play", "Pause", "Previous frame", "Next frame"),
    "zh/operators/conv2d/": ("播放", "暂停", "上一帧", "下一帧"),
}


def first(page: Page) -> Locator:
    return page.locator(".convref-steps").first


def at(figure: Locator) -> int:
    """The number of the frame that is shown, which the counter beside the slider says too."""
    shown = figure.locator(".convref-steps__frame").evaluate_all(
        "frames => frames.map(each => getComputedStyle(each).visibility === 'visible')"
    )
    assert 1 == shown.count(True)
    number = shown.index(True) + 1
    assert f"{number} / {FRAMES}" == figure.locator(".convref-steps__count").text_content()
    return number


@pytest.fixture
def quiet(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as a reader who prefers reduced motion, or whatever else a context can be."""
    contexts = []

    def opened(path: str, **how: Any) -> Page:
        contexts.append(browser.new_context(**{"reduced_motion": "reduce", **how}))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.goto(site.url + path, wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_buttons_step_through_the_frames_and_stop_at_the_ends(quiet: Callable[..., Page], path: str) -> None:
    figure, (_, _, previous, following) = first(quiet(path)), WORDS[path]
    assert 1 == at(figure)
    expect(figure.get_by_role("button", name=previous)).to_be_disabled()
    for expected in range(2, FRAMES + 1):
        figure.get_by_role("button", name=following).click()
        assert expected == at(figure)
    expect(figure.get_by_role("button", name=following)).to_be_disabled()
    figure.get_by_role("button", name=previous).click()
    assert FRAMES - 1 == at(figure)


def test_arrow_keys_step_from_every_control(quiet: Callable[..., Page]) -> None:
    page = quiet(PAGES[0])
    figure = first(page)
    for control in (figure.get_by_role("button", name="Play"), figure.get_by_role("slider")):
        control.focus()
        for key, expected in (("ArrowRight", 2), ("End", FRAMES), ("ArrowLeft", FRAMES - 1), ("Home", 1)):
            page.keyboard.press(key)
            assert expected == at(figure)


def test_keys_with_a_modifier_are_left_to_the_browser(quiet: Callable[..., Page]) -> None:
    page = quiet(PAGES[0])
    figure = first(page)
    figure.get_by_role("button", name="Play").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert 1 == at(figure)


def test_the_slider_goes_to_any_frame(quiet: Callable[..., Page]) -> None:
    figure = first(quiet(PAGES[0]))
    figure.get_by_role("slider").fill("5")
    assert 5 == at(figure)


@pytest.mark.parametrize("path", PAGES)
def test_it_plays_to_the_last_frame_and_can_be_paused(quiet: Callable[..., Page], path: str) -> None:
    figure, (play, pause, _, _) = first(quiet(path)), WORDS[path]
    figure.evaluate("each => { each.dataset.pace = 120 }")
    figure.get_by_role("button", name=play).click()
    expect(figure.locator(".convref-steps__count")).to_have_text(f"3 / {FRAMES}")
    figure.get_by_role("button", name=pause).click()
    stopped = at(figure)
    figure.page.wait_for_timeout(400)
    assert stopped == at(figure) < FRAMES
    figure.get_by_role("button", name=play).click()
    expect(figure.locator(".convref-steps__count")).to_have_text(f"{FRAMES} / {FRAMES}")
    expect(figure.get_by_role("button", name=play)).to_be_visible()
    figure.get_by_role("button", name=play).click()
    expect(figure.locator(".convref-steps__count")).to_have_text(f"2 / {FRAMES}")


def test_a_figure_in_view_plays_by_itself_and_no_other_at_the_same_time(
    visit: Callable[..., Visit],
) -> None:
    page = visit(PAGES[0]).page
    expect(first(page).get_by_role("button", name="Pause")).to_be_visible()
    expect(first(page).locator(".convref-steps__count")).to_have_text(f"2 / {FRAMES}")
    assert 1 == page.get_by_role("button", name="Pause").count()


def test_nothing_moves_by_itself_for_those_who_prefer_reduced_motion(quiet: Callable[..., Page]) -> None:
    page = quiet(PAGES[0])
    expect(first(page).get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(1500)
    assert 1 == at(first(page))
    assert 0 == page.get_by_role("button", name="Pause").count()


@pytest.mark.parametrize("path", PAGES)
def test_without_a_script_all_frames_are_shown_side_by_side(quiet: Callable[..., Page], path: str) -> None:
    page = quiet(path, java_script_enabled=False)
    frames = first(page).locator(".convref-steps__frame")
    assert FRAMES == frames.count()
    boxes = [frames.nth(index).bounding_box() for index in range(FRAMES)]
    assert all(box is not None and box["height"] > 100 for box in boxes)
    for index in range(FRAMES):
        expect(frames.nth(index)).to_be_visible()
    first_row = [box for box in boxes if box and boxes[0] and box["y"] == boxes[0]["y"]]
    assert len(first_row) > 1
    assert 0 == first(page).get_by_role("button").count()


def test_a_screen_reader_hears_the_caption_of_the_frame_that_is_asked_for(
    quiet: Callable[..., Page],
) -> None:
    figure = first(quiet(PAGES[0]))
    caption = figure.locator(".convref-steps__frame p").nth(1).text_content() or ""
    assert caption.startswith("Output (0, 1): ")
    figure.get_by_role("button", name="Next frame").click()
    assert caption == figure.locator("[aria-live=polite]").text_content()
    assert f"2 / {FRAMES}: {caption}" == figure.get_by_role("slider").get_attribute("aria-valuetext")
    assert (figure.get_attribute("aria-label") or "").startswith("A 3 × 3 kernel moves over a 5 × 5 input")


@pytest.mark.parametrize("width", [1280, 360])
def test_stepping_moves_nothing_else_on_the_page(quiet: Callable[..., Page], width: int) -> None:
    page = quiet(PAGES[0], viewport={"width": width, "height": 900})
    figure, heading = first(page), page.locator("h2").first
    before = heading.bounding_box()
    for _ in range(FRAMES - 1):
        figure.get_by_role("button", name="Next frame").click()
        assert before == heading.bounding_box()
