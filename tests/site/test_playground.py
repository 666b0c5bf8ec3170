"""The playground runs convref in the reader's browser, and nothing before it is asked to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from convref import analyze, architectures
from convref.nn import Conv2d
from convref_docs import playground
from convref_docs.playground_driver import WORDS, answer

if TYPE_CHECKING:
    from conftest import Visit

PAGE = {"en": "playground/", "zh": "zh/playground/"}
RUN = {"en": "Run", "zh": "运行"}
STOP = {"en": "Stop", "zh": "停止"}
LOADING = 120_000  # milliseconds: a busy machine
QUESTION = {
    "code": "Conv2d(3, 8, 3)",
    "shape": "3, 9, 9",
    "batch": "1",
    "dtype": "float32",
    "convention": "torchvision",
    "lang": "en",
}
installed = pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")


def opened(page: Page) -> Locator:
    place = page.locator(".convref-calculator[data-kind=playground]")
    place.scroll_into_view_if_needed()
    place.locator("textarea").wait_for()
    return place


@installed
@pytest.mark.parametrize("lang", list(PAGE))
def test_a_network_is_analyzed_when_the_reader_asks_and_again_when_it_is_changed(
    visit: Callable[..., Visit], lang: str
) -> None:
    opening = visit(PAGE[lang])
    page = opening.page
    place = opened(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(300)
    assert [] == [url for url in requests if "runtime" in url]
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    params = place.locator(f"dd[data-result='{WORDS[lang]['params']}']")
    expect(params).to_have_text("20,042", timeout=LOADING)
    assert place.locator("table").count() == 1
    assert place.locator("svg").count() == 1
    place.locator("textarea").fill('architectures.build("resnet18")')
    place.locator("[data-field=shape]").fill("3, 224, 224")
    report = analyze(architectures.build("resnet18"), (3, 224, 224))
    expect(params).to_have_text(f"{report.params:,}", timeout=LOADING)
    assert [] == opening.trouble


@installed
@pytest.mark.parametrize("lang", list(PAGE))
def test_pytorch_code_is_analyzed_and_what_is_not_followed_names_its_line(
    visit: Callable[..., Visit], lang: str
) -> None:
    opening = visit(PAGE[lang])
    place = opened(opening.page)
    titles = next(titles for titles, code, _ in playground.EXAMPLES if code == playground.PYTORCH)
    place.locator("[data-field=example]").select_option(titles[lang])
    assert playground.PYTORCH == place.locator("textarea").input_value()
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    params = place.locator(f"dd[data-result='{WORDS[lang]['params']}']")
    # two 3×3 convolutions, the shortcut and the classifier, with their biases
    expected = 32 * (3 * 9 + 1) + 64 * (32 * 9 + 1) + 64 * (32 + 1) + 10 * (64 + 1)
    expect(params).to_have_text(f"{expected:,}", timeout=LOADING)
    place.locator("textarea").fill(playground.PYTORCH.replace("return self.fc(x)", "return torch.fft.fft(x)"))
    line = 1 + playground.PYTORCH.split("\n").index("        return self.fc(x)")
    alert = place.locator("[role=alert]")
    begins = {"en": f"Line {line}: ", "zh": f"第 {line} 行："}[lang]
    expect(alert).to_contain_text(f"{begins}cannot follow torch.fft", timeout=LOADING)
    assert [] == opening.trouble


@installed
def test_an_endless_loop_is_stopped_and_a_mistake_names_its_line(visit: Callable[..., Visit]) -> None:
    opening = visit(PAGE["en"])
    place = opened(opening.page)
    run = place.get_by_role("button", name="Run", exact=True)
    run.click()
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    place.locator("textarea").fill("while True: pass")
    run.click()
    expect(place.locator("[role=status]")).to_have_text("Running …", timeout=LOADING)
    place.get_by_role("button", name="Stop").click()
    expect(place.locator("[role=status]")).to_have_text("Stopped.")
    place.locator("textarea").fill("x = 1\nConv2d(0, 3, 3)")
    run.click()
    alert = place.locator("[role=alert]")
    expect(alert).to_have_text("Line 2: Conv2d: in_channels (=0) must be at least 1", timeout=LOADING)
    assert [] == opening.trouble


@installed
def test_a_shared_address_shows_its_code_and_runs_nothing(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"]).page
    place = opened(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hostile = 'Sequential(**{"<img src=x onerror=alert(1)>": Conv2d(3, 8, 3)})  # 卷积'
    place.locator("textarea").fill(hostile)
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Link copied")).to_be_visible()
    shared = visit(page.evaluate("navigator.clipboard.readText()").partition("/convref/")[2])
    place = opened(shared.page)
    assert hostile == place.locator("textarea").input_value()
    assert 0 == place.locator("dl").count()
    place.get_by_role("button", name="Run", exact=True).click()
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    assert 0 == place.locator("img").count()  # text from an address is never markup
    assert [] == shared.trouble


@pytest.mark.parametrize("lang", list(PAGE))
def test_the_page_says_what_is_missing_where_the_runtime_is_not_installed(lang: str) -> None:
    shown = playground.Playground(installed=False, code="", shape="")._repr_lang_(lang)
    assert shown == {"text/html": f"<p>{playground.MISSING[lang]}</p>"}


@pytest.mark.parametrize(
    ("changes", "mistake", "line"),
    [
        ({"code": "Conv2d(3, 8, 3"}, "SyntaxError: '(' was never closed", 1),
        ({"code": "\n\n1 / 0"}, "ZeroDivisionError: division by zero", 3),
        ({"code": ""}, "the last line, or a variable `net`, must be a network; there is nothing", 0),
        ({"code": "Conv2d(4, 8, 3)"}, "in_channels (=4) must equal the 3 channels that arrive", 0),
        ({"shape": "3, x, 9"}, "the input shape must be whole numbers, such as 3, 224, 224", 0),
        ({"batch": "0"}, "the batch must be a whole number from 1 to 100000", 0),
        ({"dtype": "float8"}, "unknown dtype 'float8'", 0),
    ],
)
def test_a_mistake_is_told_with_its_line(changes: dict[str, str], mistake: str, line: int) -> None:
    found = json.loads(answer(json.dumps(QUESTION | changes)))
    assert found["mistake"].removeprefix("TypeError: ").startswith(mistake)
    assert line == found["line"]


CLASS = """\
import torch.nn as nn
import torch

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return FORWARD
"""


@pytest.mark.parametrize("end", ["", "net = Net()", "Net()", "model = Net()\nmodel", "net = Net"])
def test_a_class_of_pytorch_is_described_however_it_is_given(end: str) -> None:
    code = CLASS.replace("FORWARD", "torch.relu(self.conv(x))") + end
    found = json.loads(answer(json.dumps(QUESTION | {"code": code})))
    assert "224" == found["totals"]["Parameters"]


@pytest.mark.parametrize(
    ("forward", "mistake"),
    [
        ("torch.fft.fft(x)", "cannot follow torch.fft: it is not among what is supported without PyTorch"),
        ("x.view(5, -1)", "cannot follow view: a tensor of shape (2, 3, 9, 9) has 486 elements and cannot"),
        ("self.conv(x[:, :1])", "cannot follow Conv2d in conv: in_channels (=3) must equal the 1 channel"),
        ("x if x.sum() > 0 else -x", "cannot follow item: a branch, a loop, an index or a number depends on"),
        ("self.cnv(x)", "cannot follow the module's forward: 'Net' object has no attribute 'cnv'"),
    ],
)
def test_what_is_not_followed_in_pytorch_code_names_its_line(forward: str, mistake: str) -> None:
    code = CLASS.replace("FORWARD", forward)
    found = json.loads(answer(json.dumps(QUESTION | {"code": code})))
    assert found["mistake"].startswith(mistake)
    assert 10 == found["line"]


def test_every_example_of_the_page_is_answered() -> None:
    for _, code, shape in playground.EXAMPLES:
        assert "totals" in json.loads(answer(json.dumps(QUESTION | {"code": code, "shape": shape})))


def test_a_variable_called_net_is_taken_where_the_last_line_is_none() -> None:
    found = json.loads(answer(json.dumps(QUESTION | {"code": "net = Conv2d(3, 8, 3)\nprint(net)"})))
    assert "224" == found["totals"]["Parameters"]
    assert found["csv"] == analyze(Conv2d(3, 8, 3), (3, 9, 9)).table().to_csv()


def test_the_archive_has_all_that_the_packages_import() -> None:
    names = {name for _, name in playground.package()}
    assert {
        "driver.py",
        "convref/__init__.py",
        "convref/draw/diagram/flow.py",
        "convref/standin/tape.py",
    } <= names
    assert not any(name.startswith(("convref/torch", "convref/weave")) for name in names)
