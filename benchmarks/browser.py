"""Measure how long readers wait for a page, a calculator, the playground and a block that they run.

A built site is served from this machine and opened in Chromium, each time in a new context with an empty
cache. Times are medians in milliseconds, without the time of a network. The script checks no limits.

- load: from the start of loading a calculator's script until its first answer is shown
- answer: from a change of one field until the answer is shown, without painting
- frame: the same until the next frame has been painted
- Python: from pressing Run until the first result; then again, with Python in memory
- paint: the largest contentful paint of every English page with a processor slowed four times,
  slowest page first, with the element that was painted

    python benchmarks/browser.py site [--rounds 5] [--only paint]
"""

from __future__ import annotations

import argparse
import functools
import http.server
import runpy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

FINDER = Path(__file__).resolve().parents[1] / "tests" / "chromium.py"
FIELDS = {"convolution": "kernel", "receptive_field": "size", "networks": "batch", "frequency": "weight-4"}
LOADING = 300_000  # milliseconds
LOAD = """async (kind) => {
    const place = document.querySelector(`.convref-calculator[data-kind=${kind}]`);
    const begun = performance.now();
    place.scrollIntoView();
    while (place.dataset.ready === undefined) await new Promise((done) => setTimeout(done));
    return performance.now() - begun;
}"""
CHANGE = """async ([kind, name, value]) => {
    const place = document.querySelector(`.convref-calculator[data-kind=${kind}]`);
    const field = place.querySelector(`[data-field=${name}]`);
    field.value = value;
    await new Promise(requestAnimationFrame);
    const begun = performance.now();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const answered = performance.now() - begun;
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done));
    return [answered, performance.now() - begun];
}"""

SLOWER = 4  # times, as in the usual profile of a phone
PAINT = """() => new Promise((done) => {
    new PerformanceObserver((list) => {
        const { startTime, element } = list.getEntries().at(-1);
        const name = element ? [element.localName, ...element.classList].join(".") : "";
        done([startTime, name]);
    }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Return a context that serves a folder over HTTP, and whose value is the address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """Return a context that opens a page in a new browser context, and whose value is the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(LOADING)
    page.goto(address, wait_until="networkidle")
    yield page
    context.close()


def calculators(browser: Browser, site: str, rounds: int) -> Iterator[str]:
    """Yield a line with the measured times for each calculator."""
    for kind, name in FIELDS.items():
        loads, answers, frames = [], [], []
        for _ in range(rounds):
            with opened(browser, f"{site}calculators/") as page:
                loads.append(page.evaluate(LOAD, kind))
                for value in ("3", "5", "2", "7"):
                    answered, framed = page.evaluate(CHANGE, [kind, name, value])
                    answers.append(answered)
                    frames.append(framed)
        times = f"load {median(loads):7.1f}   answer {median(answers):6.2f}   frame {median(frames):6.1f}"
        yield f"{kind:16} {times}"


def run(page: Page, place: str, result: str) -> float:
    """Press the button Run, and return the milliseconds until a new result is shown.

    Args:
        page: the page.
        place: the CSS selector of the element that contains the button and the result.
        result: the CSS selector of the result within it.
    """
    return float(
        page.evaluate(
            """async ([place, result]) => {
                const box = document.querySelector(place);
                box.querySelector(result)?.replaceChildren();
                const begun = performance.now();
                [...box.querySelectorAll("button")].find((each) => each.textContent === "Run").click();
                const pause = () => new Promise((done) => setTimeout(done, 2));
                while (!box.querySelector(result)?.children.length) await pause();
                return performance.now() - begun;
            }""",
            [place, result],
        )
    )


def python(browser: Browser, site: str, rounds: int) -> Iterator[str]:
    """Yield a line with the times for the playground, and one for a block of a page."""
    pages = {
        "playground": ("playground/", "[data-kind=playground]", ".convref-calculator__results"),
        "edit and run": ("operators/depthwise_conv/", ".convref-try", ".convref-try__result"),
    }
    for name, (path, place, result) in pages.items():
        first, again = [], []
        for _ in range(rounds):
            with opened(browser, site + path) as page:
                page.locator(place).first.scroll_into_view_if_needed()
                if name == "edit and run":
                    page.locator(place).first.get_by_role("button", name="Edit and run").click()
                page.locator(place).first.locator("textarea").wait_for()
                first.append(run(page, place, result))
                page.wait_for_timeout(200)
                again.append(run(page, place, result))
        yield f"{name:16} first {median(first):7.0f}   again {median(again):7.0f}"


def paint(browser: Browser, address: str) -> tuple[float, str]:
    """Return the largest contentful paint of a page in milliseconds, and the element that it painted."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="networkidle")
    time, element = page.evaluate(PAINT)
    context.close()
    return float(time), str(element)


def paints(browser: Browser, site: str, folder: Path, rounds: int) -> Iterator[str]:
    """Yield a line for each English page with its largest contentful paint, slowest first."""
    found = []
    for path in sorted(folder.rglob("index.html")):
        page = path.parent.relative_to(folder).as_posix()
        if page.partition("/")[0] != "zh":
            each = [paint(browser, f"{site}{page}/") for _ in range(rounds)]
            found.append((median(time for time, _ in each), each[0][1], page))
    for time, element, page in sorted(found, reverse=True):
        yield f"paint {time:7.0f}   {page}   {element}"


def main() -> None:
    """Print the times of a built site."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path, nargs="?", default=Path("site"), help="the folder of a built site")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("calculators", "python", "paint"), help="measure this alone")
    given = parser.parse_args()
    find = runpy.run_path(str(FINDER))
    path = find["system_browser"]() or find["downloaded_browser"]()
    if not (given.site / "calculators" / "index.html").is_file():
        print(f"{given.site}: no built site; make it with `make site`")
        return
    with served(given.site) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])
        print("milliseconds, medians of", given.rounds, "rounds; Chromium", browser.version)
        measures = {
            "calculators": calculators(browser, site, given.rounds),
            "python": python(browser, site, given.rounds),
            "paint": paints(browser, site, given.site, given.rounds),
        }
        for line in chain.from_iterable(measures.values() if given.only is None else [measures[given.only]]):
            print(line, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
