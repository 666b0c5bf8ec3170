"""The languages of a page may differ only in their words."""

from pathlib import Path

import pytest

from convref.weave.check import parity
from convref.weave.page import tree


def errors(root: Path, en: str | None, zh: str | None) -> list[str]:
    for language, text in (("en", en), ("zh", zh)):
        (root / language).mkdir()
        if text is not None:
            (root / language / "a.md").write_text(text, "utf-8")
    read = tree.read_tree(root)
    found = sorted(finding for page in read.pages for finding in parity.check(page, read))
    return [str(finding).replace(f"{root.as_posix()}/", "") for finding in found]


ENGLISH = """\
# Title

The `{python} a` of `{python} b`: [more](b.md#x), [source](https://en.org).

```python exec="on" alt="a box"
x = 1  # one
```

```pycon
>>> x
1
```

![a](../assets/en/a.svg)

## More

```
plain words
```
"""
CHINESE = """\
# 标题

`{python} b` 的 `{python} a`：[更多](b.md#y)，[来源](https://zh.org)。

```python exec="on" alt="一个方框"
# 一
x = 1
```

```pycon
>>> x
1
```

![甲](../assets/zh/a.svg)

## 更多

```
普通的话
```
"""


def test_a_faithful_translation_has_no_differences(tmp_path: Path) -> None:
    assert [] == errors(tmp_path, ENGLISH, CHINESE)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "x = 1",
            "x = 2",
            [
                (
                    "zh/a.md:5: parity: the python block with alt differs"
                    " from the python block with alt at en/a.md:5"
                )
            ],
        ),
        (
            ">>> x",
            ">>> y",
            ["zh/a.md:11: parity: the doctest example differs from the doctest example at en/a.md:10"],
        ),
        (
            "## 更多",
            "### 更多",
            [
                (
                    "zh/a.md:17: parity: the heading “更多” of level 3 differs"
                    " from the heading “More” of level 2 at en/a.md:16"
                )
            ],
        ),
        (
            "## 更多",
            "",
            ["zh/a.md:1: parity: the heading “More” of level 2 at en/a.md:16 has no counterpart here"],
        ),
        (
            "## 更多",
            "## 更多\n\n### 再多",
            ["zh/a.md:19: parity: the heading “再多” of level 3 has no counterpart in en/a.md"],
        ),
        (
            "(b.md#y)",
            "(c.md)",
            [
                "zh/a.md:1: parity: the link b.md#x at en/a.md:3 has no counterpart here",
                "zh/a.md:3: parity: the link c.md has no counterpart in en/a.md",
            ],
        ),
        (
            ' alt="一个方框"',
            "",
            [("zh/a.md:5: parity: the python block differs from the python block with alt at en/a.md:5")],
        ),
        (
            "`{python} a`",
            "",
            ["zh/a.md:1: parity: the value a at en/a.md:3 has no counterpart here"],
        ),
        (
            "zh/a.svg",
            "zh/b.svg",
            [
                (
                    "zh/a.md:15: parity: the image ../assets/zh/b.svg differs"
                    " from the image ../assets/en/a.svg at en/a.md:14"
                )
            ],
        ),
    ],
)
def test_a_difference_is_reported_with_both_lines(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert expected == errors(tmp_path, ENGLISH, CHINESE.replace(old, new, 1))


def test_the_parts_of_an_executed_block_of_markdown_are_compared(tmp_path: Path) -> None:
    english = '```md exec="on"\n## One\n\nIt is `{python} x`, see [more](c.md)\n```\n'
    chinese = '```md exec="on"\n### 一\n\n即 `{python} x`，见[更多](c.md)\n```\n'
    (found,) = errors(tmp_path, english, chinese)
    assert found.startswith("zh/a.md:2: parity: the heading “一” of level 3 differs")


def test_a_page_in_one_language_only_is_reported(tmp_path: Path) -> None:
    assert ["zh/a.md:1: parity: the page has no counterpart in en"] == errors(tmp_path, None, CHINESE)


def test_code_that_is_not_python_is_compared_as_text() -> None:
    assert ["x =", "ls  # a"] == [parity.code_key("python", "x ="), parity.code_key("bash", "ls  # a")]
