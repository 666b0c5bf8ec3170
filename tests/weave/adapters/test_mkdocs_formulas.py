"""Formulas in real builds: an error has the path and the line of its formula."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from convref.weave.adapters.mkdocs_build import FORMULA_EXTENSIONS

CONFIG = """
site_name: T
theme: {name: mkdocs}
plugins: [convref]
markdown_extensions: [NAME]
"""
PAGE = """---
title: T
---

# A heading

```python exec="on"
"text that takes the place of the code"
```

Fine: $a$.

$$
a \\\\
\\nope
$$
"""


def build(
    root: Path, page: str, name: str = "convref.formulas", extra: str = ""
) -> subprocess.CompletedProcess[str]:
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(page, "utf-8")
    (root / "docs" / "other.md").write_text("Fine: $b$.", "utf-8")
    (root / "mkdocs.yml").write_text(CONFIG.replace("NAME", json.dumps(name)) + extra, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "name", [*sorted(FORMULA_EXTENSIONS), "convref.weave.adapters.formulas:FormulaExtension"]
)
def test_an_error_has_its_line_by_whichever_name_the_site_uses_the_extension(
    tmp_path: Path, name: str
) -> None:
    done = build(tmp_path, PAGE, name)
    assert 1 == done.returncode
    assert 'docs/index.md:15: formula: cannot parse $a \\\\ \\nope$: Unknown command "\\nope".' in done.stderr
    assert "other.md" not in done.stderr


def test_a_page_whose_formulas_parse_passes_a_strict_build(tmp_path: Path) -> None:
    done = build(tmp_path, PAGE.replace("\\nope", "b"))
    assert (0, False) == (done.returncode, "WARNING" in done.stderr)
    assert "<math" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_an_extension_that_another_plugin_adds_as_an_object_is_left_alone(tmp_path: Path) -> None:
    hook = "from markdown.extensions.abbr import AbbrExtension\n\ndef on_config(config):\n"
    (tmp_path / "hook.py").write_text(
        f"{hook}    config.markdown_extensions.append(AbbrExtension())\n", "utf-8"
    )
    done = build(tmp_path, PAGE, extra="hooks: [hook.py]")
    assert "docs/index.md:15: formula: cannot parse" in done.stderr
    assert "Traceback" not in done.stderr
