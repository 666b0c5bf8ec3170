from pathlib import Path

import pytest
from site_builds import Builds
from warm_python import WarmPython

from convref.weave.adapters.incremental.included_files import recording, unchanged

CONFIG = """\
site_name: T
theme: {name: material, font: false}
plugins:
  - convref
  - mkdocstrings
markdown_extensions:
  - pymdownx.snippets: {base_path: [first, second]}
"""
FILES = {
    "mkdocs.yml": CONFIG,
    "docs/index.md": '# Home\n\n--8<-- "part.md"\n',
    "docs/own.md": "# Own\n\n::: own\n",
    "docs/other.md": "# Other\n\nText.\n",
    "own.py": '"""Docstring.\n\n--8<-- "of_docstring.md"\n"""\n',
    "first/empty.md": "",
    "second/part.md": "A part.\n",
    "second/of_docstring.md": "A part of a docstring.\n",
}


@pytest.fixture
def site(python: WarmPython, tmp_path: Path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    builds = Builds(python, "serve", tmp_path, tmp_path / "site", tmp_path)
    yield tmp_path, builds
    builds.close()


def test_pages_with_snippets_are_converted_again_only_if_a_snippet_changes(site):
    root, builds = site
    converted = [builds.build()["converted"]]
    builds.build()  # griffe may read again what was written just before the first build
    converted.append(builds.build()["converted"])
    for path in ("second/part.md", "second/of_docstring.md", "first/part.md"):
        (root / path).write_text(f"Text of {path}.\n", "utf-8")
        converted.append(builds.build()["converted"])
    (root / "first/part.md").unlink()
    converted.append(builds.build()["converted"])
    assert [3, 0, 1, 1, 1, 1] == converted
    pages = {name: text.decode() for name, text in builds.files().items() if name.endswith("index.html")}
    assert "Text of second/part.md." in pages["index.html"]
    assert "Text of second/of_docstring.md." in pages["own/index.html"]


def test_nothing_is_recorded_for_a_site_without_snippets():
    with recording(is_active=False) as found:
        pass
    assert {} == found


def test_a_base_that_is_a_file_is_recorded_itself(tmp_path: Path):
    from markdown import Markdown

    file, missing = tmp_path / "one.md", tmp_path / "none"
    file.write_text("One.", "utf-8")
    options = {"pymdownx.snippets": {"base_path": [str(file), str(missing)], "check_paths": False}}
    converter = Markdown(extensions=["pymdownx.snippets"], extension_configs=options)
    with recording(is_active=True) as found:
        assert "<p>One.</p>" == converter.convert('--8<-- "one.md"')
    assert {str(file), str(missing / "one.md")} == found.keys()
    assert unchanged(found)
    missing.mkdir()
    (missing / "one.md").write_text("Two.", "utf-8")
    assert not unchanged(found)
