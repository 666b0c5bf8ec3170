"""Every page has a first sentence, and every section an index that lists all of its pages."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from convref.errors import UnknownNameError
from convref_docs.contents import Summary, contents, first_sentence, page_file, refresh, summary
from convref_docs.paths import DOCS

LANGUAGES = ("en", "zh")
SECTIONS = ("operators", "architectures", "concepts", "algorithms", "notebooks")
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for lang in LANGUAGES
    for path in (DOCS / lang).rglob("*")
    if path.suffix in {".md", ".py"} and path.stem != "index"
)


def listed(page: str, section: str = "") -> list[str]:
    """The paths that the calls of `contents` on a page name."""
    text = (DOCS / "en" / page).read_text(encoding="utf-8")
    calls = re.findall(r"convref_docs\.contents\((.*?)\)", text, re.DOTALL)
    found = []
    for call in calls:
        first, *names = re.findall(r'"([\w/]*)"', call)
        assert first == section
        found += names
    return found


def test_a_summary_is_kept_until_its_page_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[refresh.__module__], "DOCS", tmp_path / "docs")
    page, kept = tmp_path / "docs" / "en" / "a.md", tmp_path / "kept"
    page.parent.mkdir(parents=True)
    page.write_text("# A\n\nOne.\n\n## B {#b}\n", "utf-8")
    refresh(kept)
    (file,) = kept.rglob("*.json")
    written = file.stat()
    assert Summary("A", "One.", ("b",)) == summary(page, kept)
    page.write_text("# A\n\nOne. Two.\n\n## B {#b}\n", "utf-8")
    os.utime(page, ns=(written.st_mtime_ns + 1, written.st_mtime_ns + 1))
    refresh(kept)
    assert (written.st_ino, page.stat().st_mtime_ns) == (file.stat().st_ino, file.stat().st_mtime_ns)
    page.write_text("# A\n\nThree.\n", "utf-8")
    os.utime(page, ns=(written.st_mtime_ns + 2, written.st_mtime_ns + 2))
    assert Summary("A", "One.", ("b",)) == summary(page, kept)
    refresh(kept)
    assert Summary("A", "Three.") == summary(page, kept)
    file.write_text('{"title": "A"}', "utf-8")  # as an older version of this module may have written it
    assert Summary("A", "Three.") == summary(page, kept)
    refresh(kept)
    assert Summary("A", "Three.") == summary(page, kept)
    assert "Three." in file.read_text("utf-8")
    page.unlink()
    refresh(kept)
    assert [] == list(kept.rglob("*.json"))


def test_a_page_that_cannot_be_read_is_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[refresh.__module__], "DOCS", tmp_path / "docs")
    folder, kept = tmp_path / "docs" / "en", tmp_path / "kept"
    folder.mkdir(parents=True)
    (folder / "a.md").write_bytes(b"# A\n\n\xff")
    (folder / "b.py").write_text("1\n", "utf-8")  # a notebook without a title
    (folder / "c.md").write_text("# C\n\nOne.\n", "utf-8")
    refresh(kept)
    assert Summary("", "") == summary(folder / "b.py", kept)
    assert Summary("C", "One.") == summary(folder / "c.md", kept)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_title_and_a_first_sentence_that_needs_no_code(page: str, tmp_path: Path) -> None:
    found = summary(DOCS / page, tmp_path)
    assert found.title
    assert found.sentence[-1] in ".?!。？！:：", found
    assert "{python}" not in found.sentence


@pytest.mark.parametrize("section", SECTIONS)
def test_the_index_of_a_section_lists_each_of_its_pages_once(section: str) -> None:
    pages = {path.stem for path in (DOCS / "en" / section).iterdir() if path.stem != "index"}
    assert sorted(pages) == sorted(listed(f"{section}/index.md", section))


def test_the_reading_order_names_pages_that_exist_and_no_page_twice() -> None:
    pages = listed("path.md")
    assert len(pages) == len(set(pages)) > 30
    for lang in LANGUAGES:
        assert all(page_file(DOCS / lang, page).is_file() for page in pages)


def test_a_list_links_pages_from_the_folder_of_the_page_that_shows_it(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "a"
    folder.mkdir(parents=True)
    (folder / "b.md").write_text("# B\n\nFirst. Second.\n")
    assert "- [B](b.md): First.\n" == contents("a", "b", docs=tmp_path)._repr_lang_("en")
    assert "1. [B](a/b.md): First.\n" == contents("", "a/b", ordered=True, docs=tmp_path)._repr_lang_("en")
    with pytest.raises(UnknownNameError, match="a/c"):
        contents("a", "c", docs=tmp_path)._repr_lang_("en")


@pytest.mark.parametrize(("text", "expected"), [
    ("# T {#t}\n\n```python\n\nx. y\n```\n\nA.b is 1.5 [wide](w.md).[^a] More.", "A.b is 1.5 wide."),
    ("# T\n\n**Bold**, then\nmore? Yes.", "Bold, then more?"),
    ("# T\n\n卷积（conv）滑动。再见。", "卷积（conv）滑动。"),
    ("# T\n\n<div>\n\nno end", "no end"),
])  # fmt: skip
def test_the_first_sentence_ends_where_a_reader_would_end_it(text: str, expected: str) -> None:
    assert first_sentence(text) == Summary("T", expected)
