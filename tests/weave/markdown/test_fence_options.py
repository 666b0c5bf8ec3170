"""The options of fences are parsed, and unknown ones are reported with the nearest known one."""

from pathlib import Path

import pytest

from convref.weave.markdown.fence_options import CHOICES, HOSTS, OWN, FenceOptions, mistakes, parse_info
from convref.weave.site.checker import check_pages
from convref.wording import nearest

MARKDOWN_EXEC = ("exec", "id", "idprefix", "html", "source", "result", "returncode", "session", "updatetoc")
MORE = ("tabs", "workdir", "width", "title", "hl_lines", "linenums", "title_mode", "data-x", "class")


def found(root: Path, page: str) -> list[str]:
    (root / "a.md").write_text(page, "utf-8")
    return [f"{each.line}: {each.kind}: {each.message}" for each in check_pages(root).diagnostics]


def test_a_misspelt_option_is_reported_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    page = '# A\n\n```python exec="on" soruce="above"\n1\n```\n'
    assert ["3: option: unknown option 'soruce'; the nearest is 'source'"] == found(tmp_path, page)


def test_a_misspelt_value_is_reported_with_the_nearest_one(tmp_path: Path) -> None:
    page = (
        '````md exec="on"\n```python exec="on" source="abov"\n1\n```\n````\n\n```tree icons="non"\na\n```\n'
    )
    words = ", ".join(CHOICES["source"])
    assert [
        f"2: option: source (='abov') must be one of {words}; the nearest is 'above'",
        "7: option: icons (='non') must be one of auto, basic, none; the nearest is 'none'",
    ] == found(tmp_path, page)


def test_a_misspelt_exec_is_reported_since_the_block_would_not_run(tmp_path: Path) -> None:
    others = '```java exce="on"\n```\n\n```python title="exec"\n```\n'
    page = f'```python exce="on" source="above"\n1\n```\n\n{others}'
    assert ["1: option: unknown option 'exce'; the nearest is 'exec'"] == found(tmp_path, page)


def test_an_option_that_resembles_no_other_is_reported() -> None:
    assert ["unknown option 'zzz'"] == list(mistakes(FenceOptions((("zzz", "1"),))))
    assert () == nearest("zzz", OWN | HOSTS)


@pytest.mark.parametrize("option", [*MARKDOWN_EXEC, *MORE])
def test_the_options_of_markdown_exec_and_superfences_are_known(option: str) -> None:
    assert [] == list(mistakes(FenceOptions(((option, "above" if option == "source" else "1"),))))


@pytest.mark.parametrize("value", [*CHOICES["source"], "", "no", "OFF", "0"])
def test_every_position_of_the_source_is_known(value: str) -> None:
    parsed = parse_info(f'python exec="on" source="{value}"')
    assert parsed is not None
    assert [] == list(mistakes(parsed[1]))
