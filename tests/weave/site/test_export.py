"""Exported pages load the scripts that run their blocks, and the scripts are among the exported files."""

import json
from pathlib import Path

import pytest
from pyodide_runtime import write_runtime

from convref.weave.site.export import export_pages

PAGE = '# T\n\n```python exec="on" source="above"\nx = 6 * 7\n```\n'


@pytest.fixture
def export(tmp_path, monkeypatch):
    """Return a function that exports a site of two languages, and returns the directory of the output."""
    write_runtime(tmp_path / "pyodide")
    monkeypatch.chdir(tmp_path)

    def exported(options, *given, **config):
        for name in ("en/index.md", "en/a/README.md", "en/a/b.md", "zh/index.md"):
            page = tmp_path / "docs" / name
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(PAGE, "utf-8")
        (tmp_path / "docs" / "note.py").write_text("# %% [markdown]\n# # T\n\n# %%\nx = 1\n", "utf-8")
        plugin = {"try_runtime": "pyodide", "notebooks": ["note.py"], **options}
        site = {"site_name": "T", "plugins": [{"convref": plugin}], **config}
        (tmp_path / "mkdocs.yml").write_text(json.dumps(site), "utf-8")
        assert () == export_pages(Path("docs"), Path("out"), *given).errors
        return tmp_path / "out"

    return exported


def addresses(out):
    """Return the address of the script in each page that has one."""
    found = {}
    for page in sorted(out.rglob("*.md")):
        _, mark, rest = page.read_text("utf-8").partition('<script type="module">import "')
        if mark:
            found[page.relative_to(out).as_posix()] = rest.partition('/try.js"')[0]
    return found


@pytest.mark.parametrize(
    ("directories", "of_b"), [(True, "./../../../assets/convref"), (False, "./../../assets/convref")]
)
def test_pages_load_the_scripts_by_addresses_that_fit_their_urls(export, directories, of_b):
    out = export({"try": True}, use_directory_urls=directories)
    assert {
        "en/a/README.md": "./../../assets/convref",
        "en/a/b.md": of_b,
        "en/index.md": "./../assets/convref",
        "zh/index.md": "./../assets/convref",
    } == addresses(out)
    assert 'class="convref-try" data-block="0"' in (out / "en/index.md").read_text("utf-8")
    assert {"try.js", "try.json", "worker.js", "runtime"} <= {
        path.name for path in (out / "assets" / "convref").iterdir()
    }
    assert (out / "convref-offline.js").is_file()


def test_a_host_may_leave_out_the_directory_of_a_language(export):
    out = export({"try": True}, None, lambda path: path.relative_to("en") if path.parts[0] == "en" else path)
    assert {
        "en/a/README.md": "./../assets/convref",
        "en/a/b.md": "./../../assets/convref",
        "en/index.md": "./assets/convref",
        "zh/index.md": "./../assets/convref",
    } == addresses(out)


def test_a_site_without_such_blocks_is_exported_without_scripts(export):
    out = export({})
    assert {} == addresses(out)
    assert "convref-try" not in (out / "en/index.md").read_text("utf-8")
    assert ["en", "note.md", "note.py", "zh"] == sorted(path.name for path in out.iterdir())
