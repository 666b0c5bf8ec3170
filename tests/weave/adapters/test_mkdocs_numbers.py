"""A build checks the numbers of its pages by the options of the site."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest
from warm_python import WarmPython

PAGE = """\
---
title: T
---
# T

[138 M](published:vgg16.params), and 7 nets.

$$ 2 \\times `{python} 3` = 7 $$
"""
FIGURES = '[vgg16]\nsource = "the paper"\nurl = "https://x.y/"\nparams = 138357544\n'
EQUATION = "docs/index.md:8: equation: 2 \\times 3 = 7 does not hold: the left side is 6, the right side 7"
OPEN = "docs/index.md:6: number: 7 is neither computed nor checked nor cited"


def build(python: WarmPython, root: Path, page: str, options: str = "") -> CompletedProcess[str]:
    """Build one page strictly."""
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(page, "utf-8")
    (root / "docs" / "published.toml").write_text(FIGURES, "utf-8")
    yaml = f"site_name: T\ntheme: {{name: mkdocs}}\nplugins:\n  - convref: {{{options}}}\n"
    (root / "mkdocs.yml").write_text(yaml, "utf-8")
    return python.run("-m", "mkdocs", "build", "--strict", cwd=root)


@pytest.mark.parametrize(
    ("options", "level"),
    [("", None), ("numbers: off", None), ("numbers: report", "INFO"), ("numbers: require", "WARNING")],
)
def test_open_numbers_are_ignored_noted_or_errors(
    python: WarmPython, tmp_path: Path, options: str, level: str | None
) -> None:
    done = build(python, tmp_path, PAGE.replace("= 7", "= 6"), options)
    lines = [line for line in done.stderr.splitlines() if OPEN in line]
    assert [line.split()[0] for line in lines[:1]] == ([level] if level else [])
    assert done.returncode == (1 if level == "WARNING" else 0)


def test_a_site_can_exclude_more_text_and_name_its_published_figures(
    python: WarmPython, tmp_path: Path
) -> None:
    options = "numbers: require, published: docs/published.toml, not_quantities: ['\\d nets']"
    assert 0 == build(python, tmp_path, PAGE.replace("= 7", "= 6"), options).returncode


def test_a_wrong_equation_fails_the_build(python: WarmPython, tmp_path: Path) -> None:
    done = build(python, tmp_path, PAGE)
    assert 1 == done.returncode
    assert EQUATION in done.stderr


def test_a_wrong_citation_fails_the_build(python: WarmPython, tmp_path: Path) -> None:
    done = build(python, tmp_path, PAGE.replace("= 7", "= 6").replace("138 M", "139 M"))
    assert 1 == done.returncode
    assert "docs/index.md:6: citation: 139 M differs from vgg16.params, which is 138357544" in done.stderr


def test_a_citation_becomes_a_link_to_its_source(python: WarmPython, tmp_path: Path) -> None:
    build(python, tmp_path, PAGE.replace("= 7", "= 6"))
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert '<a href="https://x.y/" title="the paper">138 M</a>' in html
