"""Readers edit and run blocks in a site that Zensical builds, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Server
from playwright.sync_api import Browser, Page, expect

from convref.weave.browser.browser import FOLDER
from convref_docs import playground, zensical_site

pytest.importorskip("zensical")

BASE = "convref"  # as on GitHub Pages, the site is not at the root of its host
OPEN = {"en": "Edit and run", "zh": "编辑并运行"}
RUN = {"en": "Run", "zh": "运行"}
PLACES = {"en": ("", "operators/conv2d/"), "zh": ("zh/", "zh/operators/conv2d/")}
LOADING = 120_000  # milliseconds: a busy machine
TEXT = """\
# A page

```python exec="on" source="above"
x = "$six$ *of* `them`"
6 * 7
```

- In a list:

    ```python exec="on" source="above"
    x[1:4]
    ```
"""
pytestmark = pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of two pages in each language, with the options and the theme of ours."""
    root = tmp_path_factory.mktemp("zensical")
    docs = root / "docs"
    for lang in PLACES:
        (docs / lang / "operators").mkdir(parents=True)
        for name in ("index.md", "operators/conv2d.md"):
            (docs / lang / name).write_text(TEXT, "utf-8")
    (docs / "assets").mkdir()
    plugin = {"try": True, "try_runtime": str(playground.RUNTIME)}
    (root / "mkdocs.yml").write_text(json.dumps({"site_name": "T", "plugins": [{"convref": plugin}]}))
    work = root / "work"
    configurations = zensical_site.configurations()
    for config in configurations.values():
        config["nav"] = ["index.md", "operators/conv2d.md"]
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(zensical_site, "configurations", lambda: configurations)
        assert () == zensical_site.weave(docs, root / "woven").errors
        zensical_site.write_projects(root / "woven", work)
        assert zensical_site.convert(work)
    (work / "site").rename(root / BASE)
    return root / BASE


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Serve the built site, and return its address."""
    with Server(folder.parent, f"/{BASE}/") as server:
        yield server.url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; an error of our scripts or a request for one of our files that fails ends the test."""
    trouble: list[str] = []
    opened = browser.new_page()
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on(
        "response",
        lambda answer: trouble.append(answer.url) if not answer.ok and FOLDER in answer.url else None,
    )
    yield opened
    opened.close()
    assert [] == trouble


@pytest.mark.parametrize("lang", list(PLACES))
@pytest.mark.parametrize("index", [0, 1])
def test_a_block_runs_after_those_before_it(page: Page, address: str, lang: str, index: int) -> None:
    page.goto(address + PLACES[lang][index], wait_until="networkidle")
    for number, result in enumerate(("42", "'six'")):
        place = page.locator(f".convref-try[data-block='{number}']")
        shown = page.locator(".highlight", has_text=("6 * 7", "x[1:4]")[number]).first
        expect(shown).to_be_visible()
        place.get_by_role("button", name=OPEN[lang]).click()
        place.get_by_role("button", name=RUN[lang], exact=True).click()
        expect(place.locator(".convref-try__result pre")).to_have_text([result], timeout=LOADING)


def test_the_files_of_python_are_in_the_site_once(folder: Path) -> None:
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("pyodide.asm.wasm"))
    assert [f"{FOLDER}/runtime/pyodide.asm.wasm"] == found
    assert (folder / "convref-offline.js").is_file()
    assert "build" in json.loads((folder / FOLDER / "try.json").read_text("utf-8"))
