"""A site of another author gets blocks that readers edit and run, by the plugin's options alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Server
from playwright.sync_api import Browser, Error, Locator, Page, expect
from wheels import write_wheel

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "playground" / "node_modules" / "pyodide"
LOADING = 120_000  # milliseconds: a busy machine

CONFIG = """
site_name: Sample
theme: {{name: mkdocs, locale: {lang}, highlightjs: false}}
plugins:
  - convref:
      try: on
      doctests: on
      try_runtime: {runtime}
      try_packages: [lib/mine, wheels]
      env: [PYTHONPATH]
markdown_extensions: [pymdownx.superfences, pymdownx.tabbed: {{alternate_style: true}}]
"""
INDEX = """
# Sample

```python exec="on"
import subprocess
hidden = [3, 4]
subprocess.run(["true"])
```

```python exec="on" source="above"
from mine import area
print(area(*hidden))
hidden
```

```pyodide install="cube" height="4"
import cube
cube.cube(hidden[0])
```

```python exec="on" source="above" session="other"
import subprocess
subprocess.run(["true"]).returncode
```

```pycon
>>> hidden[1] ** 2
16
```
"""
PLAIN = '# Plain\n\n```python exec="on" source="above"\nimport subprocess\n```\n'

pytestmark = pytest.mark.skipif(not RUNTIME.is_dir(), reason="npm has not installed the runtime")


def built(root: Path, lang: str = "en", runtime: Path = RUNTIME, index: str = INDEX) -> str:
    """Build the sample site strictly, and return the log."""
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(index)
    (root / "docs" / "plain.md").write_text(PLAIN)
    package = root / "lib" / "mine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def area(a, b):\n    return a * b\n")
    write_wheel(root / "wheels", "cube", "def cube(x):\n    return x**3\n")
    (root / "mkdocs.yml").write_text(CONFIG.format(lang=lang, runtime=runtime))
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built site."""
    root = tmp_path_factory.mktemp("sample")
    built(root)
    with Server(root / "site") as server:
        yield server.url


