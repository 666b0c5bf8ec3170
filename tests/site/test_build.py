from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from built_site import Site

DOCS = Path(__file__).resolve().parents[2] / "docs"


def pages(language: str) -> set[str]:
    folder = DOCS / language
    return {page.relative_to(folder).as_posix() for kind in ("*.md", "*.py") for page in folder.rglob(kind)}


def test_the_strict_build_says_no_warning(site: Site) -> None:
    assert [] == [line for line in site.log.splitlines() if "WARNING" in line or "ERROR" in line]
    assert 0 == site.status


def test_every_page_exists_in_both_languages() -> None:
    assert pages("en") == pages("zh")


@pytest.mark.parametrize("page", sorted(pages("en")))
def test_every_page_is_built_in_both_languages(site: Site, page: str) -> None:
    name = Path(page).with_suffix("")
    target = f"{name}.html" if name.name == "index" else f"{name}/index.html"
    assert (site.folder / target).is_file()
    assert (site.folder / "zh" / target).is_file()


@pytest.mark.parametrize("left_out", ["theme", "zh/theme"])
def test_the_theme_s_templates_are_no_part_of_the_site(site: Site, left_out: str) -> None:
    assert not (site.folder / left_out).exists()


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_reference_shows_a_docstring_s_example_as_code(site: Site, language: str) -> None:
    page = (site.folder / language / "reference/python/index.html").read_text("utf-8")
    assert '<span class="gp">&gt;&gt;&gt; </span>' in page
    assert '<details class="example"' not in page


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_reference_links_errors_that_a_function_s_module_does_not_import(
    site: Site, language: str
) -> None:
    page = (site.folder / language / "reference/analysis/index.html").read_text("utf-8")
    _, _, after = page.partition('id="convref.analysis.analyze"')
    section, _, _ = after.partition('id="convref.analysis.Report"')
    assert 'href="../python/#convref.errors.ShapeError"' in section
    assert '.ShapeError"' not in page.replace("convref.errors.ShapeError", "")
