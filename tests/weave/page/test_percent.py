"""Notebooks in the percent format: cells as blocks of a document, on the lines of the file."""

import builtins
import sys

import pytest

from convref.errors import PageError
from convref.weave.markdown.document import Fence, FrontMatter, Heading, InlineValue
from convref.weave.markdown.fence_options import mistakes
from convref.weave.page.percent import metadata, parse
from convref.weave.page.prose import MASK, masked

NOTEBOOK = """\
# ---
# title: Two and two
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Sum {#sum}
#
# It is `{python} x`.

# %% alt="a line" width=40 tags=["hidden"]
x = 2

x + 2
# %%
# a comment, no heading
print(x)  # %% no marker
# %% [markdown]
\"\"\"
In quotes, $y$.
\"\"\"

# %% [raw]
# 17 raw
"""


def test_the_text_of_a_notebook_has_a_line_for_every_line_of_the_file():
    page = parse(NOTEBOOK, "x.py")
    assert page.text.count("\n") == NOTEBOOK.count("\n") + 1
    lines = NOTEBOOK.split("\n")
    assert {
        1: "# ---",
        11: "# # Sum {#sum}",
        13: "# It is `{python} x`.",
        15: '# %% alt="a line" width=40 tags=["hidden"]',
        19: "# %%",
        24: "In quotes, $y$.",
    } == {region.line: lines[region.line - 1] for region in page.regions if region.line}


def test_code_cells_are_blocks_that_are_run_with_the_options_of_the_cell():
    first, second = parse(NOTEBOOK, "x.py").of(Fence)
    assert ("x = 2\n\nx + 2\n", 16) == (first.code, first.code_line)
    assert {
        "exec": "on", "source": "above", "result": "text", "alt": "a line", "width": "40"
    } == dict(first.options)  # fmt: skip
    assert ("# a comment, no heading\nprint(x)  # %% no marker\n", 20) == (second.code, second.code_line)


def test_metadata_for_jupyter_is_ignored_and_a_misspelt_option_is_reported():
    (fence,) = parse('# %% name="a" collapsed=true slideshow={"a": 1} atl="b"\n1\n', "x.py").of(Fence)
    assert ["unknown option 'atl'; the nearest is 'alt'"] == list(mistakes(fence.options))


def test_markdown_cells_are_parsed_like_a_page():
    page = parse(NOTEBOOK, "x.py")
    assert [("Sum", "sum")] == [(each.text, each.id) for each in page.of(Heading)]
    assert ["x"] == [each.expression for each in page.of(InlineValue)]
    assert ["title: Two and two"] == [each.content.strip() for each in page.of(FrontMatter)]


def test_the_prose_of_a_notebook_is_its_text_and_its_alternative_texts_without_code():
    seen = masked(parse(NOTEBOOK, "x.py")).replace(MASK, "").split()
    assert ["Two", "and", "two", "#", "Sum", "It", "is", ".", "a", "line", "In", "quotes,", "."] == seen


def test_cells_keep_their_source_and_metadata():
    cells = parse(NOTEBOOK, "x.py").cells
    assert ["markdown", "code", "code", "markdown", "raw"] == [each.kind for each in cells]
    assert "# Sum {#sum}\n\nIt is `{python} x`." == cells[0].source
    assert {"alt": "a line", "width": 40, "tags": ["hidden"]} == cells[1].metadata
    assert "17 raw" == cells[4].source


def test_true_and_false_in_a_cell_are_on_and_off():
    (fence,) = parse("# %% exec=false cache=true\n1\n", "x.py").of(Fence)
    assert {"exec": "off", "cache": "on"}.items() <= dict(fence.options).items()


def test_the_metadata_are_those_of_the_file_and_always_name_a_kernel():
    own = NOTEBOOK.replace("display_name: Python 3", "display_name: Own")
    assert "Own" == metadata(own, "x.py")["kernelspec"]["display_name"]
    assert {"kernelspec"} == set(metadata("# %%\n1\n", "x.py"))
    assert "python" == metadata("# %%\n1\n", "x.py")["kernelspec"]["language"]


def test_a_header_for_jupyter_alone_is_not_front_matter():
    page = parse("# ---\n# jupyter:\n#   kernelspec: {name: a, display_name: b}\n# ---\n\n# %%\n1\n", "x.py")
    assert [] == list(page.of(FrontMatter))
    assert "\n\n\n\n\npython" == page.text[:11]


def test_comments_need_no_space_behind_their_mark():
    assert "\na\n\n b\n" == parse("# %% [markdown]\n#a\n#\n#  b\n", "x.py").text[:7]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_ends_do_not_matter(ending):
    page = parse(NOTEBOOK.replace("\n", ending), "x.py")
    assert parse(NOTEBOOK, "x.py") == page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# ---\n# jupyter:\n#   kernelspec: {name: python3}\n# ---\n# %%\n1\n",
            "x.py:1: jupytext cannot read the notebook: 'display_name' is a required property",
        ),
        ("x = 1\n", "x.py:1: a notebook must have cells, each of which begins with a line `# %%`"),
        ("\nx = 1\n# %%\n1\n", "x.py:2: code must be in a cell, below a line `# %%`"),
        ('# %% [markdown]\n"""\na\n"""\nb\n', "x.py:1: every line of a Markdown cell must begin with `# `"),
        (
            "# %%\nif 1:\n    # %% inner\n    2\n",
            "x.py:3: a cell's marker must be at the beginning of the line",
        ),
        (
            "# %%\n1\n# %% [markdwon]\n# a\n",
            "x.py:3: unknown kind of cell 'markdwon'; the nearest is 'markdown'",
        ),
    ],
)
def test_a_file_that_is_not_a_notebook_is_an_error_with_its_line(text, message):
    with pytest.raises(PageError, match=message.replace("(", r"\(")):
        parse(text, "x.py")


def test_examples_of_a_cell_that_cannot_be_read_are_an_error_of_their_fence():
    (fence,) = (each for each in parse("# %% [markdown]\n#\n# ```pycon\n# >>>x\n# ```\n", "x.py").of(Fence))
    assert (4, "broken") == (fence.error_line, fence.kind)


def test_the_title_of_a_cell_may_be_in_brackets():
    (cell,) = parse("# %% [setup]\n1\n", "x.py").cells
    assert "code" == cell.kind


def test_without_jupytext_the_error_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "jupytext", raising=False)
    real = builtins.__import__

    def without(name, *rest):
        if name == "jupytext":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        PageError, match=r"x.py: a notebook needs jupytext; install it with: pip install jupytext"
    ):
        parse("# %%\n1\n", "x.py")