def ours(error: Error) -> bool:
    """Return whether an error arose in the engine's scripts; the theme of the sample has some of its own."""
    return "assets/convref" in (error.stack or "")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The index of the site; an error of a script or a request to another host fails the test."""
    trouble: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda message: trouble.append(message.text))
    opened.on("pageerror", lambda error: trouble.append(str(error)) if ours(error) else None)
    opened.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "data:", "blob:")) else trouble.append(asked.url)
        ),
    )
    opened.goto(address, wait_until="networkidle")
    opened.locator(".convref-try button").first.wait_for()
    trouble.clear()  # the theme's own requests
    yield opened
    opened.close()
    assert [] == trouble


def opened(page: Page, index: int) -> Locator:
    place = page.locator(".convref-try").nth(index)
    place.get_by_role("button", name="Edit and run").click()
    place.locator("textarea").wait_for()
    return place


def test_a_block_runs_after_the_earlier_blocks_of_its_session_and_is_edited(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    place = opened(page, 0)
    assert [] == [url for url in requests if "runtime" in url]  # nothing is loaded before it is needed
    place.get_by_role("button", name="Run", exact=True).click()
    result = place.locator(".convref-try__result pre")
    expect(result).to_have_text(["12\n", "[3, 4]"], timeout=LOADING)
    place.locator("textarea").fill("hidden = [5]")
    place.get_by_role("button", name="Run", exact=True).click()
    expect(place.locator("[role=status]")).to_have_text("Done.")
    expect(result).to_have_count(0)
    # A later block sees the edited one; its own package is loaded now.
    cube = opened(page, 1)
    assert "4" == cube.locator("textarea").get_attribute("rows")
    cube.get_by_role("button", name="Run", exact=True).click()
    expect(cube.locator(".convref-try__result pre")).to_have_text(["125"], timeout=LOADING)


def test_a_pyodide_fence_shows_its_code_and_gets_the_wheel_that_it_names(page: Page) -> None:
    place = page.locator(".convref-try").nth(1)
    expect(page.locator("pre", has_text="import cube")).to_be_visible()
    place.get_by_role("button", name="Edit and run").click()
    place.locator("textarea").press("Control+Enter")
    expect(place.locator(".convref-try__result pre")).to_have_text(["27"], timeout=LOADING)


def test_doctest_examples_are_run_as_at_the_prompt(page: Page) -> None:
    place = opened(page, 2)
    assert "hidden[1] ** 2" == place.locator("textarea").input_value()
    place.get_by_role("button", name="Run", exact=True).click()
    expect(place.locator(".convref-try__result pre")).to_have_text(["16\n"], timeout=LOADING)
    place.locator("textarea").fill("undefined_name\n1 + 1")  # an error is none of the block's results
    place.get_by_role("button", name="Run", exact=True).click()
    told = "Line 1: NameError: name 'undefined_name' is not defined"
    expect(place.locator("[role=alert]")).to_have_text(told)
    expect(place.locator("[role=status]")).to_have_text("")
    assert (place.locator(".convref-try__result pre").text_content() or "").endswith("\n2\n")


def test_an_endless_loop_is_stopped_and_a_mistake_names_its_line(page: Page) -> None:
    place = opened(page, 0)
    run = place.get_by_role("button", name="Run", exact=True)
    status = place.locator("[role=status]")
    place.locator("textarea").fill("print('<b>a</b>')\nwhile True:\n    pass")
    run.click()
    printed = place.locator(".convref-try__result pre")
    expect(printed).to_have_text("<b>a</b>\n", timeout=LOADING)  # while the code runs
    expect(status).to_have_text("Running …")
    place.get_by_role("button", name="Stop").click()
    expect(status).to_have_text("Stopped.")
    assert "<b>a</b>\n" == printed.text_content()
    place.locator("textarea").fill("x = 1\nx / 0")
    run.click()
    mistake = place.locator("[role=alert]")
    expect(mistake).to_have_text("Line 2: ZeroDivisionError: division by zero", timeout=LOADING)
    expect(place.locator("textarea")).to_have_attribute("aria-invalid", "true")
    assert ["2"] == place.locator(".convref-lines__wrong").all_text_contents()
    place.get_by_role("button", name="Reset").click()
    run.click()
    expect(place.locator(".convref-try__result pre").first).to_have_text("12\n", timeout=LOADING)


def test_a_run_that_takes_too_long_is_ended(page: Page, address: str) -> None:
    script = (page.request.get(f"{address}assets/convref/editor.js")).text()
    assert "const LIMIT = 30;" in script
    page.route("**/editor.js", lambda route: route.fulfill(
        body=script.replace("const LIMIT = 30;", "const LIMIT = 1;"), content_type="text/javascript",
    ))  # fmt: skip
    place = opened(page, 0)
    place.locator("textarea").fill("while True: pass")
    place.get_by_role("button", name="Run", exact=True).click()
    late = "Stopped: it did not end within 1 seconds."
    expect(place.locator("[role=status]")).to_have_text(late, timeout=LOADING)


def test_only_blocks_for_which_the_browser_has_everything_are_offered(page: Page, address: str) -> None:
    assert 3 == page.locator(".convref-try").count()  # not the one with a process
    page.goto(f"{address}plain/")
    assert 0 == page.locator(".convref-try, #convref-try-blocks").count()


def test_the_words_are_those_of_the_page_s_language(tmp_path: Path) -> None:
    built(tmp_path, "zh")
    assert '<html lang="zh"' in (tmp_path / "site" / "index.html").read_text("utf-8")
    words = (tmp_path / "site" / "assets" / "convref" / "words.js").read_text("utf-8")
    assert "编辑并运行" in words


def test_without_the_runtime_the_page_shows_plain_blocks_and_the_log_says_so(tmp_path: Path) -> None:
    log = built(tmp_path, runtime=Path("nowhere"))
    page = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "import" in page
    assert "cube" in page
    assert "convref-try" not in page
    assert not (tmp_path / "site" / "assets" / "convref").exists()
    assert 1 == log.count("blocks are shown without an editor: there is no Pyodide in")


def test_a_package_that_cannot_be_had_fails_the_strict_build_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(
        AssertionError, match=r"index\.md:3: option: install .* put numpy-.*_wasm32\.whl into a directory"
    ):
        built(tmp_path, index='# T\n\n```pyodide install="numpy"\nimport numpy\n```\n')
