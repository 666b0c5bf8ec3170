"""Language models find every page of the site as text, in a list and in a file beside the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from site_pages import DOCS

if TYPE_CHECKING:
    from built_site import Site

FOLDERS = {"en": "", "zh": "zh"}
ENTRY = re.compile(r"^- \[(.+?)\]\((\S+?)\)(?:: (.+))?$", re.MULTILINE)


@pytest.mark.parametrize("lang", list(FOLDERS))
def test_the_list_has_every_page_once_with_a_file_that_exists(site: Site, lang: str) -> None:
    folder = site.folder / FOLDERS[lang]
    paths = [path for _, path, _ in ENTRY.findall((folder / "llms.txt").read_text("utf-8"))]
    written = [path for path in (DOCS / lang).rglob("*") if path.suffix in {".md", ".py"}]
    assert len(paths) == len(set(paths)) == len(written)
    assert [] == [path for path in paths if not (folder / path).is_file()]


@pytest.mark.parametrize("lang", list(FOLDERS))
def test_every_entry_has_a_sentence(site: Site, lang: str) -> None:
    entries = ENTRY.findall((site.folder / FOLDERS[lang] / "llms.txt").read_text("utf-8"))
    assert [] == [title for title, _, sentence in entries if not sentence]


@pytest.mark.parametrize("lang", list(FOLDERS))
def test_a_page_s_file_has_results_instead_of_code_and_no_drawing(site: Site, lang: str) -> None:
    text = (site.folder / FOLDERS[lang] / "operators/depthwise_conv.md").read_text("utf-8")
    source = (DOCS / lang / "operators/depthwise_conv.md").read_text("utf-8")
    assert "{python}" in source
    assert "{python}" not in text
    assert "exec=" not in text
    assert "<svg" not in text


def test_links_between_the_files_hold(site: Site) -> None:
    folder = site.folder / "operators"
    broken = {
        f"{file.name}: {link}"
        for file in folder.glob("*.md")
        for link in re.findall(r"\]\(([\w./]+\.md)", file.read_text("utf-8"))
        if not Path(folder, link).is_file()
    }
    assert set() == broken


@pytest.mark.parametrize("page", ["", "operators/", "operators/depthwise_conv/", "zh/concepts/vocabulary/"])
def test_a_page_links_its_file(site: Site, page: str) -> None:
    folder = site.folder / page
    html = (folder / "index.html").read_text("utf-8")
    links = re.findall(r'<link rel="alternate " type="text/markdown" href="([^"]+)">', html)
    assert 1 == len(links)
    assert (folder / links[0]).read_text("utf-8").startswith(("# ", "---"))
