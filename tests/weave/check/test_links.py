"""Links, anchors and images without a target are reported."""

from pathlib import Path

import pytest

from convref.weave.check import links
from convref.weave.markdown.document import parse
from convref.weave.page import references, tree


def errors(root: Path, **texts: str) -> list[str]:
    """Return the errors in pages given by name, `en_a` for `en/a.md`, with paths relative to the root."""
    for name, text in texts.items():
        file = root / f"{name.replace('_', '/')}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    read = tree.read_tree(root)
    found = [finding for page in read.pages for finding in links.check(page, read)]
    return [str(finding).removeprefix(f"{root.as_posix()}/") for finding in found]


def test_links_to_pages_anchors_and_files_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "x y.png").touch()
    page = (
        '# Same *title*\n# Same title\n## 卷积 Net\n# C {#own}\n<a id="raw"></a>\n'
        "[a](b.md) [b](b.md#top) [c](#same-title) [d](#same-title_1) [e](#own) [f](#raw) [g](<x y.png>)\n"
        "![h](x%20y.png) [i](#卷积-net) [j](#net) [k][ref] [l](https://a.b/c) [m](mailto:a@b.c) [n](/abs)\n"
        '[o](sub/) [p](published:a.b) `[q](none.md)` <img src="x y.png"> [r](b.md?x=1) [s](#fn:1)\n'
        "[![t](x%20y.png)](b.md)\n\n[ref]: b.md\n<!-- [u](none.md) -->\n"
    )
    assert [] == errors(tmp_path, a=page, b="# Top", sub_index="")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n[a](none.md)", "a.md:2: link: the file of the link none.md does not exist"),
        ("![a](none.png)", "a.md:1: link: the file of the image none.png does not exist"),
        ('<img alt="a" src="none.png">', "a.md:1: link: the file of the image none.png does not exist"),
        ("[a](b.md#x)", "a.md:1: link: the link b.md#x: b.md has no anchor #x"),
        ("[a](#x)", "a.md:1: link: the link #x: a.md has no anchor #x"),
        ("[r]\n\n[r]: none.md", "a.md:3: link: the file of the link none.md does not exist"),
        ('```md exec="on"\n[a](none.md)\n```\n', "a.md:2: link: the file of the link none.md does not exist"),
        ("[![t](none.png)](b.md)", "a.md:1: link: the file of the image none.png does not exist"),
    ],
)
def test_a_link_without_a_target_is_reported_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    assert [each.replace(f"{tmp_path.as_posix()}/", "") for each in errors(tmp_path, a=text, b="# Top")] == [
        message
    ]


def test_the_error_of_a_link_to_a_built_notebook_names_its_source(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("# %%\n1\n", "utf-8")
    (tmp_path / "a.md").write_text("[a](one.ipynb)\n[b](two.ipynb)\n[c](one.py)", "utf-8")
    read = tree.read_tree(tmp_path, ["one.py"])
    found = [each.message for page in read.pages for each in links.check(page, read)]
    none = "the file of the link {} does not exist"
    assert [
        f"{none.format('one.ipynb')}; link the notebook's source, one.py",
        none.format("two.ipynb"),
    ] == found


def test_links_may_start_at_the_root_of_their_language(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "x.svg").touch()
    text = "![a](../assets/x.svg) ![b](assets/x.svg) [c](b.md)"
    assert [] == errors(tmp_path, en_a=text, en_b="", zh_a=text, zh_b="")


def test_figures_attributes_and_headings_written_by_blocks_are_anchors() -> None:
    page = (
        '![a](b.png){ #one }\n\n```python exec="on" figure="two"\n1\n```\n\n```md exec="on"\n# Three\n```\n'
    )
    assert {"one", "two", "three"} == references.anchors(parse(page, "x.md"))


def test_a_heading_with_a_computed_value_has_no_known_anchor() -> None:
    assert {"two"} == references.anchors(parse("# `{python} x`\n# Two", "x.md"))
