"""Files that pages write while they run: new ones are part of the site, and pages stay as they were."""

import os
import subprocess
import sys

import pytest

CONFIG = """
site_name: T
theme: {{name: mkdocs}}
validation: {{links: {{not_found: warn}}}}
exclude_docs: "*.secret"
plugins:
  - convref
{i18n}
"""
I18N = """
  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
"""
WRITES = """# T

```python exec="on"
from pathlib import Path
folder = Path("{docs}/new/deep")
folder.mkdir(parents=True, exist_ok=True)
(folder / "a.svg").write_text("<svg></svg>")
(folder / "b.secret").write_text("no")
(folder / "c.md").write_text("# C")
```

![A picture](new/deep/a.svg)
"""
CHANGES = '# T\n\n```python exec="on"\nopen("docs/index.md", "a").write("more");\n```\n\ntext\n'


def build(root, pages, i18n=""):
    for name, text in pages.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (root / "mkdocs.yml").write_text(CONFIG.format(i18n=i18n), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        text=True, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_picture_that_a_page_writes_is_part_of_the_site_in_the_same_build(tmp_path):
    status, log = build(tmp_path, {"index.md": WRITES.format(docs="docs"), "z.md": "# Z\n"})
    assert (0, log) == (status, log)
    assert "<svg></svg>" == (tmp_path / "site" / "new" / "deep" / "a.svg").read_text()
    assert not (tmp_path / "site" / "new" / "deep" / "b.secret").exists()
    assert "docs/new/deep/c.md: page: this page was written while the pages ran" in log


@pytest.mark.parametrize(("language", "place"), [("en", ""), ("zh", "zh")])
def test_in_a_site_with_languages_it_has_the_address_of_its_language(tmp_path, language, place):
    text = WRITES.format(docs=f"docs/{language}")
    pages = dict.fromkeys(("en/index.md", "zh/index.md"), text.partition("!")[0])
    pages[f"{language}/index.md"] = text
    status, log = build(tmp_path, pages, I18N)
    assert (0, log) == (status, log)
    assert (tmp_path / "site" / place / "new" / "deep" / "a.svg").is_file()


def test_a_page_that_changes_its_own_source_fails_and_is_built_from_the_text_before(tmp_path):
    status, log = build(tmp_path, {"index.md": CHANGES, "b.md": "# B\n"})
    html = (tmp_path / "site" / "index.html").read_text()
    assert 1 == status
    message = "docs/index.md: page: its file was changed while the pages ran"
    assert 2 == log.count(message)  # where it happened, and in the summary
    assert "docs/index.md: its file was changed while the pages ran</p>" in html
    assert "<p>text</p>" in html
    assert (tmp_path / "site" / "b" / "index.html").is_file()
