"""Blocks are offered where the browser has all that they need, and carry the code that runs before them."""

from pathlib import Path

import pytest

from convref.weave.browser.blocks import blocks_of, names_browser
from convref.weave.browser.browser import Browser, PageBlocks
from convref.weave.browser.modules import Modules
from convref.weave.browser.runtime import Runtime
from convref.weave.markdown.document import parse
from convref.weave.markdown.fences import FenceRules

RULES = FenceRules(doctests=True)


def found(text, modules=None, everywhere=True):
    page = parse(text, "x.md", rules=RULES)
    return list(blocks_of(page, modules or Modules({}), everywhere, lambda *_: frozenset({"numpy"})).values())


def block(code, options='exec="on" source="above"', language="python"):
    return f"```{language} {options}\n{code}\n```\n\n"


def offered(text, **how):
    return [each.offered for each in found(text, **how)]


def test_a_block_is_offered_where_the_site_says_so_and_its_source_is_shown():
    text = block("import math") + block("import math", 'exec="on"') + block("import math", "")
    assert [True, False] == offered(text)
    assert [False, False] == offered(text, everywhere=False)


@pytest.mark.parametrize(
    "code", ["import torch", "from torch import nn", "import subprocess", "open('x')", "x = ("]
)
def test_a_block_that_needs_what_the_browser_lacks_is_not_offered(code):
    assert [False] == offered(block(code))


def test_a_block_that_uses_a_name_from_such_a_block_is_not_offered_until_it_is_bound_again():
    text = block("import torch\nx, y = torch.ones(2), 3") + block("x") + block("y") + block("x = 1")
    assert [False, False, False, True, True] == offered(text + block("x + 1"))


def test_options_of_a_fence_decide_before_the_site():
    text = block("import math", 'exec="on" source="above" try="off"') + block("1", 'exec="on" try="on"')
    assert [False, True] == offered(text)
    assert [False, True] == offered(text, everywhere=False)


def test_a_pyodide_fence_is_always_offered_and_names_its_packages():
    (one,) = found(
        block("import numpy", 'install="numpy, cube==1.0" height="4-9"', "pyodide"), everywhere=False
    )
    assert (True, ("numpy", "cube==1.0"), 9) == (one.offered, one.install, one.rows)


def test_sessions_are_kept_apart():
    text = block("import torch\nx = 1") + block("x = 2; x", 'exec="on" source="above" session="b"')
    assert ["", "b"] == [each.session for each in found(text)]
    assert [False, True] == offered(text)


def test_earlier_code_is_without_what_the_browser_cannot_run_and_need_not_show():
    text = block("import torch\nimport math\n@property\ndef f(): pass\ntorch.ones(1)", 'exec="on"')
    text += block("from math import sqrt\ny = [1]\nsqrt(2)", 'exec="on"') + block("y.append(1)", 'exec="on"')
    codes = [each.code for each in found(text + block("y"))]
    assert [
        "import math\n@property\ndef f(): pass\n",
        "from math import sqrt\ny = [1]\n",
        "y.append(1)\n",
        "y\n",
    ] == codes


def test_doctest_examples_are_offered_without_prompts_and_outputs():
    (one,) = found(block(">>> 1 + 1\n2\n>>> 2 * 3\n6", "", "pycon"))
    assert ("1 + 1\n2 * 3\n", True, True) == (one.code, one.interactive, one.offered)
    assert not one.raises
    (one,) = found(
        block(">>> 1 / 0\nTraceback (most recent call last):\n  ...\nZeroDivisionError", "", "pycon")
    )
    assert one.raises


def test_a_module_of_a_packed_package_is_available_if_all_that_it_imports_is(tmp_path: Path):
    package = tmp_path / "mine"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").write_text("import math\nfrom mine.good import x\n")
    (package / "good.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"
        "try:\n    import numpy\nexcept ImportError:\n    numpy = None\nx = 1\n\ndef f():\n    import torch\n"
    )
    (package / "bad.py").write_text("import torch\n")
    (package / "sub" / "__init__.py").write_text("from .. import bad\n")
    (package / "sub" / "leaf.py").write_text("")
    modules = Modules({"mine": package})
    names = ["mine", "mine.good", "mine.bad", "mine.sub", "mine.sub.leaf", "mine.none", "theirs"]
    assert [True, True, False, False, False, False, False] == [modules.has(name) for name in names]
    assert [False] == offered(block("from mine import bad"), modules=modules)
    assert [True] == offered(block("from mine import good"), modules=modules)


def test_the_data_of_a_page_ends_with_its_last_offered_block_and_cannot_close_its_element():
    page = parse(block("'</script><!--'") + block("import torch"), "x.md")
    blocks = PageBlocks(blocks_of(page, Modules({}), True, lambda *_: frozenset()))
    data = blocks.data("../assets/convref")
    assert 2 == data.count("</script>")
    assert "torch" not in data
    assert 'src="../assets/convref/try.js"' in data
    assert "" == PageBlocks().data("x")
    # Zensical changes addresses in attributes, so that the script is imported where Markdown is exported.
    exported = blocks.data("./assets/convref", in_markdown=True)
    assert exported.endswith('<script type="module">import "./assets/convref/try.js";</script>')
    assert data.partition('<script type="module"')[0] == exported.partition('<script type="module"')[0]


def test_without_the_runtime_nothing_is_offered_and_that_is_reported_once_a_build(tmp_path: Path):
    browser = Browser(Runtime(tmp_path / "none"), [], tmp_path, tmp_path, everywhere=True, online=False)
    page = parse(block("1"), "x.md")
    first, second = browser.page(page), browser.page(page)
    assert ({}, {}, ()) == (first.blocks, second.blocks, second.diagnostics)
    assert [False] == [each.fatal for each in first.diagnostics]
    assert "there is no Pyodide in" in first.diagnostics[0].message
    browser.begin()
    assert first.diagnostics == browser.page(page).diagnostics
    browser.write(tmp_path / "site")
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        ('```python exec="on"\n1\n```', False),
        ('```python exec="on" try="on"\n1\n```', True),
        ('```python exec="on" try="off"\n1\n```', True),
        ("```pyodide\n1\n```", True),
        ('````md exec="on"\n```pyodide\n1\n```\n````', True),
        ("Text.", False),
    ],
)
def test_a_page_names_the_browser_by_a_language_or_an_option(fence: str, expected: bool):
    assert expected is names_browser(parse(fence + "\n", "x.md"))
