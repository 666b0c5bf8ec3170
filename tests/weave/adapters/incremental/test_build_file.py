"""What one `mkdocs build` keeps in a file for the next, which runs in another process."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from site_builds import ENVIRONMENT, Builds

from convref.weave.adapters.incremental.build_file import LARGEST, BuildFile
from convref.weave.adapters.incremental.kept_builds import KeptBuilds
from convref.weave.cache.signing import Signer, cache_key
from convref.weave.cache.store import Store

CONFIG = """\
site_name: T
theme: {name: material, font: false}
hooks: [hook.py]
plugins:
  - convref: {OPTIONS}
markdown_extensions: [tables]
"""
HOOK = """\
from pathlib import Path

import word


def on_page_markdown(markdown, **_):
    return markdown.replace("WORD", word.WORD)


def on_post_page(output, **_):
    if Path("fails").exists():
        raise ValueError("the hook fails")
    return output
"""


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "site"
    (root / "docs").mkdir(parents=True)
    (root / "docs/index.md").write_text("# T\n\n`{python} 6 * 7` WORD\n")
    (root / "docs/other.md").write_text("# Other\n\n[T](index.md)\n")
    (root / "mkdocs.yml").write_text(CONFIG.replace("OPTIONS", ""))
    (root / "hook.py").write_text(HOOK)
    (root / "word.py").write_text('WORD = "first"\n')
    (root / "own-1.dist-info").mkdir()
    return root


@pytest.fixture
def builds(python, root, tmp_path):
    found = Builds(python, "build", root, tmp_path / "built", root)
    yield found
    found.close()


def counts(builds):
    """Build the site, and return how many pages were converted, and how many the templates made."""
    answer = builds.build()
    assert [] == answer["messages"]
    return answer["converted"], answer["made"]


def kept_file(root):
    (file,) = root.glob(".cache/convref/build-*/*")
    return file


def test_a_build_in_another_process_converts_only_what_changed(root, builds):
    assert (2, 2) == counts(builds)
    first = builds.files()
    kept = kept_file(root).read_bytes()
    assert (0, 0) == counts(builds)
    assert (first, kept) == (builds.files(), kept_file(root).read_bytes())
    (root / "docs/other.md").write_text("# Other\n\nText\n")
    assert (1, 1) == counts(builds)
    assert b"<p>42 first</p>" in builds.files()["index.html"]
    assert b"<p>Text</p>" in builds.files()["other/index.html"]


def test_a_page_that_is_removed_leaves_the_file(root, builds):
    counts(builds)
    assert b"other.md" in kept_file(root).read_bytes()
    (root / "docs/other.md").unlink()
    counts(builds)
    assert b"other.md" not in kept_file(root).read_bytes()


def test_a_change_of_programs_converts_all_pages(root, builds):
    def changes():
        yield lambda: (root / "hook.py").write_text(HOOK + "\n# changed\n")
        yield lambda: (root / "word.py").write_text('WORD = "second"\n')
        yield lambda: (root / "own-1.dist-info").rename(root / "own-2.dist-info")

    counts(builds)
    for change in changes():
        change()
        assert [2, 0] == [counts(builds)[0] for _ in range(2)]
    assert b"<p>42 second</p>" in builds.files()["index.html"]


def test_a_change_of_the_sites_own_templates_converts_all_pages(root, builds):
    (root / "theme").mkdir()
    (root / "theme/part.html").write_text("one")
    (root / "mkdocs.yml").write_text(
        CONFIG.replace("OPTIONS", "").replace("font: false", "font: false, custom_dir: theme")
    )
    assert [(2, 2), (0, 0)] == [counts(builds) for _ in range(2)]
    (root / "theme/part.html").write_text("two")
    assert [(2, 2), (0, 0)] == [counts(builds) for _ in range(2)]


def signed(body):
    return Signer(cache_key()).signed(json.dumps(body).encode())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"42 first", b"43 first"),
        lambda data: b"",  # noqa: ARG005
        lambda data: Signer(b"of another machine").signed(data.partition(b"\n")[2]),
        lambda data: signed({**json.loads(data.partition(b"\n")[2]), "format": 0}),
        lambda data: signed({**json.loads(data.partition(b"\n")[2]), "kept": {"conversions": 1}}),
        lambda data: signed([data.decode()]),
    ],
    ids=["cut", "changed", "empty", "foreign", "other format", "other content", "a list"],
)
def test_a_file_that_cannot_be_used_is_replaced_without_a_message(root, builds, damage):
    counts(builds)
    first, file = builds.files(), kept_file(root)
    file.write_bytes(damage(file.read_bytes()))
    assert [(2, 2), (0, 0)] == [counts(builds) for _ in range(2)]
    assert first == builds.files()


def test_the_option_keeps_no_file(root, builds):
    (root / "mkdocs.yml").write_text(CONFIG.replace("OPTIONS", "incremental: off"))
    counts(builds)
    assert [] == list(root.glob(".cache/convref/build-*"))


@pytest.fixture
def build(python, root):
    """Return a function that runs `mkdocs build` with options, and returns its exit status and messages."""
    search = os.pathsep.join([str(root), *filter(None, sys.path)])
    command = ("-m", "mkdocs", "build", "-d", "../built")

    def build(*options):
        done = python.run(*command, *options, cwd=root, **ENVIRONMENT, PYTHONPATH=search)
        return done.returncode, done.stdout + done.stderr

    return build


def test_a_build_of_changed_pages_alone_neither_uses_nor_changes_the_file(root, build):
    assert 0 == build()[0]
    kept = kept_file(root).read_bytes()
    (root / "docs/other.md").write_text("# Other\n\nText\n")
    assert 0 == build("--dirty")[0]
    assert "<p>Text</p>" in (root.parent / "built/other/index.html").read_text()
    assert kept == kept_file(root).read_bytes()


def test_a_strict_build_that_fails_fails_again_with_the_same_messages(root, build):
    (root / "docs/other.md").write_text("# Other\n\n[no](no.md)\n")
    status, said = build("--strict", "--clean")
    assert 1 == status
    assert "'other.md' contains a link 'no.md'" in said
    assert (1, said) == build("--strict", "--clean")


def test_a_build_that_fails_leaves_the_file_as_it_was(root, build):
    assert 0 == build()[0]
    kept = kept_file(root).read_bytes()
    (root / "docs/other.md").write_text("# Other\n\nText\n")
    (root / "fails").touch()
    status, said = build()
    assert (1, True) == (status, "the hook fails" in said)
    assert kept == kept_file(root).read_bytes()


def test_two_builds_at_once_leave_a_file_that_the_next_one_uses(python, root, builds, tmp_path):
    other = Builds(python, "build", root, tmp_path / "other", root)
    with ThreadPoolExecutor() as pool:
        assert [[], []] == [each["messages"] for each in pool.map(Builds.build, [builds, other])]
    other.close()
    assert 0 == counts(builds)[0]
    assert {"site.json"} == {each.name for each in root.glob(".cache/convref/build-*/*")}


class Kept(KeptBuilds):
    """Results of a build with a given size."""

    size = 0

    def __init__(self, size):
        self.size = size

    def body(self):
        return {"size": self.size}


def config(**options):
    return SimpleNamespace(
        config_file_path="mkdocs.yml",
        plugins={"own": SimpleNamespace(config=options)},
        hooks={},
        theme=SimpleNamespace(dirs=[]),
    )


@pytest.mark.parametrize(
    ("options", "size", "expected"),
    [({"a": 1}, LARGEST, 1), ({"a": 1}, LARGEST + 1, 0), ({"a": object()}, LARGEST, 0)],
    ids=["plain", "too large", "an option that cannot be compared"],
)
def test_what_is_too_large_or_cannot_be_compared_is_not_kept(tmp_path, options, size, expected):
    file = BuildFile(Store(tmp_path), config(**options), began=0.0)
    assert 0 == file.read().size
    file.write(Kept(size))
    assert expected == len(list(tmp_path.glob("build-*/*")))


def test_a_folder_that_cannot_be_written_logs_no_warning(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file in place of the folder")
    with caplog.at_level("DEBUG"):
        BuildFile(Store(tmp_path / "cache"), config(a=1), began=0.0).write(Kept(1))
    assert ["DEBUG"] == [each.levelname for each in caplog.records if "cannot be written" in each.message]
    assert "WARNING" not in {each.levelname for each in caplog.records}
