"""A check of single pages reports what a check of the whole site does, and reads only the files it needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from convref.weave.page import tree
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.site.checker import CheckReport, check_pages
from convref.weave.site.config_file import load_options
from convref.weave.site.options import SiteOptions

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("en", "zh")
DAMAGE = """

17 nets came in 1987.[^none]

*{}*, 2014, [arXiv:1409.1557](https://arxiv.org/abs/1409.{:04})
"""
SAMPLED = 12  # every twelfth of our own pages
TITLE = "*{}*, 2014, [arXiv:1409.1556](https://arxiv.org/abs/1409.1556)."
OPTIONS = {
    "doctests": True, "numbers": "require", "facts": "require", "symbols": "require", "labels": "require",
    "sources": "require", "code_names": "require", "notebooks": ["notebook.py"],
}  # fmt: skip
BROKEN = f"""# A

[no file](none.md), [no anchor](b.md#none), [good](b.md#sizes), [own](#none), ![](none.svg)

[the notebook](notebook.ipynb)

[4.5](published:net.params), [7](published:net.nothing), 7 nets, [^1], in 1999, and in 2014 by [B](b.md).

`in_b`, `in_notebook`, `only_in_prose_of_b`, `in_no_file`

{TITLE.format("Deep nets")}

```python exec="on"
1 / 0
```

```python exce="on"
```

```pycon
>>> 1 + 1
3
```

$$ 2 + 2 = 5 $$

$C = 4$, so that $$ C + 1 = 6 $$

## Twice {{#twice}}

## Twice {{#twice}}
"""
PAGES = {
    "a.md": BROKEN,
    "b.md": f"# B\n\n{TITLE.format('Wide nets')}"
    "\n\n## Sizes\n\nonly_in_prose_of_b\n\n```python\nin_b = 1\n```\n",
    "only_en.md": "# Only\n\n[a](a.md#a)\n",
    "undecodable.md": "\xff",
    "unclosed.md": '```python exec="on"\n',
    "notebook.py": "# %% [markdown]\n# # N\n# %%\nin_notebook = 1\n",
    "unrelated.md": "# Unrelated\n\n```python\nunrelated = 1\n```\n",
}
IN_CHINESE = {
    "a.md": BROKEN.replace("7 nets", "8 nets").replace("## Twice", "### Twice", 1),
    "only_en.md": None,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteOptions]:
    root = tmp_path_factory.mktemp("site") / "docs"
    for language in LANGUAGES:
        (root / language).mkdir(parents=True)
        for name, text in (PAGES | (IN_CHINESE if language == "zh" else {})).items():
            if text is not None:
                (root / language / name).write_bytes(text.encode("latin-1"))
    (root / "published.toml").write_text(
        '[net]\nsource = "A, 2014, Nets, table 1"\nurl = "https://arxiv.org/abs/1409.1556"\nparams = 4.4\n'
    )
    return root, SiteOptions.from_mapping(OPTIONS, root.parent)


@pytest.fixture(scope="module")
def whole(site: tuple[Path, SiteOptions]) -> CheckReport:
    return check_pages(*site)


def of(found: Iterable[Diagnostic], root: Path, name: str) -> list[Diagnostic]:
    """Return the diagnostics of a page in all its languages."""
    paths = {(root / language / name).as_posix() for language in LANGUAGES}
    return [each for each in found if each.path in paths]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_checked_alone_has_the_diagnostics_that_a_check_of_the_site_gives(
    site: tuple[Path, SiteOptions], whole: CheckReport, name: str
) -> None:
    root, options = site
    alone = check_pages(root, options, [root / "en" / name])
    assert of(whole.diagnostics, root, name) == of(alone.diagnostics, root, name)
    assert list(alone.diagnostics) == of(alone.diagnostics, root, name)
    assert [each for each in whole.numbers if each.path.endswith(f"/{name}")] == list(alone.numbers)


def test_the_site_of_these_tests_has_diagnostics_of_every_kind(
    site: tuple[Path, SiteOptions], whole: CheckReport
) -> None:
    kinds = {each.kind for each in of(whole.diagnostics, site[0], "a.md")}
    assert {
        "link", "citation", "number", "source", "name", "run", "option", "doctest", "equation", "symbol",
        "parity", "fact",
    } == kinds  # fmt: skip
    messages = "\n".join(each.message for each in whole.diagnostics)
    for part in ("on another page", "no code contains in_no_file", "has no anchor #none", "is not defined"):
        assert part in messages
    assert "in_notebook" not in messages


def test_several_pages_and_folders_are_checked_together(
    site: tuple[Path, SiteOptions], whole: CheckReport
) -> None:
    root, options = site
    some = check_pages(
        root, options, [root / "zh" / "b.md", root / "en" / "b.md", root / "en" / "only_en.md"]
    )
    expected = [each for name in ("b.md", "only_en.md") for each in of(whole.diagnostics, root, name)]
    assert (3, sorted(expected)) == (some.pages, list(some.diagnostics))
    folder = check_pages(root, options, [root / "en"])  # each page has a version there
    assert (whole.pages, whole.numbers) == (folder.pages, folder.numbers)
    of_site = [each for each in whole.diagnostics if each not in folder.diagnostics]
    assert [] == [each for each in of_site if each.path.endswith((".md", "notebook.py"))]


def parsed_files(monkeypatch: pytest.MonkeyPatch, root: Path, options: SiteOptions, page: Path) -> set[str]:
    """Return the files that are parsed when a page is checked, relative to the directory of pages."""
    found = set()
    parse = tree.parse_file

    def recorded(file: Path, *rest: Any) -> object:
        found.add(file.relative_to(root).as_posix())
        return parse(file, *rest)

    monkeypatch.setattr(tree, "parse_file", recorded)
    check_pages(root, options, [page])
    return found


def test_only_the_page_its_translation_and_the_pages_it_refers_to_are_parsed(
    site: tuple[Path, SiteOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, options = site
    names = {"a.md", "b.md", "notebook.py"}  # the link, the title and the name `in_notebook`
    expected = {f"{language}/{name}" for language in LANGUAGES for name in names}
    found = parsed_files(monkeypatch, root, options, root / "en" / "a.md")
    assert expected == found
    assert {"en/unrelated.md", "zh/unrelated.md"} == parsed_files(
        monkeypatch, root, options, root / "en" / "unrelated.md"
    )


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteOptions]:
    """Return a copy of the pages of this project's own site with mistakes on every page, and its options."""
    root = tmp_path_factory.mktemp("damaged") / "docs"
    own = load_options(ROOT / "docs")
    for number, file in enumerate(tree.page_files(ROOT / "docs", own.notebooks, LANGUAGES)):
        text = file.read_text("utf-8")
        text = text.replace("3", "4") if "zh" in file.parts else text.replace(".md#", ".md#x")
        if file.suffix == ".md":
            text += DAMAGE.format(file.stem, number // 4)  # four pages name the same paper
        copy = root / file.relative_to(ROOT / "docs")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    # Without published figures and the registry, no citation and few names are right.
    return root, own.replaced(execute="never", published="none.toml", registry="")


def test_the_texts_of_our_own_pages_with_mistakes_have_the_same_diagnostics_alone_and_in_the_site(
    damaged: tuple[Path, SiteOptions],
) -> None:
    root, options = damaged
    whole = check_pages(root, options)
    kinds = {"citation", "link", "parity", "number", "fact", "source", "symbol", "name"}
    assert kinds <= {each.kind for each in whole.errors}
    names = sorted({page.removeprefix(f"{root.as_posix()}/")[3:] for page in {e.path for e in whole.errors}})
    for name in names[::SAMPLED]:
        alone = check_pages(root, options, [root / "zh" / name])
        assert of(whole.diagnostics, root, name) == of(alone.diagnostics, root, name), name
