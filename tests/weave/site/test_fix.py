"""Stale output is rewritten, in every language, and every other byte stays."""

from pathlib import Path

from convref.weave.site.checker import check_pages
from convref.weave.site.fix import fix_pages
from convref.weave.site.options import SiteOptions

DOCTESTS = SiteOptions(doctests=True)
STALE = (
    "Bytes before: \u00e9\u200b \t \r\n"
    "\r\n"
    "- item\r\n"
    "\r\n"
    "    ```pycon\r\n"
    "    >>> for n in (1, 2):\r\n"
    "    ...     print(n, end='\\n\\n')\r\n"
    "    1\r\n"
    "    >>> 1 / 3\r\n"
    "    0.33\r\n"
    "    >>> [1, 2, 3]\r\n"
    "    [1, ..., 3]\r\n"
    "    >>> None\r\n"
    "    7\r\n"
    "    >>> 6 * 7\r\n"
    "    >>> 'x' + 'y'\r\n"
    "    'x'\r\n"
    "    ```\r\n"
    "\r\n"
    "> ```pycon\r\n"
    "> >>> int('a')\r\n"
    "> Traceback (most recent call last):\r\n"
    ">   ...\r\n"
    "> ValueError: other\r\n"
    "> >>> undefined\r\n"
    "> 5\r\n"
    "> ```\r\n"
    "After: 1\n2\r3"
)
FIXED = (
    STALE.replace("    1\r\n", "    1\r\n    <BLANKLINE>\r\n    2\r\n    <BLANKLINE>\r\n")
    .replace("    7\r\n", "")
    .replace("6 * 7\r\n", "6 * 7\r\n    42\r\n")
    .replace("    'x'\r\n", "    'xy'\r\n")
    .replace(
        ">   ...\r\n> ValueError: other",
        ">     ...\r\n> ValueError: invalid literal for int() with base 10: 'a'",
    )
)


def test_only_stale_output_is_rewritten(tmp_path: Path) -> None:
    for language in ("en", "zh"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.md").write_bytes(STALE.encode())
    assert ["en", "zh"] == [Path(path).parent.name for path in fix_pages(tmp_path)]
    for language in ("en", "zh"):
        assert (tmp_path / language / "a.md").read_bytes() == FIXED.encode()
    assert {"NameError: name 'undefined' is not defined"} == {
        each.message for each in check_pages(tmp_path, DOCTESTS).diagnostics
    }


def test_a_page_without_stale_output_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("```pycon\n>>> 1\n1\n```\n", "utf-8")
    before = file.stat().st_mtime_ns
    assert () == fix_pages(tmp_path)
    assert file.stat().st_mtime_ns == before


def test_a_new_exception_is_written_with_its_module(tmp_path: Path) -> None:
    example = ">>> import json\n>>> json.loads('')\nTraceback (most recent call last):\nValueError: x\n"
    page = f"```pycon\n{example}```\n"
    (tmp_path / "a.md").write_text(page, "utf-8")
    fix_pages(tmp_path)
    assert "json.decoder.JSONDecodeError: Expecting value" in (tmp_path / "a.md").read_text("utf-8")
    assert () == check_pages(tmp_path, DOCTESTS).diagnostics


def test_a_session_that_crashed_rewrites_nothing(tmp_path: Path) -> None:
    page = "```pycon\n>>> 1\n2\n>>> import os; os._exit(3)\n```\n"
    (tmp_path / "a.md").write_text(page, "utf-8")
    assert () == fix_pages(tmp_path)


def test_in_a_notebook_the_output_stays_a_comment_and_code_is_unchanged(tmp_path: Path) -> None:
    text = "# %% [markdown]\n# ```pycon\n# >>> x\n# 0\n# >>> print('a\\n\\nb')\n# ```\n# End.\n\n# %%\n# 0\n"
    page = tmp_path / "a.py"
    page.write_text("# %%\nx = 1  # 0\n\n" + text, "utf-8")
    assert (str(page),) == fix_pages(tmp_path, SiteOptions(notebooks=("*",), doctests=True))
    fixed = text.replace("# 0\n# >>>", "# 1\n# >>>").replace("b')\n", "b')\n# a\n# <BLANKLINE>\n# b\n")
    assert "# %%\nx = 1  # 0\n\n" + fixed == page.read_text("utf-8")
    assert () == check_pages(tmp_path, SiteOptions(notebooks=("*",), doctests=True)).diagnostics
