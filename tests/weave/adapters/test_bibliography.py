"""mkdocs-bibtex makes footnotes from a BibTeX file in pages that convref runs, as the guide shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mkdocs_bibtex")

DOCS = Path(__file__).resolve().parents[3] / "docs"
LANGUAGES = """  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
"""
FENCE = r"^(?P<fence>````?){}\n(?P<text>(?:(?!(?P=fence)$).*\n)*?)(?P=fence)$"
# Added to the guide's example: a published figure, a block that prints a citation and the number of its
# process, which shows whether it ran again, and code with `@`.
MORE = """
ResNet-50 has [25.6 million](published:resnet.params) parameters.

```python exec="on" source="above"
import os
from functools import cache

@cache
def seen(): return "See [@lecun1998]"

print(seen(), f"in process {os.getpid()}.")
```

```python
rows = [a @ b]
```
"""
LECUN = "@article{lecun1998, author = {LeCun, Yann}, title = {Gradients}, journal = {J}, year = {1998}}"
PUBLISHED = """[resnet]
source = "He et al., 2016, Deep residual learning, table 1"
url = "https://arxiv.org/abs/1512.03385"
params = 25.6e6
"""


def example(lang: str, kind: str, containing: str) -> str:
    """Return the only example of a kind in the guide that contains a text."""
    guide = (DOCS / lang / "guide" / "plugin.md").read_text("utf-8")
    found = [match["text"] for match in re.finditer(FENCE.format(kind), guide, re.MULTILINE)]
    (text,) = (each for each in found if containing in each)
    return text


def build(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        text=True, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def written(root: Path) -> dict[str, str]:
    """Return the pages of the built site by language."""
    pages = {"en": root / "site" / "index.html", "zh": root / "site" / "zh" / "index.html"}
    return {lang: file.read_text("utf-8") for lang, file in pages.items()}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write the guide's example with further content, in both languages, and build it."""
    options = example("en", "yaml", "bibtex:")
    assert options == example("zh", "yaml", "bibtex:")
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: T\n{options}".replace("  - bibtex", LANGUAGES + "  - bibtex")
    )
    assert example("en", "bibtex", "") == example("zh", "bibtex", "")
    (tmp_path / "refs.bib").write_text(example("en", "bibtex", "") + LECUN, "utf-8")
    for lang in ("en", "zh"):
        (tmp_path / "docs" / lang).mkdir(parents=True)
        before, heading, after = example(lang, "md", "[@he2016]").partition("\n## ")
        (tmp_path / "docs" / lang / "index.md").write_text(f"# T\n\n{before}{MORE}{heading}{after}", "utf-8")
    (tmp_path / "docs" / "published.toml").write_text(PUBLISHED, "utf-8")
    done = build(tmp_path)
    assert 0 == done.returncode, done.stderr
    return tmp_path


def test_citations_become_footnotes_beside_computed_and_published_results_in_both_languages(
    site: Path,
) -> None:
    for html in written(site).values():
        assert ["he2016", "lecun1998"] == re.findall(r'class="footnote-ref" href="#fn:(\w+)"', html)
        notes = re.findall(r'<li id="fn:(\w+)">(.*?)</li>', html, re.DOTALL)
        assert ["he2016", "lecun1998"] == [key for key, _ in notes]
        assert "Deep residual learning for image recognition" in notes[0][1]
        heading = re.search(r"<h2[^>]*>(References|参考文献)", html)
        assert heading is not None
        assert heading.end() < html.index('<li id="fn:he2016">')
        assert 'title="He et al., 2016, Deep residual learning, table 1">25.6 million</a>' in html
        text = re.sub(r"<[^>]+>", "", html)
        assert "rows = [a @ b]" in text
        assert re.search(r"See 2 in process \d+\.", text)


def test_a_warm_build_is_the_same_and_a_changed_entry_is_shown_without_a_run(site: Path) -> None:
    cold = written(site)
    assert 0 == build(site).returncode
    assert cold == written(site)
    refs = (site / "refs.bib").read_text("utf-8")
    (site / "refs.bib").write_text(refs.replace("Deep Residual", "Very Deep Residual"), "utf-8")
    assert 0 == build(site).returncode
    changed = {
        lang: html.replace("Deep residual learning for", "Very deep residual learning for")
        for lang, html in cold.items()
    }
    assert changed == written(site)


def test_an_unknown_key_fails_a_strict_build_and_a_wrong_published_figure_fails_the_check(site: Path) -> None:
    page = site / "docs" / "en" / "index.md"
    text = page.read_text("utf-8")
    page.write_text(text.replace("[@he2016]", "[@he2017]"), "utf-8")
    done = build(site)
    assert 1 == done.returncode
    assert "Citing unknown reference key he2017" in done.stderr
    page.write_text(text.replace("25.6 million", "25.7 million"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "convref", "check", "docs/en/index.md"],
        cwd=site, text=True, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert "docs/en/index.md:5: citation: 25.7 million differs from resnet.params" in done.stdout
    assert 1 == done.returncode
