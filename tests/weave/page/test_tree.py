"""A directory of pages becomes a tree with languages, names and diagnostics."""

from dataclasses import replace
from pathlib import Path

import pytest

from convref.errors import PageError
from convref.weave.markdown.document import parse
from convref.weave.page import tree


def test_directories_named_like_languages_hold_the_same_pages(tmp_path: Path) -> None:
    for name in ("zh/a/b.md", "en/a/b.md", "en/c.md", "top.md", ".hidden/d.md", "_drafts/e.md", "en/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    read = tree.read_tree(tmp_path)
    assert ("en", "zh") == read.languages
    assert {
        "a/b.md": ["en", "zh"],
        "c.md": ["en"],
        "top.md": [""],
    } == {name: sorted(pages) for name, pages in read.by_name.items()}


@pytest.mark.parametrize(
    ("named", "languages"),
    [
        (None, ("en", "pt-BR", "zh")),
        (("zh", "en"), ("en", "zh")),
        (("api",), ("api",)),
        (("fr",), ()),
        ((), ()),
    ],
)
def test_only_the_languages_of_the_site_are_languages(
    tmp_path: Path, named: tuple[str, ...] | None, languages: tuple[str, ...]
) -> None:
    for name in ("api", "css", "en", "img", "js", "pt-BR", "src", "zh"):
        (tmp_path / name).mkdir()
    assert languages == tree.languages_of(tmp_path, named)


def test_folders_that_are_called_like_none_are_no_languages(tmp_path: Path) -> None:
    for name in ("api", "img", "src"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.py").write_text("# %%\n1\n")
        (tmp_path / name / "a.md").write_text("")
    read = tree.read_tree(tmp_path, ["notes.py"])
    assert ("", "api/a.md") == (read.pages[0].language, read.pages[0].name)
    assert ["notebooks (='notes.py') matches no file ending in .py"] == [each.message for each in read.faults]


def test_a_single_directory_named_like_a_language_is_a_plain_directory(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_text("", "utf-8")
    read = tree.read_tree(tmp_path)
    assert [("", "en/a.md")] == [(page.language, page.name) for page in read.pages]


def test_a_page_that_cannot_be_parsed_is_reported_and_the_others_are_parsed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_text('\n```python exec="on"\n', "utf-8")
    (tmp_path / "c.md").write_text("", "utf-8")
    read = tree.read_tree(tmp_path)
    assert [
        ("a.md", 0, "page"),
        ("b.md", 2, "page"),
    ] == [(Path(each.path).name, each.line, each.kind) for each in read.faults]
    assert ["c.md"] == [page.name for page in read.pages]


def test_a_tree_that_is_not_a_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="must be an existing directory of pages"):
        tree.read_tree(tmp_path / "none")


def test_python_files_that_a_pattern_names_are_notebooks_with_or_without_their_language(
    tmp_path: Path,
) -> None:
    for name in ("zh/notes/b.py", "en/notes/b.py", "en/notes/deep/c.py", "en/stray.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# %%\n1\n", "utf-8")
    read = tree.read_tree(tmp_path, ["notes/*"])
    assert {"notes/b.py", "notes/deep/c.py"} == set(read.by_name)
    assert {"notes/b.py"} == {page.name for page in tree.read_tree(tmp_path, ["en/notes/b*"]).pages}
    assert () == tree.read_tree(tmp_path).pages


def test_a_pattern_that_matches_no_notebook_is_reported(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.py").write_text("# %%\n1\n", "utf-8")
    (fault,) = tree.read_tree(tmp_path, ["notes/*", "nots/*"]).faults
    rule = "notebooks (='nots/*') matches no file ending in .py"
    assert (tmp_path.as_posix(), 0, rule) == (fault.path, fault.line, fault.message)


def test_pages_and_folders_are_chosen_in_all_their_languages_each_once(tmp_path: Path) -> None:
    for name in ("en/a.md", "en/deep/b.md", "zh/a.md", "zh/deep/b.md", "zh/deep/c.md", "zh/img/d.svg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\xff" if name == "zh/a.md" else b"")
    read = tree.read_tree(tmp_path)

    def chosen(*names: str) -> tuple[list[str], list[str]]:
        pages, faults = read.chosen([tmp_path / name for name in names])
        return [f"{each.language}/{each.name}" for each in pages], [Path(each.path).name for each in faults]

    assert (["en/a.md"], ["a.md"]) == chosen("zh/a.md", "en/a.md")
    assert (["en/deep/b.md", "zh/deep/b.md"], []) == chosen("en/deep", "zh/deep/b.md")
    assert ["en/deep/b.md", "zh/deep/b.md", "zh/deep/c.md"] == chosen("zh/deep")[0]
    with pytest.raises(PageError, match=r"img: must contain pages of .*: a Markdown file, or a notebook"):
        chosen("zh/img")
    with pytest.raises(PageError, match=r"d\.svg: must be one of the pages under"):
        chosen("zh/img/d.svg")


def test_only_the_pages_that_contain_a_text_are_parsed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one two", "utf-8")
    (tmp_path / "b.md").write_bytes(b"two \xff")
    (tmp_path / "c.md").write_text("three", "utf-8")
    read = tree.read_tree(tmp_path)
    assert ["a.md"] == [page.name for page in read.containing("two")]
    page = read.by_name["c.md"][""]
    changed = read.with_pages([replace(page, document=parse("two", "c.md"))])
    assert ["a.md", "c.md"] == [page.name for page in changed.containing("two")]
    assert ["c.md"] == [page.name for page in read.containing("three")]
    (tmp_path / "a.md").unlink()
    assert [] == list(tree.Tree(read.root, (), read.files[:1], read.parsed).containing("two"))
