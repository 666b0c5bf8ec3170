"""Captions of pymdownx.blocks.caption number what code shows, in the words of each language."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = """# T

See [figure 2](#second) and [table 1](#sizes).

```python exec="on" html="on"
print("<svg><path d='M0 0'/></svg>")
```

/// figure{lang}
The first.
///

```python exec="on" html="on"
print("<svg><path d='M1 1'/></svg>")
```

/// figure{lang}
    attrs: {{id: second}}
The answer is `{{python}} 6 * 7`.
///

```python exec="on"
print("| a |\\n| --- |\\n| 1 |")
```

/// table{lang}
    attrs: {{id: sizes}}
Sizes.
///
"""
CONFIG = """
site_name: T
plugins:
  - convref
  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
"""


OPTIONS = re.compile(
    r"^```yaml\n(markdown_extensions:\n(?:  .*\n)*?  - pymdownx\.blocks\.caption:\n(?:  .*\n)*)```",
    re.MULTILINE,
)


def guide_options() -> str:
    """Return the options that the guide shows, which are the same in both languages."""
    texts = [(DOCS / lang / "guide" / "plugin.md").read_text("utf-8") for lang in ("en", "zh")]
    english, chinese = (found[1] for text in texts if (found := OPTIONS.search(text)))
    assert english == chinese
    return english


def built(root: Path) -> Path:
    """Build the pages in a directory with the options that the guide shows, and return the site."""
    (root / "mkdocs.yml").write_text(CONFIG + guide_options(), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        text=True, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    return root / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("captions")
    for lang, ending in (("en", ""), ("zh", "-zh")):
        (root / "docs" / lang).mkdir(parents=True)
        (root / "docs" / lang / "index.md").write_text(PAGE.format(lang=ending), "utf-8")
    return built(root)


@pytest.mark.parametrize(
    ("page", "numbers"),
    [("index.html", ["Figure 1.", "Figure 2.", "Table 1."]), ("zh/index.html", ["图 1", "图 2", "表 1"])],
)
def test_figures_and_tables_that_code_makes_are_numbered(site: Path, page: str, numbers: list[str]) -> None:
    html = (site / page).read_text("utf-8")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)
    prefixes = [re.findall(r'caption-prefix">(.*?)<', each) for each in captions]
    assert [[number] for number in numbers] == [[each.strip() for each in found] for found in prefixes]
    assert "The answer is 42." in re.sub(r"<[^>]+>", "", captions[1])
    figures = re.findall(r'<figure id="(\w+)">(.*?)</figure>', html, re.DOTALL)
    content = dict(figures)
    assert "M1 1" in content["second"]
    assert "<table" in content["sizes"]


@pytest.mark.parametrize(("name", "number"), [("index.html", "Table 1."), ("zh/index.html", "表 1")])
def test_the_example_of_the_guide_gives_a_numbered_table_to_which_a_link_leads(
    tmp_path: Path, name: str, number: str
) -> None:
    for each in ("en", "zh"):
        guide = (DOCS / each / "guide" / "plugin.md").read_text("utf-8")
        (example,) = re.findall(
            r"^````md\n((?:(?!````).*\n)*?/// table(?:(?!````).*\n)*)````$", guide, re.MULTILINE
        )
        (tmp_path / "docs" / each).mkdir(parents=True)
        (tmp_path / "docs" / each / "index.md").write_text(f"# T\n\n{example}", "utf-8")
    html = (built(tmp_path) / name).read_text("utf-8")
    (figure,) = re.findall(r'<figure id="sizes">(.*?)</figure>', html, re.DOTALL)
    assert [number] == [each.strip() for each in re.findall(r'caption-prefix">(.*?)<', figure)]
    assert "<td>thumbnail</td>" in figure
    (caption,) = re.findall(r"<figcaption>(.*?)</figcaption>", figure, re.DOTALL)
    assert "224" in caption
    assert 'href="#sizes"' in html
