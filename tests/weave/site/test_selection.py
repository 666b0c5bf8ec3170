"""Pages and folders are grouped by their sites."""

from pathlib import Path

import pytest

from convref.errors import PageError
from convref.weave.site.selection import Selection, selections

SITE = "plugins: [convref]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("one/docs/a.md", "one/docs/deep/b.md", "two/docs/c.md", "loose/d.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    for name in ("one", "two"):
        (tmp_path / name / "mkdocs.yml").write_text(SITE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["one/docs"], [("one/docs", None)]),
        (["one/docs/a.md", "one/docs/deep/b.md"], [("one/docs", ["one/docs/a.md", "one/docs/deep/b.md"])]),
        (["one/docs/deep"], [("one/docs", ["one/docs/deep"])]),
        (["one/docs/a.md", "one/docs"], [("one/docs", None)]),
        (["one/docs", "one/docs/a.md"], [("one/docs", None)]),
        (
            ["two/docs/c.md", "one/docs", "two/docs/c.md"],
            [("two/docs", ["two/docs/c.md", "two/docs/c.md"]), ("one/docs", None)],
        ),
        (["loose"], [("loose", None)]),
        (["loose/d.md"], [("loose", ["loose/d.md"])]),
        (["none"], [("none", None)]),  # the check reports that there is no such directory
    ],
)
@pytest.mark.usefixtures("folder")
def test_each_site_is_selected_once_with_what_is_named_of_it(
    given: list[str], found: list[tuple[str, list[str] | None]]
) -> None:
    expected = [Selection(Path(root), tuple(map(Path, only)) if only else None) for root, only in found]
    assert expected == list(selections(map(Path, given)))


def test_a_page_that_does_not_exist_is_an_error(folder: Path) -> None:
    with pytest.raises(PageError, match=r"none\.md: must be an existing page"):
        selections([folder / "none.md"])
