"""Temporary directories of sessions, and their removal."""

import os
import subprocess
import sys
import tempfile

import pytest

from convref.weave.run.temporary import SessionFolders, remove_tree

posix = pytest.mark.skipif(sys.platform == "win32", reason="locks, permissions and links are POSIX's")
OWNER = "from convref.weave.run.temporary import SessionFolders\nprint(SessionFolders().new())"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A directory in which temporary directories are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_closing_removes_the_directories_of_all_sessions(place):
    folders = SessionFolders()
    for _ in range(2):
        (place / folders.new() / "file").write_text("x")
    folders.close()
    folders.close()
    assert [] == list(place.iterdir())


@posix
def test_directories_of_a_killed_build_are_removed_by_the_next(place):
    subprocess.run([sys.executable, "-c", OWNER], check=True, capture_output=True)
    alive = SessionFolders()
    assert [alive.folder] == [str(each) for each in place.iterdir()]
    other = SessionFolders()  # the first is alive: it stays
    assert {alive.folder, other.folder} == {str(each) for each in place.iterdir()}
    alive.close()
    other.close()


def test_directories_of_others_with_a_similar_name_stay(place):
    for name in ("convref-notes", "convref-sessions-x"):
        (place / name).mkdir()
    (place / "convref-sessions-link").symlink_to(place / "convref-notes")
    SessionFolders().close()
    assert 3 == len(list(place.iterdir()))


def nested(folder, depth):
    """Nest directories deeper than a path can be long; return a descriptor of the innermost."""
    number = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("a" * 50, dir_fd=number)
        inner = os.open("a" * 50, os.O_RDONLY, dir_fd=number)
        os.close(number)
        number = inner
    return number


@posix
def test_a_directory_nested_deeper_than_any_path_is_removed(tmp_path):
    (tmp_path / "deep").mkdir()
    os.close(nested(tmp_path / "deep", 3000))
    remove_tree(str(tmp_path / "deep"))
    assert [] == list(tmp_path.iterdir())


@posix
def test_directories_without_permissions_are_removed(tmp_path):
    for inner in ("a/b/c", "a/d"):
        (tmp_path / "closed" / inner).mkdir(parents=True)
        (tmp_path / "closed" / inner / "file").write_text("x")
    for inner in ("a/b/c", "a/b", "a", "."):
        (tmp_path / "closed" / inner).chmod(0)
    code = (
        "import os, sys; from convref.weave.run.temporary import remove_tree\n"
        "os.getuid() == 0 and os.setuid(65534)  # root may do everything\nremove_tree(sys.argv[1])"
    )
    if os.getuid() == 0:
        for root, folders, _ in os.walk(tmp_path):
            for each in (root, *(os.path.join(root, name) for name in folders)):  # noqa: PTH118
                os.chown(each, 65534, 65534)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "closed")], check=True)
    assert not (tmp_path / "closed").exists()


@posix
def test_links_are_removed_and_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "itself").symlink_to(tmp_path / "kept")
    remove_tree(str(tmp_path / "folder"))
    remove_tree(str(tmp_path / "itself"))
    assert [tmp_path / "kept"] == list(tmp_path.iterdir())
    assert "x" == (tmp_path / "kept" / "file").read_text()


def test_removing_what_is_not_there_does_nothing(tmp_path):
    remove_tree(str(tmp_path / "none"))
    assert [] == list(tmp_path.iterdir())
