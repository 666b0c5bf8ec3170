"""Trees of files have the icons of the theme, or pictures that every theme has."""

import pytest

from convref.weave.render.directory_tree import draw, theme_icon

TREE = "src/\n    a.py  # code\n    Dockerfile\n    .gitignore\n    other.xyz\n    empty/\n"


@pytest.fixture
def icons(tmp_path):
    for name in ("simple/python", "simple/docker", "simple/git", "material/file"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.svg").write_text(f"<svg>{name}</svg>")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("name", "icon"),
    [
        ("a.py  # code", "simple/python"),
        ("Dockerfile", "simple/docker"),
        (".gitignore", "simple/git"),
        ("other.xyz", "material/file"),
        ("README", "material/file"),
        ("a.rs", "material/file"),  # this theme has no icon for it
    ],
)
def test_a_file_has_the_icon_for_its_name_or_that_of_any_file(icons, name, icon):
    assert f"<svg>{icon}</svg>" == theme_icon(icons, name)


def test_without_a_theme_there_is_no_icon(tmp_path):
    assert "" == theme_icon("", "a.py")
    assert "" == theme_icon(str(tmp_path), "a.toml")


@pytest.mark.parametrize(
    ("icons", "expected"),
    [
        ("auto", ["📁 src/", "├── I a.py  # code", "├── I Dockerfile"]),
        ("basic", ["📁 src/", "├── 📄 a.py  # code", "├── 📄 Dockerfile"]),
        ("none", ["src/", "├── a.py  # code", "├── Dockerfile"]),
    ],
)
def test_a_tree_has_the_icons_that_it_asks_for(icons, expected):
    assert expected == draw(TREE, icons, lambda _: "I").splitlines()[:3]


def test_folders_and_files_of_a_theme_without_icons_have_pictures():
    assert ["📁 src/", "├── 📄 a.py  # code"] == draw(TREE).splitlines()[:2]
    assert "└── 📁 empty/" == draw(TREE, "auto", lambda _: "").splitlines()[-1]
