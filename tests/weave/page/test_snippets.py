"""Files that executed code includes."""

import pytest

from convref.errors import PageError
from convref.weave.markdown.document import Fence, parse
from convref.weave.page.snippets import expanded


@pytest.fixture
def folder(tmp_path):
    text = "one\ntwo\n# --8<-- [start:part]\nthree\n# --8<-- [end:part]\nfour\n"
    (tmp_path / "a.py").write_text(text)
    return tmp_path


def code(text, folder, option='exec="on"'):
    page = parse(f"```python {option}\n{text}\n```\n", "x.md")
    (fence,) = expanded(page, [str(folder / "none"), str(folder)]).of(Fence)
    return fence.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('--8<-- "a.py"', "one\ntwo\nthree\nfour\n"),
        ("x\n  --8<-- 'a.py:2:4'\ny", "x\n  two\n  three\ny\n"),
        ('-8<- "a.py:2"', "two\n"),
        ('--8<-- "a.py::2"', "one\ntwo\n"),
        ('--8<-- "a.py:part"', "three\n"),
        ("--8<--\na.py:1:1\n\na.py:6:6\n--8<--\nx", "one\nfour\nx\n"),
        (';--8<-- "a.py"', '--8<-- "a.py"\n'),
        ('x = 1 --8<-- "a.py"', 'x = 1 --8<-- "a.py"\n'),
    ],
)
def test_a_snippet_is_replaced_by_the_lines_that_it_names(text, expected, folder):
    assert expected == code(text, folder)


def test_snippets_in_code_that_is_not_run_are_left_to_the_host(folder):
    assert '--8<-- "a.py"\n' == code('--8<-- "a.py"', folder, option="")


def test_a_base_may_be_a_file(folder):
    page = parse('```python exec="on"\n--8<-- "a.py:1:1"\n```\n', "x.md")
    (fence,) = expanded(page, [str(folder / "a.py")]).of(Fence)
    assert "one\n" == fence.code


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("none.py", "there is no file for the snippet 'none.py' in "),
        ("a.py:no", "the file of the snippet 'a.py:no' has no section 'no'"),
    ],
)
def test_a_snippet_that_is_not_there_is_an_error_with_page_and_line(name, rule, folder):
    with pytest.raises(PageError, match=rf"x\.md:2: {rule}"):
        code(f'--8<-- "{name}"', folder)
