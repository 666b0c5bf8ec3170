"""The name of a build changes if, and only if, a file that Python in the browser loads has changed."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from pyodide_runtime import write_runtime

from convref.weave.browser.browser import FOLDER, Browser
from convref.weave.browser.offline import SERVICE_WORKER, digest
from convref.weave.markdown.document import parse


@pytest.fixture
def browser(tmp_path):
    """A site with one block for the browser."""
    runtime = write_runtime(tmp_path / "pyodide")
    browser = Browser(runtime, [], tmp_path, tmp_path / "cache", everywhere=True, online=False)
    browser.page(parse("```pyodide\n1\n```\n", "x.md"))
    return browser


def test_the_digest_is_that_of_names_and_contents(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"12")
    (tmp_path / "a").write_bytes(b"3")
    assert hashlib.sha256(b"a\x001\x003b/c\x002\x0012").hexdigest()[:16] == digest(tmp_path)


def test_a_file_that_is_not_written_yet_counts_with_its_content(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    before = digest(tmp_path, {"b/c": b"2"})
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"2")
    assert before == digest(tmp_path)
    (tmp_path / "b" / "c").write_bytes(b"of an older build")
    assert before == digest(tmp_path, {"b/c": b"2"})


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_the_digest_changes_with_the_files(tmp_path, change):
    (tmp_path / "one").write_text("1")
    before = digest(tmp_path)
    assert before == digest(tmp_path)
    if change == "content":
        (tmp_path / "one").write_text("2")
    elif change == "name":
        (tmp_path / "one").rename(tmp_path / "two")
    else:
        (tmp_path / "two").write_text("")
    assert before != digest(tmp_path)


def build(site):
    return json.loads((site / FOLDER / "try.json").read_text("utf-8")).get("build")


def test_two_sites_with_the_same_files_are_the_same_build(tmp_path, browser):
    for name in ("one", "two", "two"):  # the second one also over an older build
        browser.write(tmp_path / name)
    assert re.fullmatch("[0-9a-f]{16}", build(tmp_path / "one"))
    assert build(tmp_path / "one") == build(tmp_path / "two")


def noting(written, write):
    """Return a method that writes a file, and adds its path to the list `written`."""

    def noted(path, *given, **options):
        written.append(path)
        return write(path, *given, **options)

    return noted


@pytest.mark.parametrize("offline", [True, False])
def test_every_file_is_written_once(tmp_path, browser, monkeypatch, offline):
    written: list[Path] = []
    with monkeypatch.context() as patches:
        for method in ("write_bytes", "write_text"):
            patches.setattr(Path, method, noting(written, getattr(Path, method)))
        browser.write(tmp_path / "site", offline=offline)
    assert tmp_path / "site" / FOLDER / "try.json" in written
    assert sorted(set(written)) == sorted(written)


@pytest.mark.parametrize("offline", [True, False])
def test_a_site_that_its_author_edits_has_no_service_worker(tmp_path, browser, offline):
    browser.write(tmp_path / "site", offline=offline)
    assert offline == (build(tmp_path / "site") is not None)
    assert offline == (tmp_path / "site" / SERVICE_WORKER).is_file()
