from pathlib import Path

import pytest

from convref.weave.cache.store import Store
from convref_docs.search import kept_sections
from convref_docs.search.kept_sections import KeptSections
from convref_docs.search.sections import Section, sections

HTML = '<h1>A</h1><p>× \ud800</p><h2 id="b">B</h2><p>Text of the second section.</p>'


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the titles of the pages that are split."""
    titles: list[str] = []

    def noted(html: str, title: str) -> tuple[Section, ...]:
        titles.append(title)
        return sections(html, title)

    monkeypatch.setattr(kept_sections, "sections", noted)
    return titles


def build(root: Path, *titles: str) -> list[tuple[Section, ...]]:
    """Return the sections of pages with these titles, as another process would."""
    kept = KeptSections(Store(root), "en")
    found = [kept(HTML, title) for title in titles]
    kept.write()
    return found


def test_the_pages_of_the_last_build_are_not_split_again(tmp_path: Path, split: list[str]) -> None:
    expected = [sections(HTML, "one")]
    assert expected == build(tmp_path, "one") == build(tmp_path, "one")
    assert ["one"] == split
    assert Section("b", 2, "B", "Text of the second section.", "Text of the second section.") in expected[0]


def test_only_the_pages_of_the_last_build_are_kept(tmp_path: Path, split: list[str]) -> None:
    build(tmp_path, "one", "two")
    build(tmp_path, "two", "three")
    build(tmp_path, "one", "three")
    assert ["one", "two", "three", "one"] == split


def test_the_pages_are_split_again_by_other_code_and_if_the_file_is_damaged(
    tmp_path: Path, split: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, "one")
    with monkeypatch.context() as changed:
        changed.setattr("sys.version", "another")
        build(tmp_path, "one")
    (file,) = tmp_path.glob("search-en/*.json")
    file.write_bytes(file.read_bytes()[:-9])
    build(tmp_path, "one")
    assert ["one", "one", "one"] == split
