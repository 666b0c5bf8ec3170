"""The site, built with Zensical: its configuration, and a build of a few pages."""

import re
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from convref.weave.site.export import export_pages
from convref_docs import zensical_site
from convref_docs.paths import ROOT

PAGES = {
    "en": '# A page\n\nA formula $x^2$.\n\n```python exec="on"\n6 * 7\n```\n\n[Data](../assets/data.txt)\n',
    "zh": '# 页面\n\n公式 $x^2$。\n\n```python exec="on"\n6 * 7\n```\n',
}


def test_the_configuration_of_each_language_is_computed_from_that_of_mkdocs() -> None:
    with (ROOT / "mkdocs.yml").open("rb") as file:
        config = yaml_load(file)
    english, chinese = (zensical_site.configurations()[lang] for lang in ("en", "zh"))
    assert [*config["nav"][0]] == [*english["nav"][0]]
    assert [{"首页": "index.md"}] == chinese["nav"][:1]
    assert config["markdown_extensions"] == chinese["markdown_extensions"]
    assert ("site", "site/zh") == (english["site_dir"], chinese["site_dir"])
    assert ("assets/logo.svg", "../assets/logo.svg") == (english["theme"]["logo"], chinese["theme"]["logo"])
    assert ["跟随系统", "浅色", "深色"] == [each["toggle"]["name"] for each in chinese["theme"]["palette"]]
    assert ["", "zh/"] == [each["root"] for each in english["extra"]["alternate"]]
    assert ["../", ""] == [each["root"] for each in chinese["extra"]["alternate"]]


def test_notebooks_are_pages_of_markdown_in_the_navigation() -> None:
    (notebooks,) = (
        each["笔记本"] for each in zensical_site.configurations()["zh"]["nav"] if "笔记本" in each
    )
    assert "notebooks/convolution.md" in notebooks
    assert not [each for each in notebooks if each.endswith(".py")]


def test_zensical_builds_pages_in_both_languages_with_our_head_formulas_and_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("zensical")
    docs, work = tmp_path / "docs", tmp_path / "work"
    for lang, text in PAGES.items():
        folder = docs / lang / "operators"
        folder.mkdir(parents=True)
        (docs / lang / "index.md").write_text(f"# {lang}\n", "utf-8")
        (folder / "conv2d.md").write_text(text.replace("../assets", "../../assets"), "utf-8")
    (docs / "assets").mkdir()
    (docs / "assets" / "data.txt").write_text("1")
    assert () == export_pages(docs, tmp_path / "woven").errors
    configurations = zensical_site.configurations()
    for config in configurations.values():
        config["nav"] = ["index.md", "operators/conv2d.md"]
    monkeypatch.setattr(zensical_site, "configurations", lambda: configurations)
    zensical_site.write_projects(tmp_path / "woven", work)
    assert zensical_site.convert(work)
    page = (work / "site/zh/operators/conv2d/index.html").read_text("utf-8")
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
    assert re.search(r"<code[^>]*>.*42", page)
    assert 'href="../../../assets/site.css"' in page
    assert 'href="../../../assets/fonts/convref-math.woff2"' in page
    assert re.search(r'<a class="md-header__button convref-language" href="../../../operators/conv2d/"', page)
    assert re.search(r'<link rel="alternate " href="../../operators/conv2d/"\s+hreflang="zh">', page)
    assert re.search(r'<link rel="alternate " href="../../../operators/conv2d/"\s+hreflang="en">', page)
    assert (True, False) == ('data-md-component="search"' in page, 'id="convref-search"' in page)
    assert '<nav class="convref-path" aria-label="阅读路线">' in page
    english = (work / "site/operators/conv2d/index.html").read_text("utf-8")
    assert 'href="../../assets/data.txt"' in english
    assert "reading order" in english.lower()
    assert not list((work / "site").rglob("*.py"))
